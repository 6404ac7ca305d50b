"""Default namespaces: a CIB has none, so its elements are read without, and the file has a defect."""

from __future__ import annotations

from lxml import etree

from cibtools.backup.cib.read import XmlTree
from cibtools.backup.record.kind import Defect

_NAMED = etree.XPath("descendant-or-self::*[namespace-uri()]")


def drop_default_namespace(tree: XmlTree) -> Defect | None:
    """Take the elements of a tree out of their default namespace; tell where it begins, or None if there is none.

    Elements with a prefix stay what they are: foreign to a CIB.
    """
    found = _NAMED(tree.top)
    inside = [element for element in found if isinstance(element, etree._Element)] if isinstance(found, list) else []
    inside = [element for element in inside if not element.prefix]
    if not inside:
        return None
    name, span = etree.QName(inside[0]).namespace, tree.start_tag_span(inside[0])
    for element in inside:
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(tree.top)
    return Defect("repaired", f'the elements are in the namespace "{name}", a CIB in none', span, "read as if in none")
