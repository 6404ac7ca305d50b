"""Checks of Xen resources against the domU files in the backup."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from cibtools.backup.document import Document
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Span
from cibtools.cluster.derived.clean_path import clean
from cibtools.cluster.derived.domu import DomU, domus_of, xen_resources, xmfile_of
from cibtools.cluster.derived.domu_file import common_suffix, stem
from cibtools.cluster.derived.option import is_stopped
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Nvpair, Resource
from cibtools.cluster.model.place import Place
from cibtools.cluster.vocabulary.spelling import distance
from cibtools.lint.checks.words import listed, path_in
from cibtools.lint.record.finding import Hit, Note, Severity


def missing_files(cluster: Cluster) -> Iterator[Hit]:
    """XEN201: an `xmfile` that is not absolute, not in the backup, or not a domU file."""
    for resource in xen_resources(cluster):
        pair = xmfile_of(resource)
        if pair is None:
            continue
        path = pair.value.strip()
        place, values = cluster.place(pair.element, "value"), {"id": resource.id, "xmfile": path}
        if not path.startswith("/"):
            yield Hit(place, values, "relative", subject=resource.id)
            continue
        found = _files_called(cluster, path)
        if not found:
            yield _missing(cluster, resource, pair, path)
        elif all(document.kind.is_cib for document in found):
            nearest = max(found, key=lambda document: common_suffix(document.path, path))
            yield Hit(place, {**values, "found": path_in(cluster, nearest)}, "not-xm", subject=resource.id)


def _files_called(cluster: Cluster, path: str) -> list[Document]:
    """The files that a path may mean; XML counts only where domU files lie too."""
    base = posixpath.basename(path)
    return [
        document
        for document in cluster.backup.documents
        if posixpath.basename(document.path) == base
        and (document.copy_of is None or common_suffix(document.path, path) > 1)
        and (not document.kind.is_cib or _neighbours(cluster, posixpath.dirname(document.path)))
    ]


def _neighbours(cluster: Cluster, directory: str) -> list[Document]:
    """The domU files of a directory, or of one in the backup that it may be on the hosts."""
    return [
        document
        for document in cluster.backup.of_kind(Kind.XM)
        if posixpath.dirname(document.path) == directory or common_suffix(posixpath.dirname(document.path), directory)
    ]


def _missing(cluster: Cluster, resource: Resource, pair: Nvpair, path: str) -> Hit:
    directory = posixpath.dirname(clean(path))
    others = {posixpath.basename(document.path) for document in _neighbours(cluster, directory)}
    few = (
        f"{len(others)} other file{'s' if len(others) > 1 else ''} of {directory} {'are' if len(others) > 1 else 'is'}"
    )
    free = [domu for domu in domus_of(cluster) if not domu.template and not set(domu.managers) - {resource}]
    called = [domu for domu in free if resource in domu.managers]
    near = called[0] if called else _nearest(path, free)
    hint = f"; did you mean '{posixpath.join(directory, posixpath.basename(near.first.path))}'?" if near else ""
    if not near and free:
        hint = f"; no resource uses {listed(path_in(cluster, domu.first.document) for domu in free[:3])}"
    return Hit(
        cluster.place(pair.element, "value"),
        {"id": resource.id, "xmfile": path, "detail": f", but {few}" if others else "", "near": hint},
        "missing",
        severity=Severity.ERROR if others else Severity.WARNING,
        subject=resource.id,
    )


def _nearest(path: str, domus: Iterable[DomU]) -> DomU | None:
    """The domU whose file is called almost so."""
    return next((domu for domu in domus if _is_near(stem(path), stem(domu.first.path))), None)


def _is_near(one: str, two: str) -> bool:
    """True if one slip of the fingers turns one word into the other; of a single letter that makes any other."""
    return min(len(one), len(two)) > 1 and distance(one, two, 1) <= 1


def managed_twice(cluster: Cluster) -> Iterator[Hit]:
    """XEN203: several Xen resources for one domU file, or for domUs of one name."""
    by_file: dict[str, list[Resource]] = defaultdict(list)
    for resource in xen_resources(cluster):
        pair = xmfile_of(resource)
        if pair:
            by_file[clean(pair.value.strip())].append(resource)
    for path, resources in by_file.items():
        if len(resources) > 1:
            yield _twice(cluster, resources, "same-file", path)
    by_name: dict[str, list[Resource]] = defaultdict(list)
    for resources in by_file.values():
        # Resources with one file have been reported; the first stands for them.
        for name in _names(cluster, resources[0]):
            by_name[name].append(resources[0])
    for name, resources in by_name.items():
        if len(resources) > 1:
            yield _twice(cluster, resources, "same-name", name)


def _names(cluster: Cluster, resource: Resource) -> tuple[str, ...]:
    """The names of the domain that a resource looks for, as far as they are known."""
    stated = resource.parameter("name")
    if cluster.dialect.is_pacemaker and stated and stated.value:
        return (stated.value,)
    return tuple(dict.fromkeys(name for domu in domus_of(cluster) if resource in domu.managers for name in domu.names))


def _twice(cluster: Cluster, resources: list[Resource], variant: str, what: str) -> Hit:
    pairs = [(resource, xmfile_of(resource)) for resource in resources]
    places = [cluster.place(pair.element, "value") if pair else cluster.place(found.element) for found, pair in pairs]
    running = [resource for resource in resources if not is_stopped(cluster, resource)]
    # Two domUs of one name, each with its resource: what else they share follows from that.
    paths = sorted(domu.first.path for domu in domus_of(cluster) if not set(resources).isdisjoint(domu.managers))
    topics = frozenset(("domus", frozenset(pair)) for pair in combinations(paths, 2))
    return Hit(
        places[-1],
        {"resources": listed(f"'{resource.id}'" for resource in resources), "what": what},
        variant,
        tuple(
            Note(place, f"resource '{resource.id}' runs it too")
            for resource, place in zip(resources[:-1], places[:-1], strict=True)
        ),
        Severity.WARNING if len(running) < 2 else None,
        resources[-1].id,
        f"{variant} {what}",
        mutual=True,
        topics=topics if variant == "same-name" else frozenset(),
    )


def leftovers(cluster: Cluster) -> Iterator[Hit]:
    """XEN202: old copies of domU files that say something else than the live file."""
    by_name: dict[str, list[DomU]] = defaultdict(list)
    for domu in domus_of(cluster):
        for name in {posixpath.basename(path) for path in domu.paths}:
            by_name[name].append(domu)
    for domu in domus_of(cluster):
        bases = {posixpath.basename(file.document.copy_of or "") for file in domu.files} if domu.leftover else ()
        live = next((other for base in bases for other in by_name[base] if domu.is_copy_of(other)), None)
        if live is not None:
            yield Hit(
                Place(domu.first.document, spot=Span(0, 0), item="copy"),
                {"file": path_in(cluster, domu.first.document), "live": path_in(cluster, live.first.document),
                 "domu": live.title},
                "leftover",
                subject=domu.title,
                discriminator="leftover",
            )  # fmt: skip
