"""Checks of fencing as a whole: whether it is on, whether every node has a device that can fence it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.record.fact import Truth
from cibtools.cluster.derived.device import Device
from cibtools.cluster.derived.fencing import (
    Attempt,
    Coverage,
    NodeCoverage,
    Obstacle,
    fencing_coverage,
    has_watchdog_fencing,
)
from cibtools.cluster.derived.option import cluster_option, is_stopped, stonith_enabled
from cibtools.cluster.derived.placement import ban
from cibtools.cluster.derived.storage import shared_storage
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.cluster.vocabulary.plugin import Quality, Reader
from cibtools.lint.checks.words import listed
from cibtools.lint.record.finding import Hit, Note, Severity

_SHOWN = 4
"""So many names are listed in a message; of more only the count is told."""


def _listed(names: tuple[str, ...], separator: str = ", ") -> str:
    rest = len(names) - _SHOWN
    return separator.join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _both(names: tuple[str, ...]) -> str:
    """Names joined for the end of a sentence."""
    return listed(names) if len(names) <= _SHOWN else _listed(names)


def _option_place(cluster: Cluster) -> Place:
    """The option `stonith-enabled`, or where it would stand."""
    found = cluster_option(cluster, "stonith-enabled")
    if found:
        return cluster.place(found.element, found.attribute)
    sets = cluster.property_sets
    return cluster.place(sets[0].element if sets else cluster.assembly.headers["crm_config"][0])


def disabled(cluster: Cluster) -> Iterator[Hit]:
    """Report a cluster of several nodes that fences none of them (CIB401)."""
    if stonith_enabled(cluster) is not False:
        return
    found = cluster_option(cluster, "stonith-enabled")
    explicit = found is not None and not found.conditional
    # A fragment with some other option says nothing about the default; only a cluster with its nodes does.
    if len(cluster.nodes) == 1 or not (explicit or cluster.knows_nodes):
        return
    evidence = shared_storage(cluster)
    nodes = tuple(node.uname for node in cluster.nodes)
    both = "can both write to it" if evidence else "run the same resources at once"
    yield Hit(
        _option_place(cluster),
        {
            "whose": f" of {_both(nodes)}" if nodes else "",
            "although": f" although the nodes share {evidence[0]}" if evidence else "",
            "both": both,
        },
        variant="" if explicit else "default",
        severity=Severity.ERROR if evidence else Severity.WARNING,
    )


def no_device(cluster: Cluster) -> Iterator[Hit]:
    """Report fencing that is on without a device that could act (CIB402)."""
    if stonith_enabled(cluster) is not True or has_watchdog_fencing(cluster):
        return
    devices = [found for found in cluster.primitives if found.is_stonith]
    active = [found for found in devices if not is_stopped(cluster, found)]
    coverage = fencing_coverage(cluster)
    shooters = [one for one in coverage.devices if not one.inactive and one.plugin.quality is not Quality.HELPER]
    if shooters:
        return
    variant = "" if not devices else "only-helpers" if active and not _inactive(coverage) else "inactive"
    consequence = (
        "no resource is started" if cluster.dialect.is_pacemaker else "recovery waits for fencing that cannot happen"
    )
    yield Hit(
        _option_place(cluster),
        {"devices": _listed(tuple(found.id for found in devices)), "consequence": consequence},
        variant=variant,
        notes=tuple(Note(cluster.place(found.element), "does not count") for found in devices),
    )


def _inactive(coverage: Coverage) -> bool:
    return any(one.inactive for one in coverage.devices)


def unfenced_node(cluster: Cluster) -> Iterator[Hit]:
    """Report nodes that no device can fence (CIB403)."""
    enabled, coverage = stonith_enabled(cluster), fencing_coverage(cluster)
    if enabled is False or len(cluster.nodes) < 2 or (enabled is None and not coverage.devices):
        return
    for found in coverage.nodes:
        if found.gap:
            yield _unfenced(cluster, coverage, found)


_RELEVANT = {
    "self-only": (Obstacle.SELF_ONLY,),
    "banned": (Obstacle.BANNED,),
    "inactive": (Obstacle.INACTIVE,),
    "unreadable-list": (Obstacle.UNREADABLE,),
    "uncovered": (Obstacle.NOT_LISTED, Obstacle.FAKE, Obstacle.HELPER),
}


def _unfenced(cluster: Cluster, coverage: Coverage, found: NodeCoverage) -> Hit:
    uname = found.node.uname
    wanted = _RELEVANT.get(found.gap, (Obstacle.NONE,))
    named = [one for one in found.attempts if one.obstacle in wanted]
    ids = tuple(one.device.resource.id for one in named)
    why = tuple(f"{one.device.resource.id}: {one.words}" for one in named)
    notes = [_note(cluster, one) for one in found.attempts]
    if len(coverage.nodes) == 2:
        other = next(one for one in coverage.nodes if one is not found)
        if other.by and other.node.element is not None:
            words = f"the other node is fenced by {_listed(tuple(one.resource.id for one in other.by))}"
            notes.append(Note(cluster.place(other.node.element, "uname"), words))
    custom = any(one.device.plugin.quality is Quality.CUSTOM and not one.device.inactive for one in found.attempts)
    return Hit(
        _node_place(cluster, coverage, found),
        {
            "node": uname,
            "devices": _both(ids),
            "why": f" ({_listed(why, '; ')})" if why else "",
            "consequence": _consequence(cluster, uname),
        },
        variant=found.gap if coverage.devices or found.gap != "uncovered" else "no-device",
        notes=tuple(notes),
        severity=Severity.WARNING if custom and found.gap == "uncovered" else None,
        topics=frozenset({("unfenced", uname)}),
        subject=uname,
        discriminator=uname,
    )


def _consequence(cluster: Cluster, uname: str) -> str:
    if stonith_enabled(cluster):
        return f"if {uname} hangs, fencing never succeeds and its resources stay down"
    return f"if {uname} hangs, its resources stay down or, without STONITH, run twice"


def _note(cluster: Cluster, one: Attempt) -> Note:
    pair = one.device.hosts.pair
    place = cluster.place(pair.element, "value") if pair else cluster.place(one.device.resource.element, "id")
    return Note(place, f"{one.device.resource.id} {one.words}")


def _node_place(cluster: Cluster, coverage: Coverage, found: NodeCoverage) -> Place:
    """The node itself; nodes known only from ha.cf or the status have no element, the devices stand in for them."""
    if found.node.element is not None:
        return cluster.place(found.node.element, "uname")
    if coverage.devices:
        return cluster.place(coverage.devices[0].resource.element, "id")
    return _option_place(cluster)


@lru_cache(maxsize=1)
def _devices(cluster: Cluster) -> dict[etree._Element, Device]:
    return {one.resource.element: one for one in fencing_coverage(cluster).devices}


@lru_cache(maxsize=1)
def _alone(cluster: Cluster) -> Mapping[etree._Element, Sequence[str]]:
    """The nodes that nothing but devices for tests can fence, by device."""
    alone: dict[etree._Element, list[str]] = {}
    for found in fencing_coverage(cluster).nodes:
        for one in found.by if found.gap == "test-only" else ():
            alone.setdefault(one.resource.element, []).append(found.node.uname)
    return alone


@lru_cache(maxsize=1)
def _real(cluster: Cluster) -> tuple[str, ...]:
    """The devices that are good for a live cluster and can fence a node."""
    found = (one for node in fencing_coverage(cluster).nodes for one in node.by)
    return tuple(dict.fromkeys(one.resource.id for one in found if one.plugin.quality is Quality.REAL))


def test_only(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Report fencing plugins for tests in a live cluster (CIB404)."""
    coverage = fencing_coverage(cluster)
    device = _devices(cluster).get(element)
    quality, itself = (device.plugin.quality, device.hosts.reader is Reader.ITSELF) if device else (None, False)
    if device is None or not (itself or quality in (Quality.TEST, Quality.FAKE)):
        return
    used = stonith_enabled(cluster) is not False and len(coverage.nodes) > 1
    alone = tuple(_alone(cluster).get(element, ()))
    # With nothing but fakes for a node the fake is the mistake, and the node without a fence what comes of it.
    bare = _only_fakes(coverage) if used and quality is Quality.FAKE else ()
    if quality is Quality.FAKE:
        variant = "fake"
    elif used and alone:
        variant = "only"
    elif used and coverage.nodes and all(not found.gap for found in coverage.nodes):
        variant = "besides"
    else:
        variant = ""
    yield Hit(
        cluster.place(element, "type"),
        {
            "id": device.resource.id,
            "type": device.plugin.type,
            "flaw": _flaw(device),
            "cover": _listed(_real(cluster)),
            "nodes": _both(alone),
            "s": "s" if len(alone) == 1 else "",
            "nothing_else": f", and no other device fences {_both(bare)}" if bare else "",
        },
        variant=variant,
        subject=device.resource.id,
        topics=frozenset(("unfenced", uname) for uname in bare),
    )


