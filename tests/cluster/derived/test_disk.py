"""Disk identity: names of one device are equal, names of two devices never are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cibtools.cluster.derived.disk import (
    Access,
    Clash,
    DiskIdentity,
    DiskKind,
    Relation,
    canonical,
    clash,
    clean,
    identify,
    is_cdrom,
    parse_access,
    relate,
)
from cibtools.cluster.derived.vdev import frontend


def disk(uname: str, backend: str = "", aliases: dict[str, str] | None = None) -> DiskIdentity:
    kind, colon, path = uname.partition(":")
    kind, path = (kind, path) if colon else ("", uname)
    driver = ""
    if kind.startswith("tap"):
        driver, _, path = path.partition(":")
    found = identify(kind, driver, path, backend, aliases)
    assert found is not None
    return found


def relation(
    one: str, two: str, aliases: dict[str, str] | None = None, in_use: tuple[str, ...] = ()
) -> Relation | None:
    first, second = disk(one, aliases=aliases), disk(two, aliases=aliases)
    known = {found.name: found.device for found in (first, second, *map(disk, in_use))}
    assert relate(first, second, known) is relate(second, first, known)
    return relate(first, second, known)


@pytest.mark.parametrize(("uname", "kind", "name"), [
    ("phy:/dev/evms/san2/vm2", DiskKind.BLOCK, "/dev/evms/san2/vm2"),
    ("phy:evms/san2/vm2", DiskKind.BLOCK, "/dev/evms/san2/vm2"),
    ("phy:sdb", DiskKind.BLOCK, "/dev/sdb"),
    ("phy:/srv/odd", DiskKind.BLOCK, "/srv/odd"),
    ("file:/vm//images/./a.img", DiskKind.FILE, "/vm/images/a.img"),
    ("file:/dev/san2/a", DiskKind.BLOCK, "/dev/san2/a"),
    ("tap:aio:/vm/a.img", DiskKind.FILE, "/vm/a.img"),
    ("tap:qcow2:/vm/a.img", DiskKind.FILE, "/vm/a.img"),
    ("drbd:r0", DiskKind.DRBD, "drbd:r0"),
    ("iscsi:iqn.2009-02.Example:Disk", DiskKind.OTHER, "iscsi:iqn.2009-02.example:disk"),
    ("/dev/san2/a", DiskKind.BLOCK, "/dev/san2/a"),
    ("/vm/a.img", DiskKind.FILE, "/vm/a.img"),
])  # fmt: skip
def test_source(uname: str, kind: DiskKind, name: str) -> None:
    found = disk(uname)
    assert (found.kind, found.name) == (kind, name)


def test_an_empty_drive_is_no_disk() -> None:
    assert identify("", "", "") is None
    assert identify("phy", "", " ") is None


@pytest.mark.parametrize(("one", "two", "expected"), [
    ("phy:/dev/evms/san2/vm2", "phy:evms/san2/vm2", Relation.SAME),
    ("phy:/dev/evms/san2/vm2", "phy:/dev/evms//san2/vm2/", Relation.SAME),
    ("file:/vm/a.img", "tap:aio:/vm/a.img", Relation.SAME),
    ("file:/vm/a.img", "tap:qcow:/vm/a.img", Relation.SAME),
    ("phy:/dev/san2/web", "phy:/dev/mapper/san2-web", Relation.ALIAS),
    ("phy:/dev/my-vg/the-lv", "phy:/dev/mapper/my--vg-the--lv", Relation.ALIAS),
    ("phy:/dev/evms/lvm2/vg/lv", "phy:/dev/mapper/vg-lv", Relation.ALIAS),
    ("phy:/dev/evms/san2/lvm2/vg/lv", "phy:/dev/evms/lvm2/vg/lv", Relation.ALIAS),
    ("phy:/dev/evms/.nodes/san2/vm2", "phy:/dev/evms/san2/vm2", Relation.ALIAS),
    ("phy:/dev/mapper/3600508b4000971ca0000900001b10000",
     "phy:/dev/disk/by-id/scsi-3600508b4000971ca0000900001b10000", Relation.ALIAS),
    ("phy:/dev/disk/by-id/wwn-0x600508b4000971ca0000900001b10000",
     "phy:/dev/disk/by-id/dm-uuid-mpath-3600508B4000971CA0000900001B10000", Relation.ALIAS),
    ("phy:/dev/sdc", "phy:/dev/sdc1", Relation.OVERLAP),
    ("phy:/dev/cciss/c0d1", "phy:/dev/cciss/c0d1p3", Relation.OVERLAP),
    ("phy:/dev/drbd0", "phy:/dev/drbd0p1", Relation.OVERLAP),
    ("phy:/dev/mapper/mpath1", "phy:/dev/mapper/mpath1-part2", Relation.OVERLAP),
    ("phy:/dev/mapper/mpath1", "phy:/dev/mapper/mpath1_part2", Relation.OVERLAP),
    ("phy:/dev/mapper/mpath1", "phy:/dev/mapper/mpath1p2", Relation.OVERLAP),
    ("phy:/dev/disk/by-id/scsi-1ATA", "phy:/dev/disk/by-id/scsi-1ATA-part1", Relation.OVERLAP),
    ("phy:/dev/san2/web", "phy:/dev/mapper/san2-web-part1", Relation.OVERLAP),
])  # fmt: skip
def test_same_device(one: str, two: str, expected: Relation) -> None:
    assert relation(one, two) is expected


@pytest.mark.parametrize(("one", "two"), [
    ("phy:/dev/evms/san2/vm2", "phy:/dev/evms/san2/vm3"),
    ("phy:/dev/evms/san2/vm1", "phy:/dev/evms/san2/vm12"),
    ("phy:/dev/evms/san2/vm2", "phy:/dev/san2/vm2"),
    ("phy:/dev/mapper/san", "phy:/dev/mapper/san2"),
    ("phy:/dev/mapper/mpath1", "phy:/dev/mapper/mpath12"),
    ("phy:/dev/sda1", "phy:/dev/sda2"),
    ("phy:/dev/mapper/mpath1-part1", "phy:/dev/mapper/mpath1-part2"),
    ("phy:/dev/mapper/tmp1", "phy:/dev/mapper/tmp2"),
    ("phy:/dev/sda", "phy:/dev/sdaa"),
    ("phy:/dev/San/a", "phy:/dev/san/a"),
    ("phy:/dev/drbd0", "drbd:r0"),
    ("phy:/dev/dm-1", "phy:/dev/mapper/mpath1"),
    ("file:/vm/a.img", "file:/vm/b.img"),
    ("file:a.img", "file:/vm/a.img"),
])  # fmt: skip
def test_different_devices(one: str, two: str) -> None:
    assert relation(one, two) is None


def test_what_side_files_know_comes_in_as_names() -> None:
    wwid = "/dev/disk/by-id/scsi-3600508b4000971ca0000900001b10000"
    aliases = {"/dev/mapper/mpath1": wwid, "drbd:r0": "/dev/drbd0"}
    assert relation("phy:/dev/mapper/mpath1", f"phy:{wwid}") is None
    assert relation("phy:/dev/mapper/mpath1", f"phy:{wwid}", aliases) is Relation.ALIAS
    assert relation("phy:/dev/mapper/mpath1-part1", f"phy:{wwid}", aliases) is Relation.OVERLAP
    assert relation("drbd:r0", "phy:/dev/drbd0", aliases) is Relation.ALIAS


def test_a_disk_of_another_domain_is_another_disk() -> None:
    mine, theirs = disk("phy:/dev/vg/a"), disk("phy:/dev/vg/a", backend="storage")
    assert relate(mine, theirs, {}) is None
    assert relate(mine, disk("phy:/dev/vg/a", backend="0"), {}) is Relation.SAME


@pytest.mark.parametrize(("uname", "certain"), [
    ("phy:/dev/sdc", False), ("phy:/dev/sdc1", False), ("phy:/dev/dm-3", False), ("phy:/dev/cciss/c0d0", False),
    ("file:images/a.img", False), ("phy:/dev/evms/san2/vm2", True), ("file:/vm/a.img", True), ("phy:/dev/drbd1", True),
])  # fmt: skip
def test_names_the_kernel_hands_out_prove_little(uname: str, certain: bool) -> None:
    assert disk(uname).certain is certain


@pytest.mark.parametrize(("one", "two", "expected"), [
    (Access.READ, Access.READ, Clash.READERS),
    (Access.READ, Access.WRITE, Clash.CHANGING),
    (Access.FORCED, Access.READ, Clash.CHANGING),
    (Access.WRITE, Access.WRITE, Clash.WRITERS),
    (Access.WRITE, Access.FORCED, Clash.WRITERS),
])  # fmt: skip
def test_clash(one: Access, two: Access, expected: Clash) -> None:
    assert clash(one, two) is expected
    assert clash(two, one) is expected


def test_two_readers_of_a_medium_are_nothing() -> None:
    assert clash(Access.READ, Access.READ, medium=True) is None
    assert clash(Access.READ, Access.WRITE, medium=True) is Clash.CHANGING


def test_fields_of_an_entry() -> None:
    assert parse_access("rw") is Access.WRITE
    assert parse_access("x") is None
    assert is_cdrom("hdc:cdrom", "/dev/cdrom")
    assert is_cdrom("hdc", "/iso/SLES10.ISO")
    assert [frontend(name) for name in ("ioemu:hda", "/dev/xvda", "hdc:cdrom", "xvda1")] == [
        "hda",
        "xvda",
        "hdc",
        "xvda1",
    ]


@given(st.text("abc-/.0123456789p", max_size=30).map(lambda text: "/dev/" + text))
def test_one_name_for_a_device_is_final(name: str) -> None:
    assert canonical(canonical(name, {}), {}) == canonical(name, {})
    assert clean(clean(name)) == clean(name)
