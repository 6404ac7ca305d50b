"""How bad a shared disk is, who is named, and which of two findings about one mistake remains."""

from __future__ import annotations

from pathlib import Path

import pytest

from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.finding import Finding
from cibtools.lint.record.rule import Rule


@pytest.fixture(scope="module")
def rules(repo: Path) -> tuple[Rule, ...]:
    return build_catalogue(load_tables([path for path in rule_files([repo / "rules"]) if path.name.startswith("XEN")]))


def xm(name: str, *disks: str, extra: str = "") -> str:
    return f'name = "{name}"\nmemory = 512\ndisk = {list(disks)!r}\n{extra}'


def xen(*names: str, **files: str) -> str:
    return "".join(
        f'<primitive id="{name}" class="ocf" provider="heartbeat" type="Xen"><instance_attributes id="{name}-ia">'
        f'<attributes><nvpair id="{name}-1" name="xmfile" value="/etc/xen/vm/{files.get(name, name)}.xm"/></attributes>'
        "</instance_attributes></primitive>"
        for name in names
    )


def lint(rules: tuple[Rule, ...], files: dict[str, str], resources: str | None = None) -> tuple[Finding, ...]:
    every = files if resources is None else {**files, "cib.xml": f"<resources>{resources}</resources>"}
    read = [parse_source(Source(path, text.encode()), path) for path, text in sorted(every.items())]
    (backup,) = gather(Read(document, "", document.path, walked=True) for document in read)
    run = Engine(rules).run([Cluster(backup)])
    assert Engine(rules[::-1]).run([Cluster(backup)]).findings == run.findings
    return run.findings


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(found.code, found.variant, found.severity.value) for found in findings]


A = "phy:/dev/evms/san2/a,xvda"


@pytest.mark.parametrize(("one", "two", "expected"), [
    (f"{A},w", f"{A},w", ("same", "error")),
    (f"{A},w", f"{A},rw", ("same", "error")),
    (f"{A},r", f"{A},w", ("same", "warning")),
    (f"{A},ro", f"{A},w!", ("forced", "warning")),
    (f"{A},w", f"{A},w!", ("forced", "error")),
    (f"{A},w!", f"{A},w!", ("forced", "warning")),
    (f"{A},r", f"{A},r", ("readers", "info")),
    ("file:/iso/a.iso,hdc:cdrom,r", "file:/iso/a.iso,hdc:cdrom,r", None),
    ("file:/iso/a.iso,hdc:cdrom,r", "file:/iso/a.iso,hdc,w", ("same", "warning")),
    ("phy:/dev/sdc,xvda,w", "phy:/dev/sdc,xvda,w", ("same", "warning")),
    ("phy:/dev/mapper/mpath1,xvda,w", "phy:/dev/mapper/mpath1-part1,xvda,w", ("overlap", "error")),
    ("phy:/dev/mapper/mpath1p1,xvda,w", "phy:/dev/mapper/mpath1,xvda,r", ("overlap", "warning")),
    ("phy:/dev/san2/a,xvda,w", "phy:/dev/mapper/san2-a,xvda,w", ("alias", "warning")),
    ("phy:/dev/mapper/san2-a,xvda,w", "phy:/dev/evms/lvm2/san2/a,xvda,w", ("alias", "warning")),
    ("phy:/dev/vg/a,xvda,w,storage", "phy:/dev/vg/a,xvda,w", None),
    (f"{A},w", "phy:/dev/evms/san2/b,xvda,w", None),
])  # fmt: skip
def test_severity(rules: tuple[Rule, ...], one: str, two: str, expected: tuple[str, str] | None) -> None:
    files = {"vm/a.xm": xm("a", one), "vm/b.xm": xm("b", two)}
    for resources in (None, xen("a", "b"), xen("a")):
        found = [item[1:] for item in told(lint(rules, files, resources)) if item[0] == "XEN102"]
        assert found == ([expected] if expected else [])


