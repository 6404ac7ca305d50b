"""What is looked at on a host depends on what the cluster runs."""

from __future__ import annotations

from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.services import looks, running_now, uses_xen
from cibtools.runbook.facts.survey import Survey, survey
from tests.runbook.lab import Paper, cluster_of, runbook_of

CIB = """<cib><configuration><crm_config/><nodes><node id="1" uname="web1"/><node id="2" uname="web2"/></nodes>
<resources>{}</resources><constraints/></configuration><status/></cib>"""
DRBD = '<master_slave id="ms"><primitive id="d" class="ocf" provider="heartbeat" type="drbd"/></master_slave>'
MOUNT = """<primitive id="fs" class="ocf" provider="heartbeat" type="Filesystem"><instance_attributes id="i">
<attributes>
<nvpair id="n" name="directory" value="/srv/www"/></attributes></instance_attributes></primitive>"""
ADDRESS = """<primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2"><instance_attributes id="j"><attributes>
<nvpair id="m" name="ip" value="10.0.0.5"/></attributes></instance_attributes></primitive>"""


def seen(resources: str) -> Survey:
    return survey(cluster_of({"cib.xml": CIB.format(resources)}), Wishes(), Parameters())


def test_a_cluster_of_domus_is_looked_at_with_xm() -> None:
    found = survey(Paper().cluster(), Wishes(), Parameters())
    assert uses_xen(found)
    assert [look.command for look in looks(found)] == ["xm list"]


def test_without_domus_roles_mounts_and_addresses_are_looked_at() -> None:
    found = seen(DRBD + MOUNT + ADDRESS)
    assert not uses_xen(found)
    assert [look.command for look in looks(found)] == ["cat /proc/drbd", "mount", "ip -o -f inet addr"]
    assert [look.never for look in looks(found)] == [
        ("st:Primary", "ro:Primary"), (" on /srv/www ",), (" 10.0.0.5/",)
    ]  # fmt: skip
    assert running_now(found).startswith("{ grep -oE")


def test_a_mount_on_all_nodes_says_nothing_about_one() -> None:
    assert [look.command for look in looks(seen(f'<clone id="c">{MOUNT}</clone>'))] == ["crm_mon -1 -n -r"]


def test_no_plan_without_domus_names_xen() -> None:
    for kind, wishes in (
        ("patch", Wishes(accept=("S-FENCE",))),
        ("upgrade", Wishes("heartbeat-2.1.4", "pacemaker-1.0", accept=("S-FENCE",))),
        ("restore", Wishes()),
    ):
        plan = runbook_of(kind, cluster_of({"cib.xml": CIB.format(DRBD + MOUNT + ADDRESS)}), wishes)
        assert plan.phases, plan.reasons
        text = repr([(step.commands, step.verify) for phase in plan.phases for step in phase.steps])
        assert "xm list" not in text
        assert "/dev/evms" not in text
