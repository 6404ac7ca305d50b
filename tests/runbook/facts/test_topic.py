"""The topics of findings name rules that exist, and a finding turns up at the step where it hurts."""

from __future__ import annotations

from pathlib import Path

import pytest

from cibtools.cli.inputs.catalogue import load_catalogue
from cibtools.cli.planning.remarks import lint_remarks
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.parameters import Parameters, Wishes
from tests.runbook.lab import cluster_of, fixture_files, runbook_of

TOPICS = [name for name in vars(topic) if name.isupper()]


@pytest.mark.parametrize("name", TOPICS)
def test_every_topic_names_rules_that_exist(name: str) -> None:
    codes = [rule.code for rule in load_catalogue()]
    for prefix in vars(topic)[name]:
        assert any(code.startswith(prefix) for code in codes), prefix


def test_findings_stand_where_they_hurt(repo: Path) -> None:
    cluster = cluster_of(fixture_files(repo))
    runbook = runbook_of("patch", cluster, Wishes(nodes=("host1", "host2")), Parameters(), lint_remarks(cluster))
    where = {
        (caution.rule, step.title)
        for phase in runbook.phases
        for step in phase.steps
        for caution in step.warnings
    }  # fmt: skip
    assert ("CIB408", "Back up the configuration") in where
    assert ("CIB404", "Fencing devices answer") in where
    assert ("EVMS-START", "Make host1 active again - nothing may move") in where
