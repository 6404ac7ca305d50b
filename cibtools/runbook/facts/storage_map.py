"""The storage map: every EVMS volume in use, who uses it, and what it becomes where there is no EVMS.

Whether the volumes are there is for the converter and the administrator to see to; what stands here are names.
"""

from __future__ import annotations

from msgspec import Struct

from cibtools.cluster.derived.clean_path import clean
from cibtools.cluster.derived.evms import is_evms, lvm_name
from cibtools.cluster.derived.option import parameters
from cibtools.runbook.facts.survey import Survey


class Volume(Struct, frozen=True):
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
            value = clean(pair.value.strip())
            if is_evms(value):
                resources.setdefault(value, []).append(primitive.id)
    for guest in survey.guests:
        for use in guest.domu.disks if guest.domu else ():
            if is_evms(use.identity.name):
                domus.setdefault(use.identity.name, []).append(guest.id)
    names = {path: lvm_name(path) for path in (*resources, *domus)}
    return tuple(
        Volume(
            path,
            tuple(dict.fromkeys(resources.get(path, ()))),
            tuple(dict.fromkeys(domus.get(path, ()))),
            name.path if name else "",
            name is None or not name.is_compatible,
        )
        for path, name in names.items()
    )


def groups(found: tuple[Volume, ...]) -> tuple[str, ...]:
    """The volume groups there will be."""
    return tuple(dict.fromkeys(volume.group for volume in found if volume.group))
