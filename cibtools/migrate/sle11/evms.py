"""EVMS devices and what they become under LVM: SLE HA 11 has no EVMS.

Only the names are worked out here. Whether the volumes are there is for csm-converter and the administrator to see to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from lxml import etree
from msgspec import Struct

from cibtools.backup.record.kind import Kind
from cibtools.cluster.derived.clean_path import clean
from cibtools.cluster.derived.disk_name import canonical
from cibtools.cluster.derived.domu import DiskUse, DomU, domus_of
from cibtools.cluster.derived.evms import is_evms, lvm_name
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft

_VOLUME = re.compile(r"/dev/([^/]+)/[^/]+$")
_NO_GROUPS = frozenset(("mapper", "disk", "evms", "md", "cciss", "ida", "drbd", "etherd", "loop", "raw", "shm", "vx"))
"""Directories below /dev that hold other things than the volumes of a group."""


class NewDevice(Struct, frozen=True):
    """What an EVMS device becomes."""

    path: str
    doubt: str
    """Why it may be wrong, to be read after "because"; empty if the operator said so."""

    @property
    def group(self) -> str:
        """The volume group that it is in, or nothing."""
        return group_of(self.path)


def new_device(path: str, answers: Answers) -> NewDevice | None:
    """The device that an EVMS path stands for from now on; None if nobody can know."""
    for name in (path, clean(path)):
        if name in answers.evms:
            return NewDevice(answers.evms[name], "")
    found = lvm_name(path)
    if found is None or not found.is_compatible:
        return None
    doubt = (
        "that is how the volumes of a container are called after csm-converter"
        if found.container
        else "the path looks like a volume of LVM, which EVMS showed under this name"
    )
    return NewDevice(found.path, doubt)


def group_of(path: str) -> str:
    """The volume group of a device, or nothing if it is in none."""
    found = _VOLUME.match(canonical(clean(path), {})) if path.startswith("/dev/") else None
    return found[1] if found and found[1] not in _NO_GROUPS else ""


def answer_line(path: str) -> str:
    """The line of the answers file that says what a device becomes, with the likeliest path."""
    name = lvm_name(path)
    guess = name.path if name else "/dev/GROUP/VOLUME"
    return f"{json.dumps(path, ensure_ascii=False)} = {json.dumps(guess, ensure_ascii=False)}"


def device_pairs(draft: Draft) -> Iterator[tuple[etree._Element, str]]:
    """Each parameter of a resource whose value in the input is a path below /dev, with that value."""
    section = draft.section("resources")
    for pair in () if section is None else section.iter("nvpair"):
        above, original = pair.getparent(), draft.origin(pair)
        value = pair.get("value", "") if original is None else original.get("value", "")
        if above is not None and above.tag == "instance_attributes" and value.startswith("/dev/"):
            yield pair, value


def managed_domus(draft: Draft) -> tuple[DomU, ...]:
    """The domUs that a resource of the cluster runs."""
    # Who runs what is known from a model of all resources, which a large CIB without domU files need not pay for.
    if not draft.cluster.backup.of_kind(Kind.XM):
        return ()
    return tuple(domu for domu in domus_of(draft.cluster) if domu.managers)


def domu_disks(draft: Draft) -> Iterator[tuple[DomU, DiskUse]]:
    """The EVMS disks of all domUs that a resource of the cluster runs."""
    for domu in managed_domus(draft):
        for use in domu.disks:
            if is_evms(use.entry.path):
                yield domu, use


def group_users(draft: Draft, answers: Answers) -> Mapping[str, tuple[etree._Element, ...]]:
    """For each volume group that an EVMS device is in from now on, the primitives that use it, domUs too."""
    devices = [(pair, value) for pair, value in device_pairs(draft)]
    disks = [(domu, new_device(use.entry.path, answers)) for domu, use in domu_disks(draft)]
    new = [_new_path(value, answers) for _, value in devices]
    groups = {
        group_of(path): list[etree._Element]()
        for path, (_, value) in zip(new, devices, strict=True)
        if is_evms(value) and path
    }
    groups.update({device.group: [] for _, device in disks if device})
    groups.pop("", None)
    for path, (pair, _) in zip(new, devices, strict=True):
        user = next(pair.iterancestors("primitive"), None)
        if user is not None and group_of(path) in groups:
            groups[group_of(path)].append(user)
    if disks:
        by_id = {found.get("id", ""): found for found in reversed([*draft.iter("primitive")])}
        for domu, device in disks:
            users = (by_id[manager.id] for manager in domu.managers if manager.id in by_id)
            if device and device.group:
                groups[device.group] += users
    return {group: tuple(dict.fromkeys(users)) for group, users in groups.items()}


def _new_path(value: str, answers: Answers) -> str:
    if not is_evms(value):
        return value
    device = new_device(value, answers)
    return device.path if device else ""
