"""An acceptance test makes every failure happen once, from harmless to destructive, and takes each back."""

from __future__ import annotations

import re
from pathlib import Path

from cibtools.runbook.facts.parameters import Wishes
from cibtools.runbook.plan.enums import StopKind, Who
from tests.runbook.lab import Paper, cluster_of, fixture_files, parts, planned, steps, text_of, titled


def test_the_guides_cluster_gets_every_test(repo: Path) -> None:
    runbook = planned(cluster_of(fixture_files(repo)), "acceptance")
    rows = runbook.phases[0].tables[0].rows
    numbers = {row[1].split()[0] for row in rows}
    assert numbers == {f"T-{number:02d}" for number in range(1, 19)}
    assert [row[0] for row in rows] == [step.id for found in runbook.phases[1:-1] for step in found.steps]
    assert sum(row[1].startswith("T-06") for row in rows) == 15
    assert sum(row[1].startswith("T-05") for row in rows) == 2


def test_what_destroys_comes_last_and_has_two_people(repo: Path) -> None:
    runbook = planned(cluster_of(fixture_files(repo)), "acceptance")
    by_hand, by_cluster, split = (titled(runbook, name) for name in ("T-03", "T-04", "T-10"))
    assert by_hand.id < by_cluster.id < split.id
    for step in (by_hand, by_cluster, split, titled(runbook, "T-13"), titled(runbook, "T-17")):
        assert step.who is Who.SECOND
        assert step.decision.kind is StopKind.GO
    assert "killall -9" in "\n".join(command.text for command in by_cluster.commands)
    assert "pkill" not in text_of(runbook)


def test_without_fencing_nothing_is_killed() -> None:
    runbook = planned(Paper(fencing=False).cluster(), "acceptance", Wishes(accept=("S-FENCE",)))
    titles = [step.title[:4] for step in steps(runbook)]
    assert not {"T-02", "T-03", "T-04", "T-10"} & set(titles)
    assert {"T-01", "T-05", "T-06", "T-11", "T-13"} <= set(titles)


def test_rules_of_iptables_are_taken_back(repo: Path) -> None:
    for step in steps(planned(cluster_of(fixture_files(repo)), "acceptance")):
        text = "\n".join(part for command in step.commands for part in parts(command.text))
        added = re.findall(r"iptables -I (.*)", text)
        assert sorted(added) == sorted(re.findall(r"iptables -D (.*? -j DROP)", text)), step.title
        back = "\n".join(command.text for command in step.rollback.commands)
        assert all(f"iptables -D {rule}" in back for rule in added), step.title
