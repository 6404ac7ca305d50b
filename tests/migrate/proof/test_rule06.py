"""Rules as heartbeat 2.1 evaluates them: what the tables of the language say, one line each."""

from __future__ import annotations

from datetime import datetime

import pytest
from lxml import etree

from cibtools.migrate.proof.rule06 import rule_score

NOW = datetime(2009, 3, 4, 10, 30)  # a Wednesday, day 63 of the year
HOST = {"#uname": "n1", "#id": "u1", "ram": "1000", "pingd": "100"}


def score(attributes: str, parts: str) -> int:
    return rule_score(etree.fromstring(f'<rule id="r" {attributes}>{parts}</rule>'), HOST, NOW)


def expression(attribute: str, operation: str, value: str | None = None, kind: str = "") -> str:
    values = "" if value is None else f' value="{value}"'
    kinds = f' type="{kind}"' if kind else ""
    return f'<expression id="e" attribute="{attribute}" operation="{operation}"{values}{kinds}/>'


@pytest.mark.parametrize(
    ("part", "true"),
    [
        (expression("#uname", "eq", "N1"), True),
        (expression("#uname", "EQ", "n1"), True),
        (expression("#uname", "ne", "n1"), False),
        (expression("ram", "lt", "200"), True),  # as text, "1000" comes before "200"
        (expression("ram", "lt", "200", "number"), False),
        (expression("ram", "gte", "1000", "number"), True),
        (expression("ram", "eq", "7", "integer"), True),  # an unknown type makes everything equal
        (expression("gone", "defined"), False),
        (expression("gone", "not_defined"), True),
        (expression("gone", "eq", "1"), False),
        (expression("gone", "ne", "1"), True),
        (expression("gone", "lt", "1"), False),
        (expression("gone", "eq"), True),
        (expression("#uname", "colocated", "n1"), False),
        (expression("v", "defined"), False),
        ('<date_expression id="d" operation="gt" start="2009-01-01"/>', True),
        ('<date_expression id="d" operation="lt" end="2009-01-01"/>', False),
        ('<date_expression id="d" start="2009-01-01" end="2009-12-31"/>', True),
        ('<date_expression id="d" operation="in_range" start="2009-01-01"/>', False),
        ('<date_expression id="d" operation="in_range" end="2010-01-01"/>', True),
        ('<date_expression id="d" start="2009-03-04"><duration hours="9"/></date_expression>', False),
        ('<date_expression id="d" start="2009-03-04"><duration hours="11"/></date_expression>', True),
        ('<date_expression operation="date_spec"><date_spec hours="9-16" weekdays="1-5"/></date_expression>', True),
        ('<date_expression id="d" operation="date_spec"><date_spec hours="11-"/></date_expression>', False),
        ('<date_expression id="d" operation="date_spec"><date_spec yeardays="63"/></date_expression>', True),
        ('<date_expression id="d" operation="eq" start="2009-03-04"/>', False),
    ],
)  # fmt: skip
def test_a_part_is_true_or_not(part: str, true: bool) -> None:
    assert score('score="5"', part) == (5 if true else 0)


def test_an_or_rule_counts_each_true_part() -> None:
    parts = expression("ram", "defined") + expression("pingd", "defined") + expression("gone", "defined")
    assert score('score="5" boolean_op="OR"', parts) == 10
    assert score('score="INFINITY" boolean_op="or"', parts) == 1_000_000
    assert score('score="-INFINITY" boolean_op="or"', parts) == -1_000_000


def test_an_empty_rule_is_true_with_and_and_false_with_or() -> None:
    assert score('score="5"', "") == 5
    assert score('score="5" boolean_op="or"', "") == 0


def test_nested_rules_are_parts() -> None:
    inner = f'<rule id="i" boolean_op="or">{expression("gone", "defined")}{expression("ram", "defined")}</rule>'
    assert score('score="7"', inner + expression("#uname", "eq", "n1")) == 7


def test_a_score_can_come_from_an_attribute() -> None:
    part = expression("#uname", "defined")
    assert score('score_attribute="pingd"', part) == 100
    assert score('score_attribute_mangled="pingd"', part) == 100
    assert score('score_attribute="gone"', part) == 0
    assert score('score="3" score_attribute="pingd"', part) == 3


def test_a_rule_for_a_role_that_no_engine_knows_is_passed_over() -> None:
    assert score('score="5" role="boss"', expression("#uname", "defined")) == 0
    assert score('score="5" role="master"', expression("#uname", "defined")) == 5
