"""Checks of resources as a whole: what makes them move, how many copies run, what two of them must not share."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.record.fact import Truth
from cibtools.cluster.derived.fencing import fencing_coverage
from cibtools.cluster.derived.option import Setting, cluster_option, is_managed, meta, whole_number
from cibtools.cluster.derived.placement import ban, is_opt_in
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Resource
from cibtools.cluster.value import INFINITY, parse_boolean, parse_score, show_score
from cibtools.cluster.vocabulary.agent import is_agent
from cibtools.lint.record.finding import Hit, Note, Severity

_FAR = 20
"""So many failures in a row before a resource moves are as good as never."""
_ON_EVERY_NODE = ("pingd", "ping", "Filesystem", "EvmsSCC", "Evmsd", "o2cb", "dlm", "controld", "clvmd", "clvm", "LVM")
_DRBD = ("drbd",)


Pair = tuple[Setting | None, Setting | None]
"""Failure stickiness and stickiness."""


def failure_stickiness(cluster: Cluster) -> Iterator[Hit]:
    """Report failure stickiness that can never, or hardly ever, outweigh stickiness (CIB301)."""
    default = (
        cluster_option(cluster, "default-resource-failure-stickiness"),
        cluster_option(cluster, "default-resource-stickiness"),
    )
    pairs: dict[tuple[object, object], Pair] = {} if cluster.primitives else {_key(default): default}
    for resource in cluster.primitives:
        if is_managed(cluster, resource):
            pair = (
                meta(cluster, resource, "resource-failure-stickiness"),
                meta(cluster, resource, "resource-stickiness"),
            )
            pairs.setdefault(_key(pair), pair)
    for pair in pairs.values():
        yield from _judge(cluster, pair)


def _key(pair: Pair) -> tuple[object, object]:
    return (pair[0].element if pair[0] else None, pair[1].element if pair[1] else None)


def _judge(cluster: Cluster, pair: Pair) -> Iterator[Hit]:
    failure, stickiness = pair
    if failure is None or failure.conditional or (stickiness and stickiness.conditional):
        return
    penalty, bonus = parse_score(failure.value), parse_score(stickiness.value) if stickiness else 0
    if penalty is None or bonus is None or penalty in (0, -INFINITY):
        return
    count = bonus // -penalty + 1 if penalty < 0 else 0
    if penalty > 0:
        variant = "positive"
    elif bonus >= INFINITY:
        variant = "never"
    elif bonus > 0 and count > _FAR:
        variant = "far"
    else:
        return
    holder = cluster.resource_at(failure.element)
    at, other = failure, stickiness
    if stickiness and variant != "positive" and holder is None and cluster.resource_at(stickiness.element):
        # The default is overridden by half: the resource's own half is what was set last.
        at, other, holder = stickiness, failure, cluster.resource_at(stickiness.element)
    yield Hit(
        cluster.place(at.element, at.attribute),
        {
            "option": failure.name,
            "failure": failure.value,
            "stickiness": show_score(bonus),
            "failures": count,
            "whom": holder.id if holder else "resource",
        },
        variant=variant,
        subject=holder.id if holder else "",
        notes=(Note(cluster.place(other.element, other.attribute), "the two are added up"),)
        if other and variant != "positive"
        else (),
    )


def clone_max(cluster: Cluster) -> Iterator[Hit]:
    """Report clones with another number of instances than there are nodes for them (CIB509)."""
    for clone in cluster.all_resources:
        setting = meta(cluster, clone, "clone-max") if clone.is_clone else None
        wanted = whole_number(setting)
        if setting is None or wanted is None or wanted < 1:
            continue
        agents = [found for found in clone.walk() if found.agent]
        # A drbd device has the peers that drbd.conf names; that other nodes have none is no mistake.
        if any(is_agent(found.agent, *_DRBD) for found in agents):
            continue
        yield from _compare(cluster, clone, agents, setting, wanted)


def _compare(cluster: Cluster, clone: Resource, agents: list[Resource], setting: Setting, wanted: int) -> Iterator[Hit]:
    sure, possible = _candidates(cluster, clone)
    per_node = meta(cluster, clone, "clone-node-max")
    each = (whole_number(per_node) or 1) if per_node else 1
    names = ", ".join(dict.fromkeys(str(found.agent) for found in agents)) or clone.id
    values = {
        "id": clone.id,
        "max": wanted,
        "nodes": ", ".join(sure),
        "able": len(sure),
        "agent": names,
        "left": len(sure) - wanted,
        "room": len(possible) * each,
        "s": "" if len(sure) - wanted == 1 else "s",
    }
    place = cluster.place(setting.element, setting.attribute)
    if wanted < len(sure):
        everywhere = any(is_agent(found.agent, *_ON_EVERY_NODE) for found in agents)
        everywhere = everywhere or _may_lose_cover(cluster, agents, wanted)
        yield Hit(place, values, variant="few", severity=None if everywhere else Severity.INFO, subject=clone.id)
    elif 0 < len(possible) * each < wanted:
        yield Hit(place, values, variant="many", subject=clone.id)


def _may_lose_cover(cluster: Cluster, agents: list[Resource], instances: int) -> bool:
    """True if a single instance may sit on the node it is to fence, and nothing else can fence that node."""
    if instances > 1 or not any(found.is_stonith for found in agents):
        return False
    return any(all(one.resource in agents for one in node.by) for node in fencing_coverage(cluster).nodes)


def _candidates(cluster: Cluster, clone: Resource) -> tuple[list[str], list[str]]:
    """Nodes on which the clone may run for certain, and those on which it may run perhaps."""
    if not cluster.has("constraints"):
        every = [node.uname for node in cluster.all_nodes]
        return ([] if is_opt_in(cluster) else every), every
    verdicts = [(node.uname, ban(cluster, clone, node).verdict) for node in cluster.all_nodes]
    return (
        [name for name, verdict in verdicts if verdict is Truth.NO],
        [name for name, verdict in verdicts if verdict is not Truth.YES],
    )


def notify_required(cluster: Cluster) -> Iterator[Hit]:
    """Report clones without notifications around an agent that cannot start without them (CIB513)."""
    for resource in cluster.primitives:
        clone = cluster.clone_of(resource)
        if clone is None or not _lives_on_notifications(cluster, resource):
            continue
        setting = meta(cluster, clone, "notify")
        if setting and (setting.conditional or parse_boolean(setting.value)):
            continue
        place = cluster.place(setting.element, setting.attribute) if setting else cluster.place(clone.element, "id")
        yield Hit(
            place,
            {"id": clone.id, "agent": resource.agent},
            variant="drbd" if is_agent(resource.agent, *_DRBD) else "",
            subject=clone.id,
        )


def _lives_on_notifications(cluster: Cluster, resource: Resource) -> bool:
    if is_agent(resource.agent, "EvmsSCC", *_DRBD):
        return True
    if cluster.dialect is not Dialect.HB2:
        return False
    fstype = resource.parameter("fstype") if is_agent(resource.agent, "Filesystem") else None
    return is_agent(resource.agent, "o2cb") or (fstype is not None and fstype.value == "ocfs2")
