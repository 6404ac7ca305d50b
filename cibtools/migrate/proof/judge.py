"""From two clusters to a proof: what is compared, in which situations, and which change explains a difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Resource
from cibtools.cluster.scheduler import Scheduler
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.drafting import draft_of
from cibtools.migrate.pipeline import migrate
from cibtools.migrate.proof.compare import Attributes, Difference, Planner, Proof, Told, decide_alike, prove
from cibtools.migrate.proof.restated import restated_cib
from cibtools.migrate.proof.scenario import NODE_LIMIT, RESOURCE_LIMIT, Scenario, asked_attributes, scenarios
from cibtools.migrate.proof.witness import without_witness
from cibtools.migrate.record.change import Change, ChangeKind
from cibtools.migrate.record.outcome import Migration

MOMENT = datetime(2009, 1, 1, 12, 0, 0)
"""The moment for which date rules are evaluated: fixed, so that a proof gives the same on every day."""
_OTHER_ANSWERS: dict[str, Callable[[Answers], Answers]] = {
    "M065": lambda answers: replace(answers, compare="string"),
    "M082": lambda answers: replace(answers, order_clone_primitive="0"),
    "M053": lambda answers: replace(answers, stray_enabled="drop"),
}
"""Answers that undo what a step does by default; Pacemaker would take the same for granted without the step."""
_CONSTRAINTS = ("rsc_location", "rsc_order", "rsc_colocation")


class Verdict(Struct, frozen=True):
    """A proof, and for each of its differences the changes that explain it."""

    proof: Proof
    explained: tuple[tuple[Difference, tuple[Change, ...]], ...]
    untried: tuple[str, ...] = ()
    """What was not compared, in words."""
    unrelated: str = ""
    """Why the two are no two states of one cluster, in words; then nothing was compared."""
    no_witness: tuple[str, ...] = ()
    """What our reading of the old CIB rests on without a decision of the old engine to show for it."""
    by_reading: bool = False
    """True if the old CIB is of heartbeat 2.1, so that our reading of it was compared and not that engine."""

    @property
    def holds(self) -> bool:
        """True if nothing differs."""
        return self.proof.holds


def judge_migration(migration: Migration, scheduler: Scheduler, told: Told | None = None) -> Verdict:
    """Compare a cluster with its own migration."""
    return judge(migration.draft.cluster, cluster_from(migration.document(), "result"), migration, scheduler, told)


def judge_pair(old: Cluster, new: Cluster, scheduler: Scheduler, told: Told | None = None) -> Verdict:
    """Compare two clusters; if the old one speaks the old language, its migration tells what explains a difference."""
    migration = None if old.dialect.is_pacemaker else migrate(old, Answers())
    return judge(old, new, migration, scheduler, told)


def cluster_from(document: bytes, name: str) -> Cluster:
    """A cluster from the text of one CIB."""
    read = Read(parse_source(Source(name, document), name), "", name, walked=True)
    (backup,) = gather([read])
    return Cluster(backup)


def judge(
    old: Cluster, new: Cluster, migration: Migration | None, scheduler: Scheduler, told: Told | None = None
) -> Verdict:
    """Let the scheduler plan for both in every situation that the old cluster's configuration gives rise to."""
    renames = migration.renames if migration else {}
    by_reading = old.dialect is Dialect.HB2
    unrelated = _unrelated(old, new, renames)
    if unrelated:
        return Verdict(Proof((), ()), (), unrelated=unrelated, by_reading=by_reading)
    situations = [*scenarios(*_subjects(old, new, renames))]

    def make_old(attributes: Attributes) -> etree._Element:
        if not by_reading:
            return draft_of(old).top
        return restated_cib(old, dict(attributes), MOMENT, renames)

    before, after = Planner(make_old, scheduler, MOMENT), _planner(new, scheduler)
    proof = prove(before, after, situations, told)
    causes = Causes(migration, before, scheduler) if migration else None
    explained = tuple((found, causes.of(found) if causes else ()) for found in proof.differences)
    no_witness = without_witness(old) if by_reading else ()
    return Verdict(proof, explained, tuple(_untried(old, situations)), no_witness=no_witness, by_reading=by_reading)


def _planner(cluster: Cluster, scheduler: Scheduler) -> Planner:
    configuration = draft_of(cluster).top
    return Planner(lambda _: configuration, scheduler, MOMENT)


class Causes:
    """Which changes make a difference: those without whose step it goes away."""

    def __init__(self, migration: Migration, before: Planner, scheduler: Scheduler) -> None:
        self._migration = migration
        self._before = before
        self._scheduler = scheduler
        self._known: dict[tuple[str, str], Planner] = {}

    def of(self, difference: Difference) -> tuple[Change, ...]:
        """The changes of the steps that cause it; none if the migration by itself does not lead to it."""
        scenario = difference.scenario
        if decide_alike(self._before, self._planner("", self._migration.answers), scenario):
            return ()
        cluster, renames = self._migration.draft.cluster, self._migration.renames
        possible = explain(difference, cluster, self._migration.changes, renames)
        guilty = {
            step
            for step in dict.fromkeys(change.step for change in possible)
            if any(decide_alike(self._before, planner, scenario) for planner in self._planners(step))
        }
        return tuple(change for change in possible if change.step in guilty)

    def _planners(self, step: str) -> Iterator[Planner]:
        """The plans without what a step did: with the other answer to its question, and with the step left out."""
        if step in _OTHER_ANSWERS:
            yield self._planner(step, _OTHER_ANSWERS[step](self._migration.answers))
        yield self._planner(step, self._migration.answers, step)

    def _planner(self, key: str, answers: Answers, left_out: str = "") -> Planner:
        """The plans of the migration with these answers, and without a step if one is left out."""
        if (key, left_out) not in self._known:
            result = migrate(self._migration.draft.cluster, answers, frozenset({left_out} if left_out else ()))
            self._known[key, left_out] = _planner(cluster_from(result.document(), "result"), self._scheduler)
        return self._known[key, left_out]


def _unrelated(old: Cluster, new: Cluster, renames: dict[str, str]) -> str:
    """Why two clusters have nothing to do with each other, if so: no resource, and no node, of one is in the other."""
    before = {renames.get(resource.id, resource.id) for resource in old.resources}
    after = {resource.id for resource in new.resources}
    nodes = {node.uname for node in old.nodes} & set(new.node_names)
    common = before & after
    if not before or not after or (common and (nodes or 2 * len(common) >= len(before))):
        return ""
    return (
        f"{len(common)} of {len(before)} resources and {len(nodes)} of {len(old.nodes)} nodes of the old cluster are "
        "in the new one"
    )


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
    """What was left out, and why: limits, since each situation takes three runs of the scheduler, or other names."""
    lost = sum(bool(scenario.lost) for scenario in situations)
    stopped = sum(bool(scenario.stopped) for scenario in situations)
    for done, total, limit, what in (
        (lost, len(old.nodes), NODE_LIMIT, "failure of {} of {} nodes"),
        (stopped, len(old.resources), RESOURCE_LIMIT, "stopping {} of {} resources"),
    ):
        if done < total:
            why = f"the first {limit} are tried" if done == limit else "the new CIB does not have them"
            yield f"not tested: {what.format(total - done, total)} ({why})"


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
