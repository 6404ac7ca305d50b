"""The checks before the first change: what turns each of them red, and that silence never turns one green."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from cibtools.cluster.model.cluster import Cluster
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import survey
from cibtools.runbook.plan.enums import Light
from cibtools.runbook.plan.remark import Remark
from cibtools.runbook.plan.runbook import Criterion
from cibtools.runbook.preflight.gates import preflight
from tests.runbook.lab import Domu, Paper, cluster_of, fixture_files

RAM = (("host1", 8192), ("host2", 8192))


def checks(
    cluster: Cluster, notes: tuple[Remark, ...] | None = (), parameters: Parameters | None = None, **wishes: object
) -> dict[str, Criterion]:
    found = survey(cluster, Wishes(**{"node_ram": RAM, **wishes}), parameters or Parameters())  # type: ignore[arg-type]
    return {criterion.check: criterion for criterion in preflight(found, notes)}


def with_cib(old: str, new: str, paper: Paper | None = None) -> Cluster:
    files = (paper or Paper()).files()
    assert old in files["cib.xml"]
    return cluster_of(files | {"cib.xml": files["cib.xml"].replace(old, new)})


def test_a_healthy_cluster_is_green_as_far_as_files_tell() -> None:
    found = checks(Paper().cluster())
    green = {name for name, one in found.items() if one.state is Light.GREEN}
    assert green == {
        "P-01", "P-03", "P-04", "P-05", "P-06", "P-07", "P-08", "P-09", "P-10", "P-12", "P-13", "P-17",
    }  # fmt: skip
    assert not [one for one in found.values() if one.state is Light.RED]
    assert all(one.reason for one in found.values())


_OP = 'operation="start" call_id="1" rc_code="0" op_status="0"'
_PING = '<nvpair id="s-host1" name="pingd" value="100"/>'


@pytest.mark.parametrize(
    ("old", "new", "check", "reason"),
    [
        ('uname="host2" crmd="online"', 'uname="host2" crmd="offline"', "P-01", "host2 was offline"),
        ('have_quorum="true"', 'have_quorum="false"', "P-03", "none"),
        (_OP, 'operation="monitor" call_id="1" rc_code="5" op_status="4"', "P-05", "rc 5"),
        (_PING, _PING + '<nvpair id="fc" name="fail-count-web" value="3"/>', "P-06", "web on host1: 3"),
        (_PING, "", "P-13", "pingd not defined on host1"),
        (_PING, _PING.replace("100", "0"), "P-13", "pingd is 0 on host1"),
    ],
)
def test_what_the_status_proves(old: str, new: str, check: str, reason: str) -> None:
    found = checks(with_cib(old, new))[check]
    assert found.state is Light.RED
    assert reason in found.reason


@pytest.mark.parametrize(
    ("paper", "check", "reason"),
    [
        (
            Paper(constraints='<rsc_location id="cli-prefer-web" rsc="web" node="host1" score="5"/>'),
            "P-07",
            "by a move",
        ),
        (Paper(options='<nvpair id="x" name="is-managed-default" value="false"/>'), "P-07", "is-managed-default"),
        (Paper(domus=(Domu("web", meta='<nvpair id="x" name="is_managed" value="false"/>'),)), "P-08", "not managed"),
        (Paper(domus=(Domu("web", meta='<nvpair id="x" name="target_role" value="stopped"/>'),)), "P-07", "stopped"),
        (Paper(domus=(Domu("web", meta='<nvpair id="x" name="target_role" value="stopped"/>'),)), "P-08", "stopped"),
        (Paper(domus=(Domu("web", node=None),)), "P-08", "ran nowhere"),
        (Paper(fencing=False), "P-12", "nothing fences host1"),
        (Paper(nodes=1, fencing=False), "P-10", "only one node"),
    ],
)
def test_what_the_configuration_proves(paper: Paper, check: str, reason: str) -> None:
    found = checks(paper.cluster(), node_ram=RAM[: paper.nodes])[check]
    assert found.state is Light.RED
    assert reason in found.reason


def test_stopped_on_purpose_is_no_red() -> None:
    stopped = '<nvpair id="x" name="target_role" value="stopped"/>'
    cluster = Paper(domus=(Domu("web", meta=stopped), Domu("db", node=1))).cluster()
    found = checks(cluster, parameters=Parameters(stopped_ok=("web",)))
    assert found["P-07"].state is Light.AMBER
    assert found["P-08"].state is Light.GREEN


def test_a_node_in_standby_is_red() -> None:
    standby = (
        '<instance_attributes id="n"><attributes><nvpair id="sb" name="standby" value="on"/></attributes>'
        "</instance_attributes>"
    )
    found = checks(Paper(node_attributes=standby).cluster())["P-01"]
    assert found.state is Light.RED
    assert "host1 is in standby" in found.reason


def test_without_a_status_section_nothing_about_it_is_green() -> None:
    found = checks(replace(Paper(), status=False).cluster())
    assert {found[name].state for name in ("P-01", "P-05", "P-06", "P-08", "P-13")} == {Light.AMBER}


def test_without_the_linter_validity_is_open_and_its_errors_are_red() -> None:
    cluster = Paper().cluster()
    assert checks(cluster, None)["P-04"].state is Light.AMBER
    note = Remark("CIB101", Light.RED, "twice", "cib.xml", 3, frozenset({"web"}))
    found = checks(cluster, (note,))["P-04"]
    assert found.state is Light.RED
    assert "CIB101 cib.xml:3" in found.reason


def test_files_of_the_hosts(repo: Path) -> None:
    files = fixture_files(repo)
    found = checks(cluster_of(files))
    assert found["P-24"].state is Light.GREEN
    assert found["P-17"].state is Light.AMBER
    assert "host1 192.168.1.1" in found["P-19"].reason
    keys, ha_cf, hosts = (f"nodes/host2/etc/{name}" for name in ("ha.d/authkeys", "ha.d/ha.cf", "hosts"))
    assert checks(cluster_of(files | {ha_cf: files[ha_cf].replace("deadtime 50", "deadtime 60")}))["P-24"].state is (
        Light.RED
    )
    other = "auth 1\n1 sha1 another-key\n"
    assert checks(cluster_of(files | {keys: other}))["P-24"].reason == "authkeys differ"
    comment = checks(cluster_of(files | {keys: files[keys] + "# a comment\n"}))
    assert comment["P-24"].state is Light.GREEN
    nameless = checks(cluster_of(files | {hosts: "127.0.0.1 localhost\n"}))["P-19"]
    assert nameless.state is Light.RED
    assert "host1 on host2" in nameless.reason


def test_a_host_that_takes_no_domus_in_is_red() -> None:
    files = Paper().files()
    path = "nodes/host2/etc/xen/xend-config.sxp"
    found = checks(cluster_of(files | {path: files[path].replace("server yes", "server no")}))["P-17"]
    assert found.state is Light.RED
    assert "host2" in found.reason


def test_copies_of_an_xm_file_that_differ_are_red() -> None:
    files = Paper().files()
    text = files.pop("xen/vm/web.xm")
    files["nodes/host1/etc/xen/vm/web.xm"] = text
    files["nodes/host2/etc/xen/vm/web.xm"] = text.replace("memory=256", "memory=512")
    found = checks(cluster_of(files))["P-14"]
    assert found.state is Light.RED
    assert "web" in found.reason


_PRINTED = """\
============
Last updated: Thu Feb 12 09:12:44 2009
Current DC: host1 (id-host1) - partition {quorum} quorum
2 Nodes configured.
2 Resources configured.
============

