"""Node attributes that domUs need: what `pingd` writes, and who keeps it there."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from cibtools.cluster.derived.option import is_stopped
from cibtools.cluster.derived.placement import constraints_on
from cibtools.cluster.model.objects import Resource
from cibtools.runbook.facts.survey import Survey

_PINGERS = ("pingd", "ping")


class NetworkAttribute(Struct, frozen=True, eq=False):
    """A transient attribute that rules of domUs ask for."""

    name: str
    keeper: Resource | None
    """The primitive that writes it; None if no resource of the cluster does."""
    stopped: bool
    """True if that one is stopped: the attribute outlives it only until the next reboot."""


def network_attributes(survey: Survey) -> tuple[NetworkAttribute, ...]:
    """The attributes that location rules of domUs ask for, those of the node itself left out."""
    cluster = survey.cluster
    permanent = {name for host in survey.hosts for name in host.attributes}
    names: dict[str, None] = {}
    for guest in survey.guests:
        for constraint in constraints_on(cluster, (guest.resource, *cluster.ancestors(guest.resource))):
            for expression in constraint.element.iter("expression"):
                name = expression.get("attribute", "")
                if name and not name.startswith("#") and name not in permanent:
                    names[name] = None
    keepers = {
        _written_by(found): found for found in cluster.primitives if found.agent and found.agent.type in _PINGERS
    }
    found = []
    for name in names:
        keeper = keepers.get(name)
        stopped = keeper is not None and any(is_stopped(cluster, one) for one in (keeper, *cluster.ancestors(keeper)))
        found.append(NetworkAttribute(name, keeper, stopped))
    return tuple(found)


def pinged(survey: Survey) -> tuple[str, ...]:
    """The hosts whose answers decide about the network attribute: of the pinging resource, else of ha.cf."""
    for found in network_attributes(survey):
        pair = found.keeper.parameter("host_list") if found.keeper else None
        if pair and pair.value.split():
            return tuple(dict.fromkeys(pair.value.split()))
    return tuple(dict.fromkeys(name.text for _, ha_cf in survey.cluster.ha_cfs for name in ha_cf.ping_nodes))


def _written_by(resource: Resource) -> str:
    pair = resource.parameter("name")
    return pair.value if pair else "pingd"


def after_reboot(survey: Survey, attributes: Mapping[str, str] | None) -> dict[str, str] | None:
    """The attributes of a node that comes back: transient ones are gone unless a running resource writes them."""
    if attributes is None:
        return None
    permanent = {name for host in survey.hosts for name in host.attributes}
    kept = {found.name for found in network_attributes(survey) if found.keeper is not None and not found.stopped}
    return {name: value for name, value in attributes.items() if name in permanent | kept}
