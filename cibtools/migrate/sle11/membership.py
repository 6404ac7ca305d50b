"""What ha.cf and its companions settle about membership and logs, read together for the new stack's configuration."""

from __future__ import annotations

from msgspec import Struct

from cibtools.backup.heartbeat.ha_cf import HaCf
from cibtools.backup.heartbeat.hostcache import Hostcache
from cibtools.backup.heartbeat.logd import DEFAULT_LOGFILE, LogdCf
from cibtools.backup.host.hosts import Hosts
from cibtools.backup.record.boolean import CLUSTER
from cibtools.backup.record.fact import Known
from cibtools.backup.record.kind import Kind
from cibtools.cluster.model.cluster import Cluster
from cibtools.migrate.sle11.ring import Ring, rings_of

LONGEST_TOKEN = 10_000
"""Milliseconds. Our choice: a token timeout beyond it delays every recovery, and heartbeat's deadtimes are longer."""
_DEFAULT_DEADTIME = 30_000
_FACILITIES = frozenset(("daemon", *(f"local{number}" for number in range(8))))
"""Those that corosync 1 knows."""


class Logs(Struct, frozen=True):
    """Where messages go."""

    file: str
    """Path of the log file, or nothing."""
    facility: str
    """Facility of syslog; nothing if syslog gets nothing."""
    debug: bool
    given_facility: str
    """The facility as heartbeat had it, which corosync may not know."""


class Membership(Struct, frozen=True):
    """All that the configuration of the new stack is made of."""

    nodes: tuple[str, ...]
    """Unames of the members."""
    rings: tuple[Ring, ...]
    token: int
    """Milliseconds."""
    use_logd: bool
    use_mgmtd: bool
    logs: Logs
    names: tuple[tuple[str, str], ...]
    """Address and uname of each member, as far as the hosts file tells."""

    @property
    def consensus(self) -> int:
        """Milliseconds; corosync wants at least 1.2 times the token."""
        return self.token * 6 // 5

    def address(self, ring: Ring, node: str) -> str:
        """The address of a member on a ring, or nothing."""
        known = dict(self.names)
        return next((found for found in ring.addresses if known.get(found) == node), "")


def membership_of(cluster: Cluster, nodes: tuple[str, ...]) -> Membership | None:
    """Read the files of a backup; None without an ha.cf. The first copy counts, peers are taken from all."""
    if not cluster.ha_cfs:
        return None
    ha_cfs = [ha_cf for _, ha_cf in cluster.ha_cfs]
    first = ha_cfs[0]
    use_logd = says(first, "use_logd")
    rings = rings_of(ha_cfs)
    return Membership(
        nodes,
        rings,
        min(_DEFAULT_DEADTIME if first.deadtime.ms is None else first.deadtime.ms, LONGEST_TOKEN),
        use_logd,
        any(respawn.program == "mgmtd" for ha_cf in ha_cfs for respawn in ha_cf.respawns),
        _logs_of_logd(cluster, first) if use_logd else _logs_of_hacf(first),
        _names(cluster, nodes, rings),
    )


def says(ha_cf: HaCf, name: str) -> bool:
    """True if a directive of one boolean is on."""
    option = ha_cf.last(name)
    return option is not None and CLUSTER.read(option.text) is True


def _logs(file: str, facility: str, ha_cf: HaCf) -> Logs:
    level = ha_cf.last("debug")
    usable = "" if facility == "none" else facility if facility in _FACILITIES else "daemon"
    return Logs(file, usable, level is not None and level.text != "0", facility)


def _logs_of_hacf(ha_cf: HaCf) -> Logs:
    file, facility = ha_cf.last("logfile"), ha_cf.last("logfacility")
    return _logs(file.text if file else "", facility.text.lower() if facility else "daemon", ha_cf)


def _logs_of_logd(cluster: Cluster, ha_cf: HaCf) -> Logs:
    """What the log daemon's file says; its defaults hold where it says nothing, or where it is not in the backup."""
    found = [one.content for one in cluster.backup.of_kind(Kind.LOGD) if isinstance(one.content, LogdCf)]
    if not found:
        return _logs(DEFAULT_LOGFILE, "daemon", ha_cf)
    file, facility = found[0].logfile, found[0].logfacility
    return _logs(
        file.value if isinstance(file, Known) else DEFAULT_LOGFILE,
        facility.value if isinstance(facility, Known) else "daemon",
        ha_cf,
    )


def _names(cluster: Cluster, nodes: tuple[str, ...], rings: tuple[Ring, ...]) -> tuple[tuple[str, str], ...]:
    wanted = {address for ring in rings for address in ring.addresses}
    by_name = {node.lower(): node for node in nodes}
    found: dict[str, str] = {}
    for one in cluster.backup.of_kind(Kind.HOSTS):
        if isinstance(one.content, Hosts):
            for address in wanted:
                names = (by_name[name] for name in one.content.names_of(address) if name in by_name)
                found.setdefault(address, next(names, ""))
    return tuple(sorted((address, node) for address, node in found.items() if node))


def known_names(cluster: Cluster) -> frozenset[str]:
    """Node names that ha.cf and hostcache know, in lower case; autojoin lets nodes in that ha.cf does not name."""
    names = {option.text.lower() for _, ha_cf in cluster.ha_cfs for option in ha_cf.nodes}
    if any(ha_cf.autojoin != "none" for _, ha_cf in cluster.ha_cfs):
        for one in cluster.backup.of_kind(Kind.HOSTCACHE):
            if isinstance(one.content, Hostcache):
                names |= set(one.content.uuids)
    return frozenset(names)
