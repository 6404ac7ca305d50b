"""P-07: what an earlier piece of work has left in the CIB, which this one would trip over."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.cluster.derived.option import cluster_option, own_meta
from cibtools.cluster.derived.placement import is_interim
from cibtools.cluster.value import parse_boolean
from cibtools.runbook.facts.meta_place import meta_place
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import Light, worst
from cibtools.runbook.plan.runbook import Criterion

_SWITCHES = (("is-managed-default", False), ("maintenance-mode", True), ("stop-all-resources", True))


def leftovers(survey: Survey) -> Criterion:
    """Tell whether the CIB is free of interim settings."""
    text = "no leftovers: interim constraints, roles, switches"
    if not survey.cluster.has("constraints"):
        return Criterion("P-07", Light.AMBER, text, "no constraints in the backup")
    found = list(_found(survey))
    if not found:
        return Criterion("P-07", Light.GREEN, text, "none in the CIB")
    return Criterion("P-07", worst(light for light, _ in found), text, "; ".join(words for _, words in found))


def _found(survey: Survey) -> Iterator[tuple[Light, str]]:
    cluster = survey.cluster
    for constraint in cluster.locations:
        if is_interim(constraint):
            yield Light.RED, f"{constraint.id} was left by a move"
    for name, harmful in _SWITCHES:
        option = cluster_option(cluster, name)
        if option and parse_boolean(option.value) is harmful:
            yield Light.RED, f"{name} is {option.value}"
    for resource in cluster.all_resources:
        role = own_meta(cluster, resource, "target-role")
        if role and role.value.strip().lower() == "stopped":
            allowed = resource.id in survey.parameters.stopped_ok
            yield Light.AMBER if allowed else Light.RED, f"{resource.id} is kept stopped by {role.name}"
        elif role and role.value.strip().lower() == "started":
            yield Light.AMBER, f"{role.name} of {resource.id} says what holds anyway"
        place = meta_place(cluster, resource, "target-role")
        if place.in_element and resource.id in {guest.id for guest in survey.guests}:
            yield Light.RED, f"target_role of {resource.id} is an XML attribute, which no tool changes by its name"
        yield from (
            (Light.AMBER, f"operation {op.id} of {resource.id} is switched off")
            for op in resource.operations
            if not op.enabled
        )
    for host in survey.hosts:
        if "standby" in host.attributes and not host.standby:
            yield Light.AMBER, f'"standby" of {host.name} is {host.attributes["standby"]}, which says what holds anyway'
    known = {resource.id for resource in cluster.all_resources}
    if cluster.has("resources"):
        for name in survey.running:
            if name not in known:
                yield Light.RED, f"{name} runs although the configuration does not have it"
