"""A part of what `show` tells: single objects with all that concerns them, or whole chapters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec.structs import replace

from cibtools.report.cluster.clusterview import ClusterView, ResourceView


def without(view: ClusterView, chapters: Collection[str]) -> ClusterView:
    """Return the view without these chapters, which are called as its fields are."""
    if not chapters:
        return view
    attached = {"attached": ()} if "nodes" in chapters else {}
    return replace(view, missing=(), **dict.fromkeys(chapters, ()), **attached)


def names_of(view: ClusterView) -> list[str]:
    """Return every name that `about` finds."""
    return [
        *(one.name for one in view.nodes),
        *(one.name for one in view.attached),
        *(one.id for top in view.resources for one in _all(top)),
        *(one.id for one in view.constraints),
        *(one.name for one in view.domus),
        *(name for name, _ in view.options),
    ]


def about(view: ClusterView, names: Collection[str]) -> ClusterView:
    """Return the view with the named objects alone, and with what concerns them.

    A resource comes with the group or clone around it, its constraints and its domU; a domU with what runs it; a node
    with what is active there, its fencing devices and its constraints.
    """
    wanted = {*names}
    domus = tuple(one for one in view.domus if wanted & {one.name, *one.managers})
    wanted |= {manager for one in domus for manager in one.managers if one.name in wanted}
    nodes = tuple(one for one in view.nodes if wanted & {one.name, *one.by, *one.tests})
    devices = {device for one in nodes if one.name in wanted for device in (*one.by, *one.tests)}
    kept = tuple(_kept(view.resources, wanted, wanted | devices))
    related = {*wanted, *_around(view.resources, wanted)}
    return replace(
        view,
        missing=(),
        nodes=nodes,
        attached=tuple(one for one in view.attached if wanted & {one.name, one.resource}),
        options=tuple(one for one in view.options if one[0] in wanted),
        resources=kept,
        constraints=tuple(one for one in view.constraints if one.id in wanted or one.names & related),
        domus=domus,
        memory=sum(one.memory or 0 for one in domus if not one.template),
        memory_unknown=tuple(one.name for one in domus if one.memory is None and not one.template),
        hosts=tuple(one for one in view.hosts if wanted & {*one.hosts}),
        files=tuple(one for one in view.files if one.path in {path for domu in domus for path in domu.files}),
    )


def _all(resource: ResourceView) -> Iterator[ResourceView]:
    yield resource
    for child in resource.children:
        yield from _all(child)


def _kept(resources: Iterable[ResourceView], wanted: set[str], named: set[str]) -> Iterator[ResourceView]:
    """The named resources whole, the others with the named ones in them, or not at all."""
    for one in resources:
        if one.id in named or wanted & {found.node for found in one.active}:
            yield one
            continue
        inside = tuple(_kept(one.children, wanted, named))
        if inside:
            yield replace(one, children=inside)


def _around(resources: Iterable[ResourceView], wanted: set[str]) -> Iterator[str]:
    """The groups and clones around the named resources, and what is in them: constraints reach through both."""
    for top in resources:
        ids = [one.id for one in _all(top)]
        if top.id in wanted:
            yield from ids
        elif wanted & {*ids}:
            yield top.id
