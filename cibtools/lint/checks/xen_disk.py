"""Checks of domU disks: shared between domUs, and contradictory within one.

The severity of a shared disk depends on who writes, how sure it is that two names mean one device, and whether anything
but a person's hand can start both domUs; it is worked out for each pair, and the worst pair speaks for the disk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from cibtools.cluster.derived.disk import Access, Clash, Relation, clash, relate, whole_disk
from cibtools.cluster.derived.domu import DiskUse, DomU, domus_of
from cibtools.cluster.derived.placement import allowed_nodes
from cibtools.cluster.derived.vdev import frontend
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.lint.checks.words import listed, path_in
from cibtools.lint.record.finding import Hit, Note, Severity

_LEVELS = (None, Severity.INFO, Severity.WARNING, Severity.ERROR)
_SEVERITY = {Clash.WRITERS: 3, Clash.CHANGING: 2, Clash.READERS: 1}
_CONSEQUENCE = {
    Clash.WRITERS: "the second one to start destroys what the first has written",
    Clash.CHANGING: "the reader sees a file system that changes under it",
    Clash.READERS: "they only read it, which does no harm while nobody writes to it",
}
_VARIANTS = ("readers", "same", "alias", "forced", "overlap")


class _Party(Struct, frozen=True, eq=False):
    """A domU and its entry for the disk."""

    domu: DomU
    use: DiskUse

    @property
    def place(self) -> Place:
        return disk_place(self.use)


class _Conflict(Struct, frozen=True, eq=False):
    """Two parties on one disk."""

    one: _Party
    two: _Party
    level: int
    """Index into `_LEVELS`."""
    variant: str
    clash: Clash
    certain: bool

    @property
    def weight(self) -> tuple[int, int]:
        """Orders conflicts from harmless to bad."""
        return self.level, _VARIANTS.index(self.variant)


def disk_place(use: DiskUse) -> Place:
    """The place of a disk entry."""
    return Place(use.file.document, spot=use.span, item=f"disk {use.vdev}")


def _topic(use: DiskUse) -> Hashable:
    """What findings about one disk entry have in common, as lint/precedence.py compares places."""
    return (id(use.file.document), None, None, use.span)


def shared_disks(cluster: Cluster) -> Iterator[Hit]:
    """XEN102: disks that more than one domU has."""
    known = {use.identity.name: use.identity.device for domu in domus_of(cluster) for use in domu.disks}
    by_disk: dict[tuple[str, str], list[_Party]] = defaultdict(list)
    for domu in domus_of(cluster):
        for use in domu.disks:
            if use.access:
                device = use.identity.device
                by_disk[use.identity.owner, whole_disk(device, known) or device].append(_Party(domu, use))
    for (_, disk), parties in by_disk.items():
        if len(parties) > 1 and not all(party.use.medium and party.use.access is Access.READ for party in parties):
            found = [_conflict(cluster, one, two, known) for one, two in combinations(parties, 2)]
            for conflicts in _connected([conflict for conflict in found if conflict]):
                yield _shared(cluster, disk, conflicts)


def _conflict(cluster: Cluster, one: _Party, two: _Party, known: Mapping[str, str]) -> _Conflict | None:
    """What two entries do to each other; None if nothing."""
    if one.domu is two.domu or one.domu.is_copy_of(two.domu) or two.domu.is_copy_of(one.domu):
        return None
    assert one.use.access is not None
    assert two.use.access is not None
    relation = relate(one.use.identity, two.use.identity, known)
    found = clash(one.use.access, two.use.access, medium=one.use.medium or two.use.medium)
    if relation is None or found is None:
        return None
    forced = [party.use.access is Access.FORCED for party in (one, two)]
    loose = cluster.has("resources") and not one.domu.managers and not two.domu.managers
    certain = one.use.identity.certain and two.use.identity.certain and not (loose and _apart(one.domu, two.domu))
    level = _SEVERITY[found]
    if all(forced) or relation is Relation.ALIAS or not certain:
        level = min(level, 2)
    level -= loose + (one.domu.template or two.domu.template)
    if level < 1:
        return None
    return _Conflict(one, two, level, _variant(relation, found, any(forced)), found, certain)


def _variant(relation: Relation, found: Clash, forced: bool) -> str:
    if found is Clash.READERS:
        return "readers"
    if relation is Relation.OVERLAP:
        return "overlap"
    if forced:
        return "forced"
    return "alias" if relation is Relation.ALIAS else "same"


def _apart(one: DomU, two: DomU) -> bool:
    """True if the files lie on different nodes, where one path may well mean two local disks."""
    hosts = [{file.document.host for file in domu.files} for domu in (one, two)]
    return None not in hosts[0] | hosts[1] and hosts[0].isdisjoint(hosts[1])


def _connected(conflicts: Sequence[_Conflict]) -> list[list[_Conflict]]:
    """Put conflicts together that share a party."""
    groups: list[tuple[set[_Party], list[_Conflict]]] = []
    for conflict in conflicts:
        parties, members = {conflict.one, conflict.two}, [conflict]
        apart = []
        for group in groups:
            if group[0].isdisjoint(parties):
                apart.append(group)
            else:
                parties |= group[0]
                members = group[1] + members
        groups = [*apart, (parties, members)]
    return [members for _, members in groups]


def _shared(cluster: Cluster, disk: str, conflicts: Sequence[_Conflict]) -> Hit:
    """One finding about one disk and all domUs that are in each other's way on it."""
    worst = max(conflicts, key=lambda conflict: conflict.weight)
    found = {party: None for conflict in conflicts for party in (conflict.one, conflict.two)}
    parties = sorted(found, key=lambda party: (party.use.file.path, party.use.span))
    whole = next((party for party in parties if party.use.identity.device == disk), parties[0])
    name = whole.use.identity.name
    consequence = _CONSEQUENCE[worst.clash]
    if not worst.certain:
        consequence = f"if it is the same disk on every node, {consequence}"
    last = parties[-1]
    return Hit(
        last.place,
        {
            "disk": name,
            "parties": listed(_party(cluster, party, name) for party in parties),
            "consequence": consequence,
        },
        worst.variant,
        tuple(Note(party.place, _note(cluster, party)) for party in parties[:-1]),
        _LEVELS[worst.level],
        last.domu.title,
        disk,
        frozenset({("domus", frozenset(party.domu.first.path for party in parties)),
                   *(_topic(party.use) for party in parties)}),
    )  # fmt: skip


