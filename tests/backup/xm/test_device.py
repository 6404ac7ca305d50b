"""Entries of disk, vif and vfb: formats.md 3.4 and 3.5 of the specification."""

from __future__ import annotations

import pytest

from cibtools.backup.record.source import Source
from cibtools.backup.xm.file import Disk, Vif, XmConfig, parse_xm

ENCODINGS = ["utf-8", "utf-8-sig", "latin-1"]


def xm(data: bytes) -> XmConfig:
    return parse_xm(Source("x.xm", data))


def disk_of(entry: str) -> Disk:
    return xm(f"disk = [{entry!r}]".encode()).disks[0]


def vif_of(entry: str) -> Vif:
    return xm(f"vif = [{entry!r}]".encode()).vifs[0]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("phy:/dev/evms/san2/vm2,xvda,w", ("phy", "", "/dev/evms/san2/vm2", "xvda", "w", "")),
        ("phy:hda1,hda1,r", ("phy", "", "hda1", "hda1", "r", "")),
        ("file:/images/a b.img,hda,w", ("file", "", "/images/a b.img", "hda", "w", "")),
        ("file:/images/a:b.img,hda,w", ("file", "", "/images/a:b.img", "hda", "w", "")),
        ("tap:aio:/images/a.img,xvda,w!", ("tap", "aio", "/images/a.img", "xvda", "w!", "")),
        ("tap2:vhd:/images/a.vhd,xvda,w", ("tap2", "vhd", "/images/a.vhd", "xvda", "w", "")),
        ("tap:/images/a.img,xvda,r", ("tap", "", "/images/a.img", "xvda", "r", "")),
        ("drbd:res0,xvda,w", ("drbd", "", "res0", "xvda", "w", "")),
        (
            "iscsi:iqn.2001-05.com.equallogic:0-8a,xvda,w",
            ("iscsi", "", "iqn.2001-05.com.equallogic:0-8a", "xvda", "w", ""),
        ),
        (",hdc:cdrom,r", ("", "", "", "hdc:cdrom", "r", "")),
        ("phy:/dev/a,ioemu:hda,w,storagedom", ("phy", "", "/dev/a", "ioemu:hda", "w", "storagedom")),
        ("phy:/dev/a,xvda,w,0,x", ("phy", "", "/dev/a", "xvda", "w", "0")),
        ("/dev/vg/lv,xvda,w", ("", "", "/dev/vg/lv", "xvda", "w", "")),
    ],
)
def test_disks_that_xm_takes(entry: str, expected: tuple[str, ...]) -> None:
    disk = disk_of(entry)
    assert (disk.type, disk.driver, disk.path, disk.vdev, disk.mode, disk.backend) == expected
    assert disk.problem is None
    assert not disk.xl
    assert ",".join(disk.fields) == entry == disk.raw


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ("phy:/dev/a,xvda", "mode"),
        ("phy:/dev/a", "device and mode"),
        ("", "device and mode"),
        ("phy:/dev/a,xvda,x", "'x'"),
        ("phy:/dev/a,xvda,W", "'W'"),
        ("phy:/dev/a, xvda,w", "' xvda'"),
        ("phy:/dev/a,xvda, w", "' w'"),
        (" phy:/dev/a,xvda,w", "' phy:/dev/a'"),
        ("phy:/dev/a,,w", "no device"),
        ("a,b,w,d,e,f", "6 fields"),
    ],
)
def test_disks_that_xm_refuses(entry: str, word: str) -> None:
    disk = disk_of(entry)
    assert disk.problem is not None
    assert word in disk.problem
    assert disk.vdev == disk.vdev.strip()


@pytest.mark.parametrize("entry", ["/dev/vg/a,raw,xvda,rw", "format=raw, vdev=xvda, access=rw, target=/dev/vg/a"])
def test_disks_of_xl_are_recognised(entry: str) -> None:
    disk = disk_of(entry)
    assert disk.xl
    assert (disk.path, disk.vdev, disk.mode, disk.problem) == ("/dev/vg/a", "xvda", "rw", None)


@pytest.mark.parametrize(
    ("entry", "mac", "bridge", "problem"),
    [
        ("", None, None, False),
        ("mac=00:16:3e:32:8b:12", "00:16:3e:32:8b:12", None, False),
        (" mac = 00:16:3E:32:8B:12 , bridge = xenbr1 ", "00:16:3E:32:8B:12", "xenbr1", False),
        ("type=ioemu, bridge=xenbr0", None, "xenbr0", False),
        ("mac=,bridge=br0", None, "br0", False),
        ("bridge", None, None, True),
        ("macaddr=00:16:3e:32:8b:12", None, None, True),
    ],
)
def test_network_cards(entry: str, mac: str | None, bridge: str | None, problem: bool) -> None:
    vif = vif_of(entry)
    assert (vif.mac, vif.bridge, vif.problem is not None) == (mac, bridge, problem)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_spans_point_into_the_quotes(encoding: str, end: str) -> None:
    text = end.join(
        (
            "# Grüße",
            "extra = 'ä'; disk = [ 'phy:/dev/ü/a,xvda,w', # ö",
            '  "phy:/dev/b,xvdb,w!" ]',
            "vif = [ 'bridge=ßr0, mac = 00:16:3e:32:8b:12' ]",
            "",
        )
    )
    data = text.encode(encoding)
    config = xm(data)
    decode = "utf-8" if encoding.startswith("utf-8") else encoding
    for item in (*config.disks, *config.vifs):
        assert data[item.span.start : item.span.end].decode(decode) == item.raw
        assert data[item.span.start - 1 : item.span.start] in (b"'", b'"')
    second = config.disks[1].field_spans
    assert data[second[2].start : second[2].end] == b"w!"
    mac = config.vifs[0].mac_span
    assert mac is not None
    assert data[mac.start : mac.end] == b"00:16:3e:32:8b:12"
    statement = config.assignments[1].span
    assert data[statement.start : statement.end].startswith(b"disk")


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("disk = ['''phy:/a,xvda,w''']", "phy:/a,xvda,w"),
        ("disk = [r'phy:/a,xvda,w']", "phy:/a,xvda,w"),
        ("disk = ['phy:/\\x61,xvda,w']", "phy:/\\x61,xvda,w"),
        ("disk = ['phy:/a' ',xvda,w']", "'phy:/a' ',xvda,w'"),
        ("disk = ['phy:/%s,xvda,w' % 'a']", "'phy:/%s,xvda,w' % 'a'"),
        ("d = 'phy:/a,xvda,w'\ndisk = [d]", "d"),
    ],
)
def test_spans_of_entries_that_are_not_plain_literals(text: str, covered: str) -> None:
    disk = xm(text.encode()).disks[0]
    assert disk.raw == "phy:/a,xvda,w"
    assert text[disk.span.start : disk.span.end] == covered
    assert bool(disk.field_spans) == (covered == disk.raw)


def test_known_entries_beside_an_unknown_one() -> None:
    config = xm(b"disk = ['phy:a,xvda,w', f(), 'phy:b,xvdb,w']")
    assert [(disk.index, disk.path) for disk in config.disks] == [(0, "a"), (2, "b")]
    assert not config.disks_known
