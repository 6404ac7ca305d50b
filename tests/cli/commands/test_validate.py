"""`cibtools validate`: verdicts, exit statuses, and what an administrator is told to type."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from cibtools.cli.main import cli

CIB = """<cib validate-with="{schema}" admin_epoch="0" epoch="1" num_updates="0"><configuration>
<crm_config/><nodes/><resources><primitive id="a" class="lsb" type="x"/></resources>
<constraints>{constraints}</constraints></configuration><status/></cib>
"""


def validate(*words: str) -> Result:
    return CliRunner().invoke(cli, ["validate", *words], terminal_width=100)


@pytest.fixture(autouse=True)
def _in_the_checkout(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo)


def test_the_good_fixtures_are_valid() -> None:
    result = validate("fixtures/hasi", "fixtures/pacemaker-1.0")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "fixtures/hasi/cib.bak.xml: valid (heartbeat 2.1)\n" in result.stdout
    assert result.stdout.endswith("fixtures/pacemaker-1.0/cib.xml: valid (Pacemaker 1.0)\n")
    assert result.stdout.count("\n") == 6


REMEDIES = {
    "pacemaker-1.0-broken": {
        "cib.xml:20:60": "Remove provider.",
        "cib.xml:158:92": 'Write enabled="false" for disabled="true", and nothing for disabled="false".',
        "cib.xml:179:23": 'Write another id, such as id="web-instance_attributes-xmfile-2".',
        "cib.xml:235:91": 'Write score="INFINITY".',
        "cib.xml:236:25": 'Write id="db-connected", and the same in what refers to it.',
    },
    "hasi-broken": {
        "production/constraints.bak.xml:123:4": 'Add score="…".',
        "production/fragments/stonith-ilo1.xml:13:68": 'Correct the file; here it was read as if it were "1.2".',
        "production/resources.bak.xml:209:89": 'Write "start_delay".',
        "production/resources.bak.xml:245:102": 'Write disabled="true" for enabled="false", and nothing for enabled',
        "production/resources.bak.xml:421:19": 'Write id="web-intranet", and the same in what refers to it.',
    },
}
"""What the broken fixtures break, by place, and what to type."""


@pytest.mark.parametrize("fixture", REMEDIES)
def test_each_violation_of_a_broken_fixture_says_what_to_type(fixture: str, repo: Path) -> None:
    result = validate(f"fixtures/{fixture}", "--format", "json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    schema = json.loads((repo / "schemas/lint-output.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(report)
    found = {
        f"{Path(place['path']).relative_to('fixtures', fixture)}:{place['line']}:{place['column']}": finding["remedy"]
        for finding in report["findings"]
        for place in [finding["location"]]
    }
    assert set(found) == set(REMEDIES[fixture])
    for place, remedy in REMEDIES[fixture].items():
        assert found[place].startswith(remedy)


@pytest.mark.parametrize("name", ["text", "concise", "sarif", "junit", "github"])
def test_every_format_tells_of_the_violation(name: str) -> None:
    result = validate("fixtures/pacemaker-1.0-broken", "--format", name)
    assert result.exit_code == 1
    assert "CIB005" in result.stdout
    assert "infinity" in result.stdout


def test_no_comment_silences_a_schema(tmp_path: Path) -> None:
    wrong = '<!-- cibtools: ignore[CIB005] we know --><rsc_location id="l" rsc="a" node="alder"/>'
    path = tmp_path / "cib.xml"
    path.write_text(CIB.format(schema="pacemaker-1.0", constraints=wrong), encoding="utf-8")
    assert CliRunner().invoke(cli, ["lint", str(path), "--select", "CIB005", "--no-cache"]).exit_code == 0
    result = validate(str(path))
    assert result.exit_code == 1
    assert "has no rule and no score – Pacemaker 1.0 refuses the whole CIB" in result.stdout
    assert '= help: Add score="…".' in result.stdout


def test_documents_that_lint_leaves_aside_are_validated_too(tmp_path: Path) -> None:
    (tmp_path / "cib.xml").write_text(CIB.format(schema="pacemaker-1.0", constraints=""), encoding="utf-8")
    (tmp_path / "constraints.xml").write_text(
        '<constraints><rsc_order id="o" first="a"/></constraints>', encoding="utf-8"
    )
    result = validate(str(tmp_path), "--format", "concise")
    assert result.exit_code == 1
    assert "constraints.xml:1:14" in result.stdout


def test_many_locations_of_no_resource_stay_single_errors(tmp_path: Path) -> None:
    constraints = "\n".join(f'<rsc_location id="l{i}" rsc="gone" node="alder" score="1"/>' for i in range(9))
    path = tmp_path / "cib.xml"
    path.write_text(CIB.format(schema="pacemaker-1.0", constraints=constraints), encoding="utf-8")
    assert validate(str(path), "--format", "concise").stdout.count(": error CIB005 schema-violation: rsc_location") == 9


def test_a_newer_schema_is_the_one_that_is_stated(tmp_path: Path) -> None:
    path = tmp_path / "cib.xml"
    path.write_text(CIB.format(schema="pacemaker-3.0", constraints=""), encoding="utf-8")
    assert validate(str(path)).exit_code == 0
    location = '<rsc_location id="l" rsc="a" node="alder" score="1" resource-discovery="never"/>'
    for schema, status in (("pacemaker-2.1", 1), ("pacemaker-2.2", 0), ("pacemaker-4.0", 0), ("pacemaker-4.7", 1)):
        path.write_text(CIB.format(schema=schema, constraints=location), encoding="utf-8")
        assert validate(str(path)).exit_code == status, schema


def test_what_cannot_be_read_or_holds_no_cib_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "cib.xml").write_text("<cib><configuration>", encoding="utf-8")
    assert validate(str(tmp_path)).exit_code == 2
    assert validate(str(tmp_path / "absent.xml")).exit_code == 2
    result = validate("fixtures/hasi/nodes")
    assert (result.exit_code, "holds no CIB" in result.stderr) == (2, True)
