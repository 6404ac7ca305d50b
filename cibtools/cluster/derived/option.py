"""Options in force: where the engine looks for an option, in which order, and what it takes if there is none.

The order differs between the dialects, and heartbeat 2.1 looks in four places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

from lxml import etree
from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Nvpair, NvSet, Resource
from cibtools.cluster.value import parse_boolean, parse_count

_UNSET = frozenset({"#default", "default"})
_GLOBAL_DEFAULTS = {
    "resource-stickiness": "default-resource-stickiness",
    "resource-failure-stickiness": "default-resource-failure-stickiness",
    "is-managed": "is-managed-default",
}
_UNDERSCORE_ONLY = frozenset({"dc-deadtime", "cluster-recheck-interval", "election-timeout", "shutdown-escalation"})
RENAMED = {
    "stonith-action": "fencing-action",
    "stonith-enabled": "fencing-enabled",
    "stonith-max-attempts": "fencing-max-attempts",
    "stonith-timeout": "fencing-timeout",
    "stonith-watchdog-timeout": "fencing-watchdog-timeout",
    "fence-reaction": "fencing-reaction",
}
"""Options that Pacemaker 3.0.2 reads under a new name first. Source: cluster_options of its lib/common/options.c."""
BOOTSTRAP = "cib-bootstrap-options"
"""The id of the property set that comes before all others."""


class Setting(Struct, frozen=True):
    """The value of an option and the attribute it stands in."""

    value: str
    element: etree._Element
    """An nvpair, or a resource that carries the option as an XML attribute."""
    attribute: str
    """`value`, or the option's name."""
    conditional: bool = False
    """True if a rule decides whether this value holds."""

    @property
    def name(self) -> str:
        """The option's name as the file spells it."""
        return self.element.get("name", "") if self.attribute == "value" else self.attribute


_KNOWN: WeakKeyDictionary[Cluster, dict[str, Setting | None]] = WeakKeyDictionary()
"""The cluster options of a cluster that were asked for before."""


def ordered_sets(sets: Sequence[NvSet], dialect: Dialect) -> list[NvSet]:
    """Sets by precedence: the bootstrap set, then by score; equal scores in the order of the release."""
    found = list(sets)
    if len(found) < 2:
        return found
    if dialect is not Dialect.P10:
        found.reverse()
    return sorted(found, key=lambda nvset: (nvset.id != BOOTSTRAP, -nvset.score))


def effective(sets: Sequence[NvSet], names: tuple[str, ...], dialect: Dialect) -> Setting | None:
    """The value in force of the first of these names that any set has; within one set the first pair wins."""
    for nvset in ordered_sets(sets, dialect) if sets else ():
        for pair in nvset.pairs:
            if pair.name in names and pair.value.strip().lower() not in _UNSET:
                return Setting(pair.value, pair.element, "value", nvset.conditional)
    return None


def spellings(option: str, dialect: Dialect) -> tuple[str, ...]:
    """The names under which a release reads a cluster option, given in dashes."""
    old = option.replace("-", "_")
    if dialect is Dialect.P11:
        return (option,)
    if dialect is Dialect.HB2 and option in _UNDERSCORE_ONLY:
        return (old,)
    return (option, old) if old != option else (option,)


def cluster_option(cluster: Cluster, option: str) -> Setting | None:
    """A cluster option by its name in dashes."""
    # Asked for each resource as a default: there may be thousands.
    known = _KNOWN.setdefault(cluster, {})
    if option not in known:
        known[option] = _found(cluster, option)
    return known[option]


def _found(cluster: Cluster, option: str) -> Setting | None:
    renamed = RENAMED.get(option) if cluster.dialect is Dialect.P11 else None
    newer = effective(cluster.property_sets, (renamed,), cluster.dialect) if renamed else None
    return newer or effective(cluster.property_sets, spellings(option, cluster.dialect), cluster.dialect)


def meta(cluster: Cluster, resource: Resource, option: str) -> Setting | None:
    """A resource's meta option by its name in dashes, the parents' and the cluster's defaults included."""
    for holder in (resource, *cluster.ancestors(resource)):
        found = own_meta(cluster, holder, option)
        if found:
            return found
    if cluster.dialect.is_pacemaker:
        found = effective(cluster.resource_default_sets, (option,), cluster.dialect)
        if found or cluster.dialect is Dialect.P11:
            return found
    default = _GLOBAL_DEFAULTS.get(option)
    return cluster_option(cluster, default) if default else None


def own_meta(cluster: Cluster, resource: Resource, option: str) -> Setting | None:
    """A meta option set on the resource itself, wherever its dialect looks for it."""
    if cluster.dialect.is_pacemaker:
        return effective(resource.meta_sets, (option,), cluster.dialect)
    name = option.replace("-", "_")
    value = resource.element.get(name)
    if value is not None and value.strip().lower() not in _UNSET:
        return Setting(value, resource.element, name)
    return effective(resource.meta_sets, (name,), cluster.dialect) or effective(
        resource.instance_sets, (name,), cluster.dialect
    )


def meta_is(cluster: Cluster, resource: Resource, option: str, default: bool) -> bool:
    """A boolean meta option; a value that is no boolean leaves the default standing, as in the engine."""
    found = meta(cluster, resource, option)
    value = parse_boolean(found.value) if found else None
    return default if value is None else value


def whole_number(setting: Setting | None) -> int | None:
    """The number that an option is set to; None if there is none, or a rule decides whether it holds."""
    return parse_count(setting.value) if setting and not setting.conditional else None


def stonith_enabled(cluster: Cluster) -> bool | None:
    """Whether failed nodes are fenced; None if the cluster options are not among the inputs."""
    if not cluster.has("crm_config"):
        return None
    found = cluster_option(cluster, "stonith-enabled")
    value = parse_boolean(found.value) if found else None
    return cluster.dialect.is_pacemaker if value is None else value


def is_stopped(cluster: Cluster, resource: Resource) -> bool:
    """True if the target role of the resource or a container around it is Stopped."""
    found = meta(cluster, resource, "target-role")
    return found is not None and found.value.strip().lower() == "stopped"


def is_managed(cluster: Cluster, resource: Resource) -> bool:
    """False if the cluster leaves the resource alone."""
    return meta_is(cluster, resource, "is-managed", True)


def parameters(resource: Resource) -> Iterator[Nvpair]:
    """All instance attributes that hold unconditionally, first sets first."""
    for nvset in resource.instance_sets:
        if not nvset.conditional:
            yield from nvset.pairs
