"""Checks of operations: who is watched, how long an operation may take, and how one is switched off."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.derived.option import cluster_option, effective, is_managed, meta_is, stonith_enabled
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Operation, Resource, ResourceKind
from cibtools.cluster.value import parse_boolean, parse_time, show_time
from cibtools.cluster.vocabulary.agent import AgentFacts, agent_facts, is_agent
from cibtools.lint.record.finding import Hit, Severity

_DEFAULT_TIMEOUT = 20_000
"""Milliseconds that every release allows where nothing is configured."""


def not_monitored(cluster: Cluster) -> Iterator[Hit]:
    """Report primitives without any monitor operation (CIB501)."""
    for resource in cluster.primitives:
        agent = resource.agent
        if agent is None or not agent.standard or not agent.type or resource.is_stonith or is_agent(agent, "EvmsSCC"):
            continue
        names = ("monitor", "status") if agent.standard in ("heartbeat", "lsb") else ("monitor",)
        # A monitor that is disabled or has no interval is another mistake with a rule of its own.
        if any(op.name in names for op in resource.operations) or _is_unresolved(resource):
            continue
        if is_managed(cluster, resource):
            values = {"id": resource.id, "agent": agent, "advice": _advice(cluster, resource)}
            yield Hit(cluster.place(resource.element, "id"), values, subject=resource.id)


def _is_unresolved(resource: Resource) -> bool:
    """True if operations are borrowed from something that is not in the backup."""
    borrowed = resource.element.find("operations[@id-ref]") is not None or "template" in resource.element.attrib
    return borrowed and not resource.operations


def _advice(cluster: Cluster, resource: Resource) -> str:
    facts = agent_facts(resource.agent, cluster.dialect) if resource.agent else None
    timeout = facts.timeout("monitor") if facts else None
    if facts is None or timeout is None:
        return ""
    return f'; its agent advises interval="{facts.interval}s" timeout="{timeout}s"'


def short_timeouts(cluster: Cluster) -> Iterator[Hit]:
    """Report primitives whose operations may take less time than their agent advises (CIB503)."""
    for resource in cluster.primitives:
        facts = agent_facts(resource.agent, cluster.dialect) if resource.agent else None
        if facts is None or not is_managed(cluster, resource):
            continue
        short = tuple(_short(cluster, resource, facts))
        if not short:
            continue
        names = [name for name, _, _ in short]
        at = next((op for _, op, _ in short if op and op.timeout is not None), None)
        place = cluster.place(at.element, "timeout") if at else cluster.place(resource.element, "id")
        yield Hit(
            place,
            {
                "id": resource.id,
                "agent": resource.agent,
                "list": ", ".join(text for _, _, text in short),
                "consequence": _consequence(cluster, names),
            },
            severity=Severity.INFO if set(names) == {"monitor"} else None,
            subject=resource.id,
            about=cluster.place(resource.element),
        )


def _consequence(cluster: Cluster, names: list[str]) -> str:
    if "stop" in names:
        match stonith_enabled(cluster):
            case True:
                effect = "fences the node"
            case False:
                effect = "blocks the resource"
            case None:
                effect = "fences the node or blocks the resource"
        return f"a stop that runs out of time {effect}"
    return f"a {names[0]} that runs out of time counts as failed"


def _short(cluster: Cluster, resource: Resource, facts: AgentFacts) -> Iterator[tuple[str, Operation | None, str]]:
    """Operations that will run with less than the advised timeout, each with words for it."""
    for name, op in _will_run(cluster, resource):
        advised = facts.timeout(name)
        allowed, origin = _timeout(cluster, op)
        # A timeout of 0 is none at all: the operation may take as long as it likes.
        if advised is not None and allowed is not None and 0 < allowed < advised * 1000:
            yield name, op, f"{name} {show_time(allowed)}{origin} < {show_time(advised * 1000)}"


def _will_run(cluster: Cluster, resource: Resource) -> Iterator[tuple[str, Operation | None]]:
    """The operations that the cluster will run, with their configuration if they have one."""
    clone = cluster.clone_of(resource)
    names = ["start", "stop"]
    if clone and meta_is(cluster, clone, "notify", False):
        names.append("notify")
    if clone and clone.kind is ResourceKind.MASTER:
        names += ["promote", "demote"]
    if meta_is(cluster, resource, "allow-migrate", False):
        names += ["migrate_to", "migrate_from"]
    configured = [op for op in resource.operations if op.enabled]
    for name in names:
        yield name, next((op for op in configured if op.name == name), None)
    monitors = [op for op in configured if op.name == "monitor" and op.interval]
    yield from (("monitor", op) for op in monitors)


def _timeout(cluster: Cluster, op: Operation | None) -> tuple[int | None, str]:
    """The timeout in force in milliseconds and where it comes from; None for a value that is no time."""
    if op is not None:
        own = op.element.get("timeout")
        if own is None:
            # heartbeat 2.1 reads instance attributes of an op as its options, Pacemaker meta attributes.
            pair = op.element.find(".//nvpair[@name='timeout']")
            own = pair.get("value") if pair is not None else None
        if own is not None:
            return parse_time(own), ""
    if cluster.dialect.is_pacemaker:
        default = effective(cluster.operation_default_sets, ("timeout",), cluster.dialect)
        if default:
            return (None if default.conditional else parse_time(default.value)), " (op_defaults)"
    setting = cluster_option(cluster, "default-action-timeout") if cluster.dialect is not Dialect.P11 else None
    if setting:
        return (None if setting.conditional else parse_time(setting.value)), " (default-action-timeout)"
    return _DEFAULT_TIMEOUT, " (default)"


def foreign_switch(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Report an operation that is switched with the attribute of the other dialect (CIB504)."""
    dialect = cluster.dialect_of(cluster.document_of(element))
    read, foreign = ("enabled", "disabled") if dialect.is_pacemaker else ("disabled", "enabled")
    meant = parse_boolean(element.get(foreign))
    if meant is None:
        return
    written = parse_boolean(element.get(read))
    runs = written is not False if dialect.is_pacemaker else written is not True
    wanted = meant if foreign == "enabled" else not meant
    if written is not None and runs == wanted:
        return
    resource = cluster.resource_at(element)
    yield Hit(
        cluster.place(element, foreign),
        {
            "id": resource.id if resource else "",
            "op": element.get("id", ""),
            "name": element.get("name", "operation"),
            "foreign": foreign,
            "value": element.get(foreign, ""),
            "release": dialect.title,
            "read": read,
            "goes": "goes on" if runs else "stays off",
            "right": f'{read}="{"false" if meant else "true"}"',
        },
        variant="" if runs != wanted else "idle",
        subject=element.get("id", ""),
    )
