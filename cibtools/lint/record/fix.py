"""What would clear a finding, said of elements; where that is in the file is worked out when it is wanted."""

from __future__ import annotations

import re
from shlex import quote
from xml.sax.saxutils import quoteattr

from lxml import etree
from msgspec import Struct

_SCHEMA = re.compile(r"pacemaker-(\d+)\.(\d+)\Z")


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

    @property
    def live(self) -> str:
        """The command that does the same to a running cluster, whose CIB nobody edits by hand; empty if none is known.

        For Pacemaker 1.1 and later, which finds an element by its id wherever it stands; seen with cibadmin 2.1.5.
        """
        if len(self.changes) != 1 or not _is_later(self.changes[0].element):
            return ""
        element, attribute, value = (getattr(self.changes[0], name) for name in ("element", "attribute", "value"))
        identity = element.get("id")
        if not identity or (attribute is not None and value is None):
            return ""
        given = {"id": identity} | ({attribute: value} if attribute is not None and value is not None else {})
        words = " ".join(f"{name}={quoteattr(text)}" for name, text in given.items())
        return (
            f"cibadmin --{'modify' if value is not None else 'delete'} --xml-text {quote(f'<{element.tag} {words}/>')}"
        )


def _is_later(element: etree._Element) -> bool:
    root = element.getroottree().getroot()
    match = _SCHEMA.match(root.get("validate-with", "")) if root.tag == "cib" else None
    return match is not None and (int(match[1]), int(match[2])) > (1, 0)
