from __future__ import annotations

from itertools import permutations

import pytest
from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.drafting import draft_of
from cibtools.migrate.steps.document.arrange import arrange_attributes
from tests.migrate.lab import cluster_of


@pytest.mark.parametrize(
    ("tag", "order"),
    [
        ("nvpair", "id name value"),
        ("primitive", "id class provider type description"),
        ("op", "id name interval timeout start-delay"),
        ("op", "id role enabled on-fail requires"),
        ("node", "id uname type"),
        ("rule", "id score role boolean-op"),
        ("expression", "id attribute operation value type"),
        ("rsc_order", "id first first-action then then-action"),
        ("rsc_colocation", "id rsc with-rsc with-rsc-role score"),
        ("meta_attributes", "id score"),
    ],
)
def test_attributes_come_in_their_customary_order_from_any_other(tag: str, order: str) -> None:
    wanted = order.split()
    objects = []
    for names in permutations(wanted):
        objects.append(f"<{tag} " + " ".join(f'{name}="{name}-{len(objects)}"' for name in names) + "/>")
    cib = f"<cib><configuration><resources>{''.join(objects)}</resources></configuration></cib>"
    draft = draft_of(cluster_of(cib))
    assert [*arrange_attributes(draft, Answers())] == []
    for number, found in enumerate(draft.configuration.iter(tag)):
        assert list(found.attrib.items()) == [(name, f"{name}-{number}") for name in wanted]


def test_what_nobody_has_an_order_for_keeps_its_own_behind_the_id() -> None:
    draft = draft_of(
        cluster_of('<cib><configuration><resources><x z="1" id="i" a="2"/></resources></configuration></cib>')
    )
    assert [*arrange_attributes(draft, Answers())] == []
    (found,) = draft.configuration.iter("x")
    assert etree.tostring(found) == b'<x id="i" z="1" a="2"/>'
