"""From two clusters to a proof: what is compared, in which situations, and which change explains a difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Resource
from cibtools.cluster.scheduler import Scheduler
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.drafting import draft_of
from cibtools.migrate.pipeline import migrate
from cibtools.migrate.proof.compare import Attributes, Difference, Proof, prove
from cibtools.migrate.proof.restated import restated_cib
from cibtools.migrate.proof.scenario import Scenario, asked_attributes, scenarios
from cibtools.migrate.record.change import Change, ChangeKind
from cibtools.migrate.record.outcome import Migration

MOMENT = datetime(2009, 1, 1, 12, 0, 0)
"""The moment for which date rules are evaluated: fixed, so that a proof gives the same on every day."""
_CONSTRAINTS = ("rsc_location", "rsc_order", "rsc_colocation")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A proof, and for each of its differences the changes that explain it."""

    proof: Proof
    explained: tuple[tuple[Difference, tuple[Change, ...]], ...]
    untried: tuple[str, ...] = ()
    """What was not compared, in words."""

    @property
    def holds(self) -> bool:
        """True if nothing differs."""
        return self.proof.holds


def judge_migration(migration: Migration, scheduler: Scheduler) -> Verdict:
    """Compare a cluster with its own migration."""
    return judge(migration.draft.cluster, cluster_from(migration.document(), "result"), migration, scheduler)


def judge_pair(old: Cluster, new: Cluster, scheduler: Scheduler) -> Verdict:
    """Compare two clusters; if the old one speaks the old language, its migration tells what explains a difference."""
    migration = None if old.dialect.is_pacemaker else migrate(old, Answers())
    return judge(old, new, migration, scheduler)


def cluster_from(document: bytes, name: str) -> Cluster:
    """A cluster from the text of one CIB."""
    read = Read(parse_source(Source(name, document), name), "", name, walked=True)
    (backup,) = gather([read])
    return Cluster(backup)


def judge(old: Cluster, new: Cluster, migration: Migration | None, scheduler: Scheduler) -> Verdict:
    """Let the scheduler plan for both in every situation that the old cluster's configuration gives rise to."""
    renames = migration.renames if migration else {}
    situations = [*scenarios(*_subjects(old, new, renames))]
    configuration = draft_of(new).top

    def make_old(attributes: Attributes) -> etree._Element:
        if old.dialect is not Dialect.HB2:
            return draft_of(old).top
        return restated_cib(old, dict(attributes), MOMENT, renames)

    proof = prove(make_old, lambda _: configuration, situations, scheduler, MOMENT)
    changes = migration.changes if migration else ()
    explained = tuple((found, explain(found, old, changes, renames)) for found in proof.differences)
    return Verdict(proof, explained, tuple(_untried(old, situations)))


def _subjects(old: Cluster, new: Cluster, renames: dict[str, str]) -> tuple[list[str], list[str], set[str]]:
    """Unames, ids of resources at the top level that both have, and the attributes that rules of either ask for."""
    ids = {resource.id for resource in new.resources}
    asked: set[str] = set()
    for cluster in (old, new):
        for section in ("constraints", "resources", "crm_config"):
            for found in cluster.objects(section):
                asked |= asked_attributes(found)
    nodes = [node.uname for node in old.nodes if node.uname in new.node_names]
    names = (renames.get(resource.id, resource.id) for resource in old.resources)
    return nodes, [name for name in names if name in ids], asked


def _untried(old: Cluster, situations: Sequence[Scenario]) -> Iterable[str]:
    lost = sum(bool(scenario.lost) for scenario in situations)
    stopped = sum(bool(scenario.stopped) for scenario in situations)
    if lost < len(old.nodes):
        yield f"not tested: failure of {len(old.nodes) - lost} of {len(old.nodes)} nodes"
    if stopped < len(old.resources):
        yield f"not tested: stop of {len(old.resources) - stopped} of {len(old.resources)} resources"


def explain(
    difference: Difference, old: Cluster, changes: Iterable[Change], renames: dict[str, str]
) -> tuple[Change, ...]:
    """The decisions, and changes of what there is, that concern a resource or a node option of the difference."""
    affected = {action.resource for action in (*difference.only_old, *difference.only_new)}
    found = []
    for change in changes:
        if change.kind is ChangeKind.DECIDE or change.kind in (ChangeKind.ADDED, ChangeKind.DROPPED):
            touched = {renames.get(name, name) for name in _touched(change, old)}
            decisive = change.kind is ChangeKind.DECIDE or _is_resource(change)
            if decisive and (touched & affected or "*" in touched):
                found.append(change)
    return tuple(found)


def _is_resource(change: Change) -> bool:
    text = change.before or change.after
    return text.startswith(("<primitive", "<group", "<clone", "<master"))


def _touched(change: Change, cluster: Cluster) -> set[str]:
    """Ids of the primitives that a change can concern; `*` for all of them."""
    element = change.place.element if change.place else None
    names: set[str] = set()
    if element is None or change.subject.startswith(("cib", "cluster_property_set")):
        names.add("*")
    for above in () if element is None else (element, *element.iterancestors()):
        if above.tag in _CONSTRAINTS:
            for attribute in ("rsc", "with-rsc", "first", "then", "from", "to"):
                names |= _members(cluster.resource(above.get(attribute, "")))
        resource = cluster.resource_at(above)
        if resource is not None:
            names |= _members(resource)
            break
    names |= {part.partition('"')[0] for part in change.after.split('<primitive id="')[1:]}
    return names


def _members(resource: Resource | None) -> set[str]:
    return {found.id for found in resource.walk()} if resource else set()
