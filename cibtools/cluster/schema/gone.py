"""Names of nvpairs that schemas of Pacemaker refuse because the release no longer reads them.

Source: the exceptions in the RelaxNG schemas 3.0 to 4.0 of Pacemaker 3.0.3.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.schema.choice import either
from cibtools.cluster.schema.violation import Violation

Version = tuple[int, int]
_OLD_OPTIONS = """
cluster_recheck_interval dc_deadtime default-action-timeout default_action_timeout default-migration-threshold
default_migration_threshold default-resource-failure-stickiness default_resource_failure_stickiness
default-resource-stickiness default_resource_stickiness election_timeout expected-quorum-votes is-managed-default
is_managed_default no_quorum_policy notification-agent notification-recipient remove_after_stop shutdown_escalation
startup_fencing stonith_action stonith_enabled stop_orphan_actions stop_orphan_resources symmetric_cluster
transition_idle_timeout
"""
_NEWER_OPTIONS = "crmd-finalization-timeout crmd-integration-timeout crmd-transition-delay remove-after-stop"
_GONE_OPTIONS = {(3, 0): frozenset(_OLD_OPTIONS.split()), (4, 0): frozenset(_NEWER_OPTIONS.split())}
"""Cluster options that a schema refuses by name, by the version that began to, up to the next row."""
_ISOLATION = frozenset({"isolation", "isolation-host", "isolation-instance", "isolation-wrapper"})
_PCMK = frozenset(
    f"pcmk_{name}" for name in ("arg_map", "list_cmd", "monitor_cmd", "off_cmd", "on_cmd", "reboot_cmd", "status_cmd")
)
_OF_OP = frozenset({"interval-origin", "start-delay", "enabled", "on-fail", "record-pending", "role", "timeout"})
_PRIMITIVE: dict[tuple[Version, Version], frozenset[str]] = {
    ((3, 0), (4, 0)): _ISOLATION,
    ((4, 0), (9, 0)): frozenset({"restart-type"}),
}
_OPERATION: dict[tuple[Version, Version], frozenset[str]] = {
    ((3, 0), (4, 0)): frozenset({"requires"}),
    ((4, 0), (9, 0)): frozenset({"can_fail", "role_after_failure"}),
}
_ANY = {((4, 0), (9, 0)): frozenset({"restart-type"})}
_GONE_NAMES: dict[tuple[str, str], dict[tuple[Version, Version], frozenset[str]]] = {
    ("meta_attributes", "primitive"): _PRIMITIVE,
    ("meta_attributes", "template"): _PRIMITIVE,
    **{("meta_attributes", tag): _ANY for tag in ("group", "clone", "bundle", "rsc_defaults")},
    ("meta_attributes", "op"): _OPERATION,
    ("meta_attributes", "op_defaults"): {((4, 0), (9, 0)): _OPERATION[(4, 0), (9, 0)]},
    ("instance_attributes", "primitive"): {((3, 0), (3, 1)): _PCMK},
    ("instance_attributes", "template"): {((3, 0), (3, 1)): _PCMK},
    ("instance_attributes", "op"): {((3, 0), (3, 1)): _OF_OP | {"requires"}},
}
"""Names of nvpairs that a schema refuses, by set and owner, since and until a version."""
_GONE_STACKS = frozenset({"heartbeat", "openais", "classic openais", "classic openais (with plugin)", "cman"})


def refused(pair: etree._Element, name: str, nvset: etree._Element, version: Version) -> Iterator[Violation]:
    """Yield that the schema of a version refuses the name of an nvpair where it stands."""
    if nvset.tag == "cluster_property_set":
        yield from _cluster_option(pair, name, version)
    elif name in _gone_names(nvset, version):
        yield _refused(pair, name, version)


def _gone_names(nvset: etree._Element, version: Version) -> frozenset[str]:
    """The names that a schema refuses in a set of a resource or an operation."""
    owner = nvset.getparent()
    above = "" if owner is None else str(owner.tag)
    rows = _GONE_NAMES.get((str(nvset.tag), above), {})
    return frozenset().union(*(names for (since, end), names in rows.items() if since <= version < end))


def _cluster_option(element: etree._Element, name: str, version: Version) -> Iterator[Violation]:
    rows = [row for since, row in _GONE_OPTIONS.items() if version >= since]
    value = element.get("value", "")
    old_stack = (3, 0) <= version < (4, 0) and name == "cluster-infrastructure" and value in _GONE_STACKS
    poweroff = version >= (4, 0) and name == "stonith-action" and value == "poweroff"
    if (rows and name in rows[-1]) or old_stack or poweroff:
        yield _refused(element, f"{name}={value}" if old_stack or poweroff else name, version)


def _refused(element: etree._Element, what: str, version: Version) -> Violation:
    return either(
        element, f"{what} is gone since schema {version[0]}.{version[1]}", "", "Remove it, or write what replaces it."
    )
