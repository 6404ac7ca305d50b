"""What would clear a finding, said of elements; where that is in the file is worked out when it is wanted."""

from __future__ import annotations

from lxml import etree
from msgspec import Struct


class Change(Struct, frozen=True, eq=False):
    """One change of an element: an attribute is set, added or taken out, or the element is."""

    element: etree._Element
    attribute: str | None = None
    """None if the whole element goes."""
    value: str | None = None
    """What the attribute is set to; None if it goes."""


class Fix(Struct, frozen=True, eq=False):
    """Changes that clear one finding and make no other."""

    title: str
    """What it does, beginning with a verb."""
    changes: tuple[Change, ...]
    safe: bool
    """True if the cluster does the same before and after: a spelling it meant anyway, or what it takes by default."""
