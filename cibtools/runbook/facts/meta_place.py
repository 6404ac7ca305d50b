"""Where a meta option of a resource stands, which decides how the tools of heartbeat 2.1 have to be called.

They look among the meta attributes only if told so, and the GUI put options in either place. A command that misses the
place adds a second value, and the first one goes on to count.
"""

from __future__ import annotations

from msgspec import Struct

from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Nvpair, NvSet, Resource


class MetaPlace(Struct, frozen=True):
    """The set that has an option, or is to get it."""

    in_meta: bool = True
    """False if it stands among the instance attributes."""
    nvpair: str = ""
    """The id to name because the option is there more than once; empty if the name is enough."""
    in_element: bool = False
    """True if the option is an XML attribute of the resource, which no tool can change by its name."""


def meta_place(cluster: Cluster, resource: Resource, option: str) -> MetaPlace:
    """Find where a meta option, named with dashes, stands; meta attributes if it is not there."""
    if cluster.dialect.is_pacemaker:
        return MetaPlace()
    name = option.replace("-", "_")
    if resource.element.get(name) is not None:
        return MetaPlace(in_element=True)
    meta = _pairs(resource.meta_sets, name)
    instance = _pairs(resource.instance_sets, name)
    if not meta and not instance:
        return MetaPlace()
    # The engine reads meta attributes first.
    first = (meta or instance)[0]
    several = len(meta) + len(instance) > 1
    return MetaPlace(bool(meta), first.element.get("id", "") if several else "")


def _pairs(sets: tuple[NvSet, ...], name: str) -> list[Nvpair]:
    return [pair for nvset in sets for pair in nvset.pairs if pair.name == name]
