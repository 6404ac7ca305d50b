"""Places: where an object stands, first as a route of ids, and as bytes and lines only when somebody looks.

A route survives reformatting, reordering and edits elsewhere, which is why fingerprints are made of it.
"""

from __future__ import annotations

from lxml import etree
from msgspec import Struct

from cibtools.backup.cib.section import SECTION_TAGS
from cibtools.backup.cib.tree import CibTree
from cibtools.backup.document import Document
from cibtools.backup.record.source import Span
from cibtools.location import Location

_ABOVE_OBJECTS = frozenset({*SECTION_TAGS, "cib", "configuration", "cibtools-fragments"})


class Place(Struct, frozen=True):
    """An element or an attribute's value in a CIB, or a span of a side file."""

    document: Document
    element: etree._Element | None = None
    attribute: str | None = None
    """If given and there, the place is the attribute's value; else the start tag of the element."""
    spot: Span | None = None
    """For side files, which know their positions; takes precedence over the element."""
    item: str = ""
    """For side files: what stands there, in words that outlast an edit (`disk xvda`, `deadtime`)."""

    @property
    def span(self) -> Span:
        """The bytes in the document's source; the start of the file if the place is the whole file."""
        if self.spot is not None:
            return self.spot
        content = self.document.content
        if self.element is None or not isinstance(content, CibTree):
            return Span(0, 0)
        if self.attribute:
            found = content.tree.value_span(self.element, self.attribute)
            if found:
                return found
        return content.tree.start_tag_span(self.element)

    @property
    def location(self) -> Location:
        """Lines and columns."""
        return self.document.source.location(self.span)

    def route(self, root: str) -> str:
        """The ids that lead to the object, within the backup at root; the file's name leads to side files."""
        if self.element is None:
            name = path_below(root, self.document)
            return f"{name}#{self.item}" if self.item else name
        return element_route(self.element) + (f"/@{self.attribute}" if self.attribute else "")


def path_below(root: str, document: Document) -> str:
    """The path of a file within the backup at root; its plain name if it is the backup."""
    return document.path.removeprefix(root).lstrip("/") or document.path.rsplit("/", 1)[-1]


def element_route(element: etree._Element) -> str:
    """Tags and ids from the top-level object down to the element; sections above it are the same for every backup."""
    steps: list[str] = []
    found: etree._Element | None = element
    while found is not None and (found.tag not in _ABOVE_OBJECTS or found is element):
        if found.tag != "attributes" or found is element:
            name = found.get("id") or found.get("name") or ""
            steps.append(f"{found.tag}[{name}]" if name else str(found.tag))
        found = found.getparent()
    return "/".join(reversed(steps))
