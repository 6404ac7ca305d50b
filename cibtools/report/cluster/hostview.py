"""What the side files of the hosts say, a line for each subject: equal copies share a line, so differences stand out.

Only what an administrator asks first: memory and bridges of dom0, ways between the nodes, OCFS2's members, names of the
disks, time and addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cibtools.backup.document import Document
from cibtools.backup.heartbeat.crm_mon import CrmMon
from cibtools.backup.heartbeat.ha_cf import HaCf
from cibtools.backup.host.hosts import Hosts
from cibtools.backup.host.ntp import NtpConf
from cibtools.backup.host.xend import XendConfig
from cibtools.backup.record.fact import ABSENT, Known
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.secret import mask_text
from cibtools.backup.storage.evms import EvmsConf
from cibtools.backup.storage.lvm import LvmConf
from cibtools.backup.storage.multipath import MultipathConf
from cibtools.backup.storage.o2cb import O2cb
from cibtools.backup.storage.ocfs2 import Ocfs2Cluster, Ocfs2Config
from cibtools.cluster.model.cluster import Cluster

_MOST = 8
"""Names that a list shows."""
_SUBJECTS = {
    Kind.CRM_MON: "Seen running",
    Kind.HA_CF: "Heartbeat",
    Kind.HOSTS: "Addresses",
    Kind.XEND: "Xen",
    Kind.OCFS2: "OCFS2",
    Kind.O2CB: "O2CB",
    Kind.MULTIPATH: "Multipath",
    Kind.EVMS: "EVMS",
    Kind.LVM: "LVM",
    Kind.NTP: "Time",
}
"""Subjects in the order they are shown."""


@dataclass(frozen=True, slots=True)
class HostView:
    """One thing that the files of some hosts say."""

    subject: str
    words: str
    hosts: tuple[str, ...]
    """The nodes whose files say so; empty for files that hold for all."""


def host_views(cluster: Cluster) -> tuple[HostView, ...]:
    """Gather what the side files say, subject by subject."""
    return tuple(
        HostView(subject, words, tuple(hosts))
        for kind, subject in _SUBJECTS.items()
        for words, hosts in _said(cluster, cluster.backup.of_kind(kind)).items()
    )


def _said(cluster: Cluster, documents: Iterable[Document]) -> dict[str, list[str]]:
    """The nodes by what their files say."""
    found: dict[str, list[str]] = {}
    for document in documents:
        words = mask_text("; ".join(_parts(cluster, document)))
        if words:
            found.setdefault(words, []).extend([document.host] if document.host else [])
    return found


def _parts(cluster: Cluster, document: Document) -> Iterator[str]:
    match document.content:
        case CrmMon() as found:
            yield from _seen(found)
        case HaCf() as found:
            yield from _heartbeat(found)
        case Hosts() as found:
            yield from _addresses(cluster, found)
        case XendConfig() as found:
            yield from _xen(found, document.excerpt)
        case Ocfs2Config() as found:
            yield from (_ocfs2(found, entry) for entry in found.clusters)
        case O2cb() as found:
            yield from _o2cb(found)
        case MultipathConf() as found:
            yield from [_listed(found.aliases)] if found.aliases else []
            yield from ["I/O waits for ever when all paths are lost"] if found.queueing else []
        case EvmsConf() as found:
            yield from _evms(found)
        case LvmConf() as found:
            yield from _lvm(found)
        case NtpConf() as found:
            yield from _time(found)
        case _:
            return


def _listed(names: Iterable[str]) -> str:
    """Names with commas, the first of many."""
    found = list(names)
    return ", ".join(found[:_MOST]) + (f" and {len(found) - _MOST} more" if len(found) > _MOST else "")


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g} s"


def _seen(found: CrmMon) -> Iterator[str]:
    yield _listed(f"{node.name} {node.mode}" for node in found.nodes) or "no node"
    yield f"DC {found.dc}" if found.dc else "no DC"
    if found.failed_actions:
        yield f"failed: {_listed(f'{action.resource} {action.operation}' for action in found.failed_actions)}"


def _heartbeat(found: HaCf) -> Iterator[str]:
    media = _listed(" ".join(filter(None, (medium.kind, medium.interface, medium.peer))) for medium in found.media)
    if media:
        yield f"over {media}"
    if found.deadtime.ms is not None:
        yield f"dead after {_seconds(found.deadtime.ms)}"
    if found.ping_nodes:
        yield f"pings {_listed(option.text for option in found.ping_nodes)}"


def _addresses(cluster: Cluster, found: Hosts) -> Iterator[str]:
    known = ((node.uname, found.addresses_of(node.uname)) for node in cluster.nodes)
    addresses = _listed(f"{name} {' and '.join(known)}" for name, known in known if known)
    if addresses:
        yield addresses


def _xen(found: XendConfig, excerpt: bool) -> Iterator[str]:
    if isinstance(found.dom0_min_mem, Known):
        least = found.dom0_min_mem.value
        yield f"dom0 keeps {least} MiB" if least else "dom0 gives no memory away"
    if isinstance(found.relocation_server, Known):
        yield f"live migration {'on' if found.relocation_server.value else 'off'}"
    elif found.relocation_server is ABSENT and not excerpt:
        yield "live migration off, as nothing turns it on"
    else:
        yield "whether live migration is on is not told"
    if isinstance(found.network_script, Known):
        yield f"bridges by {found.network_script.value}"


def _ocfs2(found: Ocfs2Config, cluster: Ocfs2Cluster) -> str:
    name = cluster.name.value if isinstance(cluster.name, Known) else "?"
    members = (
        node.name.value
        for node in found.nodes
        if isinstance(node.name, Known) and isinstance(node.cluster, Known) and node.cluster.value == name
    )
    return f"cluster {name} of {_listed(members) or 'no node'}"


def _o2cb(found: O2cb) -> Iterator[str]:
    if found.dead_ms is not None:
        yield f"dead after {_seconds(found.dead_ms)}"
    if isinstance(found.heartbeat_mode, Known):
        yield f"members told by {'Heartbeat' if found.heartbeat_mode.value == 'user' else found.heartbeat_mode.value}"


def _evms(found: EvmsConf) -> Iterator[str]:
    if found.sysfs_include is not None:
        yield f"manages {_listed(option.text for option in found.sysfs_include) or 'nothing'}"
    if isinstance(found.auto_metadata_backup, Known):
        yield f"metadata {'are' if found.auto_metadata_backup.value else 'are not'} copied at each change"


def _lvm(found: LvmConf) -> Iterator[str]:
    if found.filter is not None:
        entries = (f"{'a' if entry.accept else 'r'}|{entry.pattern}|" for entry in found.filter)
        yield f"filter {_listed(entries) or 'damaged'}"
    if isinstance(found.locking_type, Known):
        yield f"locking type {found.locking_type.value}"


def _time(found: NtpConf) -> Iterator[str]:
    if found.servers:
        yield f"from {_listed(server.address for server in found.servers)}"
    clock = found.local_clock
    if clock:
        yield f"own clock{f' at stratum {clock.stratum.value}' if isinstance(clock.stratum, Known) else ''}"
