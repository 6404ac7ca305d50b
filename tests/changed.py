"""Print the tests that a change calls for, as paths for pytest: `make quick` runs them.

The mirror makes this simple: what changed in `cibtools/a/b` is tested in `tests/a/b`. What changed is what is not
committed, and what is on this branch but not on `main` (or `origin/main`).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

REPO = Path(__file__).resolve().parent.parent
ALWAYS = ("tests/test_architecture.py",)
BESIDE = {
    "rules": ("tests/lint/test_examples.py", "tests/lint/test_fixtures.py"),
    "schemas": ("tests/cluster/schema", "tests/report"),
    "fixtures": ("tests/lint/test_fixtures.py", "tests/lint/test_quiet.py"),
    "docs": ("tests/test_readme.py",),
    "README.md": ("tests/test_readme.py",),
    "CONTRIBUTING.md": ("tests/test_readme.py",),
    "pyproject.toml": ("tests/test_packaging.py",),
}
"""Which tests speak of what lies outside `cibtools` and `tests`."""


def changed_files() -> set[str]:
    """Return the paths of what differs from the main branch, new files included."""
    names = _git("diff", "--name-only", _base()) + _git("ls-files", "--others", "--exclude-standard")
    return set(names.splitlines())


def _base() -> str:
    """Return the commit where this branch left the main one; the present one where there is no other."""
    for branch in ("origin/main", "main"):
        if base := _git("merge-base", "HEAD", branch).strip():
            return base
    return "HEAD"


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=REPO, capture_output=True, text=True).stdout


def called_for(files: Iterable[str], there: Callable[[str], bool]) -> Iterator[str]:
    """Yield the tests of some changed files; `there` tells whether a path is in the checkout."""
    yield from ALWAYS
    for file in sorted(files):
        path = PurePosixPath(file)
        match path.parts:
            case ["tests", *_] if path.name.startswith("test_") and there(file):
                yield file
            case ["tests", _, *_]:
                yield from _nearest(path.parent, there)
            case ["cibtools", *inner]:
                yield from _nearest(PurePosixPath("tests", *inner).parent, there)
            case [first, *_]:
                yield from BESIDE.get(first, ())


def _nearest(folder: PurePosixPath, there: Callable[[str], bool]) -> Iterator[str]:
    """Yield the folder of tests, or the nearest one above that exists; all tests at the top are too many."""
    while len(folder.parts) > 1 and not there(str(folder)):
        folder = folder.parent
    if len(folder.parts) > 1:
        yield str(folder)


def without_inner(paths: Iterable[str]) -> list[str]:
    """Leave out what lies inside another of the paths."""
    found = dict.fromkeys(paths)
    return [path for path in found if not any(path.startswith(f"{other}/") for other in found)]


if __name__ == "__main__":
    sys.stdout.write(" ".join(without_inner(called_for(changed_files(), lambda path: (REPO / path).exists()))) + "\n")
