"""Annex A for the new stack: the guide's cluster becomes one that an administrator of SLE HA 11 would load."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from cibtools.cli.inputs.open import InputChoice, read_inputs
from cibtools.cli.planning.simulator import Simulator
from cibtools.migrate.answers import Answers, Stack, parse_answers
from cibtools.migrate.pipeline import migrate
from cibtools.migrate.proof.scenario import Scenario, with_event, with_idle_status
from cibtools.migrate.record.change import Change, ChangeKind
from cibtools.migrate.record.outcome import Migration
from tests.conftest import REPO
from tests.migrate.lab import answers_of, migrated, whole

ANSWER = {"/dev/evms/san2/cfgpool": "/dev/san2/cfgpool"}
ALL = ANSWER | {f"/dev/evms/san2/vm{number}": f"/dev/san2/vm{number}" for number in range(1, 16)}
RNG = Path("/usr/share/pacemaker/pacemaker-1.0.rng")
DOMUS = [
    "nfs",
    "sles",
    "dns1",
    "dns2",
    "proxy",
    "smtp",
    "vpn",
    "cups",
    "ldap",
    "web",
    "mysql",
    "mon",
    "oes1",
    "oes2",
    "test",
]


def hasi(stack: Stack, evms: dict[str, str]) -> Migration:
    (cluster,) = read_inputs(InputChoice((str(REPO / "fixtures/hasi"),))).clusters
    return migrate(cluster, Answers(stack=stack, evms=evms, given=frozenset({"evms"} if evms else ())))


@pytest.fixture(scope="module", params=[Stack.OPENAIS, Stack.COROSYNC], ids=lambda stack: stack.value)
def answered(request: pytest.FixtureRequest) -> Migration:
    return hasi(request.param, ANSWER)


@pytest.fixture(scope="module")
def unanswered() -> Migration:
    return hasi(Stack.OPENAIS, {})


def one(top: etree._Element, path: str) -> etree._Element:
    (found,) = top.iterfind(path)
    return found


def pairs(top: etree._Element, tag: str, before: str, after: str) -> list[tuple[str, str, str]]:
    return [(found.get(before, ""), found.get(after, ""), found.get("score", "")) for found in top.iter(tag)]


def options(element: etree._Element) -> dict[str, str]:
    return {pair.get("name", ""): pair.get("value", "") for pair in element.iterfind("meta_attributes/nvpair")}


def told(migration: Migration, step: str, kind: ChangeKind = ChangeKind.DECIDE) -> list[Change]:
    return [change for change in migration.changes if change.step == step and change.kind is kind]


def words(migration: Migration) -> str:
    return "\n".join(line for found in migration.reminders for line in (found.text, *found.items))


# --- with the answer --------------------------------------------------------------------------------------------------


def test_nothing_is_in_the_way(answered: Migration) -> None:
    assert not answered.blocked


def test_nodes_and_quorum(answered: Migration) -> None:
    assert [(node.get("id"), node.get("uname")) for node in answered.top.iter("node")] == [
        ("host1", "host1"), ("host2", "host2")]  # fmt: skip
    properties = {
        pair.get("name"): pair.get("value")
        for pair in answered.top.iterfind("configuration/crm_config/cluster_property_set/nvpair")
    }
    assert properties["expected-quorum-votes"] == "2"
    assert properties["no-quorum-policy"] == "ignore"
    (asked,) = told(answered, "M122")
    assert (asked.before, asked.after) == ('value="stop"', 'value="ignore"')


def test_pingd_has_hosts(answered: Migration) -> None:
    pingd = one(answered.top, ".//primitive[@id='pingd-child']")
    assert (pingd.get("class"), pingd.get("provider"), pingd.get("type")) == ("ocf", "pacemaker", "pingd")
    assert one(pingd, "instance_attributes/nvpair[@name='host_list']").get("value") == "192.168.1.254"
    assert [found.get("id") for found in answered.top.iter("primitive") if found.get("type") == "pingd"] == [
        "pingd-child"
    ]


def test_evms_is_gone_and_told(answered: Migration) -> None:
    ids = {found.get("id") for found in answered.top.iter() if isinstance(found.tag, str)}
    assert not ids & {"evms", "evms-child", "configpool_depends_evms"}
    assert {change.subject for change in told(answered, "M124", ChangeKind.DROPPED)} == {
        "clone[evms]",
        "rsc_order[configpool_depends_evms]",
    }
    assert "/dev/evms" not in answered.document().decode()


def test_the_new_clones(answered: Migration) -> None:
    agents = {}
    for name in ("dlm", "clvm", "o2cb", "vg-san2"):
        clone = one(answered.top, f".//clone[@id='{name}-clone']")
        assert options(clone) == {"globally-unique": "false", "interleave": "true"}
        child = one(clone, "primitive")
        agents[child.get("id")] = ":".join(child.get(word, "") for word in ("class", "provider", "type"))
    assert agents == {"dlm": "ocf:pacemaker:controld", "clvm": "ocf:lvm2:clvmd", "o2cb": "ocf:ocfs2:o2cb",
                      "vg-san2": "ocf:heartbeat:LVM"}  # fmt: skip
    assert one(answered.top, ".//primitive[@id='vg-san2']//nvpair[@name='volgrpname']").get("value") == "san2"
    assert options(one(answered.top, ".//clone[@id='configpool']"))["interleave"] == "true"


BASES = [("dlm-clone", "clvm-clone"), ("dlm-clone", "o2cb-clone"), ("clvm-clone", "vg-san2-clone"),
         ("vg-san2-clone", "configpool"), ("o2cb-clone", "configpool")]  # fmt: skip


def test_users_wait_for_their_base_and_run_with_it(answered: Migration) -> None:
    orders = pairs(answered.top, "rsc_order", "first", "then")
    assert [order for order in orders if order[2] == "INFINITY"] == [(*pair, "INFINITY") for pair in BASES]
    assert pairs(answered.top, "rsc_colocation", "with-rsc", "rsc") == [(*pair, "INFINITY") for pair in BASES]
    assert [order for order in orders if order[2] != "INFINITY"] == [("configpool", domu, "0") for domu in DOMUS]
    for base, user in BASES:
        assert one(answered.top, f".//rsc_order[@id='{base}-before-{user}']").get("then") == user
        assert one(answered.top, f".//rsc_colocation[@id='{user}-with-{base}']").get("rsc") == user


def test_reminders_of_the_guides_cluster(answered: Migration) -> None:
    said = words(answered)
    assert "/etc/xen/vm/nfs.xm: phy:/dev/evms/san2/vm2,xvda,w" in said
    assert "/etc/xen/vm/sles.xm: phy:/dev/evms/san2/vm1,xvda,w" in said
    assert "tunefs.ocfs2 --update-cluster-stack /dev/san2/cfgpool" in said
    assert {"chkconfig o2cb off", "chkconfig ocfs2 off", "vgchange -c y san2 (once)"} <= set(said.splitlines())


def test_the_configuration_of_the_guides_cluster(answered: Migration) -> None:
    name = "openais.conf" if "openais.conf" in {file.name for file in answered.files} else "corosync.conf"
    (configuration,) = (file.data.decode() for file in answered.files if file.name == name)
    rings = re.findall(r"# (eth\d) in ha\.cf\n\s*ringnumber: (\d)\n\s*bindnetaddr: (\S+)", configuration)
    assert rings == [("eth0", "0", "192.168.1.0"), ("eth1", "1", "10.0.1.0")]
    assert "\ttoken: 10000\n" in configuration
    assert "\tuse_logd: yes\n" in configuration
    assert "\tsyslog_facility: local7\n" in configuration
    (asked,) = (change for change in told(answered, "M132") if change.before == "deadtime 50")
    assert asked.after == "token: 10000"
    (evmsd,) = (change for change in answered.changes if change.before == "respawn root /sbin/evmsd")
    assert evmsd.after == "ocf:lvm2:clvmd"


def test_no_secret_leaves_with_the_files(answered: Migration) -> None:
    said = "\n".join([words(answered), *(file.data.decode() for file in answered.files)])
    said += "\n".join(change.before + change.after + change.reason for change in told(answered, "M132"))
    assert "CLEARTEXTPASSWORD" not in said
    key = (REPO / "fixtures/hasi/nodes/host1/etc/ha.d/authkeys").read_text().split()[-1]
    assert key not in said


@pytest.mark.pacemaker
@pytest.mark.parametrize("evms", [{}, ANSWER, ALL], ids=["unanswered", "answered", "domus too"])
def test_pacemaker_takes_it(evms: dict[str, str], tmp_path: Path, pacemaker: Callable[[str], str]) -> None:
    migration = hasi(Stack.OPENAIS, evms)
    if RNG.is_file():
        schema = etree.RelaxNG(etree.parse(RNG))
        schema.assertValid(etree.fromstring(migration.document()))
    path = tmp_path / "cib.xml"
    path.write_bytes(etree.tostring(with_idle_status(etree.fromstring(migration.document()), [("pingd", "100")])))
    run = subprocess.run([pacemaker("crm_verify"), "-VV", "-x", str(path)], capture_output=True, text=True)
    assert "error" not in (run.stdout + run.stderr).lower()


# --- without the answer -----------------------------------------------------------------------------------------------


def test_the_question_names_the_nvpair_and_the_missing_line(unanswered: Migration) -> None:
    assert unanswered.blocked
    (asked,) = (change for change in unanswered.decisions if change.inhibits)
    assert asked.step == "M126"
    assert asked.subject.endswith("nvpair[configpool-child-ia-01]")
    assert "configpool-child uses the EVMS device /dev/evms/san2/cfgpool" in asked.reason
    assert '"/dev/evms/san2/cfgpool" = "/dev/san2/cfgpool"' in " ".join(asked.alternatives)


def test_the_reminders_have_every_line_that_the_answers_lack(unanswered: Migration) -> None:
    lines = [item for found in unanswered.reminders for item in found.items if item.startswith('"/dev/evms/')]
    assert parse_answers("\n".join(("[evms]", *lines)), "answers.toml").evms == ALL


def test_all_the_rest_is_converted_all_the_same(unanswered: Migration) -> None:
    clones = [found.get("id") for found in unanswered.top.iter("clone")]
    assert {"dlm-clone", "clvm-clone", "o2cb-clone", "configpool"} <= set(clones)
    assert "vg-san2-clone" not in clones
    device = one(unanswered.top, ".//primitive[@id='configpool-child']//nvpair[@name='device']")
    assert device.get("value") == "/dev/evms/san2/cfgpool"
    assert pairs(unanswered.top, "rsc_colocation", "with-rsc", "rsc") == [
        (*pair, "INFINITY") for pair in BASES if "vg-san2-clone" not in pair
    ]
    assert [file.name for file in unanswered.files] == ["openais.conf"]


# --- with an answer for every disk ------------------------------------------------------------------------------------


def test_all_domu_files_are_written_beside_the_old_ones() -> None:
    migration = hasi(Stack.OPENAIS, ALL)
    written = {file.name: file.data for file in migration.files if file.name.startswith("xm/")}
    assert set(written) == {f"xm/etc/xen/vm/{name}.xm" for name in DOMUS}
    for name in DOMUS:
        old = (REPO / f"fixtures/hasi/xen/vm/{name}.xm").read_bytes()
        assert b"/dev/evms/" in old
        assert written[f"xm/etc/xen/vm/{name}.xm"] == old.replace(b"/dev/evms/", b"/dev/")
    assert "name EVMS devices" not in words(migration)


# --- what the scheduler makes of it -----------------------------------------------------------------------------------


def planned(
    simulator: Simulator, cib: etree._Element, *arguments: str
) -> tuple[list[tuple[str, str, str]], etree._Element]:
    """The actions of a transition as operation, resource and node; and the CIB after it."""
    found = simulator.run(etree.tostring(cib), *arguments)
    assert found.accepted, found.complaint
    graph = etree.fromstring(found.graph)
    actions = [
        (event.get("operation", ""), one(event, "primitive").get("id", "").partition(":")[0], event.get("on_node", ""))
        for event in graph.iterfind("synapse/action_set/rsc_op")
        if event.get("operation") in ("start", "stop", "migrate_to", "migrate_from")
    ]
    return actions, etree.fromstring(found.after)


@pytest.fixture
def simulator(pacemaker: Callable[[str], str]) -> Simulator:
    return Simulator(pacemaker("crm_simulate"))


@pytest.mark.slow
@pytest.mark.pacemaker
@pytest.mark.parametrize("evms", [ANSWER, ALL], ids=["domus on EVMS", "domus on LVM"])
def test_everything_starts_and_a_standby_disturbs_nobody_else(simulator: Simulator, evms: dict[str, str]) -> None:
    """P-17: without interleave a node that goes or comes made the other one unmount."""
    idle = with_idle_status(etree.fromstring(hasi(Stack.OPENAIS, evms).document()), [("pingd", "100")])
    started, running = planned(simulator, idle)
    base = {"dlm", "clvm", "vg-san2", "o2cb", "configpool-child", "pingd-child"}
    assert {("start", name, node) for name in base for node in ("host1", "host2")} <= set(started)
    assert {name for operation, name, _ in started if operation == "start"} >= set(DOMUS)
    assert not [action for action in started if action[0] == "stop"]
    left, rest = planned(simulator, with_event(running, Scenario("", standby="host2")))
    assert not [action for action in left if action[0] == "stop" and action[2] == "host1" and action[1] in base]
    assert ("stop", "configpool-child", "host2") in left
    back, _ = planned(simulator, with_event(_without_standby(rest), Scenario("")))
    assert ("start", "configpool-child", "host2") in back
    assert not [action for action in back if action[0] == "stop" and action[1] in base]


@pytest.mark.pacemaker
def test_a_domu_that_nobody_manages_stays_alone(simulator: Simulator) -> None:
    """P-31: the peers' chain let the cluster start a domU that an administrator had taken out of its hands."""
    cib = (REPO / "fixtures/hasi/cib.bak.xml").read_text()
    unmanaged = cib.replace(
        '<nvpair id="xen-sles-ia-01"', '<nvpair id="u" name="is_managed" value="false"/><nvpair id="xen-sles-ia-01"'
    )
    assert unmanaged != cib
    ha_cf = (REPO / "fixtures/hasi/nodes/host1/etc/ha.d/ha.cf").read_text()
    top = migrated(unmanaged, Answers(stack=Stack.OPENAIS, evms=ANSWER), {"ha.cf": ha_cf}).top
    started, _ = planned(simulator, with_idle_status(top, [("pingd", "100")]))
    assert {name for _, name, _ in started} & set(DOMUS) == set(DOMUS) - {"sles"}


