"""Small files that options name: answers, configuration, lists. They are read within limits."""

from __future__ import annotations

from codecs import BOM_UTF8
from pathlib import Path

from cibtools.errors import ConfigError
from cibtools.toml import SIZE_LIMIT


def read_text(path: Path) -> str:
    """The text of a file; raise ConfigError if it cannot be read, is too large or is not UTF-8."""
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    if len(data) > SIZE_LIMIT:
        raise ConfigError(f"{path}: larger than {SIZE_LIMIT >> 10} KiB", hint="name the right file")
    try:
        # Editors of Windows put a mark before the text.
        return data.removeprefix(BOM_UTF8).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 (byte {error.start})", hint="save it as UTF-8") from error
