"""Checks of fencing as a whole: whether it is on, whether every node has a device that can fence it."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.cluster.derived.fencing import (
    Attempt,
    Coverage,
    NodeCoverage,
    Obstacle,
    fencing_coverage,
    has_watchdog_fencing,
)
from cibtools.cluster.derived.option import cluster_option, is_stopped, stonith_enabled
from cibtools.cluster.derived.storage import shared_storage
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.cluster.vocabulary.plugin import Quality
from cibtools.lint.checks.words import brief, brief_sentence
from cibtools.lint.record.finding import Hit, Note, Severity


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
            "whose": f" of {brief_sentence(nodes)}" if nodes else "",
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
        {"devices": brief(tuple(found.id for found in devices)), "consequence": consequence},
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
            words = f"the other node is fenced by {brief(tuple(one.resource.id for one in other.by))}"
            notes.append(Note(cluster.place(other.node.element, "uname"), words))
    custom = any(one.device.plugin.quality is Quality.CUSTOM and not one.device.inactive for one in found.attempts)
    return Hit(
        _node_place(cluster, coverage, found),
        {
            "node": uname,
            "devices": brief_sentence(ids),
            "why": f" ({brief(why, '; ')})" if why else "",
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
