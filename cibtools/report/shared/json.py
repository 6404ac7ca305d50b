"""JSON as every command prints it, and the form of a place in it."""

from __future__ import annotations

import json

from cibtools.errors import CibtoolsError
from cibtools.location import Location
from cibtools.report.shared.printable import escaped

Json = dict[str, "JsonValue"]
JsonValue = str | int | bool | None | list["JsonValue"] | Json


def to_text(value: Json | list[JsonValue], *, sort_keys: bool = False) -> str:
    """JSON as all commands print it: indented, letters as they are, what a terminal would obey as its number."""
    return escaped(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=sort_keys), _number) + "\n"


def _number(code: int) -> str:
    """A character as JSON writes it; one beyond the first plane is two."""
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def location_object(place: Location) -> Json:
    """A place; lines and columns count from 1 in characters, the end is exclusive."""
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def error_object(error: CibtoolsError) -> Json:
    """What could not be done, and where if a file is to blame."""
    return {
        "message": error.message,
        "hint": error.hint or None,
        "location": location_object(error.location) if error.location else None,
    }
