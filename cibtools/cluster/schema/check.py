"""Is a CIB what its dialect allows? libxml2 and our XSDs decide; what they reject is explained for people.

Two layers. The XSDs in `schemas/` say which elements, attributes and values there are. What XSD 1.0 cannot say
(choices between attributes) and what libxml2 is slow at (ids and references) is said by `schema_choice` and
`schema_identity`. Works on any tree, be it read from a file or made in memory, on whole CIBs, sections and single
objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.schema.choice import foreign, unchosen
from cibtools.cluster.schema.identity import misnamed, repeated
from cibtools.cluster.schema.refusal import refusals
from cibtools.cluster.schema.violation import Violation, label
from cibtools.packaged import data_dir

_FILES = {Dialect.HB2: "heartbeat-2.1.xsd", Dialect.P10: "pacemaker-1.0.xsd"}
_XS = "{http://www.w3.org/2001/XMLSchema}"


def has_schema(dialect: Dialect) -> bool:
    """True if there is an XSD of that dialect; there is none for Pacemaker 1.1 and later."""
    return dialect in _FILES


def schema_file(dialect: Dialect) -> Path:
    """The XSD of a dialect that has one."""
    return data_dir("schemas") / _FILES[dialect]


def is_valid(top: etree._Element, dialect: Dialect) -> bool:
    """True if the schema of the dialect accepts a CIB, a section or an object; the quick answer."""
    return _compiled(dialect).validate(top) and next(_beyond(top, dialect), None) is None


def violations(top: etree._Element, dialect: Dialect) -> tuple[Violation, ...]:
    """Everything that the schema of the dialect has against a CIB, a section or an object, in document order."""
    found = list(_beyond(top, dialect))
    accepted = _compiled(dialect).validate(top)
    if accepted and not found:
        return ()
    if not accepted:
        # Loading it takes as long as validating a large CIB, so it comes only with bad news.
        found += _explained(top, dialect) or (() if found else _untold(top, dialect))
    order = {element: place for place, element in enumerate(top.iter("*"))}
    return tuple(sorted(found, key=lambda one: (order[one.element], one.attribute or "", one.message)))


def _explained(top: etree._Element, dialect: Dialect) -> tuple[Violation, ...]:
    """What the schema has against a tree in words of ours; nothing if the package that helps with them fails."""
    from xmlschema import XMLSchemaException

    from cibtools.cluster.schema.model import explain

    try:
        return tuple(explain(top, _compiled(dialect), schema_file(dialect)))
    except XMLSchemaException:
        return ()


def _untold(top: etree._Element, dialect: Dialect) -> Iterator[Violation]:
    """What libxml2 itself says, should the explanation be at a loss: no rejection goes without a word."""
    tree = etree.ElementTree(top)
    for refusal in refusals(_compiled(dialect), top):
        found = tree.xpath(refusal.path) if refusal.path else None
        element = found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else top
        # Behind the name of the element that the label tells.
        said = refusal.message.partition(": ")[2] or refusal.message
        yield Violation("other", element, None, f"{label(element)}: {said}")


def _beyond(top: etree._Element, dialect: Dialect) -> Iterator[Violation]:
    """What the XSD leaves open."""
    yield from foreign(top)
    if dialect.is_pacemaker:
        yield from unchosen(top)
        yield from misnamed(top)
    else:
        yield from repeated(top)


@lru_cache(maxsize=2)
def _compiled(dialect: Dialect) -> etree.XMLSchema:
    """The XSD without its constraints on identity, which `schema_identity` checks."""
    document = etree.parse(str(schema_file(dialect)))
    for constraint in list(document.iter(f"{_XS}unique", f"{_XS}keyref")):
        above = constraint.getparent()
        if above is not None:
            above.remove(constraint)
    return etree.XMLSchema(document)
