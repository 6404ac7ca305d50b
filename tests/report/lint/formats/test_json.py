from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from cibtools.lint.record.outcome import LintRun
from cibtools.report.lint.formats.json import render
from cibtools.report.shared.options import TextOptions

PLAIN = TextOptions()


@pytest.fixture(scope="module")
def validator(repo: Path) -> Draft202012Validator:
    schema = json.loads((repo / "schemas" / "lint-output.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_looks_as_reviewed(run: LintRun, snapshot: Callable[[str, str], None]) -> None:
    snapshot("report.json", render(run, PLAIN))


def test_keeps_to_the_schema(run: LintRun, validator: Draft202012Validator) -> None:
    validator.validate(json.loads(render(run, PLAIN)))


def test_the_schema_refuses_what_it_does_not_name(run: LintRun, validator: Draft202012Validator) -> None:
    for change in ({"version": 2}, {"extra": 1}, {"summary": {}}, {"findings": [{"code": "CIB601"}]}):
        with pytest.raises(ValidationError):
            validator.validate({**json.loads(render(run, PLAIN)), **change})
    report = json.loads(render(run, PLAIN))
    report["findings"][0]["extra"] = 1
    with pytest.raises(ValidationError):
        validator.validate(report)


def test_secrets_and_control_characters_do_not_appear(run: LintRun) -> None:
    text = render(run, PLAIN)
    assert "GEHEIM" not in text
    assert "\x1b" not in text
