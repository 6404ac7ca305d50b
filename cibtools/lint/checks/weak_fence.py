"""Checks of devices that fence less than they seem to: plugins for tests, and boards that run on their own host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.record.fact import Truth
from cibtools.cluster.derived.device import Device
from cibtools.cluster.derived.fencing import (
    Coverage,
    NodeCoverage,
    fencing_coverage,
)
from cibtools.cluster.derived.option import stonith_enabled
from cibtools.cluster.derived.placement import ban
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.vocabulary.plugin import Quality, Reader
from cibtools.lint.checks.words import brief, brief_sentence
from cibtools.lint.record.finding import Hit, Note


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
            "cover": brief(_real(cluster)),
            "nodes": brief_sentence(alone),
            "s": "s" if len(alone) == 1 else "",
            "nothing_else": f", and no other device fences {brief_sentence(bare)}" if bare else "",
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
            "nobody": f"only {brief_sentence(others)} can" if others else "nobody can",
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
