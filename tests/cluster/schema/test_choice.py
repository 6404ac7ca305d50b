"""Choices between attributes: what is said of one element does not depend on what stands beside it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cibtools.cluster.schema.choice import _CHOICES, unchosen

SET = ("id", "id-ref", "score")
NAMES = {
    "cluster_property_set": SET, "meta_attributes": SET, "instance_attributes": SET,
    "rule": (*SET, "score-attribute", "boolean-op"),
    "date_expression": ("operation", "start", "end"),
    "primitive": ("class", "provider"),
    "op": ("start-delay", "interval-origin"),
    "rsc_location": ("node", "score"),
    "rsc_colocation": ("score", "score-attribute", "rsc", "with-rsc", "node-attribute"),
    "rsc_order": ("score", "kind", "first", "then", "first-action"),
    "resource_set": ("id", "id-ref", "sequential"),
}  # fmt: skip
"""The attributes that each choice is between."""
VALUES = {"operation": ("gt", "lt", "in_range", "date_spec"), "class": ("ocf", "lsb", "")}
CHILDREN = ("rule", "expression", "date_spec", "duration", "resource_set", "resource_ref", "nvpair", "")
Described = tuple[dict[str, str], list[str]]


@st.composite
def alike(draw: st.DrawFn, tag: str) -> list[Described]:
    """Elements with the same attributes, of which values and children differ: what a cache key may confuse."""
    names = [name for name in NAMES[tag] if draw(st.booleans())]
    values = st.fixed_dictionaries({name: st.sampled_from(VALUES.get(name, ("1",))) for name in names})
    children = st.sampled_from(([], [], [], *([child] for child in CHILDREN), ["nvpair", "rule"], ["", "rule"]))
    return draw(st.lists(st.tuples(values, children), min_size=3, max_size=6))


def made(tag: str, described: Described) -> etree._Element:
    element = etree.Element(tag, described[0])
    element.extend(etree.Element(child) if child else etree.Comment("no child") for child in described[1])
    return element


def told(top: etree._Element) -> list[str]:
    return [f"{found.kind} {found.attribute} {found.message} {found.hint}" for found in unchosen(top)]


@pytest.mark.parametrize("tag", sorted(_CHOICES))
def test_a_verdict_alone_is_the_verdict_in_company(tag: str) -> None:
    @settings(max_examples=150 if tag == "date_expression" else 40, database=None)
    @given(alike(tag))
    def check(all_described: list[Described]) -> None:
        company = etree.Element("constraints")
        company.extend(made(tag, described) for described in all_described)
        assert told(company) == [line for described in all_described for line in told(made(tag, described))]

    check()
