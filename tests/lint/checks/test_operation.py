"""Checks of operations: what is listed, and what a timeout leads to."""

from __future__ import annotations

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.checks.operation import short_timeouts
from cibtools.lint.record.finding import Hit, Severity


def hits(operations: str, before: str = "", dialect: Dialect = Dialect.HB2, agent: str = "LVM") -> list[Hit]:
    text = (
        f'{before}<resources><primitive id="a" class="ocf" provider="heartbeat" type="{agent}">'
        f"<operations>{operations}</operations></primitive></resources>"
    )
    source = Source("cib.xml", text.encode())
    tree, defects, kind = parse_cib(source)
    return list(short_timeouts(Cluster(Backup(".", (Document(kind, source, tree, defects=defects),)), dialect)))


def options(name: str, value: str) -> str:
    return (
        '<crm_config><cluster_property_set id="c"><attributes>'
        f'<nvpair id="c1" name="{name}" value="{value}"/></attributes></cluster_property_set></crm_config>'
    )


ENOUGH = '<op id="s" name="start" timeout="30s"/><op id="t" name="stop" timeout="30000ms"/>'


@pytest.mark.parametrize(
    ("operations", "listed"),
    [
        (ENOUGH, []),
        ('<op id="s" name="start" timeout="30"/>', ["stop 20 s (default) < 30 s"]),
        (ENOUGH.replace("30s", "1min"), []),
        (ENOUGH.replace("30s", "29s"), ["start 29 s < 30 s"]),
        (ENOUGH.replace("30s", "soon"), []),
        (ENOUGH.replace('name="start"', 'name="start" disabled="true"'), ["start 20 s (default) < 30 s"]),
        (ENOUGH + '<op id="m" name="monitor" interval="10s" timeout="5s"/>', ["monitor 5 s < 30 s"]),
        (ENOUGH + '<op id="m" name="monitor" timeout="5s"/>', []),
        (ENOUGH + '<op id="p" name="promote" timeout="5s"/>', []),
    ],
)
def test_short_timeouts(operations: str, listed: list[str]) -> None:
    assert [hit.values["list"] for hit in hits(operations)] == listed


def test_monitors_alone_are_info() -> None:
    (hit,) = hits(ENOUGH + '<op id="m" name="monitor" interval="10s" timeout="5s"/>')
    assert hit.severity is Severity.INFO
    assert hit.place.attribute == "timeout"


def test_default_of_the_cluster() -> None:
    assert hits("", options("default_action_timeout", "30s")) == []
    (hit,) = hits("", options("default-action-timeout", "10s"))
    assert "start 10 s (default-action-timeout) < 30 s" in str(hit.values["list"])
    assert hits("", options("default-action-timeout", "30s"), Dialect.P11)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (options("stonith-enabled", "true"), "fences the node"),
        (options("stonith-enabled", "false"), "blocks the resource"),
        ("", "fences the node or blocks the resource"),
    ],
)
def test_what_a_stop_leads_to(before: str, words: str) -> None:
    (hit,) = hits("", before)
    assert str(hit.values["consequence"]).endswith(f"runs out of time {words}")


def test_an_agent_without_facts_is_left_alone() -> None:
    assert hits("", agent="Dummy") == []
