"""Fencing coverage, by the example of the cluster of the guide and what can go wrong with it."""

from __future__ import annotations

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.source import Source
from cibtools.cluster.derived.fencing import Cover, NodeCoverage, Obstacle, fencing_coverage
from cibtools.cluster.model.cluster import Cluster

_NODES = '<nodes><node id="1" uname="host1" type="normal"/><node id="2" uname="host2" type="normal"/></nodes>'
SSH = (
    '<clone id="ssh"><primitive id="ssh-child" class="stonith" type="external/ssh"><instance_attributes id="s">'
    '<nvpair id="s1" name="hostlist" value="host1,host2"/></instance_attributes></primitive></clone>'
)


def device(number: int, hosts: str = "", kind: str = "external/riloe", more: str = "") -> str:
    hosts = hosts or f"host{number}"
    return (
        f'<primitive id="ilo{number}" class="stonith" type="{kind}"><instance_attributes id="i{number}">'
        f'<nvpair id="h{number}" name="hostlist" value="{hosts}"/>{more}</instance_attributes></primitive>'
    )


def not_on(rsc: str, node: str) -> str:
    return f'<rsc_location id="{rsc}-not-on-{node}" rsc="{rsc}" node="{node}" score="-INFINITY"/>'


def judge(resources: str, constraints: str = "", dialect: Dialect = Dialect.HB2, more: str = "") -> list[NodeCoverage]:
    text = (
        f"<configuration><crm_config/>{_NODES}<resources>{resources}</resources>"
        f"<constraints>{constraints}</constraints>{more}</configuration>"
    )
    source = Source("cib.xml", text.encode())
    tree, defects, kind = parse_cib(source)
    found = fencing_coverage(Cluster(Backup(".", (Document(kind, source, tree, defects=defects),)), dialect))
    return list(found.nodes)


def gaps(*arguments: str, dialect: Dialect = Dialect.HB2, more: str = "") -> list[str]:
    return [found.gap for found in judge(*arguments, dialect=dialect, more=more)]


OWN = not_on("ilo1", "host1") + not_on("ilo2", "host2")


def test_one_board_for_each_node_banned_from_it() -> None:
    found = judge(device(1) + device(2) + SSH, OWN)
    assert [one.cover for one in found] == [Cover.COVERED, Cover.COVERED]
    assert [one.gap for one in found] == ["", ""]
    assert [[by.resource.id for by in one.by] for one in found] == [["ilo1", "ssh-child"], ["ilo2", "ssh-child"]]


def test_both_banned_from_host1() -> None:
    found = judge(device(1) + device(2) + SSH, not_on("ilo1", "host1") + not_on("ilo2", "host1"))
    assert [one.gap for one in found] == ["", "test-only"]
    assert found[1].attempts[1].obstacle is Obstacle.SELF_ONLY


def test_banned_from_the_other_node_instead() -> None:
    found = judge(device(1) + device(2), not_on("ilo1", "host2") + not_on("ilo2", "host2"))
    assert [one.gap for one in found] == ["self-only", ""]
    assert found[0].attempts[0].words == "lists host1, but may run on host1 only (ilo1-not-on-host2)"


def test_a_list_the_plugin_does_not_split() -> None:
    found = judge(device(1, "host1,host2"))
    assert [one.gap for one in found] == ["unreadable-list", "unreadable-list"]
    assert found[0].attempts[0].words == 'its list is read as "host1,host2"'


def test_ssh_is_left_alone() -> None:
    assert gaps(device(1) + SSH, not_on("ilo1", "host1")) == ["", "test-only"]