def test_files_that_no_resource_runs_are_one_level_less(rules: tuple[Rule, ...]) -> None:
    files = {"vm/a.xm": xm("a", f"{A},w"), "vm/b.xm": xm("b", f"{A},w"), "vm/web.xm": xm("web")}
    resources = xen("web")
    assert ("XEN102", "same", "warning") in told(lint(rules, files, resources))


def test_old_copies_are_one_level_less_and_quiet_about_their_own_file(rules: tuple[Rule, ...]) -> None:
    files = {"vm/a.xm": xm("a", f"{A},w"), "vm/a.xm.orig": xm("a", f"{A},w", extra="vcpus = 1\n")}
    assert told(lint(rules, files, xen("a"))) == [("XEN202", "leftover", "info")]
    files["vm/b.xm.orig"] = xm("b", f"{A},w")
    found = lint(rules, {path: text for path, text in files.items() if path != "vm/a.xm.orig"}, xen("a"))
    assert told(found) == [("XEN102", "same", "warning")]


def test_files_of_two_nodes_that_no_resource_runs_may_mean_two_local_disks(rules: tuple[Rule, ...]) -> None:
    files = {f"nodes/host{n}/etc/xen/vm/vm{n}.xm": xm(f"vm{n}", "file:/images/a.img,xvda,w") for n in (1, 2)}
    assert told(lint(rules, files, "")) == [("XEN102", "same", "info")]


def test_three_domus_are_one_finding(rules: tuple[Rule, ...]) -> None:
    files = {f"vm/{name}.xm": xm(name, f"{A},w", f"phy:/dev/vg/{name},xvdb,w") for name in "abc"}
    (found,) = lint(rules, files, xen("a", "b", "c"))
    assert (found.code, found.location.path, found.location.line) == ("XEN102", "vm/c.xm", 3)
    assert [(note.place.document.path, note.place.location.line) for note in found.notes] == [
        ("vm/a.xm", 3),
        ("vm/b.xm", 3),
    ]
    assert all(f"domU '{name}' (vm/{name}.xm:3, xvda, w)" in found.message for name in "abc")


def test_a_whole_disk_meets_each_of_its_partitions(rules: tuple[Rule, ...]) -> None:
    mpath = "phy:/dev/mapper/mpath1"
    files = {"vm/a.xm": xm("a", f"{mpath},xvda,w")}
    files |= {f"vm/b{n}.xm": xm(f"b{n}", f"{mpath}-part{n},xvda,w") for n in (1, 2)}
    (found,) = lint(rules, files)
    assert (found.variant, len(found.notes)) == ("overlap", 2)
    del files["vm/a.xm"]
    assert lint(rules, files) == ()


def test_two_disks_are_two_findings(rules: tuple[Rule, ...]) -> None:
    files = {f"vm/{name}.xm": xm(name, f"{A},w", "phy:/dev/vg/b,xvdb,w") for name in "ab"}
    found = lint(rules, files)
    assert [item.code for item in found] == ["XEN102", "XEN102"]
    assert len({item.fingerprint for item in found}) == 2


def test_notes_say_who_runs_a_domu_where(rules: tuple[Rule, ...]) -> None:
    files = {"vm/a.xm": xm("a", f"{A},w"), "vm/b.xm": xm("b", f"{A},w")}
    found = lint(rules, files, xen("b"))
    assert found[0].notes[0].message == "domU 'a' has it as xvda, mode w, run by no resource"
    found = lint(rules, files, xen("a"))
    assert found[0].notes[0].message == "domU 'a' has it as xvda, mode w, run by resource 'a'"


def test_a_domu_managed_twice_hides_what_follows_from_it(rules: tuple[Rule, ...]) -> None:
    files = {"vm/a.xm": xm("a", f"{A},w"), "vm/b.xm": xm("a", f"{A},w", extra="vcpus = 2\n")}
    assert told(lint(rules, files, xen("a", "b"))) == [("XEN203", "same-name", "error")]
    assert {item[0] for item in told(lint(rules, files, xen("a")))} == {"XEN102", "XEN104"}