def _without_standby(cib: etree._Element) -> etree._Element:
    for pair in [*cib.iterfind("configuration/nodes/node/instance_attributes/nvpair[@name='standby']")]:
        pair.set("value", "off")
    return cib


MOUNT = """
<clone id="{0}"><meta_attributes id="{0}-m"><attributes><nvpair id="{0}-m1" name="globally_unique" value="false"/></attributes></meta_attributes>
<primitive id="{0}-child" class="ocf" provider="heartbeat" type="Filesystem"><instance_attributes id="{0}-i"><attributes>
<nvpair id="{0}-i1" name="device" value="/dev/{0}"/><nvpair id="{0}-i2" name="directory" value="/{0}"/><nvpair id="{0}-i3" name="fstype" value="ocfs2"/>
</attributes></instance_attributes></primitive></clone>"""  # noqa: E501


@pytest.mark.pacemaker
def test_stopping_one_mount_leaves_the_other_and_the_base_alone(simulator: Simulator) -> None:
    """P-15: with the dependencies the wrong way round, a stopped mount kept dlm, o2cb and the other mount down."""
    answers = answers_of({"stack": "openais", "two-node-policy": "ignore"})
    top = migrated(whole(MOUNT.format("one") + MOUNT.format("two")), answers, {"ha.cf": "node n1 n2\ncrm on\n"}).top
    idle = with_event(with_idle_status(top, []), Scenario("", stopped="one"))
    started, _ = planned(simulator, idle)
    assert {name for _, name, _ in started} == {"dlm", "o2cb", "two-child"}