@pytest.mark.parametrize(
    ("resources", "wanted"),
    [
        ("", ["uncovered", "uncovered"]),
        (device(1, "host1 host2", "null"), ["uncovered", "uncovered"]),
        (device(1, "host1 host2", "external/kdumpcheck"), ["uncovered", "uncovered"]),
        (device(1, "x", "suicide"), ["self-only", "self-only"]),
        (device(1, "x", "apcmaster"), ["unknown", "unknown"]),
        (device(1, "x", "apcmaster") + SSH, ["unknown", "unknown"]),
        (device(1, "x", "external/sbd"), ["", ""]),
        (device(1, "host1", "external/ours"), ["unknown", "uncovered"]),
        (device(1, "elsewhere", "external/ours"), ["unknown", "unknown"]),
        (device(1, more='<nvpair id="t" name="target_role" value="stopped"/>'), ["inactive", "uncovered"]),
        (SSH.replace('<clone id="ssh">', '<clone id="ssh" clone_max="0">'), ["inactive", "inactive"]),
        (device(1, "HOST1"), ["unreadable-list", "uncovered"]),
        (device(1, "host1.site"), ["unreadable-list", "uncovered"]),
    ],
)
def test_verdicts(resources: str, wanted: list[str]) -> None:
    assert gaps(resources) == wanted


def test_a_device_that_may_run_nowhere() -> None:
    assert gaps(device(1), not_on("ilo1", "host1") + not_on("ilo1", "host2")) == ["banned", "uncovered"]


def test_pacemaker_keeps_the_list_itself() -> None:
    def fence(parameters: str) -> str:
        return (
            '<primitive id="f" class="stonith" type="fence_apc"><instance_attributes id="i">'
            f"{parameters}</instance_attributes></primitive>"
        )

    def pair(name: str, value: str) -> str:
        return f'<nvpair id="{name}" name="{name}" value="{value}"/>'

    cases = {
        "": ["unknown", "unknown"],
        pair("pcmk_host_list", "HOST1;host2"): ["", ""],
        pair("pcmk_host_map", "host1:1,2;x:3"): ["", "uncovered"],
        pair("pcmk_host_check", "none"): ["", ""],
        pair("pcmk_host_check", "status"): ["unknown", "unknown"],
        pair("pcmk_host_check", "static-list"): ["uncovered", "uncovered"],
    }
    assert {text: gaps(fence(text), dialect=Dialect.P11) for text in cases} == cases


def test_pacemaker_stopped_means_disabled_and_the_target_may_host_the_device() -> None:
    role = '<meta_attributes id="m"><nvpair id="t" name="target-role" value="Stopped"/></meta_attributes></primitive>'
    stopped = device(1).replace("</primitive>", role)
    assert gaps(stopped, dialect=Dialect.P11) == ["inactive", "uncovered"]
    assert gaps(device(1), dialect=Dialect.P11) == ["", "uncovered"]


def test_in_a_topology_all_devices_of_a_level_are_needed() -> None:
    def level(index: int, names: str) -> str:
        return f'<fencing-level id="l{index}" target="host1" index="{index}" devices="{names}"/>'

    both = device(1, "host1 host2") + device(2, "host2")
    for levels, wanted in ((level(1, "ilo1,ilo2"), "uncovered"), (level(1, "ilo1,ilo2") + level(2, "ilo1"), "")):
        more = f"<fencing-topology>{levels}</fencing-topology>"
        assert gaps(both, dialect=Dialect.P11, more=more) == [wanted, ""]


def test_every_device_says_why_it_cannot() -> None:
    found = judge(device(1) + device(2) + SSH, OWN)
    assert [one.obstacle for one in found[1].attempts] == [Obstacle.NOT_LISTED, Obstacle.NONE, Obstacle.NONE]


