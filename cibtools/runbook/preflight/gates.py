"""Everything that has to be green before the first change, as far as files can tell; the rest is looked at by hand."""

from __future__ import annotations

from collections.abc import Iterable

from cibtools.backup.heartbeat.authkeys import Authkeys
from cibtools.backup.host.hosts import Hosts
from cibtools.backup.record.fact import Truth
from cibtools.backup.record.kind import Kind
from cibtools.cluster.derived.fencing import Cover, fencing_coverage
from cibtools.runbook.estimate.memory import without
from cibtools.runbook.facts.network import network_attributes
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import Light, worst
from cibtools.runbook.plan.remark import Remark
from cibtools.runbook.plan.runbook import Criterion
from cibtools.runbook.preflight.leftover import leftovers
from cibtools.runbook.preflight.status_check import (
    NO_STATUS,
    domus_running,
    fail_counts,
    failed_actions,
    members,
    quorum,
)

_LIVE = (
    ("P-02", "DC known, cluster idle"),
    ("P-11", "versions of the packages are equal on all nodes"),
    ("P-15", "the block devices of every domU are there on every node"),
    ("P-16", "the bridges of every domU are there on every node"),
    ("P-18", "the clocks are synchronised, offset below one second"),
    ("P-20", "multipath has two active paths for each LUN"),
    ("P-21", "the CIB is backed up, with checksums, off the hosts"),
    ("P-22", "a system backup is there that somebody has restored once"),
    ("P-25", "the logs are being watched"),
    ("P-26", "nobody else uses xm, virsh or virt-manager meanwhile"),
)


def preflight(survey: Survey, remarks: tuple[Remark, ...] | None) -> tuple[Criterion, ...]:
    """All checks in the order of their numbers; `remarks` is None if the linter has not run."""
    found = [
        members(survey), quorum(survey), _valid(remarks), failed_actions(survey), fail_counts(survey),
        leftovers(survey), domus_running(survey), _live_migration(survey), _memory(survey), _fencing(survey),
        _network(survey, survey.names), _same_files(survey), _relocation(survey), _names(survey), _same_stack(survey),
    ]  # fmt: skip
    found += [Criterion(check, Light.AMBER, text, "to be seen on the cluster", True) for check, text in _LIVE]
    return tuple(sorted(found, key=lambda criterion: criterion.check))


def pick(criteria: Iterable[Criterion], *checks: str) -> tuple[Criterion, ...]:
    """Those of these numbers."""
    return tuple(criterion for criterion in criteria if criterion.check in checks)


def _valid(remarks: tuple[Remark, ...] | None) -> Criterion:
    text = "the configuration is valid"
    if remarks is None:
        return Criterion("P-04", Light.AMBER, text, "the linter was not asked")
    errors = [remark for remark in remarks if remark.light is Light.RED]
    if errors:
        words = "; ".join(f"{remark.rule} {remark.file}:{remark.line}" for remark in errors[:5])
        return Criterion("P-04", Light.RED, text, f"{len(errors)} errors: {words}")
    return Criterion("P-04", Light.GREEN, text, "the linter finds no error")


def _live_migration(survey: Survey) -> Criterion:
    text = "every domU can migrate live"
    bad = [f"{guest.id}: {guest.obstacles[0]}" for guest in survey.guests if guest.obstacles]
    doubts = [f"{guest.id}: {guest.doubts[0]}" for guest in survey.guests if not guest.obstacles and guest.doubts]
    if bad or doubts:
        return Criterion("P-09", Light.AMBER, text, "; ".join(bad + doubts))
    return Criterion("P-09", Light.GREEN, text, "nothing in the files speaks against it")


def _memory(survey: Survey) -> Criterion:
    text = "without any one node the others have the memory for all domUs"
    if len(survey.hosts) < 2:
        return Criterion("P-10", Light.RED, text, "there is only one node")
    rooms = {name: without(survey, frozenset({name})) for name in survey.names}
    light = worst(room.light for room in rooms.values())
    words = dict.fromkeys(f"without {name}: {room.text}" for name, room in rooms.items() if room.light is light)
    return Criterion("P-10", _accepted(survey, light, "S-RAM"), text, "; ".join(words))


def _accepted(survey: Survey, light: Light, code: str) -> Light:
    """A red that the operator took upon herself is amber: it is not forgotten, and not in the way."""
    return Light.AMBER if light is Light.RED and code in survey.wishes.accept else light


def _fencing(survey: Survey) -> Criterion:
    text = "every node is fenced by a device that can run elsewhere"
    words, lights = [], []
    for found in fencing_coverage(survey.cluster).nodes:
        if found.cover is Cover.UNCOVERED:
            lights.append(Light.RED)
            words.append(f"nothing fences {found.node.uname} ({found.gap})")
        elif found.cover is Cover.UNKNOWN or found.gap:
            lights.append(Light.AMBER)
            words.append(f"{found.node.uname}: {found.gap or 'not known'}")
        else:
            names = ", ".join(device.resource.id for device in found.by)
            words.append(f"{found.node.uname} by {names}")
    return Criterion("P-12", _accepted(survey, worst(lights), "S-FENCE"), text, "; ".join(words))


