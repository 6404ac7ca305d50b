"""Find the data that ships with cibtools, in a wheel as in a checkout.

Rules and schemas live at the top of the repository, where people read and review them. A wheel carries copies inside
the package; an editable install has only the checkout. This module is the one place that knows the difference.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_dir(name: str) -> Path:
    """Return the directory of the packaged data called `name`, such as `rules`, or raise FileNotFoundError."""
    candidates = (_PACKAGE / "_data" / name, _PACKAGE.parent / name)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    tried = " and ".join(f"'{candidate}'" for candidate in candidates)
    raise FileNotFoundError(f"the {name} of cibtools are missing (looked in {tried}); install cibtools again")


def read_data(module: str, name: str) -> bytes:
    """Return the bytes of a table called `name` that lies beside the package's module of that dotted name."""
    return _PACKAGE.joinpath(*module.split(".")[1:-1], name).read_bytes()
