from __future__ import annotations

import pytest

from cibtools.cluster.value import INFINITY
from cibtools.migrate.answers import Answers, parse_answers
from cibtools.migrate.heartbeat.stickiness import exact_threshold
from tests.migrate.lab import migrated, whole


@pytest.mark.parametrize(
    ("failure", "stickiness", "threshold"),
    [
        (0, 100, None), (7, 100, None), (INFINITY, 0, None),
        (-INFINITY, 0, 1), (-INFINITY, 100, 1), (-INFINITY, INFINITY, 1), (-INFINITY, -5, 1),
        (-500, INFINITY, 2000), (-300, INFINITY, 3334), (-1, INFINITY, 1_000_000),
        (-30, 100, 4), (-100, 100, 2), (-101, 100, 1), (-1, 0, 1), (-30, 300, 11),
        (-30, -1, None),
    ],
)  # fmt: skip
def test_the_threshold_is_the_first_fail_count_that_moved_it(failure: int, stickiness: int, threshold: int) -> None:
    assert exact_threshold(stickiness, failure) == threshold


def test_no_threshold_is_earlier_or_later_than_the_sum_of_scores_says() -> None:
    """A resource leaves once stickiness + fail-count * failure stickiness is negative."""
    for stickiness in range(60):
        for failure in range(-70, 0):
            count = exact_threshold(stickiness, failure)
            assert count is not None
            assert stickiness + count * failure < 0 <= stickiness + (count - 1) * failure


CONDITIONAL = """
<meta_attributes id="m">
  <rule id="r" score="0"><date_expression id="d" operation="lt" end="2009-12-31"/></rule>
  <attributes><nvpair id="n" name="resource_failure_stickiness" value="-30"/></attributes>
</meta_attributes>"""


def test_a_weight_under_a_rule_blocks_until_a_number_or_an_acceptance_is_given() -> None:
    assert migrated(whole(CONDITIONAL)).blocked
    assert migrated(whole(CONDITIONAL), parse_answers('threshold = "exact"', "a")).blocked
    for text in ("threshold = 3", 'threshold = "none"', 'accept = ["M014"]'):
        assert not migrated(whole(CONDITIONAL), parse_answers(text, "a")).blocked


def test_a_preference_for_a_node_is_named_with_the_fail_count_that_it_made() -> None:
    cib = """
    <primitive id="p" class="ocf" provider="heartbeat" type="Dummy"><meta_attributes id="m"><attributes>
      <nvpair id="n1" name="resource_stickiness" value="100"/>
      <nvpair id="n2" name="resource_failure_stickiness" value="-30"/></attributes></meta_attributes></primitive>
    <rsc_location id="l" rsc="p"><rule id="r" score="50">
      <expression id="e" attribute="#uname" operation="eq" value="n1"/></rule></rsc_location>"""
    (question,) = [change.reason for change in migrated(whole(cib)).decisions if change.step == "M014"]
    assert "4" in question
    assert "6 on n1" in question


def test_resources_without_crm_config_are_asked_about_where_only_the_defaults_tell() -> None:
    cib = """
    <resources><primitive id="p" class="ocf" provider="heartbeat" type="Dummy"><meta_attributes id="m"><attributes>
      <nvpair id="n" name="resource_failure_stickiness" value="-30"/></attributes></meta_attributes></primitive>
    </resources>"""
    migration = migrated(cib, Answers())
    assert b"migration-threshold" not in migration.document()
    (question,) = [change for change in migration.decisions if change.step == "M014"]
    assert "crm_config" in question.reason
