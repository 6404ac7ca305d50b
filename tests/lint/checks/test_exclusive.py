"""One device that two resources claim under two names, which only a side file connects."""

from __future__ import annotations

from pathlib import Path

import pytest

from cibtools.backup.document import Backup
from cibtools.backup.reader import parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.run import Engine

WWID = "3600508b400105df70000e00000ac0000"
MULTIPATH = f"multipaths {{\n multipath {{\n  wwid {WWID}\n  alias data\n }}\n}}\n"


def mount(name: str, device: str) -> str:
    pairs = "".join(
        f'<nvpair id="{name}-{key}" name="{key}" value="{value}"/>'
        for key, value in (("device", device), ("directory", f"/{name}"))
    )
    return (
        f'<primitive id="{name}" class="ocf" provider="heartbeat" type="Filesystem">'
        f'<instance_attributes id="{name}-ia"><attributes>{pairs}</attributes></instance_attributes></primitive>'
    )


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (f"/dev/disk/by-id/scsi-{WWID}", True),
        ("/dev/disk/by-id/dm-name-data", True),
        ("/dev/mapper/data", True),
        ("/dev/mapper/data-part1", False),
        ("/dev/mapper/data2", False),
    ],
)
def test_a_device_under_two_names(repo: Path, other: str, found: bool) -> None:
    rules = build_catalogue(load_tables(sorted((repo / "rules").glob("CIB507*.toml"))))
    cib = f"<resources>{mount('a', '/dev/mapper/data')}{mount('b', other)}</resources>"
    files = {"cib.xml": cib, "multipath.conf": MULTIPATH}
    documents = tuple(parse_source(Source(name, text.encode()), name) for name, text in files.items())
    assert bool(Engine(rules).run([Cluster(Backup(".", documents))]).findings) is found
