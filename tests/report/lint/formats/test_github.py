from __future__ import annotations

from collections.abc import Callable

from cibtools.lint.record.outcome import LintRun
from cibtools.report.lint.formats.github import render
from cibtools.report.shared.options import TextOptions

PLAIN = TextOptions()


def test_looks_as_reviewed(run: LintRun, snapshot: Callable[[str, str], None]) -> None:
    snapshot("github.txt", render(run, PLAIN))


def test_each_finding_is_one_escaped_command(run: LintRun) -> None:
    lines = render(run, PLAIN).splitlines()
    assert len(lines) == len(run.findings)
    assert lines[-1].startswith("::error file=backup/xen/mail%2C new.xm,line=3,col=11,endLine=3,endColumn=32,title=")
    assert "100%25 sure" in lines[-1]
    assert "%0A" in lines[-1]


def test_the_message_cannot_begin_another_command(run: LintRun) -> None:
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in render(run, PLAIN).splitlines())
