"""The conversion to SLE HA 11: every gap has a step, what is irreversible is asked, our CIB keeps its promises."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from cibtools.cli.planning.conversion import conversion
from cibtools.cluster.model.cluster import Cluster
from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.pipeline import migrate
from cibtools.report.runbook.formats import json as runbook_json
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.plan.enums import CommandKind, Readiness, StopKind, Way, Who
from cibtools.runbook.plan.runbook import Runbook
from tests.runbook.lab import Domu, Paper, cluster_of, fixture_files, parts, phase, runbook_of, steps, titled

RAM = (("host1", 14333), ("host2", 14333))
WISHES = Wishes(nodes=("host1", "host2"), node_ram=RAM)


@pytest.fixture(scope="module")
def guide(repo: Path) -> Runbook:
    cluster = cluster_of(fixture_files(repo))
    return runbook_of("convert", cluster, WISHES, Parameters(), None, None, conversion(cluster))


def test_every_gap_is_found_here_and_closed_by_a_step(guide: Runbook) -> None:
    table = guide.phases[0].tables[0]
    assert [row[0] for row in table.rows] == [str(number) for number in range(1, 16)]
    ids = {step.id for step in steps(guide)}
    for number, _, here, _, closed_by in table.rows:
        assert here != "not here", number
        assert closed_by, number
        assert set(closed_by.split(", ")) <= ids, number


def test_the_gaps_say_what_the_files_say(guide: Runbook) -> None:
    here = {int(row[0]): row[2] for row in guide.phases[0].tables[0].rows}
    assert here[1] == "/dev/evms/san2/cfgpool (configpool-child)"
    assert here[2].startswith("15 domUs: nfs, sles")
    assert here[3] == here[4] == "san2"
    assert "pingd-child; heartbeat pings 192.168.1.254" in here[8]
    assert here[9] == "no-quorum-policy is stop, two nodes"
    assert here[10] == "eth0, eth1"
    assert here[11] == "configpool"
    assert here[12].startswith("host1: rejects all devices, locking_type is not 3")


def test_what_no_file_tells_is_not_taken_for_sound() -> None:
    runbook = runbook_of("convert", Paper().cluster(), Wishes(), Parameters())
    here = {int(row[0]): row[2] for row in runbook.phases[0].tables[0].rows}
    for number in (5, 7, 10, 12, 13, 14, 15):
        assert here[number].startswith("not known"), number


def test_the_cib_of_the_migration_keeps_what_the_table_promises(repo: Path) -> None:
    cluster = cluster_of(fixture_files(repo))
    evms = {"/dev/evms/san2/cfgpool": "/dev/san2/cfgpool"}
    evms.update({f"/dev/evms/san2/vm{number}": f"/dev/san2/vm{number}" for number in range(1, 16)})
    migration = migrate(cluster, Answers(stack=Stack.OPENAIS, evms=evms))
    top = migration.top
    groups = top.xpath("//primitive[@type='LVM']")
    assert [found.getparent().tag for found in groups] == ["clone"]  # 3, 4
    assert groups[0].getparent().xpath(".//nvpair[@name='interleave' and @value='true']")
    of = {found.get("type"): found.getparent().get("id") for found in top.xpath("//clone/primitive")}
    pairs = {(one.get("rsc"), one.get("with-rsc")) for one in top.xpath("//rsc_colocation")}
    orders = {(one.get("first"), one.get("then")) for one in top.xpath("//rsc_order")}
    assert (of["clvmd"], of["controld"]) in pairs  # 5
    assert (of["controld"], of["clvmd"]) in orders
    assert (of["LVM"], of["clvmd"]) in pairs
    assert (of["o2cb"], of["controld"]) in pairs  # 6: what stands on the foundation depends on it
    assert (of["Filesystem"], of["o2cb"]) in pairs
    pingd = top.xpath("//primitive[@type='pingd']")  # 7, 8
    assert len(pingd) == 1
    assert pingd[0].xpath(".//nvpair[@name='host_list']/@value") == ["192.168.1.254"]
    assert top.xpath("//nvpair[@name='no-quorum-policy']/@value") == ["ignore"]  # 9
    written = {file.name: file.data for file in migration.files}  # 2
    assert b"phy:/dev/san2/vm2," in written["xm/etc/xen/vm/nfs.xm"]


def test_what_cannot_be_taken_back_is_asked_twice(guide: Runbook) -> None:
    gone = [step for step in steps(guide) if step.rollback.way is Way.IMPOSSIBLE]
    assert [step.title for step in gone] == [
        "Install SLES 11 and the HA extension on host1", "Install SLES 11 and the HA extension on host2",
        "Turn the containers into volume groups", "Write the new cluster stack into the OCFS2 volumes",
    ]  # fmt: skip
    for step in gone:
        assert step.decision.kind is StopKind.GO
        assert step.who is Who.SECOND
    destructive = [s for s in steps(guide) if any(c.kind is CommandKind.DESTRUCTIVE for c in s.commands)]
    assert destructive == gone


def test_the_order_of_the_irreversible(guide: Runbook) -> None:
    assert [found.id for found in guide.phases] == ["P0", "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"]
    assert [found.id for found in guide.phases if found.point_of_no_return] == ["P2", "P3", "P5"]
    text = [command.text for step in steps(guide) for command in step.commands]

    def at(piece: str) -> int:
        return next(number for number, found in enumerate(text) if piece in found)

    assert at("cp -a /etc/xen/vm/.") < at("rcheartbeat stop") < at("csm-converter") < at("vgchange -c y san2")
    assert at("ais-keygen") < at("rcopenais start") < at("mounted.ocfs2 -f") < at("tunefs.ocfs2")
    assert at("tunefs.ocfs2") < at("diff -r /etc/xen/vm") < at("startup-fencing -D")


def test_every_change_has_a_way_back_or_a_gate(guide: Runbook) -> None:
    for step in steps(guide):
        if step.changes:
            assert step.rollback.way is Way.POSSIBLE or step.decision.kind is StopKind.GO, step.title
            assert step.rollback.text, step.title
        assert len(step.title) <= 72


def test_all_domus_are_stopped_before_anything_starts_and_run_in_the_end(guide: Runbook) -> None:
    held = parts(titled(guide, "Keep domUs and pools stopped").commands[0].text)
    stopped = [line.split()[2] for line in held if line.endswith("-v Stopped")]
    assert stopped == ["configpool", *(place.domu for place in guide.facts.importance)]
    let_go = titled(guide, "Start what lies below").commands[0].text
    assert let_go.startswith("crm_attribute -t crm_config -n maintenance-mode -D")
    after = {name for load in phase(guide, "P6").state_after for name in load.domus}
    assert after == {place.domu for place in guide.facts.importance}


def test_one_of_three_nodes_acts_without_quorum_until_all_are_there() -> None:
    paper = Paper(nodes=3, domus=(Domu("web"),))
    runbook = runbook_of("convert", paper.cluster(), Wishes(), Parameters())
    text = "\n".join(command.text for step in steps(runbook) for command in step.commands)
    assert "CIB_file=cib-start.xml crm_attribute -t crm_config -n no-quorum-policy -v ignore" in text
    assert "\ncrm_attribute -t crm_config -n no-quorum-policy -v stop" in text


def test_snippets_pass_bash_and_shellcheck(guide: Runbook, complaints: Callable[[str], str]) -> None:
    lines = [one.text for step in steps(guide) for one in (*step.commands, *step.rollback.commands)]
    assert complaints("#!/bin/bash\n" + "\n".join(dict.fromkeys(lines)) + "\n") == ""


def test_it_keeps_to_the_schema_and_holds_no_secret(repo: Path, guide: Runbook) -> None:
    text = runbook_json.render(guide)
    schema = json.loads((repo / "schemas" / "runbook.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads(text))
    paper = runbook_of("convert", Paper().cluster(), Wishes(), Parameters())
    assert "s3cr3t" not in runbook_json.render(paper)


def test_a_cluster_that_is_no_heartbeat_cluster_is_refused(repo: Path) -> None:
    runbook = runbook_of("convert", cluster_of(fixture_files(repo, "pacemaker-1.0")), Wishes(), Parameters())
    assert runbook.kind == "convert-sles11"
    assert runbook.verdict is Readiness.REFUSED
    assert runbook.phases == ()


def test_the_same_inputs_give_the_same_plan(repo: Path) -> None:
    cluster = cluster_of(fixture_files(repo))
    one, other = (runbook_of("convert", cluster, WISHES, Parameters()) for _ in range(2))
    assert runbook_json.render(one) == runbook_json.render(other)
    assert one.change_id != runbook_of("convert", cluster, replace(WISHES, node_ram=()), Parameters()).change_id


def test_a_cluster_without_evms_and_ocfs2_skips_their_steps() -> None:
    files = Paper().files()
    cib = files["cib.xml"].replace("/dev/evms/san2/cfgpool", "/dev/mapper/pool").replace("ocfs2", "ext3")
    bare = {name: text.replace("/dev/evms/san2/", "/dev/mapper/") for name, text in files.items()} | {"cib.xml": cib}
    runbook = runbook_of("convert", cluster_of(bare), Wishes(), Parameters())
    text = "\n".join(command.text for step in steps(runbook) for command in step.commands)
    for word in ("csm-converter", "tunefs.ocfs2", "evmsgui"):
        assert word not in text
    assert isinstance(cluster_of(bare), Cluster)


@pytest.mark.parametrize(("nodes", "half"), [(2, 1), (3, 1), (4, 2)])
def test_by_halves_the_old_half_is_down_before_the_new_one_sees_the_disks(nodes: int, half: int) -> None:
    paper = Paper(nodes=nodes, domus=tuple(Domu(f"d{number}", node=number) for number in range(6)))
    ram = tuple((name, 16384) for name in paper.names)
    runbook = runbook_of("convert", paper.cluster(), Wishes(method="swing", node_ram=ram), Parameters())
    assert [found.id for found in runbook.phases] == [f"P{number}" for number in range(13)]
    assert runbook.verdict is Readiness.WARNINGS, runbook.reasons
    titles = [step.title for step in steps(runbook)]

    def at(title: str) -> int:
        return next(number for number, found in enumerate(titles) if found.startswith(title))

    order = (
        "Put", "Hide the shared disks", "Install SLES 11", "Stop wave 1", "Stop the cluster stack on every node",
        "Hand the shared disks", "Turn the containers", "Write the new cluster stack", "Start wave 1", "Let host",
    )  # fmt: skip
    found = [at(title) for title in order]
    assert found == sorted(found)
    assert sum(title.startswith("Install SLES 11") for title in titles) == nodes
    masked = [step for step in steps(runbook) if any(caution.rule == "S-SWING" for caution in step.warnings)]
    assert len(masked) == half
    text = [command.text for step in steps(runbook) for command in step.commands]
    deleted = [number for number, line in enumerate(text) if "-n startup-fencing -D" in line]
    assert len(deleted) == 1
    joined = next(number for number, line in enumerate(text) if "authkey" in line and "lvm.conf" in line)
    assert joined < deleted[0]
    for row in runbook.phases[0].tables[0].rows:
        assert row[4], row


def test_a_swing_refuses_what_the_half_cannot_carry() -> None:
    paper = Paper(domus=(Domu("big", memory=8192), Domu("large", memory=8192, node=1)))
    ram = tuple((name, 10240) for name in paper.names)
    runbook = runbook_of("convert", paper.cluster(), Wishes(method="swing", node_ram=ram), Parameters())
    assert runbook.verdict is Readiness.REFUSED
    assert "S-RAM" in {reason.code for reason in runbook.reasons}
