"""How much the linter has to say about the regression CIBs of heartbeat 2.1's own policy engine.

They were written to try the engine out, so some hold mistakes on purpose, and none is a whole backup. The number of
findings per rule is on record: a change shows where a rule has become louder or quieter. If it is meant, write the
record anew with `CIBTOOLS_RECORD_CORPUS=1 pytest tests/lint/test_corpus.py` and let a reviewer see the difference.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from cibtools.backup.files.raw import Limits
from cibtools.backup.files.walk import walk_input
from cibtools.backup.reader import gather, read_file
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.outcome import LintRun

REPO = Path(__file__).resolve().parent.parent.parent
RECORD = Path(__file__).parent / "corpus_counts.json"


@pytest.fixture(scope="module")
def run(shared: Path) -> LintRun:
    """Every file linted as a cluster of its own."""
    corpus = shared / "corpus" / "heartbeat-2.1"
    if not corpus.is_dir():
        pytest.skip("the corpus of heartbeat 2.1 CIBs (../shared/corpus/heartbeat-2.1) is not beside this checkout")
    read = [read_file(raw, {}) for raw in walk_input(str(corpus), Limits())]
    assert len(read) > 50
    engine = Engine(build_catalogue(load_tables(rule_files([REPO / "rules"]))))
    return engine.run([Cluster(backup) for backup in gather(read, each=True)])


def test_every_file_is_a_cib(run: LintRun) -> None:
    assert [document.path for document in run.documents if not document.kind.is_cib or document.unreadable] == []


def test_every_finding_points_into_its_file(run: LintRun) -> None:
    for finding in run.findings:
        for place in (finding.place, *(note.place for note in finding.notes)):
            where, source = place.location, place.document.source
            assert 1 <= where.line <= where.end_line <= source.line_count, finding
            assert 1 <= where.column <= len(source.line_text(where.line)) + 1, finding
            assert 0 <= place.span.start < place.span.end <= len(source.data), finding


def test_nothing_is_louder_than_on_record(run: LintRun) -> None:
    codes = Counter(finding.code for finding in run.findings)
    counts = {rule.code: codes[rule.code] for rule in run.rules}
    if os.environ.get("CIBTOOLS_RECORD_CORPUS") == "1":
        RECORD.write_text(json.dumps(counts, indent=2) + "\n", encoding="utf-8")
    assert counts == json.loads(RECORD.read_text(encoding="utf-8"))
