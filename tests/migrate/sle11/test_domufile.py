"""domU files with new device paths: nothing but the paths differs, and the old files stay as they are."""

from __future__ import annotations

import pytest

from cibtools.backup.record.source import Source
from cibtools.backup.xm.file import parse_xm
from cibtools.migrate.answers import Answers, Stack, parse_answers
from cibtools.migrate.record.change import ChangeKind
from cibtools.migrate.record.outcome import Migration
from tests.migrate.lab import answers_of, cluster_of, migrated, whole

EVMS = {"/dev/evms/san2/vm1": "/dev/san2/vm1", "/dev/evms/san2/vm2": "/dev/mapper/mpath7"}
ANSWERS = answers_of({"stack": "openais", "evms": EVMS})
XEN = """
<primitive id="web" class="ocf" provider="heartbeat" type="Xen"><instance_attributes id="i"><attributes>
  <nvpair id="x" name="xmfile" value="/etc/xen/vm/web.xm"/></attributes></instance_attributes></primitive>"""


def with_file(text: str, answers: Answers = ANSWERS, name: str = "xen/vm/web.xm", resources: str = XEN) -> Migration:
    return migrated(whole(resources), answers, {name: text, "ha.cf": "node n1 n2\ncrm on\nbcast eth0\n"})


def domu(disks: str, before: str = "") -> str:
    return f'{before}name = "web"\nmemory = 512\ndisk = [ {disks} ]  # the disks\nvif = [ "mac=00:16:3e:00:00:01" ]\n'


def written(migration: Migration) -> dict[str, bytes]:
    return {file.name: file.data for file in migration.files if file.name.startswith("xm")}


@pytest.mark.parametrize(
    "text",
    [
        domu("'phy:/dev/evms/san2/vm1,xvda,w'"),
        domu("'phy:/dev/evms/san2/vm1,xvda,w', 'phy:/dev/sdb,xvdb,w', 'file:/dev/evms/san2/vm2,xvdc,r',"),
        domu("\"phy:/dev/evms/san2/vm1,xvda,w\"", "# größer als früher\r\n\t# phy:/dev/evms/san2/vm1 was once vm9\n"),
        domu("'phy:/dev/evms/san2/vm1,xvda,w'").replace("\n", "\r\n"),
    ],
)  # fmt: skip
def test_only_the_paths_of_disks_differ(text: str) -> None:
    migration = with_file(text)
    expected = text
    for old, new in EVMS.items():
        expected = expected.replace(f"phy:{old},", f"phy:{new},").replace(f"file:{old},", f"file:{new},")
    assert written(migration) == {"xm/etc/xen/vm/web.xm": expected.encode()}
    assert expected != text
    before = parse_xm(Source("a", text.encode())).disks
    after = parse_xm(Source("b", written(migration)["xm/etc/xen/vm/web.xm"])).disks
    assert [disk.path for disk in after] == [EVMS.get(disk.path, disk.path) for disk in before]


def test_a_file_in_latin_1_stays_in_latin_1() -> None:
    data = domu("'phy:/dev/evms/san2/vm1,xvda,w'", "# gr\xf6\xdfer\n").encode("latin-1")
    cib = whole(XEN).encode()
    from cibtools.backup.reader import Read, gather, parse_source
    from cibtools.cluster.model.cluster import Cluster
    from cibtools.migrate.pipeline import migrate

    parts = {"cib.xml": cib, "xen/vm/web.xm": data}
    read = [Read(parse_source(Source(name, text), name), "", name, walked=True) for name, text in parts.items()]
    (backup,) = gather(read)
    found = written(migrate(Cluster(backup), ANSWERS))
    assert found == {"xm/etc/xen/vm/web.xm": data.replace(b"/dev/evms/san2/vm1", b"/dev/san2/vm1")}


def test_every_path_has_its_note_and_every_file_its_target() -> None:
    migration = with_file(domu("'phy:/dev/evms/san2/vm1,xvda,w'"))
    (note,) = (note for note in migration.notes if note.step == "M126" and note.kind is ChangeKind.REWRITTEN)
    assert note.before == "/etc/xen/vm/web.xm: /dev/evms/san2/vm1"
    assert note.after == "/etc/xen/vm/web.xm: /dev/san2/vm1"
    assert migration.change(note).subject == "primitive[web]"
    (file,) = (file for file in migration.files if file.name.startswith("xm"))
    assert file.target == "/etc/xen/vm/web.xm"


