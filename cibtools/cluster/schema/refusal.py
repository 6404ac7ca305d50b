"""What libxml2 says when it refuses a tree: one value per complaint."""

from __future__ import annotations

from operator import attrgetter
from typing import NamedTuple

from lxml import etree

# The types of lxml do not know what is in a log.
_ENTRIES = attrgetter("error_log")


class Refusal(NamedTuple):
    """One complaint."""

    type_name: str
    """libxml2's name of the rule that is broken: `SCHEMAV_CVC_ENUMERATION_VALID`."""
    message: str
    """One sentence, the element or attribute first."""
    path: str
    """The element as an XPath from the top of the tree."""

    @property
    def is_about_a_value(self) -> bool:
        """True if an attribute holds what its type does not take; it is known and allowed there."""
        return "COMPLEX_TYPE" not in self.type_name


def refusals(schema: etree.XMLSchema, top: etree._Element) -> tuple[Refusal, ...]:
    """Validate a tree; give back the complaints in document order, none if the schema accepts it."""
    if schema.validate(top):
        return ()
    return tuple(Refusal(entry.type_name, entry.message, entry.path or "") for entry in _ENTRIES(schema))
