"""Names of EVMS volumes under LVM: one answer for whoever asks."""

from __future__ import annotations

import pytest

from cibtools.cluster.derived.disk_name import canonical
from cibtools.cluster.derived.evms import is_evms, lvm_name
from cibtools.migrate.answers import Answers
from cibtools.migrate.sle11.evms import new_device


@pytest.mark.parametrize(
    ("path", "name", "compatible"),
    [
        ("/dev/evms/lvm2/vg/lv", "/dev/vg/lv", True),
        ("/dev/evms/lvm2//vg/lv", "/dev/vg/lv", True),
        ("/dev//evms/san2/lvm2/vg/./lv/", "/dev/vg/lv", True),
        ("/dev/evms/.nodes/lvm2/vg/lv", "/dev/vg/lv", True),
        ("/dev/evms/san2/cfgpool", "/dev/san2/cfgpool", False),
        ("/dev/evms/.nodes/san2/cfgpool", "/dev/san2/cfgpool", False),
        ("/dev/evms/md/md0", None, False),
        ("/dev/evms/md/md0/x", None, False),
        ("/dev/evms/.nodes/x", None, False),
        ("/dev/evms/lvm2/vg", None, False),
        ("/dev/evms/disk", None, False),
        ("/dev/vg/lv", None, False),
    ],
)
def test_all_who_ask_hear_the_same(path: str, name: str | None, compatible: bool) -> None:
    found = lvm_name(path)
    assert (found and found.path) == name
    assert is_evms(path) is ("evms" in path)
    assert bool(found and found.is_compatible) is compatible
    device = new_device(path, Answers())
    assert (device.path if device else None) == (name if compatible else None)
    if compatible:
        assert canonical(path.replace("//", "/").replace("/./", "/").rstrip("/"), {}) == name