def _party(cluster: Cluster, party: _Party, name: str) -> str:
    use = party.use
    line = use.file.document.source.line_of(use.span.start)
    facts = [f"{path_in(cluster, use.file.document)}:{line}", use.vdev, use.mode]
    if use.identity.name != name:
        facts.append(f"there called '{use.identity.name}'")
    return f"domU '{party.domu.title}' ({', '.join(facts)})"


def _note(cluster: Cluster, party: _Party) -> str:
    runner = ""
    if party.domu.managers:
        ids = listed(f"'{resource.id}'" for resource in party.domu.managers)
        nodes = dict.fromkeys(
            node.uname for resource in party.domu.managers for node in allowed_nodes(cluster, resource)
        )
        runner = f", run by resource {ids}" + (f" on {listed(nodes, 'or')}" if nodes else "")
    elif cluster.has("resources"):
        runner = ", run by no resource"
    return f"domU '{party.domu.title}' has it as {use_words(party.use)}{runner}"


def use_words(use: DiskUse) -> str:
    """How an entry presents a disk, in words."""
    return f"{use.vdev}, mode {use.mode}"


def disk_lines(cluster: Cluster) -> Iterator[Hit]:
    """XEN103: disk entries of one domU that contradict each other, or lift Xen's protection."""
    for domu in domus_of(cluster):
        for file in () if domu.template else domu.files:
            uses = [use for use in domu.disks if use.file is file]
            for one, two in combinations(uses, 2):
                yield from _pair(domu, one, two, uses)
            yield from (_forced(domu, use) for use in uses if use.access is Access.FORCED)


def _pair(domu: DomU, one: DiskUse, two: DiskUse, uses: Iterable[DiskUse]) -> Iterator[Hit]:
    known = {use.identity.name: use.identity.device for use in uses}
    relation = relate(one.identity, two.identity, known)
    reading = one.access is Access.READ and two.access is Access.READ
    if relation is Relation.OVERLAP and not reading:
        part, whole = (one, two) if whole_disk(one.identity.device, known) == two.identity.device else (two, one)
        values = {"disk": part.identity.name, "whole": whole.identity.name, "first": whole.vdev, "second": part.vdev}
        yield _entry(domu, two, "overlap-inside", values, one)
    elif relation in (Relation.SAME, Relation.ALIAS) and not (reading and one.medium and two.medium):
        yield _entry(domu, two, "twice", {"first": one.vdev, "second": two.vdev}, one)
    elif frontend(one.vdev) and frontend(one.vdev) == frontend(two.vdev):
        name = frontend(two.vdev)
        taken = {frontend(use.vdev) for use in uses}
        free = (name[:-1] + letter for letter in "abcdefghijklmnop")
        values = {"frontend": name, "free": next((name for name in free if name not in taken), "another one")}
        hit = _entry(domu, two, "frontend-twice", values, one)
        place = Place(two.file.document, spot=two.field_span(1), item=f"disk {name}")
        yield replace(hit, place=place, discriminator=f"frontend {name}", topics=frozenset())


def _entry(domu: DomU, use: DiskUse, variant: str, values: Mapping[str, str], other: DiskUse | None = None) -> Hit:
    """A finding at one entry, with the other one if two are at odds."""
    return Hit(
        disk_place(use),
        {"domu": domu.title, "disk": use.identity.name, **values},
        variant,
        (Note(disk_place(other), "the other entry"),) if other else (),
        subject=domu.title,
        discriminator=f"{variant} {use.identity.device}",
        topics=frozenset({_topic(use)}),
    )


def _forced(domu: DomU, use: DiskUse) -> Hit:
    hit = _entry(domu, use, "forced-write", {})
    return replace(hit, place=Place(use.file.document, spot=use.field_span(2), item=f"disk {use.vdev}"))
