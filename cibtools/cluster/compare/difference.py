"""What a comparison of two clusters finds: one value for each difference, told by the names of objects."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from cibtools.cluster.model.place import Place


class DifferenceKind(Enum):
    """How two clusters differ in one thing."""

    CHANGED = "changed"
    """Both have the thing, and it says something else; or an attribute is set on one side only."""
    ONLY_OLD = "only-old"
    ONLY_NEW = "only-new"
    REORDERED = "reordered"
    """The same things in another order, where the order counts; or one put in or taken out there."""


class Difference(Struct, frozen=True):
    """One difference; secrets are masked in every field."""

    kind: DifferenceKind
    section: str
    """The section of the CIB, `cib` for the root element itself."""
    subject: str
    """The object: `primitive web`."""
    part: tuple[str, ...] = ()
    """What of the object, from the outside in: `op monitor 10s`, `nvpair OCF_CHECK_LEVEL`; empty for the whole."""
    aspect: str = ""
    """The attribute; `container` for the resource around a resource, `order of …` for an order."""
    before: str | None = None
    """What OLD says; None if it says nothing."""
    after: str | None = None
    """What NEW says; None if it says nothing."""
    detail: str = ""
    """The attributes of what only one side has."""
    old: Place | None = None
    """Where OLD says it, or what is around it there; None if only NEW has the thing."""
    new: Place | None = None
    """Where NEW says it, or what is around it there; None if only OLD has the thing."""


class Comparison(Struct, frozen=True):
    """All differences in the order of OLD, section by section, and what could not be compared."""

    differences: tuple[Difference, ...]
    sections: tuple[str, ...]
    """The sections that were compared."""
    gaps: tuple[str, ...] = ()
    """What was left out because an input does not hold it, one sentence each."""
