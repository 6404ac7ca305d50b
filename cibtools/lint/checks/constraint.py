"""Checks for constraints that are not there: storage without an order, domUs without a rule for the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cibtools.cluster.derived.colocation import ColocationGraph
from cibtools.cluster.derived.option import is_managed, stonith_enabled
from cibtools.cluster.derived.ordering import order_graph
from cibtools.cluster.derived.path import Need, unordered_needs
from cibtools.cluster.derived.placement import allowed_nodes, constraints_on
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Resource
from cibtools.cluster.vocabulary.agent import is_agent
from cibtools.lint.checks.words import listed
from cibtools.lint.record.finding import Hit, Note, Severity

_GUESTS = ("Xen", "VirtualDomain")
_REACHABLE = (*_GUESTS, "IPaddr", "IPaddr2")
"""Agents whose service is worth nothing on a node without a network."""


def storage_order(cluster: Cluster) -> Iterator[Hit]:
    """Report resources that do not wait for the resource that provides their files or devices (CIB606)."""
    groups: dict[object, list[Need]] = {}
    seen: set[tuple[str, str]] = set()
    for need in unordered_needs(cluster, order_graph(cluster)):
        pair = (need.use.consumer.id, need.provider.id)
        if pair in seen:
            continue
        seen.add(pair)
        guest = is_agent(need.use.consumer.agent, *_GUESTS)
        groups.setdefault((need.provider.id, need.use.sure) if guest else pair, []).append(need)
    for group in groups.values():
        yield _storage_hit(cluster, group)


def _storage_hit(cluster: Cluster, group: list[Need]) -> Hit:
    need = group[0]
    use, provider = need.use, _orderable(cluster, need.provider)
    names = [_orderable(cluster, found.use.consumer).id for found in group]
    values = {
        "consumer": names[0],
        "consumers": listed(names),
        "path": use.path,
        "what": use.what,
        "provider": provider.id,
        "agent": use.consumer.agent,
        "order": _order(cluster, _orderable(cluster, use.consumer), provider),
        "fate": "at cluster start it fails"
        + (", and with STONITH a failed stop after that costs a node" if stonith_enabled(cluster) else ""),
    }
    variant = "guess" if not use.sure else "service" if use.what == "service" else "several" if len(group) > 1 else ""
    built_on = is_agent(use.consumer.agent, "Filesystem", "LVM") and use.what == "device"
    return Hit(
        use.place,
        values,
        variant=variant,
        severity=Severity.ERROR if built_on and use.sure else None,
        notes=tuple(
            Note(found.use.place, f"{found.use.consumer.id} needs {found.use.path} as well") for found in group[1:]
        ),
        subject=use.consumer.id,
        discriminator=provider.id,
        mutual=True,
    )


def _orderable(cluster: Cluster, resource: Resource) -> Resource:
    """What an order has to name: the clone, for what is in one."""
    return cluster.clone_of(resource) or resource


def _order(cluster: Cluster, consumer: Resource, provider: Resource) -> str:
    """The order to add, in the cluster's dialect; behind a clone it only sorts starts."""
    identity = f'<rsc_order id="{consumer.id}-after-{provider.id}"'
    # Two clones of Pacemaker depend on each other node by node if interleaved; a domU never does.
    advisory = provider.is_clone and not (consumer.is_clone and cluster.dialect.is_pacemaker)
    score = "0" if advisory else "INFINITY"
    if cluster.dialect.is_pacemaker:
        return f'{identity} first="{provider.id}" then="{consumer.id}" score="{score}"/>'
    return f'{identity} from="{consumer.id}" to="{provider.id}" score="{score}"/>'


def connectivity_rule(cluster: Cluster) -> Iterator[Hit]:
    """Report guests and addresses that stay on a node without a network, although it is watched (CIB613)."""
    monitors = _ping_monitors(cluster)
    if not monitors:
        return
    attributes = tuple(monitors)
    graph = ColocationGraph(cluster)
    subjects = tuple(_exposed(cluster))
    covered = {
        found.id
        for found in subjects
        if _mentions(cluster, [found, *_strict_leaders(cluster, graph, found)], attributes)
    }
    missing = [found for found in subjects if found.id not in covered]
    peers = [found.id for found in subjects if found.id in covered]
    attribute = " or ".join(attributes)
    if not missing:
        return
    if not peers:
        yield Hit(
            cluster.place(next(iter(monitors.values())).element, "id"),
            {"attribute": attribute, "all": listed(found.id for found in missing)},
            variant="all",
            notes=tuple(Note(cluster.place(found.element, "id"), "does not react to it") for found in missing),
            subject=attribute,
        )
        return
    shown = listed(peers) if len(peers) <= 3 else f"{len(peers)} others"
    for found in missing:
        yield Hit(
            cluster.place(found.element, "id"),
            {"id": found.id, "attribute": attribute, "peers": shown, "have": "has" if len(peers) == 1 else "have"},
            variant="some",
            subject=found.id,
        )


def _ping_monitors(cluster: Cluster) -> dict[str, Resource]:
    """The clones of ping monitors, by the node attribute that each keeps, in the order of the attributes."""
    found: dict[str, Resource] = {}
    for primitive in cluster.primitives:
        clone = cluster.clone_of(primitive)
        if is_agent(primitive.agent, "pingd", "ping") and clone and is_managed(cluster, primitive):
            pair = primitive.parameter("name")
            found.setdefault(pair.value if pair else "pingd", clone)
    return dict(sorted(found.items()))


def _exposed(cluster: Cluster) -> Iterator[Resource]:
    """Guests and addresses, or the groups they are in, that have more than one node to choose from."""
    seen = set()
    for found in cluster.primitives:
        if not is_agent(found.agent, *_REACHABLE) or cluster.clone_of(found) or not is_managed(cluster, found):
            continue
        top = cluster.top(found)
        if top.id not in seen and (not cluster.knows_nodes or len(allowed_nodes(cluster, top)) > 1):
            seen.add(top.id)
            yield top


def _strict_leaders(cluster: Cluster, graph: ColocationGraph, resource: Resource) -> Iterator[Resource]:
    """Resources without which this one is not placed, its own members among them."""
    names = {leader for found in resource.walk() for leader in graph.leaders(found.id, mandatory=True)}
    yield from (found for found in (cluster.resource(name) for name in sorted(names)) if found)


def _mentions(cluster: Cluster, resources: Iterable[Resource], attributes: tuple[str, ...]) -> bool:
    """True if a location constraint of one of these asks for one of the attributes, or for we cannot see what."""
    for constraint in constraints_on(cluster, resources):
        for rule in constraint.rules:
            named = {rule.get("score_attribute"), rule.get("score-attribute")}
            named |= {found.get("attribute") for found in rule.iter("expression")}
            if rule.get("id-ref") or named & set(attributes):
                return True
    return False
