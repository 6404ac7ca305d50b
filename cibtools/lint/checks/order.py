"""Checks of orders: how strong they are, and whether they can be obeyed at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.derived.option import meta, meta_is
from cibtools.cluster.derived.ordering import Cycle, OrderGraph, order_graph
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.constraints import build_orders
from cibtools.cluster.model.objects import OrderConstraint, Resource, ResourceKind, Strength
from cibtools.cluster.vocabulary.agent import agent_facts, is_agent
from cibtools.lint.record.finding import Hit, Note, Severity
from cibtools.lint.record.fix import Change, Fix

_STATELESS = ("pingd", "ping", "ClusterMon", "MailTo", "SysInfo")
"""Agents whom a restart costs nothing."""
_DONE = {"start": "started", "stop": "stopped", "promote": "promoted", "demote": "demoted"}


def missing_score(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Report an order that leaves its strength to the release (CIB601)."""
    dialect = cluster.dialect_of(cluster.document_of(element))
    pair = ("first", "then") if dialect.is_pacemaker else ("from", "to")
    if not all(element.get(name) for name in pair):
        return
    strengths = ("score", "kind") if dialect is Dialect.P11 else ("score",)
    values = {"id": element.get("id", ""), "choice": _CHOICES[dialect]}
    unknown = _unknown_action(element) if dialect is Dialect.HB2 else None
    if unknown:
        name, word = unknown
        given = {**values, "attribute": name, "value": word}
        yield Hit(cluster.place(element, name), given, "unknown-action", subject=values["id"])
        return
    for name in strengths:
        if name in element.attrib and not element.get(name, "").strip():
            yield _empty(cluster, element, name, values, dialect)
            return
    if any(name in element.attrib for name in strengths):
        return
    ends = [found for found in (cluster.resource(element.get(name, "")) for name in pair) if found]
    order = build_orders(element, dialect, {found.id: found.is_clone for found in ends})[0]
    severe = dialect is Dialect.HB2 and any(
        cluster.clone_of(found) or _is_live_migrated(cluster, found) for found in ends
    )
    yield Hit(
        cluster.place(element),
        {**values, "effect": _effect(cluster, order, dialect)},
        severity=Severity.ERROR if severe else Severity.WARNING if dialect is Dialect.HB2 else Severity.INFO,
        subject=order.id,
        fix=_relaxed(element) if severe else _in_force(element, order, dialect),
    )


def _relaxed(element: etree._Element) -> Fix:
    """What the value in force would be, a mandatory order on a clone, is the next finding; this is what is meant."""
    return Fix('write score="0": only the order of starts and stops', (Change(element, "score", "0"),), safe=False)


def _in_force(element: etree._Element, order: OrderConstraint, dialect: Dialect) -> Fix:
    """Write down what the release takes anyway."""
    if dialect is Dialect.P11:
        name, value = "kind", "Mandatory"
    else:
        name, value = "score", "0" if order.strength is Strength.ADVISORY else "INFINITY"
    return Fix(
        f'write {name}="{value}", which {dialect.title} takes anyway', (Change(element, name, value),), safe=True
    )


_CHOICES = {
    Dialect.HB2: 'score="0" (start order only) or score="INFINITY"',
    Dialect.P10: 'score="0" (start order only) or score="INFINITY"',
    Dialect.P11: 'kind="Optional" (start order only) or kind="Mandatory"',
}


def _unknown_action(element: etree._Element) -> tuple[str, str] | None:
    """The attribute that names an action which heartbeat 2.1 does not have, and its word; None if both have one."""
    for name in ("action", "to_action"):
        word = element.get(name)
        if word and word.lower() not in _DONE:
            return name, word
    return None


def _empty(cluster: Cluster, element: etree._Element, name: str, values: Mapping[str, object], dialect: Dialect) -> Hit:
    """An attribute without a value; the old engine reads a number that begins with no digit as 0."""
    refused = f"the schema of {dialect.title} refuses the whole CIB"
    effect = refused if dialect.is_pacemaker else "heartbeat 2.1 reads it as 0, so it only sorts starts and stops"
    severity = Severity.ERROR if dialect.is_pacemaker else Severity.WARNING
    given = {**values, "attribute": name, "effect": effect}
    return Hit(cluster.place(element, name), given, "empty", severity=severity, subject=element.get("id", ""))


def _effect(cluster: Cluster, order: OrderConstraint, dialect: Dialect) -> str:
    """What the release makes of an order without a score, in words."""
    first = cluster.resource(order.first)
    if dialect is Dialect.P10 and order.strength is Strength.ADVISORY:
        return "Pacemaker 1.0 takes 0 behind a clone, later releases make it mandatory"
    taken = "Pacemaker makes it mandatory" if dialect is Dialect.P11 else f"{dialect.title} takes INFINITY"
    if order.then_action not in ("start", "promote"):
        return f"{taken}, which ties {order.then} to {order.first} at every event"
    if not order.symmetrical or order.first_action not in ("start", "promote"):
        return f"{taken}: {order.then} never starts before {order.first} has done its {order.first_action}"
    if order.first_action == "promote":
        return f"{taken}: {order.then} is restarted whenever {order.first} is promoted or demoted"
    if first is None or not cluster.clone_of(first):
        return f"{taken}: {order.then} is restarted whenever {order.first} stops"
    return f"{taken}: {_behind_clone(cluster, order, dialect)}"


