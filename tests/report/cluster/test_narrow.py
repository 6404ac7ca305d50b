"""A part of a cluster: single objects with what concerns them, and chapters."""

from __future__ import annotations

import pytest

from cibtools.cli.inputs.open import read_one
from cibtools.report.cluster.clusterview import ClusterView, view
from cibtools.report.cluster.narrow import about, names_of, without
from tests.conftest import REPO


@pytest.fixture(scope="module")
def hasi() -> ClusterView:
    return view(read_one(str(REPO / "fixtures/hasi")))


def test_a_resource_comes_with_its_domu_its_file_and_its_constraints(hasi: ClusterView) -> None:
    part = about(hasi, ["nfs"])
    assert [one.id for one in part.resources] == ["nfs"]
    assert {one.id for one in part.constraints} == {"nfs_depends_configpool", "nfs:connected"}
    assert [one.name for one in part.domus] == ["nfs"]
    assert part.memory == part.domus[0].memory
    assert [one.path.rsplit("/", 1)[-1] for one in part.files] == ["nfs.xm"]
    assert part.nodes == ()


def test_a_child_is_shown_in_its_clone_with_the_constraints_of_the_clone(hasi: ClusterView) -> None:
    part = about(hasi, ["evms-child"])
    assert [(one.id, one.children[0].id) for one in part.resources] == [("evms", "evms-child")]
    assert [one.id for one in part.constraints] == ["configpool_depends_evms"]


def test_a_node_comes_with_its_fencing_and_a_device_with_its_nodes(hasi: ClusterView) -> None:
    node = about(hasi, ["host1"])
    assert "STONITH-iLO-host1" in {one.id for one in node.resources}
    assert [one.name for one in node.nodes] == ["host1"]
    assert [one.name for one in about(hasi, ["STONITH-iLO-host2"]).nodes] == ["host2"]


def test_every_name_finds_something(hasi: ClusterView) -> None:
    for name in names_of(hasi):
        part = about(hasi, [name])
        assert any((part.nodes, part.resources, part.constraints, part.domus, part.options)), name


def test_a_chapter_is_left_out_and_the_others_stay(hasi: ClusterView) -> None:
    part = without(hasi, ["nodes", "files"])
    assert part.nodes == part.files == part.attached == ()
    assert (part.resources, part.constraints, part.domus) == (hasi.resources, hasi.constraints, hasi.domus)
    assert without(hasi, []) is hasi
