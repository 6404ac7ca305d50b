"""LVM as its sources have it: what is clustered is skipped while locking is local, and what holds it back."""

from __future__ import annotations

import pytest

from cibtools.rehearsal.reaction import Reaction
from cibtools.rehearsal.tools.options import UnknownOptionError
from cibtools.rehearsal.world import Group
from tests.rehearsal.lab import run

pytestmark = pytest.mark.pacemaker
_CONF = "/etc/lvm/lvm.conf"
_LOCAL = b'devices {\n  filter = [ "a|/dev/mapper/.*|", "r|.*|" ]\n}\nglobal {\n  locking_type = 1\n}\n'


@pytest.fixture
def converted(cluster: Reaction) -> Reaction:
    """The cluster with a volume group of two volumes, which locks for one host, on new systems without a stack."""
    world = cluster.world
    for name, node in world.nodes.items():
        node.renewed, node.stack, node.release = True, False, "pacemaker-1.0.3"
        world.disk[name, _CONF] = _LOCAL
    world.running.clear()
    world.groups["san"] = Group("san", {"web": "/dev/evms/san/web", "db": "/dev/evms/san/db"}, lvm=True)
    return cluster


def test_a_clustered_group_is_skipped_while_locking_is_local(converted: Reaction) -> None:
    assert run(converted, "vgchange -c y san").status == 0
    found = run(converted, "vgs")
    assert "san" not in found.stdout
    assert found.stderr == "  Skipping clustered volume group san\n"
    assert run(converted, "vgchange -a y san").status == 5


def test_without_locking_it_is_worked_on_all_the_same(converted: Reaction) -> None:
    run(converted, "vgchange -c y san")
    assert "wz--nc" in run(converted, "vgs --config locking_type=0").stdout
    assert run(converted, "vgchange -c n --config locking_type=0 san").status == 0
    assert "san" in run(converted, "vgs").stdout


def test_without_clvmd_the_locking_of_the_cluster_falls_back_to_local(converted: Reaction) -> None:
    run(converted, "vgchange -c y san")
    converted.world.disk["alfa", _CONF] = _LOCAL.replace(b"= 1", b"= 3")
    found = run(converted, "lvs")
    assert "Falling back to local file-based locking" in found.stderr
    assert "Skipping clustered volume group san" in found.stderr


def test_what_is_active_is_not_marked_as_clustered(converted: Reaction) -> None:
    assert "2 logical volume(s)" in run(converted, "vgchange -a y san").stdout
    assert run(converted, "vgchange -c y san").status == 5
    run(converted, "vgchange -a n san")
    assert run(converted, "vgchange -c y san").status == 0


def test_a_filter_that_rejects_all_leaves_nothing_to_see(converted: Reaction) -> None:
    converted.world.disk["alfa", _CONF] = b'  filter = [ "r|.*|" ]\n'
    assert run(converted, "pvscan").status == 5
    assert run(converted, "vgs").stdout == ""
    assert run(converted, "csm-converter --scan").status == 1


def test_native_volumes_are_not_converted(converted: Reaction) -> None:
    group = converted.world.groups["san"]
    group.lvm, group.native = False, True
    assert "no compatibility volumes in san" in run(converted, "csm-converter --scan").stderr
    group.native = False
    assert run(converted, "csm-converter --scan").status == 0
    assert group.lvm


def test_the_converter_is_not_on_the_old_system(cluster: Reaction) -> None:
    with pytest.raises(UnknownOptionError, match="SLE HA 11"):
        run(cluster, "csm-converter --scan")


def test_ocfs2_gets_its_stack_only_while_that_runs(converted: Reaction) -> None:
    run(converted, "vgchange -a y san")
    assert "Not mounted" in run(converted, "mounted.ocfs2 -f /dev/san/db").stdout
    assert "cluster service" in run(converted, "tunefs.ocfs2 --update-cluster-stack -y /dev/san/db").stderr
    assert converted.world.groups["san"].stacks == {}
