"""M003: what Pacemaker's schema has no place for, once the other steps have renamed what they know."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.tree import is_comment
from cibtools.cluster.vocabulary.grammar import grammar
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import LOOSE, SET_TAGS, Draft, Shape
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import decide, drop, drop_attribute

_STRAY_TEXT = etree.XPath(".//text()[normalize-space() and not(ancestor::status)]")
_TEXT = "text()"
"""In place of an attribute's name, so that nobody takes the element around the text for dropped."""
_HOMES = {
    "lifetime": frozenset({"rsc_location", "rsc_order", "rsc_colocation", LOOSE}),
    "rule": frozenset({"rsc_location", "lifetime", "rule", *SET_TAGS, LOOSE}),
    "expression": frozenset({"rule", LOOSE}),
    "date_expression": frozenset({"rule", LOOSE}),
    "date_spec": frozenset({"date_expression", LOOSE}),
    "duration": frozenset({"date_expression", LOOSE}),
}
"""Where both languages have the parts of rules."""
_BOTH = etree.XPath(".//*[@id-ref and (@id or *)]")
_WRITTEN_BY_PEOPLE = frozenset({"description", "comment", "note"})


def drop_text(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M003: remove text, elements and attributes that the schema does not allow.

    Source: pacemaker-1.0 RelaxNG. Trigger: text other than white space, outside of status. Changes: it goes; no engine
    reads it. Comments stay.
    """
    # All text of the document at once, which is quick to make and as a rule nothing but blanks.
    if not etree.tostring(draft.top, method="text", encoding="unicode").strip():
        return
    found = _STRAY_TEXT(draft.top)
    assert isinstance(found, list)
    for text in found:
        if not isinstance(text, etree._ElementUnicodeResult):
            continue
        element = text.getparent()
        if element is None:
            continue
        if text.is_tail:
            element.tail = None
            element = element.getparent()
        else:
            element.text = None
        yield Note("M003", ChangeKind.DROPPED, element, _TEXT, text.strip(), "", "text between elements says nothing")


def drop_misplaced(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M003: remove parts of rules where none is read.

    Source: the DTD of 2.1 and pacemaker-1.0 RelaxNG, which agree on these places. Trigger: a rule, expression, date or
    lifetime somewhere else; an element within an nvpair or an expression; a reference on what is there itself.
    Changes: it goes, before the steps for rules
    and options conclude from it what is around it means.
    """
    found = [
        element
        for tag, homes in _HOMES.items()
        for element in draft.iter(tag)
        if (parent := element.getparent()) is None or parent.tag not in homes
    ]
    for tag in ("nvpair", "expression"):
        # What holds something has an end tag of its own.
        found += [child for home in draft.iter(tag) for child in home] if draft.mentions.word(f"</{tag}") else []
    for element in found:
        if not is_comment(element) and draft.is_live(element):
            yield drop("M003", element, f"there is no {element.tag} in {_parent_tag(element)} in either language")
    for element in draft.select(_BOTH) if draft.mentions.attribute("id-ref") else ():
        yield drop_attribute("M003", element, "id-ref", "2.1 read what stands here, and not what it refers to")


def _parent_tag(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else str(parent.tag)


def drop_foreign(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M003: remove attributes and elements that the schema does not allow.

    Source: pacemaker-1.0 RelaxNG. Trigger: an attribute or element that it does not know there, outside of status.
    Changes: it goes, with its text in the change log; asks about what a person may have written.
    """
    if draft.shape is Shape.WHOLE:
        legal = grammar(Dialect.P10)["cib"]
        yield from _drop_attributes(draft.top, [name for name in _names(draft.top) if name not in legal.attributes])
        yield from _drop_attributes(draft.configuration, _names(draft.configuration))
        for child in draft.top.findall("*"):
            if child.tag not in legal.children:
                yield drop("M003", child, f"Pacemaker's schema has no {child.tag} in cib")
    # Elements with the same attributes in the same place are many, and all alike.
    fine: set[tuple[object, ...]] = set()
    gone: set[etree._Element] = set()
    for element in draft.configuration.findall(".//*"):
        parent = element.getparent()
        if parent is None or parent in gone:
            gone.add(element)
            continue
        shape = (parent.tag, element.tag, *element.keys())
        if shape in fine:
            continue
        if not _has_place(element, parent):
            gone.add(element)
            yield drop("M003", element, f"Pacemaker's schema has no {element.tag} in {parent.tag}")
            continue
        foreign = _foreign(element)
        if foreign:
            yield from _drop_attributes(element, foreign)
        else:
            fine.add(shape)


def _has_place(element: etree._Element, parent: etree._Element) -> bool:
    legal = grammar(Dialect.P10)
    home = legal.get(parent.tag)
    return element.tag == LOOSE or (element.tag in legal and (home is None or element.tag in home.children))


def _foreign(element: etree._Element) -> list[str]:
    if element.tag == LOOSE:
        return []
    legal = grammar(Dialect.P10)[element.tag].attributes
    if element.tag in ("date_spec", "duration"):
        # What the schema cannot say of dates is a question of M069, and must not vanish before it is answered.
        legal |= grammar(Dialect.HB2)[element.tag].attributes
    return [name for name in _names(element) if name not in legal]


def _names(element: etree._Element) -> list[str]:
    return [str(name) for name in element.attrib]


def _drop_attributes(element: etree._Element, names: list[str]) -> Iterator[Note]:
    for name in names:
        value = element.get(name, "")
        yield drop_attribute("M003", element, name, f"Pacemaker's schema has no {name} on {element.tag}")
        if name in _WRITTEN_BY_PEOPLE:
            yield decide(
                "M003",
                element,
                f'{element.tag} {element.get("id", "")}: {name}="{value}" has no place there and was left out. '
                "Is it written down elsewhere?",
                ("keep it as a comment",),
                attribute=name,
            )
