"""The storage map: every EVMS volume in use, who uses it, and what it becomes where there is no EVMS.

Whether the volumes are there is for the converter and the administrator to see to; what stands here are names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cibtools.cluster.derived.option import parameters
from cibtools.runbook.facts.survey import Survey

EVMS = "/dev/evms/"
_COMPATIBLE = re.compile(r"/dev/evms/(?:[^/]+/)?lvm2/([^/]+)/([^/]+)$")
_NATIVE = re.compile(r"/dev/evms/([^/]+)/([^/]+)$")
_NO_GROUPS = frozenset({"lvm2", ".nodes", "md", "dm"})


@dataclass(frozen=True, slots=True)
class Volume:
    """One EVMS volume."""

    path: str
    resources: tuple[str, ...]
    """Resources that name it in the CIB."""
    domus: tuple[str, ...]
    """DomUs that name it in their xm files."""
    new: str
    """What it is called under LVM; empty if nobody can know."""
    native: bool
    """True if it has to be made a compatibility volume first."""

    @property
    def group(self) -> str:
        """The volume group it will be in; empty if not known."""
        return self.new.split("/")[2] if self.new else ""


def volumes(survey: Survey) -> tuple[Volume, ...]:
    """All EVMS volumes that the CIB and the xm files name, in that order."""
    resources: dict[str, list[str]] = {}
    domus: dict[str, list[str]] = {}
    for primitive in survey.cluster.primitives:
        for pair in parameters(primitive):
            value = pair.value.strip()
            if value.startswith(EVMS):
                resources.setdefault(value, []).append(primitive.id)
    for guest in survey.guests:
        for use in guest.domu.disks if guest.domu else ():
            if use.identity.name.startswith(EVMS):
                domus.setdefault(use.identity.name, []).append(guest.id)
    return tuple(
        Volume(
            path,
            tuple(dict.fromkeys(resources.get(path, ()))),
            tuple(dict.fromkeys(domus.get(path, ()))),
            new_path(path),
            _COMPATIBLE.match(path) is None,
        )
        for path in dict.fromkeys((*resources, *domus))
    )


def new_path(path: str) -> str:
    """What an EVMS volume is called under LVM: certain for compatibility volumes, likely for native ones."""
    found = _COMPATIBLE.match(path) or _NATIVE.match(path)
    return f"/dev/{found[1]}/{found[2]}" if found and found[1] not in _NO_GROUPS else ""


def groups(found: tuple[Volume, ...]) -> tuple[str, ...]:
    """The volume groups there will be."""
    return tuple(dict.fromkeys(volume.group for volume in found if volume.group))
