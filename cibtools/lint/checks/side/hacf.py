"""Checks of ha.cf: the ways between the nodes, and timers that contradict each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from cibtools.backup.heartbeat.ha_cf import HaCf, Medium, Timing
from cibtools.backup.lines.ha_directives import CRM_DIRECTIVES
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Span
from cibtools.cluster.derived.option import stonith_enabled
from cibtools.cluster.derived.storage import shared_storage
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.cluster.value import show_time
from cibtools.lint.checks.words import listed
from cibtools.lint.record.finding import Hit, Note, Severity

_SHORT = 10_000
"""Milliseconds below which heartbeat's own sample calls initdead short, and a busy host may be silent."""
_START = Span(0, 0)
_NETWORK = re.compile(r"((?:\d{1,3}\.){3})\d{1,3}$")


_OFF = {"off": "off", "invalid": "set to a word that is neither yes nor no"}


def crm_off(cluster: Cluster) -> Iterator[Hit]:
    """HB101: a CIB beside an ha.cf that does not start the CRM, so that haresources holds."""
    backup = cluster.backup
    if not cluster.cib_documents or backup.of_kind(Kind.COROSYNC):
        return
    found: dict[_Complaint, list[Place]] = defaultdict(list)
    rules = backup.of_kind(Kind.HARESOURCES)
    effect = "runs what haresources lists" if rules else "runs what haresources lists, or nothing"
    for document, ha_cf in cluster.ha_cfs:
        said = [found for found in ha_cf.directives if found.name in CRM_DIRECTIVES]
        if ha_cf.crm_mode not in _OFF or (document.excerpt and not said):
            continue
        name = said[-1].name if said else "crm"
        state = _OFF[ha_cf.crm_mode] if said else "missing"
        does = "does not start" if said and ha_cf.crm_mode == "invalid" else effect
        complaint = _Complaint("" if said else "missing", "crm", (("name", name), ("state", state), ("effect", does)))
        found[complaint].append(Place(document, spot=said[-1].span if said else _START, item="crm"))
    for complaint, places in found.items():
        hit = _hit(complaint, places, None)
        yield replace(hit, notes=(*hit.notes, *(Note(Place(one, spot=_START), "this file holds") for one in rules)))


class _Complaint(Struct, frozen=True):
    """What is wrong with one ha.cf; equal for copies that say the same."""

    variant: str
    item: str
    values: tuple[tuple[str, str], ...] = ()


def single_path(cluster: Cluster) -> Iterator[Hit]:
    """HB102: fewer than two ways between the nodes."""
    fenced = stonith_enabled(cluster)
    defenceless = fenced is False and bool(shared_storage(cluster))
    consequence = "and both sides fence"
    if fenced is False:
        consequence = "and both sides start everything" + (", on the same disks" if defenceless else "")
    found: dict[_Complaint, list[Place]] = defaultdict(list)
    for document, ha_cf in cluster.ha_cfs:
        complaint = _narrow(ha_cf.media, consequence)
        if complaint and not document.excerpt:
            span = ha_cf.media[0].span if ha_cf.media else _START
            found[complaint].append(Place(document, spot=span, item=complaint.item))
    worse = Severity.ERROR if defenceless else None
    for complaint, places in found.items():
        yield _hit(complaint, places, worse if complaint.variant in ("single", "none") else None)


def _narrow(media: Sequence[Medium], consequence: str) -> _Complaint | None:
    """What is wrong with the ways between the nodes, if anything."""
    ways = tuple(
        dict.fromkeys((medium.kind == "serial", medium.interface) for medium in media if medium.kind != "hbaping")
    )
    if not ways:
        return _Complaint("none", "media")
    names = (("media", listed(f"{'serial line ' if serial else ''}{name}" for serial, name in ways)),)
    if len(ways) == 1:
        variant = "bond" if ways[0][1].startswith("bond") else "single"
        return _Complaint(variant, "media", (*names, ("consequence", consequence)))
    # A name instead of an address may lead anywhere.
    networks = {match[1] if match else None for match in (_NETWORK.match(medium.peer or "") for medium in media)}
    network = next(iter(networks))
    if len(networks) == 1 and network:
        return _Complaint("same-net", "media", (*names, ("network", f"{network}0/24")))
    return None


