"""Checks of single fencing devices: the host list and the parameters, as the very plugin reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.derived.device import Device
from cibtools.cluster.derived.fencing import fencing_coverage
from cibtools.cluster.derived.option import parameters
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Nvpair
from cibtools.cluster.value import parse_boolean
from cibtools.cluster.vocabulary.plugin import Quality, Reader, intended_hosts
from cibtools.cluster.vocabulary.spelling import nearest
from cibtools.lint.record.finding import Hit, Severity


def host_list(cluster: Cluster) -> Iterator[Hit]:
    """Report host lists that cannot mean what they look like (CIB406)."""
    for device in fencing_coverage(cluster).devices:
        hosts = device.hosts
        if device.plugin.quality is Quality.CUSTOM or hosts.reader in (Reader.DYNAMIC, Reader.ITSELF, Reader.EVERYONE):
            continue
        if hosts.pair is None:
            continue  # a required list that is absent is CIB407's finding
        found = _list_problem(cluster, device, hosts.pair)
        if found:
            variant, name, meant, severity = found
            yield Hit(
                cluster.place(hosts.pair.element, "value"),
                {
                    "id": device.resource.id,
                    "type": device.plugin.type,
                    "param": hosts.pair.name,
                    "value": hosts.pair.value,
                    "name": name,
                    "meant": meant,
                    "separators": device.plugin.separators,
                    "read": ", ".join(f'"{one}"' for one in hosts.names),
                    "number": len(hosts.names),
                },
                variant=variant,
                severity=severity,
                subject=device.resource.id,
            )


def _list_problem(cluster: Cluster, device: Device, pair: Nvpair) -> tuple[str, str, str, Severity | None] | None:
    """Variant, offending name, what was meant, and the severity where it depends."""
    names = device.hosts.names
    if pair.name == "pcmk_host_check" or not names:
        return "empty", "", "", None
    exact = cluster.dialect is not Dialect.P11
    nodes = cluster.node_names if exact else {name.lower() for name in cluster.node_names}
    strange = [name for name in names if (name if exact else name.lower()) not in nodes] if nodes else list(names)
    for name in strange:
        parts = intended_hosts(name)
        if len(parts) > 1 or (parts and parts[0] != name):
            known = [part for part in parts if part in nodes]
            if known or not nodes:
                return "separator", name, " ".join(parts), None
    if device.plugin.one_host and len(names) > 1:
        # The script for ipmi in 2.1 is made to take several names, wise or not.
        lenient = device.plugin.reader is Reader.COMMAS
        return "several-hosts", names[0], "", Severity.INFO if lenient else None
    if not nodes or not strange:
        return None
    for name in strange:
        variant, meant = _resembles(name, cluster.node_names)
        if variant:
            return variant, name, meant, None
    # A retired node in a list that still names others does no harm until somebody counts on it.
    return "unknown-host", strange[0], "", Severity.WARNING if len(strange) < len(names) else None


def _resembles(name: str, nodes: frozenset[str]) -> tuple[str, str]:
    """How a name misses that of a node, and the node's name."""
    for node in sorted(nodes):
        if name.lower() == node.lower():
            return "case", node
    for node in sorted(nodes):
        if name.lower().partition(".")[0] == node.lower().partition(".")[0] and ("." in name) != ("." in node):
            return "fqdn", node
    return "", ""


_ANYWHERE = re.compile(r"pcmk_|priority$|stonith-timeout$|delay$|\$id$|crm_feature_set$|CRM_meta_")
# What heartbeat 2.1 reads as options of the resource, though they stand among the parameters.
_OPTIONS = frozenset(
    {
        "target_role", "is_managed", "resource_stickiness", "resource_failure_stickiness", "priority",
        "multiple_active", "restart_type", "start_prereq", "allow_migrate", "notify", "globally_unique", "clone_max",
        "clone_node_max", "ordered", "interleave",
    }
)  # fmt: skip
# type and parameter: a pattern of what the plugin knows, and what it takes instead
_VALUES = {
    ("external/riloe", "ilo_protocol"): (r"1\.2|2\.\d+", "1.2 or 2.0"),
    ("external/riloe", "ilo_powerdown_method"): (r"power|button", "power or button"),
    ("external/ipmi", "interface"): (r"lan|lanplus|open", "lan, lanplus or open"),
    ("external/ipmi", "passwd_method"): (r"param|env|file", "param, env or file"),
}
_RILOE_OPTIONS = ("ilo_can_reset", "ilo_protocol", "ilo_powerdown_method")


