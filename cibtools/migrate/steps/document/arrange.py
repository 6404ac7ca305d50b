"""The order of attributes: the one that people are used to, so that a diff against the old file can be read."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.record.change import Note

_CUSTOMARY = {
    "cib": "admin_epoch epoch num_updates validate-with",
    "primitive": "id class provider type",
    "nvpair": "id name value",
    "op": "id name interval timeout start-delay role enabled on-fail requires",
    "node": "id uname type",
    "rsc_order": "id first first-action then then-action score symmetrical",
    "rsc_colocation": "id rsc rsc-role with-rsc with-rsc-role node-attribute score",
    "rsc_location": "id rsc node score",
    "rule": "id score score-attribute role boolean-op",
    "expression": "id attribute operation value type",
    "date_expression": "id operation start end",
}
_RANKS = {tag: {name: at for at, name in enumerate(names.split())} for tag, names in _CUSTOMARY.items()}
_ID_FIRST = {"id": 0}


def arrange_attributes(draft: Draft, answers: Answers) -> Iterator[Note]:
    """Put attributes in their customary order; what else an element has follows as it was.

    Their order means nothing, hence no note. Only elements that are out of order are touched.
    """
    # Elements with the same attributes are many; what is out of order is worked out once for each such shape.
    fine: set[tuple[object, ...]] = set()
    moves: dict[tuple[object, ...], tuple[str, ...]] = {}
    for element in (draft.top, *draft.iter("*")):
        shape = (element.tag, *element.keys())
        if shape in fine:
            continue
        late = moves.get(shape)
        if late is None:
            late = _out_of_order(element.tag, [str(name) for name in element.attrib])
            if not late:
                fine.add(shape)
                continue
            moves[shape] = late
        for name in late:
            element.set(name, str(element.attrib.pop(name)))
    yield from ()


def _out_of_order(tag: str, names: list[str]) -> tuple[str, ...]:
    """The names that have to go to the end, one after the other, for all to be in order."""
    ranks = _RANKS.get(tag, _ID_FIRST)
    order = sorted(names, key=lambda name: ranks.get(name, len(ranks)))
    settled = 0
    for name in names:
        if name == order[settled]:
            settled += 1
    return tuple(order[settled:])
