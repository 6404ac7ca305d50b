"""Names of disks inside a domU, by name and by number."""

from __future__ import annotations

import pytest

from cibtools.cluster.derived.vdev import frontend


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ioemu:hda", "hda"),
        ("/dev/xvda", "xvda"),
        ("hdc:cdrom", "hdc"),
        ("xvda1", "xvda1"),
        ("0x300", "hda"),
        ("300", "hda"),
        ("0x341", "hdb1"),
        ("0x1600", "hdc"),
        ("0x801", "sda1"),
        ("0xca10", "xvdb"),
        ("0x10001a00", "xvdaa"),
        ("0x768", "0x768"),
    ],
)
def test_frontends(written: str, name: str) -> None:
    assert frontend(written) == name
