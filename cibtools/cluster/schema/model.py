"""Why libxml2 rejects a CIB, told from the model that the xmlschema package makes of our XSDs.

Slow to load and to run, so only what is rejected comes here: object by object, and the sections above them to the depth
of their children. The package finds the elements at fault; what to write instead is told from the declarations.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from itertools import islice
from pathlib import Path

from lxml import etree
from xmlschema import XMLSchema10, XMLSchemaChildrenValidationError

from cibtools.backup.cib.section import SECTION_TAGS
from cibtools.backup.record.secret import MASK
from cibtools.backup.secret_span import is_secret_pair
from cibtools.cluster.schema.attribute import attribute_faults
from cibtools.cluster.schema.foreign import XSI
from cibtools.cluster.schema.violation import Violation, alternatives, label
from cibtools.cluster.schema.words import element_advice
from cibtools.cluster.vocabulary.spelling import nearest

_XSI = f"{{{XSI}}}"
_CROWDED = 64
"""No element has so many attributes by right, nor children of which each must come once."""
_BLANK = " \t\r\n"
"""What counts as no text; str.strip would take the no-break space of a word processor with it."""


def explain(top: etree._Element, compiled: etree.XMLSchema, path: Path) -> Iterator[Violation]:
    """Yield what the XSD at path has against a tree that the compiled one rejects."""
    schema = load_model(path)
    if _is_declared(schema, top.tag):
        yield from _walked(schema, compiled, top)
    else:
        yield _stray(schema, top, None)


@lru_cache(maxsize=2)
def load_model(path: Path) -> XMLSchema10:
    """The model of an XSD; takes a fifth of a second."""
    return XMLSchema10(str(path))


def _is_declared(schema: XMLSchema10, tag: object) -> bool:
    return tag in schema.elements and not schema.elements[str(tag)].abstract


def _walked(schema: XMLSchema10, compiled: etree.XMLSchema, top: etree._Element) -> Iterator[Violation]:
    """What is wrong with a CIB or a part of one; what should not be there at all is not looked into."""
    if top.tag == "status":
        return
    section = top.tag in SECTION_TAGS
    if not section and top.tag not in ("cib", "configuration"):
        if not compiled.validate(top):
            yield from _explained(schema, compiled, top, None)
        return
    # A section is any number of objects of certain tags: the package would take seconds over thousands of them.
    yield from _faults(schema, compiled, top) if section else _explained(schema, compiled, top, 1)
    known = _children(schema, str(top.tag))
    for child in top.iterchildren("*"):
        if child.tag in known:
            yield from _walked(schema, compiled, child)
        elif section:
            yield _stray(schema, child, top)


def _explained(
    schema: XMLSchema10, compiled: etree.XMLSchema, part: etree._Element, depth: int | None
) -> Iterator[Violation]:
    """What is wrong with a part down to a depth; each element's attributes and text once, each stray child once."""
    strays: set[etree._Element] = set()
    # Attributes of XSD's own namespace steer the package: an unknown xsi:type stops it. `foreign` reports them. And it
    # writes out all attributes of an element for each one that is unknown.
    plain, ours = _plain(schema, part)
    for error in schema.iter_errors(plain, max_depth=depth, use_location_hints=False):
        element = ours[_given(error.elem)]
        if isinstance(error, XMLSchemaChildrenValidationError):
            child = None if error.invalid_child is None else ours[_given(error.invalid_child)]
            if child is None:
                yield _lacking(error, element)
            elif child not in strays:
                strays.add(child)
                yield _stray(schema, child, element, _wanted(error))
        elif element not in strays and not _is_declared(schema, element.tag):
            strays.add(element)
            yield _stray(schema, element, element.getparent())
    # Values and texts are not left to the package: to it a no-break space is a blank, and any digit of Unicode is one.
    for element in _looked_into(part, strays) if depth is None else (part,):
        if _is_declared(schema, element.tag):
            yield from _faults(schema, compiled, element)


def _plain(schema: XMLSchema10, part: etree._Element) -> tuple[etree._Element, dict[etree._Element, etree._Element]]:
    """A part as the package may see it, and the element that each of its elements stands for."""
    marked = [element for element in part.iter("*") if _is_odd(element)]
    plain = deepcopy(part) if marked else part
    ours = dict(zip(plain.iter("*"), part.iter("*"), strict=True))
    for element in plain.iter("*") if marked else ():
        if _is_odd(element):
            declared = schema.elements[element.tag].attributes if _is_declared(schema, element.tag) else {}
            kept = {name: value for name, value in element.items() if name in declared}
            element.attrib.clear()
            element.attrib.update(kept)
    return plain, ours


