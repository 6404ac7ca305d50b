"""What tests and repairs leave behind: resources stopped or unmanaged by hand, monitors switched off."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter

from lxml import etree

from cibtools.cluster.derived.option import Setting, effective, is_managed, is_stopped, meta_is, own_meta
from cibtools.cluster.model.build import is_enabled
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Resource, ResourceKind, Strength
from cibtools.cluster.value import INFINITY, parse_boolean, parse_interval
from cibtools.cluster.vocabulary.option_table import NO_VALUE, meta_spelling
from cibtools.lint.record.finding import Hit, Note
from cibtools.lint.record.fix import Change, Fix

_SHOWN = 4
"""How many dependents a message names."""
_MOST = 200
"""How many resources are looked at for those that depend on a stopped one."""


# --- target role ------------------------------------------------------------------------------------------------------


def target_role(cluster: Cluster) -> Iterator[Hit]:
    """Yield resources with a target role that somebody set by hand: stopped, or the default written out."""
    for resource in cluster.all_resources:
        if any(found.is_stonith for found in resource.walk()):
            continue
        setting = own_meta(cluster, resource, "target-role")
        if setting and setting.value.strip().lower() == "stopped":
            above = any(_is_stopped_itself(cluster, found) for found in cluster.ancestors(resource))
            if not setting.conditional and not above:
                yield _stopped(cluster, resource, setting)
        else:
            yield from _noise(cluster, resource)


def _is_stopped_itself(cluster: Cluster, resource: Resource) -> bool:
    setting = own_meta(cluster, resource, "target-role")
    return setting is not None and setting.value.strip().lower() == "stopped"


def _stopped(cluster: Cluster, resource: Resource, setting: Setting) -> Hit:
    dependents = dependents_of(cluster, resource)
    names = ", ".join(found.id for found in dependents[:_SHOWN])
    more = f" and {len(dependents) - _SHOWN} more" if len(dependents) > _SHOWN else ""
    values = _values(cluster, resource, "target-role", setting)
    values["them"] = f"it and {names}{more} stay" if dependents else "it stays"
    notes = tuple(
        Note(cluster.place(found.element, "id"), "does not start without it") for found in dependents[:_SHOWN]
    )
    return Hit(cluster.place(setting.element, setting.attribute), values, "stopped", notes, subject=resource.id)


def _values(cluster: Cluster, resource: Resource, option: str, setting: Setting) -> dict[str, object]:
    name = meta_spelling(option, cluster.dialect)
    return {"kind": resource.kind.value, "id": resource.id, "option": name, "value": setting.value}


def dependents_of(cluster: Cluster, resource: Resource) -> list[Resource]:
    """Find resources that stay down with this one, by way of others too; those stopped themselves are left out.

    No more than `_MOST` are looked at: that many say enough.
    """
    waiting, stopped = _waiting(cluster), _stopped_ids(cluster)
    ahead = deque(found.id for found in resource.walk())
    down = set(ahead)
    dependents: list[Resource] = []
    while ahead and len(down) < _MOST:
        for name, one_of in waiting.get(ahead.popleft(), ()):
            found = cluster.resource(name)
            if name in down or found is None or not all(one in down or one in stopped for one in one_of):
                continue
            # A group is not up before its last member is, but those before it run.
            partly = any(child.id in down for child in found.children)
            fresh = [name] if partly else [below.id for below in found.walk() if below.id not in down]
            down.update(fresh)
            ahead.extend(fresh)
            dependents += [] if partly or name in stopped else [found]
    return dependents


@lru_cache(maxsize=1)
def _stopped_ids(cluster: Cluster) -> frozenset[str]:
    return frozenset(found.id for found in cluster.all_resources if is_stopped(cluster, found))


@lru_cache(maxsize=1)
def _waiting(cluster: Cluster) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """For each resource those that need it to run, or one of several with it."""
    waiting: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for one_of, name in _needs(cluster):
        for one in one_of:
            waiting.setdefault(one, []).append((name, one_of))
    return waiting


def _needs(cluster: Cluster) -> Iterator[tuple[tuple[str, ...], str]]:
    """One of which resources each needs: mandatory orders, strict colocations, members of a group."""
    seen: set[tuple[int, str]] = set()
    for order in cluster.orders:
        if order.strength is Strength.MANDATORY and order.first_action == order.then_action == "start":
            # A set of which one member will do comes once for each member.
            key = (id(order.alternatives), order.then)
            if not order.alternatives:
                yield (order.first,), order.then
            elif key not in seen:
                seen.add(key)
                yield order.alternatives, order.then
    for colocation in cluster.colocations:
        if colocation.score is not None and colocation.score >= INFINITY:
            yield (colocation.with_rsc,), colocation.rsc
    for group in cluster.all_resources:
        if group.kind is ResourceKind.GROUP and meta_is(cluster, group, "ordered", True):
            yield from (((one.id,), two.id) for one, two in pairwise(group.children))
            yield from (((child.id,), group.id) for child in group.children)


def _noise(cluster: Cluster, resource: Resource) -> Iterator[Hit]:
    """A role that is the default anyway; it is none where it overrides what a container or the defaults say."""
    around = (resource, *cluster.ancestors(resource))
    # Up to Pacemaker 1.0, Started on a master means that it is not promoted.
    if any(found.kind is ResourceKind.MASTER for found in around):
        return
    above = [own_meta(cluster, found, "target-role") for found in around[1:]]
    if any(above) or effective(cluster.resource_default_sets, ("target-role",), cluster.dialect):
        return
    setting = next(_own_settings(cluster, resource, "target-role"), None)
    word = setting.value.strip().lower() if setting else ""
    if setting and (word in NO_VALUE or word == "started"):
        values = _values(cluster, resource, "target-role", setting)
        values["why"] = "is the default anyway" if word == "started" else "says nothing"
        fix = Fix("delete it: it changes nothing", (_without(setting),), safe=True)
        yield Hit(cluster.place(setting.element, setting.attribute), values, "noise", subject=resource.id, fix=fix)


def _without(setting: Setting) -> Change:
    """Take a setting out: the nvpair, or the attribute of the resource."""
    return Change(setting.element) if setting.attribute == "value" else Change(setting.element, setting.attribute)


def _own_settings(cluster: Cluster, resource: Resource, option: str) -> Iterator[Setting]:
    """Every place where a resource sets an option and its dialect reads it, `#default` included."""
    name = meta_spelling(option, cluster.dialect)
    sets = resource.meta_sets if cluster.dialect.is_pacemaker else (*resource.meta_sets, *resource.instance_sets)
    if not cluster.dialect.is_pacemaker and name in resource.element.attrib:
        yield Setting(resource.element.get(name, ""), resource.element, name)
    for nvset in sets:
        for pair in nvset.pairs:
            if pair.name == name and not nvset.conditional:
                yield Setting(pair.value, pair.element, "value")


# --- unmanaged --------------------------------------------------------------------------------------------------------


def unmanaged(cluster: Cluster) -> Iterator[Hit]:
    """Yield resources that the cluster leaves alone because they say so themselves."""
    for resource in cluster.all_resources:
        setting = own_meta(cluster, resource, "is-managed")
        if setting is None or setting.conditional or parse_boolean(setting.value) is not False:
            continue
        around = any(_is_unmanaged_itself(cluster, above) for above in cluster.ancestors(resource))
        if around or is_stopped(cluster, resource):
            continue
        idle = [] if cluster.dialect.is_pacemaker else _idle_constraints(cluster, resource)
        ids = ", ".join(element.get("id", "") for element in idle)
        verb = "have" if len(idle) > 1 else "has"
        values = _values(cluster, resource, "is-managed", setting)
        values["constraints"] = f", and {ids} {verb} no effect" if ids else ""
        notes = tuple(Note(cluster.place(element, "id"), "ignored while it is unmanaged") for element in idle)
        fix = Fix("let the cluster manage it again: delete the setting", (_without(setting),), safe=False)
        place = cluster.place(setting.element, setting.attribute)
        yield Hit(place, values, notes=notes, subject=resource.id, fix=fix)


def _is_unmanaged_itself(cluster: Cluster, resource: Resource) -> bool:
    setting = own_meta(cluster, resource, "is-managed")
    return setting is not None and parse_boolean(setting.value) is False


def _idle_constraints(cluster: Cluster, resource: Resource) -> list[etree._Element]:
    """Location constraints of it; the 2.1 engine passes over those of unmanaged resources."""
    places = _places(cluster)
    ids = {found.id for found in resource.walk()}
    found = [each for name in ids for each in places.get(name, ())]
    return [element for _, element in sorted(found, key=itemgetter(0))]


@lru_cache(maxsize=1)
def _places(cluster: Cluster) -> dict[str, list[tuple[int, etree._Element]]]:
    """The location constraints of each resource with their place in the file."""
    places: dict[str, list[tuple[int, etree._Element]]] = {}
    for number, found in enumerate(cluster.locations):
        places.setdefault(found.rsc, []).append((number, found.element))
    return places


# --- monitor switched off ---------------------------------------------------------------------------------------------


def monitor_disabled(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Yield a recurring monitor that is switched off and has no other beside it; element is an op."""
    dialect = cluster.dialect_of(cluster.document_of(element))
    if not _recurs(element) or is_enabled(element, dialect):
        return
    resource = cluster.resource_at(element)
    holder = next(element.iterancestors("primitive", "template"), None)
    if holder is not None and holder.get("type") == "EvmsSCC":
        return
    if resource is not None and not is_managed(cluster, resource):
        return
    parent = element.getparent()
    siblings = parent.iterchildren("op") if parent is not None else ()
    if any(_recurs(other) and is_enabled(other, dialect) and _role(other) == _role(element) for other in siblings):
        return
    identity = holder.get("id", "") if holder is not None else element.get("id", "")
    attribute = "enabled" if dialect.is_pacemaker else "disabled"
    values = {
        "owner": f"{holder.tag} '{identity}'" if holder is not None else "an operation",
        "id": element.get("id", ""),
        "attribute": attribute,
    }
    fix = Fix("monitor again: delete the switch", (Change(element, attribute),), safe=False) if attribute else None
    yield Hit(cluster.place(element, attribute), values, subject=identity, fix=fix)


def _recurs(op: etree._Element) -> bool:
    return op.get("name") == "monitor" and bool(parse_interval(op.get("interval")))


def _role(op: etree._Element) -> str:
    """The role a monitor is for; a slave is what every started instance of a master is."""
    word = op.get("role", "started").strip().lower()
    return {"slave": "started", "unpromoted": "started", "promoted": "master"}.get(word, word)
