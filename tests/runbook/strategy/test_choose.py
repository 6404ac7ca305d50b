"""The choice of a method: the guide's cluster, every refusal, and what can be accepted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from cibtools.errors import ConfigError
from cibtools.runbook.estimate.feature import features
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import survey
from cibtools.runbook.facts.version import parse_target
from cibtools.runbook.plan.enums import Severity
from cibtools.runbook.strategy.choose import Method, choose
from cibtools.runbook.strategy.question import Choice, Question
from tests.runbook.lab import Domu, Paper, cluster_of, fixture_files

_ALL = (Method.PATCH, Method.HOPS, Method.REATTACH, Method.SHUTDOWN)
_RAM = tuple((f"host{number}", 8192) for number in range(1, 9))


def judged(
    cluster: object,
    source: str = "heartbeat-2.1.4",
    target: str = "pacemaker-1.0",
    wanted: Method | None = None,
    parameters: Parameters | None = None,
    **wishes: object,
) -> Choice:
    base = Wishes(**wishes)  # type: ignore[arg-type]
    found = survey(cluster, base, parameters or Parameters())  # type: ignore[arg-type]
    question = Question(
        found,
        features(found),
        parse_target(source, "--from") if source else None,
        parse_target(target, "--to") if target else None,
    )
    return choose(question, wanted, _ALL)


def refusals(choice: Choice, method: Method) -> set[str]:
    return {
        found.code for found in choice.reasons if found.method == method.value and found.severity is Severity.REFUSAL
    }


def test_the_guides_cluster_to_sle_ha_11(repo: Path) -> None:
    choice = judged(cluster_of(fixture_files(repo)), target="sle-ha-11")
    assert choice.method is Method.SHUTDOWN
    rolling = {"S-ROLL-BROKEN", "S-ROLL-STACK", "S-MIXED-OS"}
    assert refusals(choice, Method.PATCH) == refusals(choice, Method.HOPS) == rolling
    assert refusals(choice, Method.REATTACH) == {"S-REATTACH-REBOOT", "S-REATTACH-EVMS", "S-REATTACH-OCFS2"}
    assert "--method swing" in choice.offers[0]
    evms = next(found.text for found in choice.reasons if found.code == "S-REATTACH-EVMS")
    assert "15 domUs and 1 file systems use EVMS devices (/dev/evms/san2/cfgpool)" in evms


def test_the_guides_cluster_to_pacemaker_on_the_same_system(repo: Path) -> None:
    cluster = cluster_of(fixture_files(repo))
    choice = judged(cluster)
    assert choice.method is Method.SHUTDOWN
    assert refusals(choice, Method.PATCH) == refusals(choice, Method.HOPS) == {"S-ROLL-BROKEN"}
    assert refusals(choice, Method.REATTACH) == {"S-REATTACH-REBOOT"}
    quiet = judged(cluster, parameters=Parameters(needs_reboot=False, given=frozenset({"needs_reboot"})))
    assert quiet.method is Method.REATTACH
    assert "S-REATTACH-OCFS2-CFG" in {found.code for found in quiet.reasons}


def test_a_method_that_is_asked_for_is_refused_with_its_reasons() -> None:
    choice = judged(Paper().cluster(), wanted=Method.HOPS, accept=())
    assert choice.method is None
    assert refusals(choice, Method.HOPS) == {"S-ROLL-BROKEN"}


def test_hops_end_where_the_way_ends() -> None:
    choice = judged(Paper().cluster(), source="heartbeat-2.0.1", target="pacemaker-0.6.6")
    assert choice.method is Method.HOPS
    assert [str(version) for version in choice.path] == [
        "heartbeat 2.0.1", "heartbeat 2.0.4", "heartbeat 2.1.3", "Pacemaker 0.6.6",
    ]  # fmt: skip
    assert refusals(choice, Method.PATCH) == {"S-ROLL-CLASS"}


def test_the_same_series_is_patched() -> None:
    assert judged(Paper().cluster(), source="heartbeat-2.1.3", target="heartbeat-2.1.4").method is Method.PATCH
    assert judged(Paper().cluster(), source="", target="").method is Method.PATCH


def test_an_unknown_version_is_asked_for() -> None:
    choice = judged(Paper().cluster(), source="")
    assert choice.method is None
    assert choice.reasons[0].code == "S-UNKNOWN-VERSION"
    assert "--from heartbeat-2.1.3" in choice.reasons[0].text


def test_one_node_cannot_roll() -> None:
    choice = judged(Paper(nodes=1, fencing=False).cluster(), source="", target="", wanted=Method.PATCH)
    assert refusals(choice, Method.PATCH) == {"S-ONE-NODE"}


def test_a_node_without_fencing_and_short_memory_can_be_accepted() -> None:
    small = (("host1", 1500), ("host2", 1500))
    cluster = replace(Paper(), fencing=False, domus=(Domu("a", 400), Domu("b", 400, 1))).cluster()
    choice = judged(cluster, source="", target="", wanted=Method.PATCH, node_ram=small)
    assert refusals(choice, Method.PATCH) == {"S-RAM", "S-FENCE"}
    choice = judged(cluster, source="", target="", wanted=Method.PATCH, node_ram=small, accept=("S-RAM", "S-FENCE"))
    assert choice.method is Method.PATCH
    assert {found.code for found in choice.reasons if found.accepted} == {"S-RAM", "S-FENCE"}


def test_a_stop_list_answers_short_memory() -> None:
    small = (("host1", 1500), ("host2", 1500))
    cluster = replace(Paper(), domus=(Domu("a", 400), Domu("b", 400, 1))).cluster()
    choice = judged(cluster, source="", target="", node_ram=small, parameters=Parameters(stop_list=("a",)))
    assert choice.method is Method.PATCH


def test_unknown_memory_refuses_nothing_and_is_not_green() -> None:
    cluster = Paper().cluster()
    found = features(survey(cluster, Wishes(), Parameters()))
    assert found.tightest[1].light.value == "amber"
    assert "--node-ram" in found.tightest[1].text
    assert judged(cluster, source="", target="").method is Method.PATCH


def test_mandatory_orders_warn_and_keep_from_reattaching() -> None:
    cluster = replace(Paper(), order_score="").cluster()
    parameters = Parameters(needs_reboot=False, given=frozenset({"needs_reboot"}))
    choice = judged(cluster, parameters=parameters)
    assert choice.method is Method.SHUTDOWN
    assert refusals(choice, Method.REATTACH) == {"S-REATTACH-ORDER"}
    patch = judged(cluster, source="", target="")
    warned = next(found for found in patch.reasons if found.code == "S-ORDER-RESTART")
    assert "cp-evms" in warned.text
    assert "web, db" in warned.text


def test_interleaved_clones_do_not_restart_what_is_on_them() -> None:
    interleave = '<nvpair id="il" name="interleave" value="true"/>'
    cluster = replace(Paper(), order_score="", clone_meta=interleave).cluster()
    assert "S-ORDER-RESTART" not in {found.code for found in judged(cluster, source="", target="").reasons}


def test_domus_that_cannot_migrate_are_named_with_the_reason() -> None:
    cluster = replace(Paper(), domus=(Domu("a", live=False), Domu("b"))).cluster()
    warned = next(found for found in judged(cluster, source="", target="").reasons if found.code == "S-NO-LIVE")
    assert "a cannot migrate live (allow_migrate is not set)" in warned.text


@pytest.mark.parametrize("code", ["S-ROLL-BROKEN", "S-NONSENSE"])
def test_what_cannot_be_accepted(code: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(code)):
        judged(Paper().cluster(), accept=(code,))
