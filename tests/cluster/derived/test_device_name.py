"""Names of one device that only side files of the nodes connect."""

from __future__ import annotations

from itertools import combinations

import pytest

from cibtools.backup.document import Backup
from cibtools.backup.reader import parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.derived.device_name import device_names
from cibtools.cluster.derived.disk import Relation, identify, relate
from cibtools.cluster.model.cluster import Cluster

WWID = "3600508b400105df70000e00000ac0000"
MULTIPATH = f"""\
multipaths {{
	multipath {{
		wwid {WWID}
		alias web
	}}
	multipath {{
		wwid 1ATA_WDC_WD10
		alias mail-data
	}}
}}
"""
DRBD = """\
include "drbd.d/*.res";
resource r0 {
  protocol C;
  on host1 { device /dev/drbd0; disk /dev/vg/r0; address 10.0.0.1:7788; meta-disk internal; }
  on host2 { device /dev/drbd0; disk /dev/vg/r0; address 10.0.0.2:7788; meta-disk internal; }
}
resource "mail" {
  on host1 {
    volume 0 { device minor 3; disk "/dev/vg/mail"; }
    volume 1 { device /dev/drbd_log minor 4; disk /dev/vg/log; }
    address ipv4 10.0.0.1:7789;
  }
}
"""
MDADM = """\
DEVICE partitions
ARRAY /dev/md0 level=raid1 num-devices=2
   UUID=1:2:3:4 name=host1:data
"""


def names_of(files: dict[str, str]) -> dict[str, str]:
    documents = tuple(parse_source(Source(name, text.encode()), name) for name, text in files.items())
    return dict(device_names(Cluster(Backup(".", documents))))


ONE_DEVICE = [
    (MULTIPATH, [
        "phy:/dev/mapper/web", f"phy:/dev/mapper/{WWID}", f"phy:/dev/disk/by-id/scsi-{WWID}", "phy:/dev/mpath/web",
        f"phy:/dev/mpath/{WWID}", "phy:/dev/disk/by-id/dm-name-web", f"phy:/dev/disk/by-id/dm-name-{WWID}",
        f"phy:/dev/disk/by-id/dm-uuid-mpath-{WWID}", f"phy:/dev/disk/by-id/wwn-0x{WWID[1:]}",
        f"phy:disk/by-id/scsi-{WWID.upper()}", "phy:/dev/disk/by-name/web", f"phy:/dev/disk/by-name/{WWID}",
    ]),
    (MULTIPATH, [
        "phy:/dev/mapper/webp1", "phy:/dev/mapper/web1", "phy:/dev/mapper/web-part1", "phy:/dev/mapper/web_part1",
        "phy:/dev/mpath/webp1", f"phy:/dev/mapper/{WWID}p1", f"phy:/dev/mapper/{WWID}-part1",
        f"phy:/dev/mapper/{WWID}1", f"phy:/dev/mapper/{WWID}_part1", "phy:/dev/disk/by-name/web-part1",
        f"phy:/dev/disk/by-id/scsi-{WWID}-part1", "phy:/dev/disk/by-id/dm-name-web-part1",
        f"phy:/dev/disk/by-id/dm-uuid-part1-mpath-{WWID}",
    ]),
    (MULTIPATH, [
        "phy:/dev/mapper/mail-data", "phy:/dev/mapper/1ATA_WDC_WD10", "phy:/dev/disk/by-id/scsi-1ATA_WDC_WD10",
        "phy:/dev/disk/by-id/dm-uuid-mpath-1ATA_WDC_WD10",
    ]),
    (DRBD, [
        "drbd:r0", "drbd:drbd0", "drbd:/dev/drbd0", "phy:/dev/drbd0", "phy:drbd0", "phy:/dev/drbd/0",
        "phy:/dev/drbd/by-res/r0", "phy:/dev/drbd/by-res/r0/0", "phy:/dev/vg/r0", "phy:/dev/mapper/vg-r0",
        "phy:/dev/drbd/by-disk/vg/r0",
    ]),
    (DRBD, ["drbd:mail", "phy:/dev/drbd3", "phy:/dev/vg/mail", "phy:/dev/drbd/by-res/mail"]),
    (DRBD, ["phy:/dev/drbd_log", "phy:/dev/drbd4", "phy:/dev/drbd/by-res/mail/1", "phy:/dev/vg/log"]),
    (MDADM, [
        "phy:/dev/md0", "phy:/dev/md/0", "phy:md0", "phy:/dev/disk/by-id/md-uuid-1:2:3:4",
        "phy:/dev/disk/by-id/md-name-host1:data", "phy:/dev/md/data",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), ONE_DEVICE)
def test_names_of_one_device(text: str, names: list[str]) -> None:
    kinds = {MULTIPATH: "multipath.conf", DRBD: "drbd.conf", MDADM: "mdadm.conf"}
    aliases = names_of({kinds[text]: text})
    found = {name: identify(name.partition(":")[0], "", name.partition(":")[2], aliases=aliases) for name in names}
    for one, two in combinations(names, 2):
        left, right = found[one], found[two]
        assert left
        assert right
        assert relate(left, right, {}) in (Relation.ALIAS, Relation.SAME), (one, left.device, two, right.device)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("phy:/dev/mapper/web", "phy:/dev/mapper/web2x"),
        ("phy:/dev/mapper/webp1", "phy:/dev/mapper/webp2"),
        ("phy:/dev/mapper/other", "phy:/dev/mapper/web"),
        ("phy:/dev/mapper/vm1", "phy:/dev/mapper/vm"),
    ],
)
def test_names_of_two_devices(one: str, two: str) -> None:
    aliases = names_of({"multipath.conf": MULTIPATH})
    found = [identify("phy", "", name.partition(":")[2], aliases=aliases) for name in (one, two)]
    assert found[0]
    assert found[1]
    assert relate(found[0], found[1], {}) is None


