"""Attributes of XML Schema itself, which every processor of XSD allows everywhere and Pacemaker nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.schema.violation import Violation, label

XSI = "http://www.w3.org/2001/XMLSchema-instance"
"""The namespace of attributes that every processor of XSD takes for its own."""
_FOREIGN = etree.XPath("descendant-or-self::*[@x:*]", namespaces={"x": XSI})


def foreign(top: etree._Element) -> Iterator[Violation]:
    """Yield attributes that XSD itself allows on every element, and Pacemaker on none."""
    found = _FOREIGN(top)
    for element in found if isinstance(found, list) else ():
        if isinstance(element, etree._Element) and not _in_status(element):
            name = next(str(name) for name in element.attrib if str(name).startswith(f"{{{XSI}}}"))
            yield Violation(
                "foreign",
                element,
                None,
                f"{label(element)}: {name.rpartition('}')[2]} of XML Schema has no place in a CIB",
                "attributes of the CIB only",
                "Remove the attribute.",
            )


def _in_status(element: etree._Element) -> bool:
    return element.tag == "status" or next(element.iterancestors("status"), None) is not None
