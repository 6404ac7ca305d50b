"""What differs, and where, in words that all formats share."""

from __future__ import annotations

from cibtools.cluster.compare.difference import Difference
from cibtools.cluster.model.place import Place
from cibtools.report.shared.printable import visible


def name_of(found: Difference) -> str:
    """What differs, from the outside in; the value of an option is the option."""
    own = found.aspect and not (found.aspect == "value" and found.part and found.part[-1].startswith("nvpair "))
    return visible(": ".join((found.subject, *found.part, *((found.aspect,) if own else ()))))


def quoted(text: str | None) -> str:
    """A value as it is written."""
    return "not set" if text is None else f'"{visible(text)}"'


def place_words(given: str, place: Place) -> str:
    """Return the line of a place, with the file if the input `given` is a directory."""
    name = place.location.path.removeprefix(given).lstrip("/")
    return f"{visible(name)}:{place.location.line}" if name else f"line {place.location.line}"