def test_a_stopped_twin_is_a_warning(rules: tuple[Rule, ...]) -> None:
    twins = xen("a", "b", b="a").replace(
        '<nvpair id="b-1"', '<nvpair id="b-2" name="target_role" value="stopped"/><nvpair id="b-1"'
    )
    assert told(lint(rules, {"vm/a.xm": xm("a", f"{A},w")}, twins)) == [("XEN203", "same-file", "warning")]


def test_a_forced_write_is_told_once(rules: tuple[Rule, ...]) -> None:
    files = {"vm/a.xm": xm("a", f"{A},w!"), "vm/b.xm": xm("b", f"{A},w!", "phy:/dev/vg/c,xvda,w!")}
    assert sorted(told(lint(rules, files))) == [
        ("XEN102", "forced", "warning"),
        ("XEN103", "forced-write", "warning"),
        ("XEN103", "frontend-twice", "error"),
    ]


def test_copies_on_nodes_give_one_finding(rules: tuple[Rule, ...]) -> None:
    files = {f"nodes/host{n}/etc/xen/vm/a.xm": xm("a", "phy:/dev/vg/a,xvda") for n in (1, 2)}
    (found,) = lint(rules, files)
    assert (found.code, found.location.path) == ("XEN101", "nodes/host1/etc/xen/vm/a.xm")
    assert [note.place.document.path for note in found.notes] == ["nodes/host2/etc/xen/vm/a.xm"]


def test_a_missing_name_matters_to_the_old_agent_only(rules: tuple[Rule, ...]) -> None:
    files = {"vm/a.xm": "memory = 512\ndisk = [ 'phy:/dev/vg/a,xvda,w' ]\n"}
    assert told(lint(rules, files, xen("a"))) == [("XEN101", "no-name", "error")]
    assert told(lint(rules, files, "")) == []
    new = xen("a").replace("<attributes>", "").replace("</attributes>", "")
    assert told(lint(rules, files, new)) == []


def test_names_clash_as_the_agent_reads_them(rules: tuple[Rule, ...]) -> None:
    files = {
        "vm/a.xm": xm("a # b", "phy:/dev/vg/a,xvda,w"),
        "vm/b.xm": 'name = "a" # b\n' + xm("x")[len('name = "x"\n') :],
    }
    assert ("XEN104", "name", "error") in told(lint(rules, files))


def test_an_emulated_and_a_paravirtual_card_may_be_one(rules: tuple[Rule, ...]) -> None:
    vif = "vif = [ 'type=ioemu,mac=00:16:3e:00:00:01', 'mac=00:16:3e:00:00:01' ]\n"
    assert told(lint(rules, {"vm/a.xm": xm("a", f"{A},w", extra=vif)})) == []


def test_the_address_proposed_is_free_and_always_the_same(rules: tuple[Rule, ...]) -> None:
    files = {name: xm(name[3], f"phy:/dev/vg/{name[3]},xvda,w", extra="vif = [ 'mac=00:16:3e:0:0:1' ]\n") for name in
             ("vm/a.xm", "vm/b.xm")}  # fmt: skip
    (one,), (two,) = lint(rules, files), lint(rules, files)
    assert one.variant == "duplicate"
    assert one.remedy == two.remedy
    assert "00:16:3e:" in one.remedy


@pytest.mark.parametrize(("wanted", "kept", "hint"), [
    ("nsf", "nfs", "did you mean '/etc/xen/vm/nfs.xm'?"),
    ("nfs1", "nfs", "did you mean '/etc/xen/vm/nfs.xm'?"),
    ("mx", "nfs", "no resource uses vm/nfs.xm"),
])  # fmt: skip
def test_near_names(rules: tuple[Rule, ...], wanted: str, kept: str, hint: str) -> None:
    found = lint(rules, {f"vm/{kept}.xm": xm("home", f"{A},w")}, xen(wanted))
    assert told(found) == [("XEN201", "missing", "error")]
    assert hint in found[0].message


def test_a_file_elsewhere_proves_less(rules: tuple[Rule, ...]) -> None:
    assert told(lint(rules, {"old/nfs.xm": xm("home", f"{A},w")}, xen("web"))) == [("XEN201", "missing", "warning")]
