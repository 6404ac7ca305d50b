"""Is a CIB what its dialect allows? libxml2 and our XSDs decide; what they reject is explained for people.

Two layers. The XSDs in `schemas/` say which elements, attributes and values there are. What XSD 1.0 cannot say
(choices between attributes) and what libxml2 is slow at (ids and references) is said by `schema_choice` and
`schema_identity`. Works on any tree, be it read from a file or made in memory, on whole CIBs, sections and single
objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from lxml import etree

from cibtools.backup.cib.dialect import LAST_MINORS, Dialect
from cibtools.cluster.schema.choice import unchosen
from cibtools.cluster.schema.foreign import foreign
from cibtools.cluster.schema.identity import misnamed, repeated
from cibtools.cluster.schema.refusal import refusals
from cibtools.cluster.schema.today import unchosen_today
from cibtools.cluster.schema.violation import Violation, label
from cibtools.packaged import data_dir

_FILES = {Dialect.HB2: "heartbeat-2.1.xsd", Dialect.P10: "pacemaker-1.0.xsd"}
_STATED = re.compile(r"pacemaker-(\d+)\.(\d+)\Z")
_FIRST, _NEWEST = (1, 2), (4, 0)
_WIDEST = (3, 10)
"""For a part of a CIB that does not say its schema: the last one before Pacemaker 3.0 took things away."""
_XS = "{http://www.w3.org/2001/XMLSchema}"


def schema_version(top: etree._Element) -> tuple[int, int]:
    """The schema of Pacemaker 1.1 and later that a CIB states, else the widest; of one newer than ours the newest.

    1.1 was the beginning of 1.2, and Pacemaker 1.1 upgrades from it at once.
    """
    match = _STATED.match(top.get("validate-with", "")) if top.tag == "cib" else None
    if match is None:
        return _NEWEST if top.get("validate-with") == "pacemaker-next" else _WIDEST
    major, minor = int(match[1]), int(match[2])
    return min(max((major, min(minor, LAST_MINORS.get(major, 0))), _FIRST), _NEWEST)


def schema_file(dialect: Dialect, top: etree._Element | None = None) -> Path:
    """The XSD that a CIB, or a part of one, is held against."""
    if dialect in _FILES:
        return data_dir("schemas") / _FILES[dialect]
    major, minor = _WIDEST if top is None else schema_version(top)
    return data_dir("schemas") / "pacemaker" / f"pacemaker-{major}.{minor}.xsd"


def is_valid(top: etree._Element, dialect: Dialect) -> bool:
    """True if the schema of the dialect accepts a CIB, a section or an object; the quick answer."""
    return _compiled(schema_file(dialect, top)).validate(top) and next(_beyond(top, dialect), None) is None


def violations(top: etree._Element, dialect: Dialect) -> tuple[Violation, ...]:
    """Everything that the schema of the dialect has against a CIB, a section or an object, in document order."""
    found = list(_beyond(top, dialect))
    accepted = _compiled(schema_file(dialect, top)).validate(top)
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
        return tuple(explain(top, _compiled(schema_file(dialect, top)), schema_file(dialect, top)))
    except XMLSchemaException:
        return ()


def _untold(top: etree._Element, dialect: Dialect) -> Iterator[Violation]:
    """What libxml2 itself says, should the explanation be at a loss: no rejection goes without a word."""
    tree = etree.ElementTree(top)
    for refusal in refusals(_compiled(schema_file(dialect, top)), top):
        found = tree.xpath(refusal.path) if refusal.path else None
        element = found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else top
        # Behind the name of the element that the label tells.
        said = refusal.message.partition(": ")[2] or refusal.message
        yield Violation("other", element, None, f"{label(element)}: {said}")


def _beyond(top: etree._Element, dialect: Dialect) -> Iterator[Violation]:
    """What the XSD leaves open."""
    yield from foreign(top)
    if dialect is Dialect.P11:
        version = schema_version(top)
        yield from unchosen_today(top, version)
        yield from misnamed(top, version)
    elif dialect.is_pacemaker:
        yield from unchosen(top)
        yield from misnamed(top)
    else:
        yield from repeated(top)


@lru_cache(maxsize=4)
def _compiled(path: Path) -> etree.XMLSchema:
    """The XSD without its constraints on identity, which `schema_identity` checks."""
    document = etree.parse(str(path))
    for constraint in list(document.iter(f"{_XS}unique", f"{_XS}keyref")):
        above = constraint.getparent()
        if above is not None:
            above.remove(constraint)
    return etree.XMLSchema(document)
