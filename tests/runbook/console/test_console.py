"""The commands: one test for each trap, the real shell's opinion, and what Pacemaker's own tools make of them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.errors import PlanError
from cibtools.runbook.console.cib_console import SECTIONS
from cibtools.runbook.console.console import Console
from cibtools.runbook.facts.meta_place import MetaPlace, meta_place
from cibtools.runbook.plan.enums import CommandKind, Tools
from cibtools.runbook.plan.step import Command

OLD, NEW = Console(Tools.HB21, "host1"), Console(Tools.P10, "host1")
ILO = (("hostlist", "host1"), ("ilo_user", "Administrator"), ("ilo_password", "CLEARTEXTPASSWORD"))


def everything(console: Console) -> list[Command]:
    """Every command that a generation has, for a resource with the worst of names."""
    name, node = "a b:0;'\"$(x)", "host1"
    found = [
        console.standby(node), console.online(node), console.node_attribute(node, "pingd"),
        console.stop(name), console.start(name), console.set_meta(name, "is-managed", "false"),
        console.move(name, node), console.unmove(name), console.where(name), console.forget_failures(name, node),
        console.failcounts([name, "b"], ["host1", "host2"]), console.reprobe(),
        console.set_option("is-managed-default", "false"), console.option("cluster-delay"),
        console.delete_option("is-managed-default"), console.save_cib("a b.xml"), console.section("resources"),
        console.save_sections(), console.replace_section("resources", "r.xml"), console.replace_cib("c.xml"),
        console.create("nodes", "r.xml"), console.delete("nodes", "r.xml"),
        console.digest("c.xml"), console.verify_live(), console.verify_file("c.xml"), console.simulate_live(),
        console.simulate_file("c.xml"), console.status(), console.status_by_node(), console.status_by_node("a b"),
        console.members(), console.wait_idle(520), console.wait_stopped(name, 60), console.wait_running(name, node, 60),
        console.wait_running(name, "", 60), console.stack("stop"), console.stack("start", openais=True),
        console.stonith("external/riloe", ILO, "-S"), console.stonith_reset("external/riloe", ILO, node),
    ]  # fmt: skip
    if console is NEW:
        found += [console.upgrade_syntax(), console.shadow_create("u"), console.shadow_commit("u")]
        found += [console.shadow_delete("u")]
    return found


# --- the shell -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("console", [OLD, NEW], ids=["hb21", "p10"])
def test_every_command_passes_bash_and_shellcheck(console: Console, complaints: Callable[[str], str]) -> None:
    script = "#!/bin/bash\n" + "\n".join(command.text for command in everything(console)) + "\n"
    assert complaints(script) == ""


@pytest.mark.parametrize("console", [OLD, NEW], ids=["hb21", "p10"])
def test_commands_are_ascii_without_prompts_and_secrets(console: Console) -> None:
    for command in everything(console):
        assert command.text.isascii()
        assert not command.text.startswith(("#", "host1:"))
        assert "CLEARTEXTPASSWORD" not in command.text
        assert command.run_on == "host1"


def test_an_id_reaches_the_tool_as_one_argument(tmp_path: Path) -> None:
    (tmp_path / "crm_resource").write_text('#!/bin/sh\nfor a; do printf "%s\\n" "$a"; done\n')
    (tmp_path / "crm_resource").chmod(0o755)
    line = OLD.move("a b:0;'\"$(x)", "host 1").text
    path = f"{tmp_path}:/usr/bin:/bin"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, env={"PATH": path}, timeout=30)
    assert done.stdout.splitlines() == ["-M", "-r", "a b:0;'\"$(x)", "-H", "host 1"]


def test_a_password_is_read_and_never_assigned() -> None:
    text = OLD.stonith("external/riloe", ILO, "-S").text
    assert 'ilo_password="$ILO_PW"' in text
    assert "read -rsp" in text
    assert not re.search(r"ILO_PW=", text)
    # Pasted as several lines, `read` would take the next one for the password.
    assert "\n" not in text


def test_a_wait_gives_up_after_the_time_it_was_given() -> None:
    assert "$(seq 1 104)" in OLD.wait_idle(520).text
    assert "$(seq 1 100)" in OLD.wait_idle(500).text
    assert "$(seq 1 1)" in OLD.wait_idle(0).text
    assert OLD.wait_idle(520).kind is CommandKind.WAIT


def test_a_wait_ends_when_the_condition_holds_and_when_it_never_does(tmp_path: Path) -> None:
    for name, answer in (("crmadmin", "x: S_NOT_DC (ok)"), ("sleep", ""), ("awk", "x")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{answer}'\n")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    text = OLD.wait_idle(15).text
    done = subprocess.run(["bash", "-xc", text], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stderr.count("+ sleep 5") == 3
    (tmp_path / "crmadmin").write_text("#!/bin/sh\necho 'Status of crmd@x: S_IDLE (ok)'\n")
    done = subprocess.run(["bash", "-xc", text], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stderr.count("+ sleep 5") == 1
    assert "S_IDLE" in done.stdout


# --- the traps, by their numbers -------------------------------------------------------------------------------------


def test_trap_1_file_options_are_swapped() -> None:
    assert OLD.simulate_file("f").text == "ptest -X f -VV"
    assert NEW.simulate_file("f").text == "ptest -x f -VV"
    for console in (OLD, NEW):
        assert console.verify_file("f").text == "crm_verify -V -x f"
        for command in everything(console):
            for line in re.findall(r"\b(?:crm_mon|crm_resource) .*", command.text):
                assert not re.search(r" -X | -x f", line)


def test_trap_2_crm_mon_of_heartbeat_shows_no_fail_counts() -> None:
    assert OLD.status().text == "crm_mon -1 -r"
    assert NEW.status().text == "crm_mon -1 -r -f"
    for command in everything(OLD):
        for line in re.findall(r"\bcrm_mon.*", command.text):
            assert set(re.findall(r" -(\w)", line)) <= {"1", "n", "r", "s"}


def test_trap_3_cleanup_names_the_node_and_heartbeat_resets_the_count_apart() -> None:
    assert OLD.forget_failures("evms-child:0", "n").text.splitlines() == [
        "crm_resource -C -r evms-child:0 -H n",
        "crm_failcount -D -U n -r evms-child:0",
    ]
    assert NEW.forget_failures("evms-child:0", "n").text == "crm_resource -C -r evms-child:0 -H n"


def test_trap_4_options_of_cibadmin_that_only_later_releases_have() -> None:
    for console in (OLD, NEW):
        for command in everything(console):
            for line in re.findall(r"\bcibadmin.*", command.text):
                used = set(re.findall(r" -(\w)", line))
                assert not used & set("Acnt")
                assert not (console is OLD and "u" in used)


def test_trap_5_the_upgrade_needs_force_and_a_release_that_has_it() -> None:
    assert NEW.upgrade_syntax().text == "cibadmin -u -f"
    for make in (OLD.upgrade_syntax, lambda: OLD.shadow_create("u"), lambda: OLD.shadow_delete("u")):
        with pytest.raises(PlanError, match=r"heartbeat 2\.1"):
            make()


@pytest.mark.parametrize("console", [OLD, NEW], ids=["hb21", "p10"])
def test_traps_6_and_7_standby_survives_the_reboot_and_names_the_node(console: Console) -> None:
    assert console.standby("n").text == "crm_standby -U n -v on"
    assert console.online("n").text == "crm_standby -D -U n"


def test_trap_8_names_have_underscores_in_heartbeat_and_dashes_in_pacemaker() -> None:
    assert OLD.stop("r").text == "crm_resource -r r --meta -p target_role -v stopped"
    assert NEW.stop("r").text == "crm_resource -r r --meta -p target-role -v Stopped"
    assert OLD.start("r").text == "crm_resource -r r --meta -d target_role"
    assert NEW.start("r").text == "crm_resource -r r --meta -d target-role"
    for console in (OLD, NEW):
        assert console.set_option("is-managed-default", "false").text == (
            "crm_attribute -t crm_config -n is-managed-default -v false"
        )


def test_trap_9_the_place_comes_from_the_cib() -> None:
    assert OLD.stop("r", MetaPlace(in_meta=False)).text == "crm_resource -r r -p target_role -v stopped"
    assert OLD.stop("r", MetaPlace(nvpair="p 1")).text == (
        "crm_resource -r r --meta -p target_role -v stopped -i 'p 1'"
    )


def test_traps_10_and_11_managing_again_deletes_and_always_means_meta() -> None:
    assert OLD.delete_meta("r", "is-managed").text == "crm_resource -r r --meta -d is_managed"
    assert NEW.delete_meta("r", "is-managed").text == "crm_resource -r r --meta -d is-managed"
    assert "--meta" in NEW.set_meta("r", "is-managed", "false", MetaPlace(in_meta=False)).text


@pytest.mark.parametrize("console", [OLD, NEW], ids=["hb21", "p10"])
def test_trap_12_tools_of_haresources_never_appear(console: Console) -> None:
    for command in everything(console):
        assert not re.search(r"hb_standby|hb_takeover|rcheartbeat standby", command.text)


@pytest.mark.parametrize("console", [OLD, NEW], ids=["hb21", "p10"])
def test_trap_13_every_option_has_its_dash(console: Console) -> None:
    for command in everything(console):
        for tool, option in re.findall(r"\b(cibadmin|crm_(?!config)\w+|crmadmin) (\S+)", command.text):
            assert option.startswith("-"), f"{tool} {option}"


def test_trap_14_reset_names_the_node_last_and_parameters_by_name() -> None:
    line = OLD.stonith_reset("external/riloe", ILO, "host1").text.splitlines()[-1]
    assert line.endswith("-T reset host1")
    assert "hostlist=host1 ilo_user=Administrator" in line
    assert " -p " not in line


# --- where options stand ---------------------------------------------------------------------------------------------

_PAIR = '<nvpair id="{}" name="target_role" value="started"/>'


def place(inner: str, attributes: str = "", dialect: Dialect = Dialect.HB2) -> MetaPlace:
    text = f'<resources><primitive id="r" class="ocf" type="Xen" {attributes}>{inner}</primitive></resources>'
    source = Source("cib.xml", text.encode())
    tree, defects, kind = parse_cib(source)
    cluster = Cluster(Backup(".", (Document(kind, source, tree, defects=defects),)), dialect)
    resource = cluster.resource("r")
    assert resource is not None
    return meta_place(cluster, resource, "target-role")


def old_set(tag: str, *ids: str) -> str:
    return f'<{tag} id="{tag}"><attributes>{"".join(map(_PAIR.format, ids))}</attributes></{tag}>'


def test_the_place_of_an_option() -> None:
    assert place("") == MetaPlace()
    assert place(old_set("meta_attributes", "a")) == MetaPlace()
    assert place(old_set("instance_attributes", "a")) == MetaPlace(in_meta=False)
    assert place(old_set("instance_attributes", "i") + old_set("meta_attributes", "m")) == MetaPlace(nvpair="m")
    assert place(old_set("instance_attributes", "i", "j")) == MetaPlace(in_meta=False, nvpair="i")
    assert place("", 'target_role="stopped"') == MetaPlace(in_element=True)
    assert place(old_set("instance_attributes", "a"), dialect=Dialect.P10) == MetaPlace()


# --- Pacemaker's own tools -------------------------------------------------------------------------------------------


@pytest.fixture
def live(repo: Path, tmp_path: Path, pacemaker: Callable[[str], str]) -> Callable[[Command], etree._Element]:
    """A function that runs a command on a CIB in a file, and returns what the CIB has become."""
    pacemaker("cibadmin")
    file = tmp_path / "live.xml"
    file.write_bytes((repo / "fixtures/pacemaker-1.0/cib.xml").read_bytes())
    environment = {**os.environ, "CIB_file": str(file), "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin"}

    def run(command: Command) -> etree._Element:
        done = subprocess.run(
            ["bash", "-c", command.text], capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60
        )
        assert done.returncode == 0, f"{command.text}: {done.stdout}{done.stderr}"
        return etree.fromstring(file.read_bytes())

    return run


@pytest.mark.slow
@pytest.mark.pacemaker
def test_real_tools_do_what_is_meant(live: Callable[[Command], etree._Element], tmp_path: Path) -> None:
    # crm_resource of today writes constraints that the schema of 1.0 does not have yet.
    cib = live(NEW.upgrade_syntax())
    node = cib.xpath("string(//node[2]/@uname)")
    name = cib.xpath("string(/cib/configuration/resources/primitive[@type='Xen'][1]/@id)")
    assert node
    assert name

    assert live(NEW.standby(node)).xpath(f"//node[@uname='{node}']//nvpair[@name='standby']/@value") == ["on"]
    assert live(NEW.online(node)).xpath(f"//node[@uname='{node}']//nvpair[@name='standby']/@value") == []
    role = f"//primitive[@id='{name}']/meta_attributes//nvpair[@name='target-role']/@value"
    assert live(NEW.stop(name)).xpath(role) == ["Stopped"]
    assert live(NEW.start(name)).xpath(role) == []
    assert live(NEW.move(name, node)).xpath("//rsc_location[starts-with(@id, 'cli-prefer-')]/@rsc") == [name]
    assert live(NEW.unmove(name)).xpath("//rsc_location[starts-with(@id, 'cli-prefer-')]") == []
    maintenance = "//nvpair[@name='maintenance-mode']/@value"
    assert live(NEW.set_option("maintenance-mode", "true")).xpath(maintenance) == ["true"]
    assert live(NEW.delete_option("maintenance-mode")).xpath(maintenance) == []
    live(NEW.save_cib("saved.xml"))
    live(NEW.save_sections())
    for section in SECTIONS:
        assert etree.parse(str(tmp_path / f"{section}.xml")).getroot().tag == section
    live(NEW.digest("saved.xml"))
    live(NEW.replace_section("constraints", "constraints.xml"))


@pytest.mark.pacemaker
@pytest.mark.parametrize("tool", ["cibadmin", "crm_attribute", "crm_mon", "crm_verify", "crmadmin", "crm_shadow"])
def test_real_tools_know_the_letters(tool: str, pacemaker: Callable[[str], str]) -> None:
    done = subprocess.run([pacemaker(tool), "--help-all"], capture_output=True, text=True, timeout=60)
    if tool in ("cibadmin", "crm_shadow"):
        done = subprocess.run([pacemaker(tool), "--help"], capture_output=True, text=True, timeout=60)
    known = set(re.findall(r"^\s+-(\S),", done.stdout, re.MULTILINE))
    # Gone from the help, still understood: a node by -U, and the digest of old.
    legacy = {"crm_attribute": {"U"}, "cibadmin": {"5"}}.get(tool, set())
    for command in everything(NEW):
        for line in re.findall(rf"\b{tool} [^|;\n]*", command.text):
            used = set(re.findall(r" -(\w)(?=\s|$|\))", line))
            assert used <= known | legacy, line


def test_waiting_for_a_node_is_not_content_with_one_of_a_longer_name(tmp_path: Path) -> None:
    for name, answer in (("crm_resource", "resource r is running on: host10 "), ("sleep", "")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{answer}'\n")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    rounds = []
    for node in ("host1", "host10"):
        text = OLD.wait_running("r", node, 15).text
        done = subprocess.run(["bash", "-xc", text], capture_output=True, text=True, env=environment, timeout=60)
        rounds.append(done.stderr.count("+ sleep 5"))
    assert rounds == [3, 1]