def _only_fakes(coverage: Coverage) -> tuple[str, ...]:
    """The nodes for which there is no device but those that claim success and do nothing."""
    fakes = all(one.plugin.quality is Quality.FAKE for one in coverage.devices)
    return tuple(found.node.uname for found in coverage.nodes if found.gap == "uncovered") if fakes else ()


def _flaw(device: Device) -> str:
    if device.plugin.quality is Quality.FAKE:
        return "claims success and does nothing"
    if device.hosts.reader is Reader.ITSELF:
        return "fences only the node it runs on, while that still works"
    if device.plugin.type == "meatware":
        return "waits until somebody has reset the node by hand"
    return "works only while the target still answers"


def on_target(cluster: Cluster) -> Iterator[Hit]:
    """Report a lights-out board's device that may run on the very host it fences (CIB405)."""
    coverage = fencing_coverage(cluster)
    if cluster.dialect is Dialect.P11 or stonith_enabled(cluster) is False or len(coverage.nodes) < 2:
        return
    for device in coverage.devices:
        targets = [found for found in coverage.nodes if found.node.uname in device.hosts.names]
        if not device.plugin.one_host or device.inactive or len(device.hosts.names) != 1 or len(targets) != 1:
            continue
        target = targets[0]
        hole = target.gap == "self-only" and device.executors == (target.node.uname,)  # CIB403's finding
        if hole or ban(cluster, device.resource, target.node).verdict is not Truth.NO:
            continue
        others = tuple(one.resource.id for one in target.by if one is not device and one.plugin.quality is Quality.REAL)
        yield _may_run_there(cluster, device, target, others)


def _may_run_there(cluster: Cluster, device: Device, target: NodeCoverage, others: tuple[str, ...]) -> Hit:
    pair = device.hosts.pair
    notes = (Note(cluster.place(pair.element, "value"), "the host it fences"),) if pair else ()
    return Hit(
        cluster.place(device.resource.element, "id"),
        {
            "id": device.resource.id,
            "target": target.node.uname,
            "nobody": f"only {_both(others)} can" if others else "nobody can",
            "advice": _advice(device, target.node.uname),
        },
        variant="cloned" if device.cloned else "primitive",
        notes=notes,
        subject=device.resource.id,
    )


def _advice(device: Device, uname: str) -> str:
    constraint = f'an rsc_location with score="-INFINITY" and #uname eq {uname}'
    if device.executors == (uname,):
        return f"Let it run on another node, and ban it from {uname}: {constraint}."
    return f"Ban it from {uname}: {constraint}."
