"""Entries of `operations` that the cluster reads otherwise than they look: twice, never, or under a mistyped name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Operation, Resource
from cibtools.cluster.vocabulary.spelling import Names, nearest
from cibtools.lint.record.finding import Hit, Note

_ONCE = frozenset(("start", "stop", "promote", "demote", "migrate_to", "migrate_from"))
_MONITORS = frozenset(("monitor", "status"))
_KNOWN = Names({*_ONCE, *_MONITORS, "notify", "reload", "reload-agent", "validate-all", "meta-data"})


def ill_defined(cluster: Cluster) -> Iterator[Hit]:
    """Yield operations that stand there twice, never recur, recur in vain, or have a mistyped name (CIB502)."""
    for resource in cluster.primitives:
        # Thousands of resources have a handful of shapes between them.
        if _is_plain(tuple([(op.name, op.interval or 0) for op in resource.operations])):
            continue
        entries: dict[tuple[str, int], list[Operation]] = defaultdict(list)
        for op in resource.operations:
            # A time that cannot be read is a mistake of its own (CIB201).
            if op.interval is not None or "interval" not in op.element.attrib:
                entries[op.name, op.interval or 0].append(op)
        for (_, interval), ops in entries.items():
            if len(ops) > 1 and any(op.enabled for op in ops):
                yield _twice(cluster, resource, ops, interval)
        for op in resource.operations:
            if op.enabled:
                yield from _single(cluster, resource, op)


@lru_cache(maxsize=256)
def _is_plain(shape: tuple[tuple[str, int], ...]) -> bool:
    """True if nothing can be wrong with operations of these names and intervals (in milliseconds)."""
    if len(set(shape)) < len(shape):
        return False
    return all(name in _KNOWN.known and name not in (_ONCE if interval else _MONITORS) for name, interval in shape)


def _twice(cluster: Cluster, resource: Resource, ops: list[Operation], interval: int) -> Hit:
    first, *others = ops
    texts = {op.element.get("interval", "0").lower() for op in ops}
    variant = "first" if not interval else "duplicate"
    if variant == "duplicate" and len(texts) == len(ops) and cluster.dialect is not Dialect.P11:
        variant = "as-one"
    stays = next(op for op in ops if op.enabled)
    return Hit(
        cluster.place(others[0].element),
        {"id": resource.id, "op": others[0].id, "first": first.id, "name": first.name, "stays": stays.id},
        variant,
        tuple(Note(cluster.place(op.element), "the same operation") for op in (first, *others[1:])),
        subject=resource.id,
        discriminator=f"{variant} {first.name} {interval}",
        about=cluster.place(resource.element),
    )


def _single(cluster: Cluster, resource: Resource, op: Operation) -> Iterator[Hit]:
    values = {"id": resource.id, "op": op.id, "name": op.name, "interval": op.element.get("interval", "")}
    if op.interval and op.name in _ONCE:
        variant = "ignored" if cluster.dialect is Dialect.P11 else "recurring"
        yield Hit(cluster.place(op.element, "interval"), values, variant, subject=resource.id, discriminator=op.id)
    elif op.name in _MONITORS and not op.interval and _never_watched(cluster, resource, op):
        yield Hit(cluster.place(op.element), values, "no-interval", subject=resource.id, discriminator=op.id)
    elif op.name and op.name not in _KNOWN.known:
        near = nearest(op.name, _KNOWN)
        if near:
            place = cluster.place(op.element, "name")
            yield Hit(place, {**values, "near": near}, "unknown", subject=resource.id, discriminator=op.id)


def _never_watched(cluster: Cluster, resource: Resource, op: Operation) -> bool:
    """True if this monitor is all there is; beside one that recurs, it sets the timeout of the probe."""
    if cluster.dialect.is_pacemaker and "interval" not in op.element.attrib:
        return False  # the schema refuses it (CIB005)
    if "interval" in op.element.attrib and op.interval is None:
        return False
    return not any(other.interval for other in resource.operations if other.name in _MONITORS)