@pytest.mark.parametrize("wwid", [WWID, WWID[:25], WWID[:17]])
@pytest.mark.parametrize("part", ["1", "p1", "-part1", "_part1", "12"])
def test_a_partition_of_a_map_that_no_file_names(wwid: str, part: str) -> None:
    number = part.lstrip("_-part")
    one = identify("phy", "", f"/dev/mapper/{wwid}{part}")
    two = identify("phy", "", f"/dev/disk/by-id/scsi-{wwid}-part{number}")
    assert one
    assert two
    assert relate(one, two, {}) is Relation.ALIAS


def test_drbd_on_a_disk_that_has_an_alias() -> None:
    below = DRBD.replace("/dev/vg/r0", "/dev/mapper/web").replace("/dev/vg/log", "/dev/mapper/vg-log")
    aliases = names_of({"multipath.conf": MULTIPATH, "drbd.conf": below})
    for kind, path, device in (
        ("phy", f"/dev/disk/by-id/scsi-{WWID}", "/dev/drbd0"),
        ("phy", "/dev/mapper/web", "/dev/drbd0"),
        ("phy", f"/dev/disk/by-id/wwn-0x{WWID[1:]}", "/dev/drbd0"),
        ("drbd", "r0", "/dev/drbd0"),
        ("phy", "/dev/vg/log", "/dev/drbd4"),
    ):
        found = identify(kind, "", path, aliases=aliases)
        assert found
        assert found.device == device


def test_a_map_and_its_partition_overlap() -> None:
    aliases = names_of({"multipath.conf": MULTIPATH})
    whole = identify("phy", "", "/dev/mapper/web", aliases=aliases)
    part = identify("phy", "", f"/dev/disk/by-id/scsi-{WWID}-part2", aliases=aliases)
    assert whole
    assert part
    assert relate(whole, part, {}) is Relation.OVERLAP


def test_an_alias_that_the_nodes_disagree_about_names_no_device() -> None:
    other = MULTIPATH.replace("0000ac0000", "0000ac0001")
    found = names_of({"nodes/host1/etc/multipath.conf": MULTIPATH, "nodes/host2/etc/multipath.conf": other})
    assert "/dev/mapper/web" not in found
    assert "/dev/mapper/mail-data" in found
