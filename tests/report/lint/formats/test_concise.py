from __future__ import annotations

import re
from collections.abc import Callable

from msgspec.structs import replace

from cibtools.lint.record.outcome import LintRun
from cibtools.report.lint.formats.concise import render
from cibtools.report.shared.options import TextOptions

PLAIN = TextOptions()


def test_looks_as_reviewed(run: LintRun, snapshot: Callable[[str, str], None]) -> None:
    snapshot("concise.txt", render(run, PLAIN))


def test_one_line_for_each_finding(run: LintRun) -> None:
    lines = render(run, PLAIN).splitlines()
    assert len(lines) == len(run.findings)
    assert all(re.match(r".+:\d+:\d+: (error|warning|info) [A-Z]+\d+ [a-z-]+: .", line) for line in lines)


def test_nothing_found_is_nothing_said(run: LintRun) -> None:
    assert render(replace(run, findings=()), PLAIN) == ""
