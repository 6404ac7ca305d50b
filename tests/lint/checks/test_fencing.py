"""What the rules about fencing say together: the worked example of the guide's cluster and its broken variations."""

from __future__ import annotations

from pathlib import Path

import pytest

from cibtools.backup.document import Backup
from cibtools.backup.reader import parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.finding import Finding
from cibtools.lint.record.rule import Rule

_PASSWORD = "Correct-Horse-9"
_SSH = (
    '<clone id="ssh"><primitive id="ssh-child" class="stonith" type="external/ssh"><instance_attributes id="s">'
    '<attributes><nvpair id="s1" name="hostlist" value="host1,host2"/></attributes></instance_attributes></primitive>'
    "</clone>"
)


@pytest.fixture(scope="module")
def rules(repo: Path) -> tuple[Rule, ...]:
    files = [path for path in rule_files([repo / "rules"]) if path.name.startswith("CIB4")]
    return build_catalogue(load_tables(files))


def board(number: int, hosts: str = "") -> str:
    pairs = {
        "hostlist": hosts or f"host{number}", "ilo_hostname": f"ilo{number}", "ilo_user": "fence",
        "ilo_password": _PASSWORD, "ilo_can_reset": "0", "ilo_protocol": "2.0", "ilo_powerdown_method": "power",
    }  # fmt: skip
    inner = "".join(f'<nvpair id="i{number}-{name}" name="{name}" value="{value}"/>' for name, value in pairs.items())
    return (
        f'<primitive id="ilo{number}" class="stonith" type="external/riloe"><instance_attributes id="i{number}">'
        f"<attributes>{inner}</attributes></instance_attributes></primitive>"
    )


def not_on(rsc: str, node: str) -> str:
    return f'<rsc_location id="{rsc}-not-on-{node}" rsc="{rsc}" node="{node}" score="-INFINITY"/>'


def lint(rules: tuple[Rule, ...], resources: str, constraints: str) -> tuple[Finding, ...]:
    text = (
        '<configuration><crm_config><cluster_property_set id="o"><attributes>'
        '<nvpair id="o1" name="stonith-enabled" value="true"/></attributes></cluster_property_set></crm_config>'
        '<nodes><node id="1" uname="host1" type="normal"/><node id="2" uname="host2" type="normal"/></nodes>'
        f"<resources>{resources}</resources><constraints>{constraints}</constraints></configuration>"
    )
    backup = Backup(".", (parse_source(Source("cib.xml", text.encode()), "cib.xml"),))
    return Engine(rules).run([Cluster(backup)]).findings


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return sorted(
        (one.code, one.variant, one.place.element.get("id") or "" if one.place.element is not None else "")
        for one in findings
        if one.code != "CIB408"
    )


OWN = not_on("ilo1", "host1") + not_on("ilo2", "host2")


@pytest.mark.parametrize(
    ("resources", "constraints", "wanted"),
    [
        (board(1) + board(2) + _SSH, OWN, [("CIB404", "besides", "ssh-child")]),
        (
            board(1) + board(2) + _SSH, not_on("ilo1", "host1") + not_on("ilo2", "host1"),
            [("CIB403", "test-only", "2"), ("CIB404", "only", "ssh-child"), ("CIB405", "primitive", "ilo2")],
        ),
        (board(1) + board(2), not_on("ilo1", "host2") + not_on("ilo2", "host2"), [("CIB403", "self-only", "1")]),
        (
            board(1, "host1,host2"), "",
            [("CIB403", "unreadable-list", "1"), ("CIB403", "unreadable-list", "2"),
             ("CIB406", "separator", "i1-hostlist")],
        ),
        (
            board(1) + _SSH, not_on("ilo1", "host1"),
            [("CIB403", "test-only", "2"), ("CIB404", "only", "ssh-child")],
        ),
    ],
    ids=["a", "b", "c", "d", "e"],
)  # fmt: skip
def test_worked_examples(
    rules: tuple[Rule, ...], resources: str, constraints: str, wanted: list[tuple[str, str, str]]
) -> None:
    assert told(lint(rules, resources, constraints)) == wanted


def test_findings_do_not_depend_on_the_order_of_rules(rules: tuple[Rule, ...]) -> None:
    forwards = lint(rules, board(1, "host1,host2") + _SSH, "")
    assert told(lint(rules[::-1], board(1, "host1,host2") + _SSH, "")) == told(forwards)


def test_no_finding_shows_a_password(rules: tuple[Rule, ...]) -> None:
    findings = lint(rules, board(1) + board(2), OWN)
    assert [one.code for one in findings] == ["CIB408", "CIB408"]
    said = [text for one in findings for text in (one.message, one.remedy, *(note.message for note in one.notes))]
    assert not any(_PASSWORD in text for text in said)


def test_the_findings_on_a_node_name_every_device_and_the_other_node(rules: tuple[Rule, ...]) -> None:
    finding = next(one for one in lint(rules, board(1) + _SSH, not_on("ilo1", "host1")) if one.code == "CIB403")
    assert [note.message for note in finding.notes] == [
        "ilo1 lists host1", "ssh-child lists host2", "the other node is fenced by ilo1, ssh-child",
    ]  # fmt: skip