Online: [ host1 host2 ]

web\t(ocf::heartbeat:Xen):\tStarted host1{web}
db\t(ocf::heartbeat:Xen):\tStarted host2
{failed}"""


def printed(quorum: str = "with", web: str = "", failed: str = "") -> dict[str, Criterion]:
    files = replace(Paper(), status=False).files()
    cib = files["cib.xml"].replace('have_quorum="true"', "")
    text = _PRINTED.format(quorum=quorum, web=web, failed=failed)
    return checks(cluster_of(files | {"cib.xml": cib, "crm_mon.txt": text}))


def test_crm_mon_tells_what_a_missing_status_does_not() -> None:
    found = printed()
    assert [found[name].state for name in ("P-03", "P-05", "P-08")] == [Light.GREEN] * 3
    assert found["P-05"].reason == "none in what crm_mon printed"


def test_trouble_that_crm_mon_printed_is_red() -> None:
    assert printed(quorum="WITHOUT")["P-03"].state is Light.RED
    failed = "\nFailed actions:\n    web_start_0 (node=host2, call=12, rc=1, status=complete): unknown error\n"
    assert printed(failed=failed)["P-05"].reason == "web start on host2: rc 1 (crm_mon)"
    assert printed(web=" FAILED")["P-05"].reason == "web FAILED on host1 (crm_mon)"
    assert printed(web=" (unmanaged)")["P-08"].reason == "crm_mon printed web as unmanaged"


@pytest.mark.parametrize("status", [True, False])
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Online: [ host1 ]\nOFFLINE: [ host2 ]", "host2 was offline when the backup was taken"),
        ("Node host2: standby\nOnline: [ host1 ]", "host2 is in standby"),
        ("Node host2: UNCLEAN (offline)\nOnline: [ host1 ]", "host2 was offline when the backup was taken"),
    ],
)
def test_a_node_that_crm_mon_printed_as_gone_is_red(line: str, reason: str, *, status: bool) -> None:
    text = _PRINTED.format(quorum="with", web="", failed="").replace("Online: [ host1 host2 ]", line)
    found = checks(cluster_of(replace(Paper(), status=status).files() | {"crm_mon.txt": text}))["P-01"]
    assert (found.state, found.reason) == (Light.RED, reason)