def timers(cluster: Cluster) -> Iterator[Hit]:
    """HB103: timers that heartbeat refuses, or that shoot nodes for nothing."""
    fenced = stonith_enabled(cluster) is True
    found: dict[_Complaint, list[Place]] = defaultdict(list)
    for document, ha_cf in cluster.ha_cfs:
        for complaint, timing in _timers(ha_cf, fenced):
            found[complaint].append(Place(document, spot=timing.span or _START, item=complaint.item))
    for complaint, places in found.items():
        yield _hit(complaint, places, None)


def _timers(ha_cf: HaCf, fenced: bool) -> Iterator[tuple[_Complaint, Timing]]:
    keepalive, deadtime, initdead = ha_cf.keepalive, ha_cf.deadtime, ha_cf.initdead
    dead = deadtime.ms or 0
    yield from _refused("deadtime", deadtime, "keepalive", keepalive, 2, "more than twice that")
    yield from _refused("deadping", ha_cf.deadping, "keepalive", keepalive, 2, "more than twice that")
    if initdead.origin == "file" and initdead.ms is not None:
        if initdead.ms < dead:
            yield _refusal("initdead", initdead, "deadtime", deadtime, "no less than that", 2 * dead)
        elif deadtime.origin == "file" and initdead.ms < 2 * dead:
            yield _complaint("initdead", "initdead", initdead, deadtime, 2 * dead), initdead
        elif initdead.ms < _SHORT:
            yield _complaint("initdead-short", "initdead", initdead, deadtime, 60_000), initdead
    warntime = ha_cf.warntime
    if warntime.origin == "file" and warntime.ms is not None:
        if deadtime.origin == "file" and warntime.ms >= dead:
            yield _complaint("warntime-late", "warntime", warntime, deadtime, dead // 2), warntime
        elif keepalive.origin == "file" and warntime.ms <= (keepalive.ms or 0):
            yield _complaint("warntime-early", "warntime", warntime, keepalive, dead // 2), warntime
    if fenced and deadtime.origin == "file" and 2 * (keepalive.ms or 0) < dead < _SHORT:
        yield _complaint("deadtime-short", "deadtime", deadtime, keepalive, 30_000), deadtime


def _refused(
    name: str, timing: Timing, other: str, limit: Timing, times: int, bound: str
) -> Iterator[tuple[_Complaint, Timing]]:
    """A timer that heartbeat does not start with; one that follows from another is not blamed."""
    if timing.ms is None or limit.ms is None or timing.ms > times * limit.ms:
        return
    if timing.origin == "file" or (timing.origin == "default" and limit.origin == "file"):
        yield _refusal(name, timing, other, limit, bound, 10 * limit.ms)


def _refusal(
    name: str, timing: Timing, other: str, limit: Timing, bound: str, wanted: int
) -> tuple[_Complaint, Timing]:
    found = _complaint("refused", name, timing, limit, wanted)
    complaint = _Complaint(found.variant, name, (*found.values, ("other", other), ("bound", bound)))
    return complaint, timing if timing.span else limit


def _complaint(variant: str, name: str, timing: Timing, limit: Timing, wanted: int) -> _Complaint:
    return _Complaint(variant, name, (
        ("name", name), ("value", show_time(timing.ms or 0)), ("limit", show_time(limit.ms or 0)),
        ("wanted", f"{wanted / 1000:g}" if wanted % 1000 == 0 else f"{wanted}ms"),
    ))  # fmt: skip


def _hit(complaint: _Complaint, places: Sequence[Place], severity: Severity | None) -> Hit:
    """One finding for all files that deserve one complaint."""
    values: Mapping[str, str] = dict(complaint.values)
    notes = tuple(Note(place, "the same in this copy") for place in places[1:])
    return Hit(places[0], values, complaint.variant, notes, severity, complaint.item,
               f"{complaint.variant} {complaint.item}")  # fmt: skip
