"""Plans for every cluster there is: no traceback, no secret, and lines that a shell accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from cibtools.backup.files.raw import Limits
from cibtools.backup.files.walk import walk_input
from cibtools.backup.reader import gather, read_file
from cibtools.backup.record.secret import is_secret_name
from cibtools.cluster.model.cluster import Cluster
from cibtools.errors import PlanError
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.plan.runbook import Runbook
from tests.runbook.lab import runbook_of

_UP = Wishes(from_version="heartbeat-2.1.4", to_version="pacemaker-1.0")
_RISKS = ("S-FENCE", "S-RAM", "S-STICKINESS", "S-ORDER-RESTART", "S-REATTACH-OCFS2-CFG", "S-REATTACH-ORDER")
_CALM = Parameters(needs_reboot=False, given=frozenset({"needs_reboot"}))


def clusters(path: Path) -> Iterator[Cluster]:
    raws = list(walk_input(str(path), Limits()))
    each = path.is_dir() and path.name in ("heartbeat-2.1", "pacemaker-1.0")
    for backup in gather([read_file(raw, {}) for raw in raws], each=each):
        yield Cluster(backup)


def plans(cluster: Cluster) -> Iterator[Runbook]:
    accepting = Wishes(accept=_RISKS)
    yield runbook_of("patch", cluster, accepting, Parameters())
    yield runbook_of("patch", cluster, accepting, _CALM)
    yield runbook_of("upgrade", cluster, _UP, Parameters())
    reattach = Wishes(_UP.from_version, _UP.to_version, "reattach", _RISKS)
    yield runbook_of("upgrade", cluster, reattach, _CALM)
    yield runbook_of("upgrade", cluster, Wishes("heartbeat-2.0.1", "pacemaker-0.6.6", "hops", _RISKS), Parameters())


def secrets(cluster: Cluster) -> set[str]:
    found = set()
    for document in cluster.cib_documents:
        for pair in document.content.tree.top.iter("nvpair"):  # type: ignore[union-attr]
            value = pair.get("value", "")
            if is_secret_name(pair.get("name", "")) and len(value) > 5:
                found.add(value)
    return found


@pytest.fixture(scope="module")
def everything(repo: Path, shared: Path) -> list[Cluster]:
    """All clusters of the fixtures and of the corpus."""
    paths = [
        repo / "fixtures",
        *sorted((repo / "fixtures" / "quiet").iterdir()),
        # Plans are for clusters up to Pacemaker 1.0; `today` holds later ones.
        *sorted(path for path in (shared / "corpus").iterdir() if path.name != "today"),
    ]
    return list(chain.from_iterable(clusters(path) for path in paths if path.is_dir()))


@pytest.mark.slow
def test_every_cluster_gets_a_plan_or_a_reason(everything: list[Cluster], complaints: Callable[[str], str]) -> None:
    lines: dict[str, None] = {}
    planned = 0
    for cluster in everything:
        hidden = secrets(cluster)
        try:
            found = list(plans(cluster))
        except PlanError:
            assert not cluster.nodes, "only a cluster without nodes has no plan at all"
            continue
        for plan in found:
            planned += bool(plan.phases)
            assert plan.phases or plan.reasons
            text = repr(plan)
            assert not [secret for secret in hidden if secret in text]
            for step in (step for phase in plan.phases for step in phase.steps):
                assert step.where
                assert len(step.title) <= 72
                lines.update(dict.fromkeys(command.text for command in (*step.commands, *step.rollback.commands)))
    assert planned > 100
    assert complaints("#!/bin/bash\n" + "\n".join(lines) + "\n") == ""
