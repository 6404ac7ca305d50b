"""CIB documents: whole CIBs, configurations, bare sections, bare objects and several of them in one file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lxml import etree

from cibtools.backup.cib.dialect import Detection, detect_dialect
from cibtools.backup.cib.namespace import drop_default_namespace
from cibtools.backup.cib.read import XmlTree, read_xml
from cibtools.backup.cib.section import SECTION_TAGS
from cibtools.backup.record.kind import Defect, Kind
from cibtools.backup.record.source import Source


class CibTree:
    """The XML of one CIB document and what can be said about it as a whole."""

    def __init__(self, tree: XmlTree) -> None:
        self.tree = tree

    @property
    def source(self) -> Source:
        """The file it was read from."""
        return self.tree.source

    @cached_property
    def roots(self) -> tuple[etree._Element, ...]:
        """The root elements, in file order; of several whole CIBs in one file the first alone."""
        roots = self.tree.roots
        others = [root for root in roots if root.tag == "cib"][1:]
        return tuple(root for root in roots if root not in others) if others else roots

    @cached_property
    def detection(self) -> Detection:
        """The dialect and its signs."""
        return detect_dialect(self.roots)

    @cached_property
    def cib(self) -> etree._Element | None:
        """The `cib` element if this is a whole CIB."""
        return next((root for root in self.roots if root.tag == "cib"), None)

    def sections(self) -> Iterator[etree._Element]:
        """The section elements, wherever they stand."""
        for root in self.roots:
            if root.tag in SECTION_TAGS:
                yield root
            elif root.tag in ("cib", "configuration"):
                for child in root.iterchildren("*"):
                    yield from child.iterchildren("*") if child.tag == "configuration" else (child,)

    def fragments(self) -> Iterator[etree._Element]:
        """The objects that stand in the file without a section around them."""
        for root in self.roots:
            if root.tag not in SECTION_TAGS and root.tag not in ("cib", "configuration"):
                yield root


def is_comment(node: etree._Element) -> bool:
    """True for a comment or a processing instruction; lxml gives those a function for a tag."""
    return callable(node.tag)


def parse_cib(source: Source) -> tuple[CibTree | None, tuple[Defect, ...], Kind]:
    """Parse a CIB document; the kind is told by its root elements."""
    result = read_xml(source)
    if result.tree is None:
        return None, result.defects, Kind.CIB_FRAGMENT
    named = drop_default_namespace(result.tree)
    tree = CibTree(result.tree)
    said = (named, _several(tree))
    defects = (*result.defects, *(defect for defect in said if defect is not None))
    if tree.cib is not None:
        kind = Kind.CIB
    elif any(root.tag in SECTION_TAGS or root.tag == "configuration" for root in tree.roots):
        kind = Kind.CIB_SECTION
    else:
        kind = Kind.CIB_FRAGMENT
    return tree, defects, kind


def _several(tree: CibTree) -> Defect | None:
    """Tell of whole CIBs beside the first."""
    others = [root for root in tree.tree.roots if root not in tree.roots]
    if not others:
        return None
    message = f"the file holds {len(others) + 1} whole CIBs, one after the other"
    return Defect("repaired", message, tree.tree.start_tag_span(others[0]), "read as if it held the first one only")
