"""A fact of the ledger as a difference: told by names, with the places, secrets masked."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from cibtools.backup.cib.dialect import SETS
from cibtools.backup.record.loose_secret import names_a_secret
from cibtools.backup.record.secret import MASK, is_secret_name, mask_text
from cibtools.backup.secret_span import is_secret_pair
from cibtools.cluster.compare.difference import Difference, DifferenceKind
from cibtools.cluster.compare.ledger import CONTAINER, CONTENT, ORDER, Fact, container_of
from cibtools.cluster.compare.meaning import parts, referent
from cibtools.cluster.compare.pairing import Pair
from cibtools.cluster.model.place import Place

Placer = Callable[[etree._Element, str], Place | None]
"""Where an element, or one of its attributes, stands in the input."""


def difference(fact: Fact, old_place: Placer, new_place: Placer) -> Difference:
    """Tell one fact that differs."""
    left, right = fact.pairs[-1]
    subject, *within = [_label(pair, fact.pairs[at - 1] if at else None) for at, pair in enumerate(fact.pairs)]
    attribute = (
        "" if fact.attribute.startswith(ORDER) or fact.attribute in (CONTAINER, CONTENT, "kind") else fact.attribute
    )
    alone = not fact.attribute
    places = [
        None if element is None else place(element, attribute)
        for place, element in (
            (old_place, left if alone else _nearest(fact, 0)),
            (new_place, right if alone else _nearest(fact, 1)),
        )
    ]
    route = (fact.section, subject, tuple(name for name in within if name))
    if alone:
        kind = DifferenceKind.ONLY_OLD if left is not None else DifferenceKind.ONLY_NEW
        some = left if left is not None else right
        assert some is not None
        return Difference(kind, *route, detail=_detail(some) + _inside(fact), old=places[0], new=places[1])
    reordered = fact.attribute.startswith(ORDER)
    kind = DifferenceKind.REORDERED if reordered else DifferenceKind.CHANGED
    before, after = fact.order if fact.order[0] else (_said(left, fact.attribute), _said(right, fact.attribute))
    return Difference(kind, *route, fact.attribute, before, after, "", places[0], places[1])


def _inside(fact: Fact) -> str:
    """The option set around an option that only one side has: one that moved to another set is told twice."""
    around = next((side for pair in fact.pairs[1:-1][-1:] for side in pair if side is not None), None)
    return f", in {around.tag}" if around is not None and around.tag in SETS else ""


def _nearest(fact: Fact, side: int) -> etree._Element | None:
    """The thing on one side, or what is around it there."""
    return next((pair[side] for pair in reversed(fact.pairs) if pair[side] is not None), None)


def _label(pair: Pair, around: Pair | None) -> str:
    """What a thing is called; an option set that is the only one of its kind needs no mention."""
    element = pair[0] if pair[0] is not None else pair[1]
    assert element is not None
    tag = str(element.tag)
    if tag in SETS and around is not None:
        counts = [len([part for part in parts(side) if part.tag == tag]) for side in around]
        if max(counts) < 2:
            return ""
    names = [element.get("name"), element.get("interval"), element.get("role")] if tag == "op" else []
    if not names:
        names = [element.get("name" if tag == "nvpair" else "uname" if tag == "node" else "id") or element.get("id")]
    return " ".join(name for name in (tag, *names) if name)


def _said(element: etree._Element | None, name: str) -> str | None:
    """The value of an attribute as it may be shown."""
    if element is None:
        return None
    if name in (CONTAINER, "kind"):
        return container_of(element) if name == CONTAINER else str(element.tag)
    text = element.get(name)
    target = referent(element) if name == "id-ref" else None
    if target is not None:
        held = [_pair(part) if part.tag == "nvpair" else str(part.tag) for part in parts(target)]
        return f"{text} ({', '.join(held)})" if held else text
    secret = element.tag == "nvpair" and name not in ("id", "name") and is_secret_pair(element)
    if text is None:
        return None
    remark = name == "description" and names_a_secret(text)
    return MASK if secret or remark or is_secret_name(name) else mask_text(text)


def _detail(element: etree._Element) -> str:
    """The attributes apart from what the label says already."""
    told = {"nvpair": ("id", "name"), "op": ("id", "name", "interval", "role")}.get(str(element.tag), ("id",))
    names = (str(name) for name in element.attrib)
    return " ".join(f'{name}="{_said(element, name)}"' for name in names if name not in told)


def _pair(pair: etree._Element) -> str:
    """An nvpair as `name=value`."""
    return f"{pair.get('name') or pair.get('id-ref')}={_said(pair, 'value')}"