@pytest.mark.parametrize(
    ("options", "dialect", "fences"),
    [
        ({"have-watchdog": "true", "stonith-watchdog-timeout": "10"}, Dialect.P11, True),
        ({"have-watchdog": "true", "stonith-watchdog-timeout": "-1"}, Dialect.P11, True),
        ({"have-watchdog": "true", "stonith-watchdog-timeout": "0"}, Dialect.P11, False),
        ({"have-watchdog": "true", "stonith-watchdog-timeout": "soon"}, Dialect.P11, False),
        ({"have-watchdog": "true", "stonith-watchdog-timeout": "1ms"}, Dialect.P11, True),
        ({"have-watchdog": "true"}, Dialect.P11, False),
        ({"have-watchdog": "false", "stonith-watchdog-timeout": "10"}, Dialect.P11, False),
        ({"stonith-watchdog-timeout": "10"}, Dialect.P11, False),
        ({"have-watchdog": "true", "stonith-watchdog-timeout": "10"}, Dialect.P10, False),
    ],
)
def test_a_watchdog_fences_where_it_is_there_and_has_a_timeout(
    options: dict[str, str], dialect: Dialect, fences: bool
) -> None:
    pairs = "".join(f'<nvpair id="o-{name}" name="{name}" value="{value}"/>' for name, value in options.items())
    crm_config = f'<crm_config><cluster_property_set id="o">{pairs}</cluster_property_set></crm_config>'
    source = Source("cib.xml", f"<configuration>{crm_config}{_NODES}<resources/></configuration>".encode())
    tree, defects, kind = parse_cib(source)
    coverage = fencing_coverage(Cluster(Backup(".", (Document(kind, source, tree, defects=defects),)), dialect))
    assert coverage.watchdog is fences
    assert {found.cover for found in coverage.nodes} == {Cover.COVERED if fences else Cover.UNCOVERED}
    assert {found.gap for found in coverage.nodes} == {"" if fences else "uncovered"}


@pytest.mark.parametrize(
    ("clone_max", "words"),
    [
        ("", "lists host1"),
        ("1", "lists host1, with 1 instance for 2 nodes"),
        ("2", "lists host1"),
        ("3", "lists host1"),
    ],
)
def test_fewer_instances_than_nodes_are_told(clone_max: str, words: str) -> None:
    option = f'clone_max="{clone_max}"' if clone_max else ""
    found = judge(SSH.replace('<clone id="ssh">', f'<clone id="ssh" {option}>'))
    assert found[0].attempts[0].words == words


def test_two_instances_for_three_nodes() -> None:
    third = '<node id="3" uname="host3" type="normal"/></nodes>'
    text = f"<configuration><crm_config/>{_NODES.replace('</nodes>', third)}<resources>"
    text += (
        SSH.replace('<clone id="ssh">', '<clone id="ssh" clone_max="2">') + "</resources><constraints/></configuration>"
    )
    source = Source("cib.xml", text.encode())
    tree, defects, kind = parse_cib(source)
    coverage = fencing_coverage(Cluster(Backup(".", (Document(kind, source, tree, defects=defects),)), Dialect.HB2))
    assert coverage.nodes[0].attempts[0].words == "lists host1, with 2 instances for 3 nodes"
    assert [coverage.of(name) for name in ("host3", "host1")] == [coverage.nodes[2], coverage.nodes[0]]
    assert coverage.of("host0") is coverage.of("host4") is None


def test_levels_that_depend_on_an_attribute_leave_open_only_what_a_real_device_covers() -> None:
    more = '<fencing-topology><fencing-level id="l" target-attribute="rack" target-value="1" index="1" devices="ilo1"/>'
    more += "</fencing-topology>"
    assert gaps(device(1), dialect=Dialect.P11, more=more) == ["unknown", "uncovered"]
    assert gaps(SSH, dialect=Dialect.P11, more=more) == ["test-only", "test-only"]


def test_a_level_of_plugins_for_tests_is_no_better_than_they_are() -> None:
    level = '<fencing-level id="l" target="host1" index="1" devices="ilo1"/>'
    more = f"<fencing-topology>{level}</fencing-topology>"
    assert gaps(SSH, dialect=Dialect.P11, more=more) == ["test-only", "test-only"]


@pytest.mark.parametrize(("hosts", "words"), [("host2", "lists host2"), (" ", "lists nobody")])
def test_a_device_for_others_says_for_whom(hosts: str, words: str) -> None:
    assert judge(device(1, hosts))[0].attempts[0].words == words
