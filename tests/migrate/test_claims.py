"""Every difference between input and result has its entry in the change log, over fixtures and corpora."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from msgspec import structs

from cibtools.migrate.answers import Answers, Stack, StatusChoice
from cibtools.migrate.pipeline import migrate
from cibtools.migrate.record.outcome import Migration
from tests.migrate.claims import unclaimed
from tests.migrate.lab import cluster_of, whole

REPO = Path(__file__).resolve().parents[2]
KEEP, DROP = Answers(status=StatusChoice.KEEP), Answers()
FIXTURES = sorted((REPO / "fixtures").rglob("cib*.xml"))


def _migrate(path: Path, answers: Answers) -> Migration:
    return migrate(cluster_of(path.read_text()), answers)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: str(path.relative_to(REPO / "fixtures")))
@pytest.mark.parametrize("stack", list(Stack))
def test_fixtures(path: Path, stack: Stack) -> None:
    for answers in (KEEP, DROP):
        assert unclaimed(_migrate(path, structs.replace(answers, stack=stack))) == []


@pytest.mark.slow
def test_the_corpus(shared: Path) -> None:
    found = {}
    for path in sorted((shared / "corpus/heartbeat-2.1").glob("*.xml")):
        for answers in (KEEP, DROP):
            lines = unclaimed(_migrate(path, answers))
            if lines:
                found[path.name] = lines[:5]
    assert found == {}


@pytest.mark.slow
def test_random_clusters(shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("random_cibs", shared / "tools/random_cibs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = {}
    for seed in range(0, 2000, 10):
        lines = unclaimed(migrate(cluster_of(module.cib(seed)), KEEP if seed % 20 else DROP))
        if lines:
            found[seed] = lines[:5]
    assert found == {}


@pytest.fixture
def migration() -> Migration:
    text = '<primitive id="p" $D><!-- why --><meta_attributes id="m"><attributes><nvpair id="n" name="priority" value="1"/></attributes></meta_attributes></primitive>'  # noqa: E501
    return migrate(cluster_of(whole(text)), DROP)


def test_a_change_without_a_note_is_found(migration: Migration) -> None:
    assert unclaimed(migration) == []
    pair = next(found for found in migration.top.iter("nvpair") if found.get("id") == "n")
    pair.set("value", "2")
    assert [line.partition(":")[0] for line in unclaimed(migration)] == ["attribute gone", "attribute new"]


def test_an_element_that_vanishes_without_a_note_is_found(migration: Migration) -> None:
    pair = next(found for found in migration.top.iter("nvpair") if found.get("id") == "n")
    parent = pair.getparent()
    assert parent is not None
    parent.remove(pair)
    assert unclaimed(migration) == ["gone: primitive[p]/meta_attributes[m]/nvpair[n]"]


def test_an_element_that_appears_without_a_note_is_found(migration: Migration) -> None:
    resources = migration.draft.section("resources")
    assert resources is not None
    migration.draft.create(resources, "group", (("id", "g"),), cause=None)
    assert unclaimed(migration) == ['new: <group id="g"/>']


def test_a_comment_that_vanishes_is_found(migration: Migration) -> None:
    primitive = next(migration.top.iter("primitive"))
    primitive.remove(primitive[0])
    assert unclaimed(migration) == ["comment lost:  why "]


def test_an_element_that_moves_without_a_note_is_found(migration: Migration) -> None:
    pair = next(found for found in migration.top.iter("nvpair") if found.get("id") == "n")
    target = migration.draft.section("crm_config")
    assert target is not None
    target.append(pair)
    assert [line.partition(":")[0] for line in unclaimed(migration)] == ["moved", "order"]