def _behind_clone(cluster: Cluster, order: OrderConstraint, dialect: Dialect) -> str:
    """What a mandatory order behind a clone does; for Pacemaker only what crm_simulate 2.1.5 does."""
    then = cluster.resource(order.then)
    if not dialect.is_pacemaker:
        moved = ", also right after a live migration" if then and _is_live_migrated(cluster, then) else ""
        return f"{order.then} is restarted whenever {order.first} starts or stops on any node{moved}"
    if order.then in order_graph(cluster).restarting_clones:
        return f"{order.then} is restarted when an instance of {order.first} starts on another node, without interleave"
    if then and then.is_clone:
        return f"each instance of {order.then} follows the instance of {order.first} on its node"
    return f"{order.then} runs only while {order.first} runs, and stops when all of {order.first} is stopped"


def _is_live_migrated(cluster: Cluster, resource: Resource) -> bool:
    """True if something in the resource may move without a stop."""
    for found in resource.walk():
        if found.agent and not found.is_stonith and meta_is(cluster, found, "allow-migrate", False):
            facts = agent_facts(found.agent, cluster.dialect)
            if facts is None or facts.offers("migrate_to"):
                return True
    return False


def mandatory_on_clone(cluster: Cluster) -> Iterator[Hit]:
    """Report mandatory orders behind a clone (CIB602)."""
    graph = order_graph(cluster)
    for order in cluster.orders:
        first, then = cluster.resource(order.first), cluster.resource(order.then)
        if first is None or then is None or not first.is_clone or _is_stateless(then):
            continue
        if graph.is_own(order) or graph.is_dropped(order.then):
            continue
        # Waiting for a promotion is right: it happens on one node, and starts of other instances do not repeat it.
        if order.first_action != "start" or order.then_action not in ("start", "promote"):
            continue
        attribute = _strict_attribute(cluster, graph, order, then)
        if attribute is None:
            continue
        upgraded = attribute == "score" and order.strength is Strength.ADVISORY
        live = _is_live_migrated(cluster, then)
        yield Hit(
            cluster.place(order.element, attribute),
            {
                "id": order.id,
                "first": order.first,
                "then": order.then,
                "moved": ", also right after a live migration" if live else "",
            },
            variant="restart-type" if upgraded else "interleave" if cluster.dialect.is_pacemaker else "",
            severity=Severity.ERROR if live else None,
            subject=order.id,
        )


def _is_stateless(resource: Resource) -> bool:
    leaves = [found for found in resource.walk() if found.kind is ResourceKind.PRIMITIVE]
    return all(leaf.is_stonith or is_agent(leaf.agent, *_STATELESS) for leaf in leaves)


def _strict_attribute(cluster: Cluster, graph: OrderGraph, order: OrderConstraint, then: Resource) -> str | None:
    """The attribute that makes an order too strict, or None if it is not."""
    if cluster.dialect.is_pacemaker:
        # Without a clone pair below that is not interleaved, the dependency stays on one node, which is right.
        strict = order.strength is Strength.MANDATORY and not then.is_clone and order.first in graph.restarting_clones
        return ("kind" if "kind" in order.element.attrib else "score") if strict else None
    if order.strength is Strength.MANDATORY:
        return "score" if order.explicit else None
    restart = meta(cluster, then, "restart-type")
    return "score" if restart and restart.value.strip().lower() == "restart" else None


def cycles(cluster: Cluster) -> Iterator[Hit]:
    """Report resources that wait for each other or for themselves (CIB604)."""
    graph = order_graph(cluster)
    for order in graph.own:
        if order.first == order.then:
            # 2.1 and 1.0 start it all the same; crm_verify and crm_simulate 2.1.5 end with a failed assertion.
            harmless = f"{cluster.dialect.title} ignores the order, but the"
            whose = "the" if cluster.dialect is Dialect.P11 else harmless
            text, effect = "itself", f"{whose} scheduler of Pacemaker 2.1 crashes on it"
        else:
            text = f"{order.first}, and one is part of the other"
            effect = "it is ignored, or neither ever starts, depending on the release"
        place = cluster.place(order.element, _then_attribute(cluster, order))
        yield Hit(
            place,
            {"id": order.id, "then": order.then, "whom": text, "effect": effect},
            variant="self",
            subject=order.id,
            # A name inside a clone, at either end, is CIB105's finding.
            topics=frozenset((id(place.document), order.element, name, None) for name in order.element.attrib),
        )
    for cycle in graph.cycles:
        yield _cycle_hit(cluster, cycle)


def _then_attribute(cluster: Cluster, order: OrderConstraint) -> str:
    return "then" if cluster.dialect.is_pacemaker else "from" if order.element.get("from") == order.then else "to"


def _cycle_hit(cluster: Cluster, cycle: Cycle) -> Hit:
    way = [edge.order for edge in cycle.edges if edge.order]
    first, *others = sorted({id(order): order for order in way}.values(), key=cluster.orders.index)
    group = _common_group(cluster, first) if not others else None
    mandatory = group or any(order.strength is Strength.MANDATORY for order in way)
    names = cycle.resources
    return Hit(
        cluster.place(first.element),
        {
            "id": first.id,
            "first": first.first,
            "then": first.then,
            "group": group.id if group else "",
            "way": " → ".join((*names, names[0])),
            "ids": ", ".join(order.id for order in (first, *others)),
            "done": _DONE.get(cycle.action, "handled"),
        },
        variant="group" if group else "cycle",
        notes=tuple(
            Note(cluster.place(order.element), f"{order.then} waits for {order.first} here") for order in others
        ),
        severity=Severity.ERROR if mandatory else Severity.WARNING,
        subject=first.id,
        mutual=True,
        discriminator=", ".join(sorted(order.id for order in cycle.orders)),
    )


def _common_group(cluster: Cluster, order: OrderConstraint) -> Resource | None:
    """The group that both ends of an order are members of."""
    first, then = cluster.resource(order.first), cluster.resource(order.then)
    if first is None or then is None:
        return None
    parent = cluster.parent(first)
    return parent if parent is not None and parent is cluster.parent(then) else None
