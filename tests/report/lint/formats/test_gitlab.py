from __future__ import annotations

import json

from msgspec.structs import replace

from cibtools.errors import InputError
from cibtools.lint.record.outcome import LintRun
from cibtools.report.lint.formats.gitlab import render
from cibtools.report.shared.options import TextOptions


def test_each_finding_is_one_issue_with_an_identity(run: LintRun) -> None:
    issues = json.loads(render(run, TextOptions()))
    assert len(issues) == len(run.findings)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["lines"]["begin"] >= 1


def test_what_could_not_be_done_blocks(run: LintRun) -> None:
    issues = json.loads(
        render(replace(run, errors=(InputError("b.xml: no such file", hint="name it"),)), TextOptions())
    )
    assert (issues[0]["severity"], issues[0]["description"]) == ("blocker", "b.xml: no such file (name it)")
