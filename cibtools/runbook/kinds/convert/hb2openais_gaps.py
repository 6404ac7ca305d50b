"""What the vendor's converter to SLE HA 11 leaves undone or does wrong, looked up in the cluster at hand.

Each was found by running hb2openais on a configuration like the guide's. A plan names for every one the step that
closes it, whether or not this cluster has it: what does not apply today may apply after the next change.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from cibtools.backup.record.fact import Known
from cibtools.backup.record.kind import Kind
from cibtools.backup.storage.lvm import LvmConf
from cibtools.cluster.derived.option import cluster_option, own_meta
from cibtools.cluster.value import parse_boolean
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.facts.storage_map import Volume, groups


class Gap(Struct, frozen=True, kw_only=True):
    """One thing to see to."""

    number: int = 0
    """Its place in the table, from 1; given when the table is put together."""
    what: str
    here: str
    """What the files say about this cluster; empty if it does not have it."""
    remedy: str


def gaps(draft: Draft, found: tuple[Volume, ...]) -> tuple[Gap, ...]:
    """All fifteen, in order."""
    every = (*_storage(draft, found), *_connectivity(draft), *_settings(draft), *_network(draft))
    return tuple(replace(gap, number=number) for number, gap in enumerate(every, 1))


def _storage(draft: Draft, found: tuple[Volume, ...]) -> Iterator[Gap]:
    """What EVMS, LVM and OCFS2 are about: 1 to 6."""
    cib = [volume for volume in found if volume.resources and volume.native]
    domus = [name for volume in found for name in volume.domus]
    unseen = [guest.id for guest in draft.survey.guests if guest.domu is None]
    hidden = f"not known: no xm file of {', '.join(unseen)} in the backup" if unseen else ""
    named = ", ".join(groups(found))
    evmsd = any(respawn.program == "evmsd" for _, ha_cf in draft.survey.cluster.ha_cfs for respawn in ha_cf.respawns)
    pools = ", ".join(one.resource for one in draft.features.ocfs2)
    yield Gap(
        what="the converter stops at a device that is no /dev/evms/CONTAINER/lvm2/GROUP/VOLUME",
        here=", ".join(f"{volume.path} ({', '.join(volume.resources)})" for volume in cib),
        remedy="make compatibility volumes of them while SLES 10 still runs; new names in the CIB and in the xm files",
    )
    yield Gap(
        what="it rewrites devices in the CIB and never looks at the disk lines of domUs",
        here=f"{len(domus)} domUs: {', '.join(domus)}" if domus else hidden,
        remedy="cibtools migrate writes the xm files with their new paths; they are put in place by hand",
    )
    yield Gap(
        what="volume groups that only xm files name get no LVM resource and no constraint",
        here=named if domus else hidden,
        remedy="the CIB of cibtools activates every group and lets its users wait for it",
    )
    yield Gap(
        what="the LVM resource it makes is a single primitive: the group is active on one node only",
        here=named,
        remedy="the CIB of cibtools has a clone with interleave=true instead",
    )
    yield Gap(
        what="clvmd gets no constraints where evmsd was a respawn line",
        here="respawn … evmsd in ha.cf" if evmsd else _no_hacf(draft),
        remedy="the CIB of cibtools orders and colocates lock manager, clvmd, volume group",
    )
    yield Gap(
        what="it makes o2cb depend on the file systems that need o2cb; it must be the other way round",
        here=f"o2cb would depend on {pools}" if pools else "",
        remedy="the CIB of cibtools has them the other way round",
    )


def _connectivity(draft: Draft) -> Iterator[Gap]:
    """What is about pinging: 7 and 8."""
    cluster = draft.survey.cluster
    pings = tuple(dict.fromkeys(option.text for _, ha_cf in cluster.ha_cfs for option in ha_cf.ping_nodes))
    pingd = [found for found in cluster.primitives if found.agent and found.agent.type in ("pingd", "ping")]
    named = [found.id for found in cluster.all_resources if found.id == "pingd"]
    bare = [found.id for found in pingd if found.parameter("host_list") is None]
    yield Gap(
        what="a ping line in ha.cf makes a resource pingd beside one of that name: the CIB is invalid",
        here=f"ping {', '.join(pings)}, and a resource pingd" if pings and named else _no_hacf(draft),
        remedy="no ping line in the copy of ha.cf for the converter; the CIB of cibtools keeps one pingd",
    )
    yield Gap(
        what="pingd without host_list pings nobody under openais: no domU may run",
        here=f"{', '.join(bare)}; heartbeat pings {', '.join(pings) or 'what ha.cf says'}" if bare else "",
        remedy="the CIB of cibtools has host_list from ha.cf; the attribute is looked at on every node before any "
        "domU starts",
    )


def _settings(draft: Draft) -> Iterator[Gap]:
    """What is about rings and settings: 9 to 12."""
    policy = cluster_option(draft.survey.cluster, "no-quorum-policy")
    two = len(draft.survey.hosts) == 2
    paths = interfaces(draft)
    yield Gap(
        what="no-quorum-policy=stop stays: with two nodes the survivor stops everything",
        here=f"no-quorum-policy is {policy.value if policy else 'stop by default'}, two nodes"
        if two and (policy is None or policy.value == "stop") else "",
        remedy="ignore, together with fencing that has been tested",
    )  # fmt: skip
    yield Gap(
        what="two media become two rings; the lock manager cannot work over both",
        here=", ".join(paths) if len(paths) > 1 else _no_hacf(draft),
        remedy="one ring, on a bond; or ring 1 is dropped",
    )
    yield Gap(
        what="notify=true stays on the OCFS2 clone; the new agent logs an error for it",
        here=", ".join(notified(draft)),
        remedy="the option is deleted before anything starts",
    )
    yield Gap(
        what="lvm.conf rejects all devices, or locks for one host only",
        here="; ".join(_lvm(draft)),
        remedy="a filter that accepts the multipath devices, and locking_type = 3",
    )


def _network(draft: Draft) -> Iterator[Gap]:
    """What openais wants of the network: 13 to 15."""
    silent = _no_hacf(draft)
    media = (medium for _, ha_cf in draft.survey.cluster.ha_cfs for medium in ha_cf.media)
    kinds = tuple(dict.fromkeys(medium.kind for medium in media))
    yield Gap(
        what="openais needs multicast",
        here=f"{', '.join(kinds)} in ha.cf" if kinds and set(kinds) <= {"ucast", "bcast", "serial"} else silent,
        remedy="the network team lets multicast pass on the network of the ring",
    )
    yield Gap(
        what="ports count up for each interface, and addresses are read on the new host, where eth0 may be a bridge",
        here=", ".join(interfaces(draft)) or silent,
        remedy="bindnetaddr and mcastport of openais.conf are read by eye on every node",
    )
    yield Gap(
        what="it wants the same ha.cf on all nodes; the peers of ucast differ for a reason",
        here="ucast in ha.cf" if "ucast" in kinds else silent,
        remedy="only the copy on the node that converts is used",
    )


def interfaces(draft: Draft) -> tuple[str, ...]:
    """Return the network devices that heartbeat talks on; each becomes a ring."""
    media = (medium for _, ha_cf in draft.survey.cluster.ha_cfs for medium in ha_cf.media)
    return tuple(dict.fromkeys(medium.interface for medium in media))


def _no_hacf(draft: Draft) -> str:
    return "" if draft.survey.cluster.ha_cfs else "not known: no ha.cf in the backup"


def notified(draft: Draft) -> Iterator[str]:
    """The clones of OCFS2 volumes that ask for notifications."""
    cluster = draft.survey.cluster
    for volume in draft.features.ocfs2:
        resource = cluster.resource(volume.resource)
        clone = cluster.clone_of(resource) if resource else None
        setting = own_meta(cluster, clone, "notify") if clone else None
        if clone and setting and parse_boolean(setting.value):
            yield clone.id


def _lvm(draft: Draft) -> Iterator[str]:
    if not draft.survey.cluster.backup.of_kind(Kind.LVM):
        yield "not known: no lvm.conf in the backup"
    for document in draft.survey.cluster.backup.of_kind(Kind.LVM):
        content = document.content
        if not isinstance(content, LvmConf):
            continue
        words = []
        if content.filter and not any(entry.accept for entry in content.filter):
            words.append("rejects all devices")
        locking = content.locking_type
        if not (isinstance(locking, Known) and locking.value == 3):
            words.append("locking_type is not 3")
        if words:
            yield f"{document.host or 'lvm.conf'}: {', '.join(words)}"