def _is_odd(element: etree._Element) -> bool:
    """True for attributes that steer the package, and for so many that it takes too long over them."""
    return len(element.attrib) > _CROWDED or any(str(name).startswith(_XSI) for name in element.attrib)


def _looked_into(top: etree._Element, strays: set[etree._Element]) -> Iterator[etree._Element]:
    """The elements from one down, but for those that should not be there and what is in them."""
    if top not in strays:
        yield top
        for child in top.iterchildren("*"):
            yield from _looked_into(child, strays)


def _faults(schema: XMLSchema10, compiled: etree.XMLSchema, element: etree._Element) -> Iterator[Violation]:
    """What is wrong with the attributes and the text of an element."""
    yield from attribute_faults(schema.elements[element.tag], compiled, element)
    yield from _text(element)


def _given(element: object) -> etree._Element:
    """The element that we gave; the package speaks of those of the standard library in its types."""
    if not isinstance(element, etree._Element):
        raise TypeError("the schema speaks of an element that is not in the tree")
    return element


def _text(element: etree._Element) -> Iterator[Violation]:
    for piece in (element.text, *(child.tail for child in element)):
        if piece and piece.strip(_BLANK):
            said = " ".join(piece.split()) or "\N{NO-BREAK SPACE}"
            shown = MASK if is_secret_pair(element) else said if len(said) <= 40 else f"{said[:39]}…"
            message = f'{label(element)}: the text "{shown}" has no place here'
            yield Violation("text", element, None, message, "elements only", "Remove it, or make it a comment.")
            return


def _wanted(error: XMLSchemaChildrenValidationError) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"<{each.name}>" for each in error.expected or () if each.name))


def _lacking(error: XMLSchemaChildrenValidationError, element: etree._Element) -> Violation:
    names = alternatives(_wanted(error) or ("content",))
    message = f"{label(element)}: {names} is missing"
    return Violation("missing-element", element, None, message, names, f"Add {names}.")


def _stray(
    schema: XMLSchema10, child: etree._Element, parent: etree._Element | None, wanted: tuple[str, ...] = ()
) -> Violation:
    """An element that cannot stand where it stands; something else may have to stand before it."""
    tag = str(child.tag)
    known = (
        _children(schema, str(parent.tag))
        if parent is not None
        else tuple(name for name in map(str, schema.elements) if _is_declared(schema, name))
    )
    expected = alternatives([f"<{name}>" for name in known]) if known and parent is not None else ""
    where = f" in {label(parent)}" if parent is not None else ""
    if tag in known and wanted and f"<{tag}>" not in wanted and not _out_of_place(child, wanted):
        names = alternatives(wanted)
        message = f"{label(child)}: {names} is missing before it{where}"
        return Violation("missing-element", child, None, message, names, f"Add {names}.")
    if tag in known:
        message, hint = f"{label(child)}: a <{tag}> too many, or at the wrong place{where}", "Remove or move it."
        return Violation("unknown-element", child, None, message, expected, hint)
    near = nearest(tag, known)
    homes = [f"<{name}>" for name in map(str, schema.elements) if tag in _children(schema, name)]
    if near:
        hint = f"Write <{near}>."
    else:
        hint = element_advice(tag) or (f"Move it into {alternatives(homes[:3])}." if homes else "Remove it.")
    message = f"{label(child)}: there is no <{tag}>{where}"
    return Violation("unknown-element", child, None, message, expected, hint)


def _out_of_place(child: etree._Element, wanted: tuple[str, ...]) -> bool:
    """True for a second one, and for one behind which stands what the model wants first: nothing is missing."""
    # So many are enough: what no parent holds by right is not worth a search that grows with it.
    before = {sibling.tag for sibling in islice(child.itersiblings("*", preceding=True), _CROWDED)}
    behind = {f"<{sibling.tag}>" for sibling in islice(child.itersiblings("*"), _CROWDED)}
    return child.tag in before or not behind.isdisjoint(wanted)


def _children(schema: XMLSchema10, tag: str) -> tuple[str, ...]:
    """The elements that one element may hold."""
    group = schema.elements[tag].type.model_group
    names = [each.name for each in group.iter_elements()] if group is not None else []
    return tuple(dict.fromkeys(str(name) for name in names if name and name != "no-children"))
