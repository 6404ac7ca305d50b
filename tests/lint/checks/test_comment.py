"""Comments that silence nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.run import Engine

CATALOGUE = build_catalogue(load_tables(rule_files([Path(__file__).parents[3] / "rules"])))
ALONE = Engine([rule for rule in CATALOGUE if rule.code == "CIB006"], CATALOGUE)


def found(path: str, data: bytes) -> list[tuple[str, str, int]]:
    document = parse_source(Source(path, data), path)
    run = ALONE.run([Cluster(backup) for backup in gather([Read(document, "", path, walked=True)])])
    spans = [(one.variant, one.place.span, one.location.line) for one in run.findings]
    return [(variant, data[span.start : span.end].decode(), line) for variant, span, line in spans]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_the_place_is_the_mark_whatever_stands_before_it(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>\n<!-- Überblick -->'
    text = f"{head}<resources><!--\ncibtools: ignore[CIB999] why --></resources>"
    assert found("cib.xml", text.encode(encoding)) == [("", "cibtools: ignore[CIB999]", 3)]


def test_a_rule_that_was_not_selected_exists() -> None:
    assert found("cib.xml", b"<resources><!-- cibtools: ignore[CIB403] why --></resources>") == []
    (one,) = found("cib.xml", b"<resources><!-- cibtools: ignore[CIB403, SITE1] why --></resources>")
    assert one[0] == ""


def test_marks_outside_comments_are_text() -> None:
    assert found("cib.xml", b'<primitive id="a" class="lsb" type="cibtools: ignore[CIB999]"/>') == []
    assert found("ha.cf", b"keepalive 2\nnode a b\n# cibtools: ignore[HB999]\n") == [("", "cibtools: ignore[HB999]", 3)]