def plugin_parameters(cluster: Cluster) -> Iterator[Hit]:
    """Report parameters that a plugin lacks, does not know or misreads (CIB407)."""
    for device in fencing_coverage(cluster).devices:
        # What a fake lacks does not matter: CIB404 says that it is to go.
        if device.plugin.quality in (Quality.CUSTOM, Quality.FAKE):
            continue
        yield from _missing(cluster, device)
        for pair in parameters(device.resource):
            yield from _unknown(cluster, device, pair)
            yield from _misread(cluster, device, pair)


def _missing(cluster: Cluster, device: Device) -> Iterator[Hit]:
    resource, plugin = device.resource, device.plugin
    if any(nvset.conditional for nvset in resource.instance_sets):
        return
    has = {pair.name for pair in parameters(resource)}
    told = cluster.dialect.is_pacemaker and has & {"pcmk_host_list", "pcmk_host_map"}
    lacks = [name for name in plugin.required if name not in has and not (told and name == plugin.parameter)]
    place = cluster.place(resource.element, "id")
    if lacks:
        yield Hit(
            place,
            {"id": resource.id, "type": plugin.type, "params": ", ".join(lacks), "are": _are(lacks)},
            variant="missing",
            subject=resource.id,
            discriminator="missing",
        )
    elif plugin.type == "external/riloe":
        unset = [name for name in _RILOE_OPTIONS if name not in has]
        if unset:
            yield Hit(
                place,
                {"id": resource.id, "type": plugin.type, "params": ", ".join(unset), "are": _are(unset)},
                variant="optional",
                subject=resource.id,
                discriminator="optional",
            )


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _unknown(cluster: Cluster, device: Device, pair: Nvpair) -> Iterator[Hit]:
    plugin = device.plugin
    known = (*plugin.required, *plugin.optional)
    if not plugin.closed or pair.name in known or _ANYWHERE.match(pair.name) or pair.name in _OPTIONS:
        return
    if pair.name.replace("-", "_") in _OPTIONS:
        return  # an option among the parameters is another rule's finding
    near = nearest(pair.name, known)
    yield Hit(
        cluster.place(pair.element, "name"),
        {
            "id": device.resource.id,
            "type": plugin.type,
            "param": pair.name,
            "hint": f"Did you mean {near}?" if near else f"It knows {', '.join(known)}.",
        },
        variant="unknown",
        subject=device.resource.id,
        discriminator=pair.name,
    )


def _misread(cluster: Cluster, device: Device, pair: Nvpair) -> Iterator[Hit]:
    values = {"id": device.resource.id, "type": device.plugin.type, "param": pair.name, "value": pair.value}
    where = cluster.place(pair.element, "value")
    if (device.plugin.type, pair.name) == ("external/riloe", "ilo_can_reset"):
        # Whatever is not 0 counts as "can reset": reset_ok != '0' in the script, any text in that of 2.1.
        if parse_boolean(pair.value) is False and pair.value.strip() != "0":
            yield Hit(where, values, variant="can-reset", subject=device.resource.id, discriminator=pair.name)
        return
    pattern, takes = _VALUES.get((device.plugin.type, pair.name), ("", ""))
    if pattern and not re.fullmatch(pattern, pair.value.strip()):
        yield Hit(
            where, {**values, "takes": takes}, variant="value", subject=device.resource.id, discriminator=pair.name
        )
