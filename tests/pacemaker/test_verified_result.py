"""What crm_verify says of a migrated cluster, and which two of its warnings no rewriting avoids."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from cibtools.migrate.proof.scenario import with_idle_status
from tests.migrate.lab import migrated
from tests.pacemaker.lab import Lab

pytestmark = pytest.mark.pacemaker
GUIDE = Path(__file__).parents[2] / "fixtures" / "hasi" / "cib.bak.xml"


@pytest.fixture(scope="module")
def guide() -> etree._Element:
    """The guide's cluster, migrated."""
    return migrated(GUIDE.read_text(encoding="utf-8")).top


def with_kinds(top: etree._Element) -> etree._Element:
    """The same with the words that Pacemaker 1.1 brought in place of the scores of orders."""
    changed = deepcopy(top)
    for order in changed.iter("rsc_order"):
        order.set("kind", "Optional" if order.attrib.pop("score") == "0" else "Mandatory")
    return changed


def text_of(top: etree._Element) -> str:
    return etree.tostring(top, encoding="unicode")


def test_nodes_without_a_status_and_scores_of_orders_are_all_that_crm_verify_warns_of(
    guide: etree._Element, lab: Lab
) -> None:
    assert lab.verify(text_of(with_idle_status(with_kinds(guide), ()))).status == 0
    for one_alone in (with_idle_status(guide, ()), with_kinds(guide)):
        verdict = lab.verify(text_of(one_alone))
        assert (verdict.status, "Warnings found" in verdict.words) == (78, True)


def test_pacemaker_1_0_has_no_other_word_for_the_strength_of_an_order(
    guide: etree._Element, pacemaker_10: etree.RelaxNG
) -> None:
    assert pacemaker_10.validate(guide)
    both = deepcopy(guide)
    for order in both.iter("rsc_order"):
        order.set("kind", "Optional")
    assert not pacemaker_10.validate(both)
