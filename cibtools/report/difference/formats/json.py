"""The differences of two clusters as JSON, for programs."""

from __future__ import annotations

from cibtools.cluster.compare.difference import Comparison, Difference
from cibtools.cluster.model.place import Place
from cibtools.report.shared.json import Json, location_object, to_text

SUFFIX = ".json"

VERSION = 1


def render(found: Comparison, old: str, new: str, *, color: bool = False) -> str:
    """One object with all differences; `old` and `new` of a difference are null where a side says nothing."""
    return to_text({
        "version": VERSION,
        "old": old,
        "new": new,
        "sections": list(found.sections),
        "gaps": list(found.gaps),
        "differences": [_object(difference) for difference in found.differences],
    })  # fmt: skip


def _object(found: Difference) -> Json:
    return {
        "kind": found.kind.value,
        "section": found.section,
        "subject": found.subject,
        "part": list(found.part),
        "attribute": found.aspect,
        "old": found.before,
        "new": found.after,
        "detail": found.detail,
        "old_location": _location(found.old),
        "new_location": _location(found.new),
    }


def _location(place: Place | None) -> Json | None:
    return None if place is None else location_object(place.location)