def test_the_domu_depends_on_its_volume_group_and_somebody_is_asked() -> None:
    migration = with_file(domu("'phy:/dev/evms/san2/vm1,xvda,w'"))
    section = migration.draft.section("constraints")
    assert section is not None
    assert [(found.get("first"), found.get("then")) for found in section.iter("rsc_order")][-1] == (
        "vg-san2-clone",
        "web",
    )
    assert [(found.get("rsc"), found.get("with-rsc")) for found in section.iter("rsc_colocation")][-1] == (
        "web", "vg-san2-clone")  # fmt: skip
    (asked,) = (note for note in migration.notes if note.step == "M128" and note.kind is ChangeKind.DECIDE)
    assert asked.reason.startswith("web: must run where vg-san2-clone is active")


def test_what_nobody_can_know_stays_and_is_asked_about() -> None:
    migration = with_file(domu("'phy:/dev/evms/san9/vm9,xvda,w'"))
    assert written(migration) == {}
    assert not migration.blocked
    (asked,) = (note for note in migration.notes if note.step == "M126" and note.kind is ChangeKind.DECIDE)
    assert '"/dev/evms/san9/vm9" = "/dev/san9/vm9"' in asked.alternatives[0]
    items = [item for found in migration.reminders for item in found.items]
    assert "/etc/xen/vm/web.xm: phy:/dev/evms/san9/vm9,xvda,w" in items
    (line,) = (item for item in items if item.startswith('"'))
    assert parse_answers(f"[evms]\n{line}", "answers.toml").evms == {"/dev/evms/san9/vm9": "/dev/san9/vm9"}


def test_a_computed_disk_is_not_edited() -> None:
    text = 'name = "web"\nmemory = 512\nvol = "vm1"\ndisk = [ "phy:/dev/evms/san2/%s,xvda,w" % vol ]\n'
    migration = with_file(text)
    assert written(migration) == {}
    assert "/etc/xen/vm/web.xm: phy:/dev/evms/san2/vm1,xvda,w" in [
        item for found in migration.reminders for item in found.items
    ]


@pytest.mark.parametrize(
    ("text", "answers"),
    [(domu("'phy:/dev/san2/vm1,xvda,w'"), ANSWERS), (domu("'phy:/dev/evms/san2/vm1,xvda,w'"), Answers())],
)
def test_nothing_is_written_without_need(text: str, answers: Answers) -> None:
    assert written(with_file(text, answers)) == {}


def test_a_file_that_no_resource_names_is_left_alone() -> None:
    assert written(with_file(domu("'phy:/dev/evms/san2/vm1,xvda,w'"), resources='<primitive id="p" $D/>')) == {}


def test_copies_of_the_nodes_that_differ_stay_apart() -> None:
    one, two = domu("'phy:/dev/evms/san2/vm1,xvda,w'"), domu("'phy:/dev/evms/san2/vm1,xvda,w!'")
    others = {"nodes/n1/etc/xen/vm/web.xm": one, "nodes/n2/etc/xen/vm/web.xm": two}
    found = written(migrated(whole(XEN), ANSWERS, others))
    assert set(found) == {"xm/etc/xen/vm/web.xm", "xm-n2/etc/xen/vm/web.xm"}
    same = written(migrated(whole(XEN), ANSWERS, dict.fromkeys(others, one)))
    assert set(same) == {"xm/etc/xen/vm/web.xm"}


def test_no_name_leads_out_of_the_directory() -> None:
    resources = XEN.replace("/etc/xen/vm/web.xm", "../../../etc/web.xm")
    found = written(with_file(domu("'phy:/dev/evms/san2/vm1,xvda,w'"), resources=resources))
    assert set(found) == {"xm/etc/web.xm"}


def test_files_that_are_not_there_are_named() -> None:
    migration = migrated(whole(XEN), ANSWERS)
    assert any("/etc/xen/vm/web.xm" in found.items for found in migration.reminders)


def test_the_input_stays_as_it_is() -> None:
    text = domu("'phy:/dev/evms/san2/vm1,xvda,w'")
    cluster = cluster_of(whole(XEN), {"xen/vm/web.xm": text})
    from cibtools.migrate.pipeline import migrate

    first = migrate(cluster, Answers(stack=Stack.OPENAIS, evms=EVMS))
    again = migrate(cluster, Answers(stack=Stack.OPENAIS, evms=EVMS))
    assert [file.data for file in first.files] == [file.data for file in again.files]
    assert [one.source.data for one in cluster.backup.documents if one.path.endswith(".xm")] == [text.encode()]
