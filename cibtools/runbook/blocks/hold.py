"""Keep a cluster from touching its resources, and let it act again."""

from __future__ import annotations

from cibtools.cluster.derived.option import cluster_option, own_meta
from cibtools.cluster.model.objects import Resource
from cibtools.runbook.blocks.whole_cluster import Exchange
from cibtools.runbook.console.console import Console
from cibtools.runbook.facts.meta_place import meta_place
from cibtools.runbook.plan.enums import Tools
from cibtools.runbook.plan.step import Command

_DEFAULT = "is-managed-default"


def own_managed(exchange: Exchange) -> tuple[tuple[Resource, str], ...]:
    """Resources with a value of `is_managed` of their own, which the default does not reach, and that value."""
    cluster = exchange.draft.survey.cluster
    found = ((resource, own_meta(cluster, resource, "is-managed")) for resource in cluster.all_resources)
    return tuple((resource, setting.value) for resource, setting in found if setting)


def hold_old(exchange: Exchange, console: Console) -> tuple[Command, ...]:
    """Let go of every resource, in a release that has no maintenance mode."""
    cluster = exchange.draft.survey.cluster
    lines = [console.set_option(_DEFAULT, "false")]
    for resource, _ in own_managed(exchange):
        place = meta_place(cluster, resource, "is-managed")
        lines.append(console.set_meta(resource.id, "is-managed", "false", place))
    return tuple(lines)


def hold(exchange: Exchange, console: Console) -> tuple[Command, ...]:
    """Keep the new cluster from touching anything."""
    if exchange.new_tools is Tools.P10:
        return (console.set_option("maintenance-mode", "true"),)
    return hold_old(exchange, console)


def manage(exchange: Exchange, console: Console) -> tuple[Command, ...]:
    """Give every resource back the value it had before `hold_old`."""
    cluster = exchange.draft.survey.cluster
    lines = []
    for resource, value in own_managed(exchange):
        place = meta_place(cluster, resource, "is-managed")
        lines.append(console.set_meta(resource.id, "is-managed", value, place))
    before = cluster_option(cluster, _DEFAULT)
    lines.append(console.set_option(_DEFAULT, before.value) if before else console.delete_option(_DEFAULT))
    return tuple(lines)


def release(exchange: Exchange, console: Console) -> tuple[Command, ...]:
    """Let the new cluster act."""
    if exchange.new_tools is Tools.P10:
        return (console.delete_option("maintenance-mode"),)
    return manage(exchange, console)


def simulate_release(exchange: Exchange, console: Console) -> tuple[Command, ...]:
    """Show what the cluster will do once it may, on a copy: while it is held it would show nothing."""
    copy = "cib.released.xml"
    lines = "\n".join(f"CIB_file={copy} {command.text}" for command in release(exchange, console))
    return (console.save_cib(copy), console.shell(lines), console.simulate_file(copy))