def _network(survey: Survey, names: Iterable[str]) -> Criterion:
    """P-13 for all nodes: a domU that asks for an attribute stops everywhere if no node has it."""
    attributes = network_attributes(survey)
    if not attributes:
        return Criterion("P-13", Light.GREEN, "network attributes", "no rule of a domU asks for one")
    text = f"{', '.join(one.name for one in attributes)} defined and above 0 on every receiving node"
    bad = [f"{one.keeper.id} is stopped" for one in attributes if one.keeper and one.stopped]
    unknown = [f"nothing in the cluster writes {one.name}" for one in attributes if one.keeper is None]
    for name in names:
        values = survey.host(name).transient
        if values is None:
            unknown.append(NO_STATUS)
            continue
        bad += [f"{one.name} not defined on {name}" for one in attributes if one.name not in values]
        bad += [f"{one.name} is 0 on {name}" for one in attributes if values.get(one.name) == "0"]
    if bad:
        return Criterion("P-13", Light.RED, text, "; ".join(bad))
    if unknown:
        return Criterion("P-13", Light.AMBER, text, "; ".join(dict.fromkeys(unknown)))
    return Criterion("P-13", Light.GREEN, text, "so it was when the backup was taken")


def _same_files(survey: Survey) -> Criterion:
    """P-14: every node reads the same xm files."""
    text = "the xm files are the same and readable on every node"
    differing, single = [], 0
    for guest in survey.guests:
        files = guest.domu.files if guest.domu else ()
        if len({file.document.source.data for file in files}) > 1:
            differing.append(guest.id)
        single += len({file.document.host for file in files}) < len(survey.hosts)
    if differing:
        return Criterion("P-14", Light.RED, text, f"copies differ: {', '.join(differing)}")
    if single:
        return Criterion("P-14", Light.AMBER, text, "the backup has one copy, not one of each node", True)
    return Criterion("P-14", Light.GREEN, text, "the copies of all nodes are equal")


def _relocation(survey: Survey) -> Criterion:
    text = "every node takes in domUs by live migration from every other"
    refusing = [host.name for host in survey.hosts if host.relocation is Truth.NO]
    unknown = [host.name for host in survey.hosts if host.relocation is Truth.UNKNOWN]
    if refusing:
        return Criterion("P-17", Light.RED, text, f"xend-config.sxp of {', '.join(refusing)} does not allow it")
    if unknown:
        return Criterion("P-17", Light.AMBER, text, f"the files do not tell for {', '.join(unknown)}")
    return Criterion("P-17", Light.GREEN, text, "xend-config.sxp of every node allows it")


def _names(survey: Survey) -> Criterion:
    """P-19: live migration goes to the address that a node's name resolves to."""
    text = "node names resolve without DNS, to the network that live migration is to use"
    files = {
        document.host: document.content
        for document in survey.cluster.backup.of_kind(Kind.HOSTS)
        if isinstance(document.content, Hosts)
    }
    missing: list[str] = []
    words: dict[str, None] = {}
    for name in survey.names:
        if name not in files:
            return Criterion("P-19", Light.AMBER, text, "the backup does not have hosts of every node", True)
        for other in survey.names:
            addresses = files[name].addresses_of(other)
            if addresses:
                words[f"{other} {addresses[0]}"] = None
            else:
                missing.append(f"{other} on {name}")
    if missing:
        return Criterion("P-19", Light.RED, text, f"hosts does not name {', '.join(missing)}")
    return Criterion("P-19", Light.AMBER, text, f"hosts says {', '.join(words)}: is that the network?", True)


def _same_stack(survey: Survey) -> Criterion:
    """P-24: ha.cf is equal but for the peers of ucast, authkeys is equal."""
    text = "ha.cf (but for ucast) and authkeys are equal on all nodes"
    configurations = {
        document.host: tuple(
            (one.name, tuple(option.text for option in one.options)) for one in ha_cf.directives if one.name != "ucast"
        )
        for document, ha_cf in survey.cluster.ha_cfs
    }
    keys = {
        document.host: document.content.active
        for document in survey.cluster.backup.of_kind(Kind.AUTHKEYS)
        if isinstance(document.content, Authkeys)
    }
    secrets = {host: None if key is None else (key.number, key.method, key.key) for host, key in keys.items()}
    if not set(survey.names) <= set(configurations) or not set(survey.names) <= set(keys):
        return Criterion("P-24", Light.AMBER, text, "the backup does not have both files of every node")
    differing = [
        name for name, found in (("ha.cf", configurations), ("authkeys", secrets)) if len(set(found.values())) > 1
    ]
    if differing:
        return Criterion("P-24", Light.RED, text, f"{' and '.join(differing)} differ")
    return Criterion("P-24", Light.GREEN, text, "the files in the backup are")
