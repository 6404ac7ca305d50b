"""What differs, and where, in words that all formats share."""

from __future__ import annotations

from cibtools.cluster.compare.difference import Difference, DifferenceKind
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


def told(found: Difference) -> str:
    """Say a difference in one line: what it is, and both values or the side that has it."""
    match found.kind:
        case DifferenceKind.ONLY_OLD:
            return f"{name_of(found)} is gone"
        case DifferenceKind.ONLY_NEW:
            return f"{name_of(found)} is new"
        case _:
            return f"{name_of(found)}: {quoted(found.before)} -> {quoted(found.after)}"
