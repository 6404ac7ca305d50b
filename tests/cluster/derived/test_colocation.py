"""Who follows whom in placement."""

from __future__ import annotations

from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.source import Source
from cibtools.cluster.derived.colocation import ColocationGraph
from cibtools.cluster.model.cluster import Cluster

TEXT = b"""
<resources>
  <group id="g"><primitive id="m1" class="lsb" type="a"/><primitive id="m2" class="lsb" type="b"/></group>
  <group id="s" collocated="false"><primitive id="s1" class="lsb" type="a"/></group>
  <primitive id="x" class="lsb" type="c"/> <primitive id="y" class="lsb" type="d"/>
  <primitive id="z" class="lsb" type="e"/>
</resources>
<constraints>
  <rsc_colocation id="c1" from="x" to="m2" score="INFINITY"/>
  <rsc_colocation id="c2" from="y" to="x" score="200"/>
  <rsc_colocation id="c3" from="z" to="g" score="-INFINITY"/>
  <rsc_colocation id="c4" from="z" to="y"/>
</constraints>"""


def graph() -> ColocationGraph:
    source = Source("cib.xml", TEXT)
    tree, defects, kind = parse_cib(source)
    return ColocationGraph(Cluster(Backup(".", (Document(kind, source, tree, defects=defects),))))


def test_leaders_by_constraints_and_groups() -> None:
    assert graph().leaders("x") == {"m2", "g", "m1"}
    assert graph().leaders("m1") == {"g", "m2"}
    assert graph().leaders("s1") == set()


def test_a_preference_is_no_must() -> None:
    assert graph().leaders("y") == {"x", "m2", "g", "m1"}
    assert graph().leaders("y", mandatory=True) == set()


def test_no_score_and_negative_scores_draw_nothing() -> None:
    assert graph().leaders("z") == set()


def test_kept_apart_counts_for_members() -> None:
    assert graph().kept_apart("m1", "z")
    assert graph().kept_apart("z", "m1")
    assert not graph().kept_apart("x", "z")
