"""JSON as every command prints it, and the form of a place in it."""

from __future__ import annotations

import json

from cibtools.location import Location

Json = dict[str, "JsonValue"]
JsonValue = str | int | bool | None | list["JsonValue"] | Json


def to_text(value: Json) -> str:
    """JSON as all commands print it: indented, Unicode as it is, one line end at the end."""
    # A lone surrogate can stand for an undecodable byte of a file name; UTF-8 cannot hold it.
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x7f", "\\u007f") + "\n"


def location_object(place: Location) -> Json:
    """A place; lines and columns count from 1 in characters, the end is exclusive."""
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }
