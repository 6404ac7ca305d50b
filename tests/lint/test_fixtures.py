"""The clusters below fixtures give what their READMEs promise, row by row, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.files.raw import Limits
from cibtools.backup.files.walk import walk_input
from cibtools.backup.reader import gather, read_file
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.finding import Finding, Severity

REPO = Path(__file__).resolve().parent.parent.parent
FIXTURES = REPO / "fixtures"
RULES = build_catalogue(load_tables(rule_files([REPO / "rules"])))


@cache
def findings_in(name: str) -> tuple[Finding, ...]:
    read = [read_file(raw, {}) for raw in walk_input(str(FIXTURES / name), Limits())]
    return Engine(RULES).run([Cluster(backup) for backup in gather(read)]).findings


def codes_in(name: str) -> set[str]:
    return {finding.code for finding in findings_in(name)}


@dataclass(frozen=True)
class Row:
    """One row of a README: a code is promised somewhere."""

    fixture: str
    section: str
    """The directory of the cluster, below the fixture."""
    code: str
    where: str

    @property
    def names(self) -> list[str]:
        """What the second column names in backquotes; a range such as `op-01` … `-04` by its first."""
        return [name for name in re.findall(r"`([^`]+)`", self.where) if not name.startswith("-")]


def rows(fixture: str) -> Iterator[Row]:
    section = ""
    for line in (FIXTURES / fixture / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line[3:] if (FIXTURES / fixture / line[3:]).is_dir() else ""
        found = re.match(r"\| ([A-Z]+\d{3}) \| (.+?) \| ", line)
        if found:
            yield Row(fixture, section, found[1], found[2])


ROWS = [row for fixture in ("hasi", "hasi-broken", "pacemaker-1.0-broken") for row in rows(fixture)]


def is_named(name: str, finding: Finding) -> bool:
    """True if a finding stands in a file of that name, or is about an object of that name."""
    for place in (finding.place, *(note.place for note in finding.notes)):
        path = f"/{place.document.path}"
        if path.endswith(f"/{name}"):
            return True
    told = [finding.message, finding.route, *finding.subjects]
    told += [text for note in finding.notes for text in (note.message, note.place.route(""))]
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "\n".join(told)) is not None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.fixture}/{row.section}-{row.code}")
def test_row_of_readme(row: Row) -> None:
    top = str(FIXTURES / row.fixture / row.section)
    here = [
        finding
        for finding in findings_in(row.fixture)
        if finding.code == row.code and finding.location.path.startswith(top)
    ]
    assert here, f"{row.code} does not fire in {row.section or row.fixture}"
    for name in row.names:
        assert any(is_named(name, finding) for finding in here), f"{row.code}: nothing about {name}"


def test_hasi() -> None:
    assert codes_in("hasi") == {"CIB301", "CIB404", "CIB408", "CIB503", "HB103", "STO402"}
    assert {finding.severity for finding in findings_in("hasi")} == {Severity.WARNING, Severity.INFO}


def test_every_rule_fires_in_hasi_broken() -> None:
    assert codes_in("hasi-broken") == {rule.code for rule in RULES if Dialect.HB2 in rule.dialects}
    assert codes_in("hasi-broken") == {row.code for row in rows("hasi-broken")}


def test_pacemaker() -> None:
    assert findings_in("pacemaker-1.0") == ()


def test_pacemaker_broken() -> None:
    assert codes_in("pacemaker-1.0-broken") == {row.code for row in rows("pacemaker-1.0-broken")}


def test_every_finding_in_the_broken_clusters_is_explained() -> None:
    """No row, no finding: what the README does not mention would be a false alarm."""
    for fixture in ("hasi", "hasi-broken", "pacemaker-1.0-broken"):
        for finding in findings_in(fixture):
            promised = [
                row
                for row in rows(fixture)
                if row.code == finding.code and finding.location.path.startswith(str(FIXTURES / fixture / row.section))
            ]
            assert promised, f"{finding.location.path}:{finding.location.line}: {finding.code} {finding.message}"
