from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest
from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.vocabulary.grammar import FREE_IDS, REFERENCES, attribute_types, grammar

FIXTURES = Path(__file__).parents[3] / "fixtures"


@pytest.mark.parametrize("dialect", Dialect)
def test_every_child_has_a_grammar_of_its_own(dialect: Dialect) -> None:
    known = grammar(dialect)
    children = set(chain.from_iterable(rule.children for rule in known.values())) - {"status"}
    assert children <= set(known)
    assert {tag for tag, _ in attribute_types(dialect)} <= set(known)


@pytest.mark.parametrize("dialect", Dialect)
def test_what_is_required_is_allowed(dialect: Dialect) -> None:
    for rule in grammar(dialect).values():
        assert set(rule.required) <= rule.attributes


def test_typed_attributes_exist() -> None:
    for dialect in Dialect:
        for tag, name in attribute_types(dialect):
            assert name in grammar(dialect)[tag].attributes or dialect is Dialect.P10


def test_pacemaker_lost_the_wrapper_and_the_options_as_attributes() -> None:
    assert "attributes" in grammar(Dialect.HB2)["meta_attributes"].children
    assert "attributes" not in grammar(Dialect.P10)["meta_attributes"].children
    assert "is_managed" in grammar(Dialect.HB2)["clone"].attributes
    assert "is_managed" not in grammar(Dialect.P10)["clone"].attributes


def test_references_are_no_ids() -> None:
    assert REFERENCES < FREE_IDS


@pytest.mark.parametrize(
    ("path", "dialect"), [("hasi/cib.bak.xml", Dialect.HB2), ("pacemaker-1.0/cib.xml", Dialect.P10)]
)
def test_healthy_clusters_speak_the_grammar(path: str, dialect: Dialect) -> None:
    configuration = etree.parse(str(FIXTURES / path)).find("configuration")
    assert configuration is not None
    for element in configuration.iter("*"):
        rule = grammar(dialect)[str(element.tag)]
        assert set(element.attrib) <= rule.attributes | {"description"}
        assert {child.tag for child in element.iterchildren("*")} <= rule.children
