"""Evidence of shared storage."""

from __future__ import annotations

import pytest

from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.reader import parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.derived.storage import shared_storage
from cibtools.cluster.model.cluster import Cluster


def mount(fstype: str) -> str:
    return (
        '<primitive id="m" class="ocf" provider="heartbeat" type="Filesystem"><instance_attributes id="i"><attributes>'
        f'<nvpair id="f" name="fstype" value="{fstype}"/><nvpair id="d" name="device" value="/dev/evms/pool"/>'
        "</attributes></instance_attributes></primitive>"
    )


@pytest.mark.parametrize(
    ("resources", "wanted"),
    [
        (f'<clone id="c">{mount("ocfs2")}</clone>', ("ocfs2 volume /dev/evms/pool",)),
        (f'<clone id="c">{mount("tmpfs")}</clone>', ()),
        (mount("ext3"), ()),
        ('<primitive id="x" class="ocf" provider="heartbeat" type="Xen" allow_migrate="true"/>',
         ("disk of domU x, which migrates live",)),
        ('<primitive id="x" class="ocf" provider="heartbeat" type="Xen"/>', ()),
        ('<master_slave id="ms"><primitive id="r0" class="ocf" provider="heartbeat" type="drbd"/></master_slave>'
         '<clone id="e"><primitive id="evms" class="ocf" provider="heartbeat" type="EvmsSCC"/></clone>',
         ("EVMS container (evms)", "DRBD r0")),
    ],
)  # fmt: skip
def test_evidence(resources: str, wanted: tuple[str, ...]) -> None:
    source = Source("cib.xml", f"<resources>{resources}</resources>".encode())
    tree, defects, kind = parse_cib(source)
    assert shared_storage(Cluster(Backup(".", (Document(kind, source, tree, defects=defects),)))) == wanted


@pytest.mark.parametrize(
    ("disk", "wanted"),
    [
        ("phy:/dev/san/nfs,xvda,w", ("disk /dev/san/nfs of domU nfs",)),
        ("phy:/dev/san/nfs,xvda,r", ()),
        ("phy:/dev/cciss/c0d1,xvda,w", ()),
        ("file:/var/lib/xen/images/nfs.img,xvda,w", ()),
    ],
)
def test_disks_of_managed_domus(disk: str, wanted: tuple[str, ...]) -> None:
    files = {
        "cib.xml": '<primitive id="nfs" class="ocf" provider="heartbeat" type="Xen"><instance_attributes id="i">'
        '<nvpair id="x" name="xmfile" value="/etc/xen/vm/nfs.xm"/></instance_attributes></primitive>',
        "xen/vm/nfs.xm": f'name = "nfs"\nmemory = 512\ndisk = [ "{disk}" ]\n',
    }
    documents = tuple(parse_source(Source(path, text.encode()), path) for path, text in files.items())
    assert shared_storage(Cluster(Backup(".", documents))) == wanted
