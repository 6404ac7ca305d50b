"""The domUs of a cluster: which xm files describe one guest, and which resources run it.

A backup holds a domU's file once per node, beside what an editor or a package update left behind. Comparing files as
they lie there would find every domU colliding with itself, so copies are put together first, and old copies are marked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Span
from cibtools.backup.xm.file import Disk, XmConfig
from cibtools.cluster.derived.device_name import device_names
from cibtools.cluster.derived.disk import Access, DiskIdentity, identify, is_cdrom, parse_access
from cibtools.cluster.derived.domu_file import XmFile, common_suffix, grouped_copies, known_name, stem
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Nvpair, Resource

_TEMPLATE = re.compile(r"(?:^|/)examples?/|template[^/]*$", re.IGNORECASE)


class DiskUse(Struct, frozen=True, eq=False):
    """One disk entry of a domU, reduced to what can be compared."""

    file: XmFile
    entry: Disk
    identity: DiskIdentity
    access: Access | None
    """None if Xen does not know the mode."""
    medium: bool
    """True for a CD drive or an image of a CD."""

    @property
    def vdev(self) -> str:
        """The name of the device in the guest, as written."""
        return self.entry.vdev

    @property
    def mode(self) -> str:
        """The mode as written."""
        return self.entry.mode

    @property
    def span(self) -> Span:
        """Bytes of the entry."""
        return self.entry.span

    def field_span(self, number: int) -> Span:
        """Bytes of one field, from 0; of the whole entry if its fields are not written out."""
        return self.entry.field_spans[number] if number < len(self.entry.field_spans) else self.span


class DomU(Struct, frozen=True, eq=False):
    """One guest: its file, with the copies of it, and who runs it."""

    files: tuple[XmFile, ...]
    """Copies of one file, in order of their paths; what they say together counts."""
    managers: tuple[Resource, ...]
    """The Xen resources that run it."""
    names: tuple[str, ...]
    """The names its files give it, as xm reads them; none if they give none or compute it."""
    disks: tuple[DiskUse, ...]
    """The disks of all copies, each once."""
    template: bool
    """True for an old copy or a template that no resource uses."""
    leftover: bool
    """True for a copy beside a live file that no resource uses."""

    @property
    def first(self) -> XmFile:
        """The first of its files."""
        return self.files[0]

    @property
    def title(self) -> str:
        """What to call it: its name, else the name of its file."""
        return self.names[0] if self.names else stem(self.first.path)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of all copies."""
        return tuple(file.path for file in self.files)

    def is_copy_of(self, other: DomU) -> bool:
        """True if this is an old copy of the other domU's file."""
        live = {file.document.copy_of for file in self.files} if self.leftover else set()
        return any(
            path == name or path.endswith(f"/{name}") or common_suffix(path, name) > 1
            for path in other.paths
            for name in live
            if name
        )


@lru_cache(maxsize=4)
def domus_of(cluster: Cluster) -> tuple[DomU, ...]:
    """All domUs, in order of their files; worked out once for a cluster."""
    return domus(cluster, device_names(cluster))


def domus(cluster: Cluster, aliases: Mapping[str, str] | None = None) -> tuple[DomU, ...]:
    """All domUs, in order of their files; aliases are further names of disks, as `disk.identify` takes them."""
    files = [
        XmFile(document, document.content)
        for document in (*cluster.backup.of_kind(Kind.XM), *cluster.backup.copies_of_kind(Kind.XM))
        if isinstance(document.content, XmConfig)
    ]
    groups = grouped_copies(files)
    managers = _managers(cluster, groups)
    groups = [
        group
        for number, group in enumerate(groups)
        if number in managers or not all(file.document.sample for file in group)
    ]
    managers = _managers(cluster, groups)
    return tuple(_domu(group, tuple(managers.get(number, ())), aliases or {}) for number, group in enumerate(groups))


def _domu(group: tuple[XmFile, ...], managers: tuple[Resource, ...], aliases: Mapping[str, str]) -> DomU:
    leftover = not managers and all(file.is_copy for file in group)
    template = leftover or (not managers and any(_TEMPLATE.search(file.path) for file in group))
    names = dict.fromkeys(name for name in map(known_name, group) if name)
    return DomU(group, managers, tuple(names), _disks(group, aliases), template, leftover)


def _disks(group: tuple[XmFile, ...], aliases: Mapping[str, str]) -> tuple[DiskUse, ...]:
    """The disks of all copies; what a later copy only repeats is left out, what a file itself repeats is not."""
    found: list[DiskUse] = []
    earlier: set[tuple[str, ...]] = set()
    for file in group:
        mine = [use for use in (_disk(file, entry, aliases) for entry in file.config.disks) if use]
        found += [use for use in mine if _meaning(use) not in earlier]
        earlier.update(map(_meaning, mine))
    return tuple(found)


def _disk(file: XmFile, entry: Disk, aliases: Mapping[str, str]) -> DiskUse | None:
    identity = identify(entry.type, entry.driver, entry.path, entry.backend, aliases)
    if identity is None:
        return None
    return DiskUse(file, entry, identity, parse_access(entry.mode), is_cdrom(entry.vdev, entry.path))


def _meaning(use: DiskUse) -> tuple[str, ...]:
    return (use.identity.owner, use.identity.device, use.vdev, use.mode)


def xen_resources(cluster: Cluster) -> tuple[Resource, ...]:
    """The primitives that run domUs from xm files."""
    return tuple(
        found
        for found in cluster.primitives
        if found.agent and found.agent.standard == "ocf" and found.agent.type == "Xen"
    )


def xmfile_of(resource: Resource) -> Nvpair | None:
    """The parameter that names a Xen resource's file, if it has a value."""
    pair = resource.parameter("xmfile")
    return pair if pair and pair.value.strip() else None


def _fit(file: XmFile, wanted: str) -> int:
    """How well a file's path fits the one that a resource names; a copy only if the resource means that very copy."""
    shared = common_suffix(file.path, wanted)
    return 0 if file.is_copy and shared < 2 else shared


def _managers(cluster: Cluster, groups: list[tuple[XmFile, ...]]) -> dict[int, list[Resource]]:
    """The resources of each group: those whose `xmfile` fits its path best, else those that bear its name."""
    found: dict[int, list[Resource]] = {}
    for resource in xen_resources(cluster):
        pair, name = xmfile_of(resource), resource.parameter("name")
        wanted = pair.value.strip() if pair else ""
        fits = [max(_fit(file, wanted) for file in group) for group in groups]
        best = max(fits, default=0) if wanted else 0
        called = {resource.id, name.value if name else resource.id}
        for number, group in enumerate(groups):
            named = (known_name(file) for file in group if not file.is_copy)
            fitting = fits[number] == best if best else not called.isdisjoint(named)
            if fitting:
                found.setdefault(number, []).append(resource)
    return found
