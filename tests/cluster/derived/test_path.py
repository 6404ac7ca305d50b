"""Who provides which path, who uses it, and which needs no order covers."""

from __future__ import annotations

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.backup.xm.file import parse_xm
from cibtools.cluster.derived.ordering import OrderGraph
from cibtools.cluster.derived.path import clean_path, needs, unordered_needs
from cibtools.cluster.model.cluster import Cluster


def primitive(identity: str, agent: str, extra: str = "", **parameters: str) -> str:
    pairs = "".join(
        f'<nvpair id="{identity}-{name}" name="{name}" value="{value}"/>' for name, value in parameters.items()
    )
    return (
        f'<primitive id="{identity}" class="ocf" provider="heartbeat" type="{agent}" {extra}><instance_attributes '
        f'id="{identity}-ia"><attributes>{pairs}</attributes></instance_attributes></primitive>'
    )


EVMS = f'<clone id="evms">{primitive("evms-child", "EvmsSCC")}</clone>'
POOL = primitive("pool-child", "Filesystem", device="/dev/evms/san2/cfg", directory="/etc/xen//vm/", fstype="ocfs2")
BASE = f'{EVMS}<clone id="pool">{POOL}</clone>'


def cluster(resources: str, constraints: str = "", xm: str = "", dialect: Dialect = Dialect.HB2) -> Cluster:
    source = Source("cib.xml", f"<resources>{resources}</resources><constraints>{constraints}</constraints>".encode())
    tree, defects, kind = parse_cib(source)
    documents = [Document(kind, source, tree, defects=defects)]
    if xm:
        guest = Source("xen/vm/nfs.xm", xm.encode())
        documents.append(Document(Kind.XM, guest, parse_xm(guest)))
    return Cluster(Backup(".", tuple(documents)), dialect)


def needed(found: Cluster) -> list[tuple[str, str, str]]:
    return [(need.use.consumer.id, need.use.what, need.provider.id) for need in needs(found)]


def unordered(found: Cluster) -> list[tuple[str, str]]:
    return [(need.use.consumer.id, need.provider.id) for need in unordered_needs(found, OrderGraph(found))]


@pytest.mark.parametrize(
    ("path", "clean"),
    [("/a//b/", "/a/b"), ("//a", "/a"), ("/a/./b/../c", "/a/c"), ("/", "/"), ("filer:/x//y", "filer:/x//y")],
)
def test_clean_path(path: str, clean: str) -> None:
    assert clean_path(path) == clean


@pytest.mark.parametrize(
    ("provider", "device", "provided"),
    [
        (primitive("p", "LVM", volgrpname="san2"), "/dev/san2/data", True),
        (primitive("p", "LVM", volgrpname="san2"), "/dev/san22/data", False),
        (primitive("p", "LVM", volgrpname="san-2"), "/dev/mapper/san--2-data", True),
        (primitive("p", "LVM", volgrpname="san"), "/dev/mapper/san--2-data", False),
        (primitive("p", "Raid1", raiddev="/dev/md0"), "/dev/md0", True),
        (primitive("p", "Raid1", raiddev="/dev/md0"), "/dev/md01", False),
        (primitive("p", "EvmsSCC"), "/dev/evms/lvm2/vg/lv", True),
        (primitive("p", "EvmsSCC", 'is_managed="false"'), "/dev/evms/lvm2/vg/lv", False),
        (primitive("p", "Filesystem", directory="/"), "/dev/sda1", False),
        (primitive("p", "Filesystem", directory="/img"), "/img/disk", True),
    ],
)
def test_who_provides_a_device(provider: str, device: str, provided: bool) -> None:
    found = cluster(provider + primitive("fs", "Filesystem", device=device))
    assert needed(found) == ([("fs", "device", "p")] if provided else [])


def test_the_longest_prefix_provides() -> None:
    inner = primitive("inner", "Filesystem", directory="/srv/db/data")
    outer = primitive("outer", "Filesystem", directory="/srv/db")
    assert needed(cluster(outer + inner + primitive("db", "mysql", datadir="/srv/db/data/x"))) == [
        ("db", "datadir", "inner")
    ]


def test_only_the_nearest_provider_is_asked_for() -> None:
    guest = primitive("nfs", "Xen", xmfile="/etc/xen/vm/nfs.xm")
    xm = "name = 'nfs'\ndisk = [ 'phy:/dev/evms/san2/vm2,xvda,w' ]\n"
    assert needed(cluster(BASE + guest, xm=xm)) == [
        ("pool-child", "device", "evms-child"),
        ("nfs", "xmfile", "pool-child"),
        ("nfs", "disk xvda", "evms-child"),
    ]
    pool_after_evms = '<rsc_order id="o" from="pool" to="evms" score="0"/>'
    guest_after_pool = '<rsc_order id="n" from="nfs" to="pool" score="0"/>'
    assert unordered(cluster(BASE + guest, xm=xm)) == [("pool-child", "evms-child"), ("nfs", "pool-child")]
    assert unordered(cluster(BASE + guest, pool_after_evms, xm)) == [("nfs", "pool-child")]
    assert unordered(cluster(BASE + guest, pool_after_evms + guest_after_pool, xm)) == []
    # The guest waits for the pool; that the pool does not wait for the volumes is the pool's own mistake.
    assert unordered(cluster(BASE + guest, guest_after_pool, xm)) == [("pool-child", "evms-child")]


def test_a_disk_alone_is_a_need() -> None:
    guest = primitive("nfs", "Xen", xmfile="/etc/xen/nfs.xm")
    xm = "name = 'nfs'\ndisk = [ 'phy:/dev/evms/san2/vm2,xvda,w' ]\n"
    assert unordered(cluster(EVMS + guest, xm=xm)) == [("nfs", "evms-child")]


def test_services() -> None:
    stack = '<clone id="c">' + primitive("stack", "o2cb") + "</clone>"
    mount = '<clone id="m">' + primitive("mount", "Filesystem", fstype="ocfs2") + "</clone>"
    assert needed(cluster(stack + mount)) == [("mount", "service", "stack")]
    assert needed(cluster(EVMS + primitive("daemon", "Evmsd"))) == [("evms-child", "service", "daemon")]


def test_parameters_of_an_unknown_agent_are_a_guess() -> None:
    found = cluster(primitive("fs", "Filesystem", directory="/srv/app") + primitive("app", "acme", home="/srv/app/x"))
    assert [(need.use.consumer.id, need.use.sure) for need in needs(found)] == [("app", False)]


def test_a_stopped_consumer_needs_nothing() -> None:
    found = cluster(EVMS + primitive("fs", "Filesystem", 'target_role="stopped"', device="/dev/evms/x"))
    assert unordered(found) == []
