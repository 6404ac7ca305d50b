"""What the schema has against the attributes of one element, told from their declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from xmlschema.validators import XsdAttribute, XsdElement

from cibtools.cluster.schema.foreign import XSI
from cibtools.cluster.schema.refusal import refusals
from cibtools.cluster.schema.violation import Violation, label
from cibtools.cluster.schema.words import expectation, legal_id, rewording
from cibtools.cluster.vocabulary.spelling import Names, nearest

_XSI = f"{{{XSI}}}"
_ATTRIBUTE = re.compile(r"attribute '([^']+)'")


def attribute_faults(
    declaration: XsdElement, compiled: etree.XMLSchema, element: etree._Element
) -> Iterator[Violation]:
    """Yield attributes that are missing, unknown, or hold what they cannot."""
    declared = {str(name): each for name, each in declaration.attributes.items() if isinstance(each, XsdAttribute)}
    given = [str(name) for name in element.attrib if not str(name).startswith(_XSI)]
    absent = frozenset(declared) - frozenset(given)
    names = Names(absent)
    refused = _refused(compiled, element, [name for name in given if name in declared])
    meant = set()
    for name in given:
        if name not in declared:
            near = names.nearest(name)
            meant.add(near)
            yield _unknown_attribute(declaration, element, name, near)
        elif name in refused:
            yield _value(declared[name], element, name)
    for name in sorted(absent - meant):
        if declared[name].use == "required":
            hint = " ".join(filter(None, (f'Add {name}="…".', _meaning(declared[name]))))
            message = f"{label(element)}: {name} is missing"
            yield Violation("missing-attribute", element, None, message, _expected(declared[name]), hint)


def _refused(compiled: etree.XMLSchema, element: etree._Element, names: list[str]) -> frozenset[str]:
    """The attributes whose values libxml2 does not take, which is who decides on the whole CIB."""
    if not names:
        return frozenset()
    bare = etree.Element(element.tag, {name: element.get(name, "") for name in names})
    told = (_ATTRIBUTE.search(found.message) for found in refusals(compiled, bare) if found.is_about_a_value)
    return frozenset(match[1] for match in told if match)


def _meaning(declared: XsdAttribute) -> str:
    """What the schema says of an attribute."""
    told = declared.annotation.documentation if declared.annotation is not None else []
    return " ".join(" ".join("".join(piece.itertext()).split()) for piece in told)


def _unknown_attribute(declaration: XsdElement, element: etree._Element, name: str, near: str | None) -> Violation:
    known = frozenset(str(each) for each in declaration.attributes if each)
    expected = ", ".join(sorted(known)) or "no attributes"
    hint = rewording(str(element.tag), name, known) or (f'Write "{near}".' if near else "Remove it.")
    message = f'{label(element)}: there is no attribute "{name}" here'
    return Violation("unknown-attribute", element, name, message, expected, hint)


def _value(declared: XsdAttribute, element: etree._Element, name: str) -> Violation:
    value = element.get(name, "")
    words = _words(declared)
    near = nearest(value, words or ("INFINITY", "+INFINITY", "-INFINITY", "true", "false"))
    if declared.type.name in ("identifier", "resourceName"):
        hint = f'Write {name}="{legal_id(value)}", and the same in what refers to it.'
    elif near and declared.type.is_valid(near):
        hint = f'Write {name}="{near}".'
    else:
        hint = f"Write {_expected(declared)}."
    message = f'{label(element)}: {name}="{value}" is not allowed'
    return Violation("value", element, name, message, _expected(declared), hint)


def _words(declared: XsdAttribute) -> tuple[str, ...]:
    return tuple(str(word) for word in declared.type.enumeration or ())


def _expected(declared: XsdAttribute) -> str:
    return expectation(declared.type.name or "", _words(declared))
