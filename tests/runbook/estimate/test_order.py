"""Which domU and which node comes first, and what decided it."""

from __future__ import annotations

from cibtools.cluster.model.cluster import Cluster
from cibtools.runbook.estimate.order import canary, importance, node_order
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import Survey, survey
from tests.runbook.lab import Domu, Paper

DOMUS = (Domu("big", 2048), Domu("small", 128, 1), Domu("other", 128))


def asked(cluster: Cluster, parameters: Parameters | None = None, **wishes: object) -> Survey:
    return survey(cluster, Wishes(**wishes), parameters or Parameters())  # type: ignore[arg-type]


def names(found: Survey) -> list[str]:
    return [place.domu for place in importance(found)]


def test_memory_and_name_decide_where_nothing_else_does() -> None:
    found = asked(Paper(domus=DOMUS).cluster())
    assert names(found) == ["other", "small", "big"]
    assert [place.decided_by for place in importance(found)] == ["first", "name", "memory"]
    first = canary(found, importance(found))
    assert first is not None
    assert (first.domu, first.confirm) == ("other", True)


def test_a_list_comes_before_priority_and_priority_before_dependants() -> None:
    tied = '<rsc_order id="o" from="small" to="other" score="0"/>'
    cluster = Paper(domus=DOMUS, constraints=tied).cluster()
    assert names(asked(cluster)) == ["small", "big", "other"]
    domus = (Domu("big", 2048, priority=1), Domu("small", 128, 1, priority=2), Domu("other", 128, priority=3))
    ranked = Paper(domus=domus, constraints=tied).cluster()
    assert names(asked(ranked)) == ["big", "small", "other"]
    assert names(asked(ranked, domu_order=("other",))) == ["other", "big", "small"]
    first = canary(asked(ranked), importance(asked(ranked)))
    assert first is not None
    assert not first.confirm


def test_unknown_memory_counts_as_the_largest() -> None:
    domus = (Domu("unknown", None), *DOMUS)
    assert names(asked(Paper(domus=domus).cluster()))[-1] == "unknown"


def test_the_canary_can_be_restarted_and_moved_without_harm() -> None:
    tied = '<rsc_order id="o" from="big" to="small" score="0"/>'
    domus = (Domu("fixed", 64, live=False), Domu("jump", 100), Domu("small", 128), Domu("big", 2048))
    order = ("fixed", "jump", "small", "big")
    cluster = Paper(domus=domus, constraints=tied).cluster()
    found = asked(cluster, Parameters(never_canary=("jump",)), domu_order=order)
    first = canary(found, importance(found))
    assert first is not None
    assert first.domu == "big"
    assert {one.domu: one.why for one in first.passed_over} == {
        "fixed": "cannot migrate live: allow_migrate is not set", "jump": "named by never-canary",
        "small": "1 resource depends on it",
    }  # fmt: skip
    assert canary(asked(Paper(domus=domus[:1]).cluster()), importance(asked(Paper(domus=domus[:1]).cluster()))) is None


def test_the_node_with_the_least_to_move_is_first_and_the_roomiest_is_the_fallback() -> None:
    cluster = Paper(nodes=3, domus=(Domu("a", 512, 0), Domu("b", 128, 1), Domu("c", 256, 2))).cluster()
    ram = (("host1", 4096), ("host2", 4096), ("host3", 8192))
    assert node_order(asked(cluster, node_ram=ram)) == ("host2", "host1", "host3")
    # At a tie the DC, host1, is not the first.
    tie = Paper(domus=(Domu("a", 256, 0), Domu("b", 256, 1))).cluster()
    assert node_order(asked(tie)) == ("host2", "host1")
    assert node_order(asked(tie, nodes=("host1", "host2"))) == ("host1", "host2")
