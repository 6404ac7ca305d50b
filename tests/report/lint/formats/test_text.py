from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from cibtools.lint.record.outcome import LintRun
from cibtools.report.lint.formats.text import render
from cibtools.report.shared.options import TextOptions

_ESCAPES = re.compile(r"\x1b\[[\d;]*m")


def test_looks_as_reviewed(run: LintRun, snapshot: Callable[[str, str], None]) -> None:
    options = TextOptions(statistics=True, show_skipped=True, show_suppressed=True)
    snapshot("text.txt", render(run, options))


def test_looks_as_reviewed_on_a_narrow_terminal(run: LintRun, snapshot: Callable[[str, str], None]) -> None:
    snapshot("text-narrow.txt", render(run, TextOptions(width=60)))


def test_looks_as_reviewed_without_findings(run: LintRun, snapshot: Callable[[str, str], None]) -> None:
    snapshot("text-none.txt", render(replace(run, findings=(), suppressed=(), skipped=()), TextOptions()))


@pytest.mark.parametrize("width", [1, 40, 60, 100, 300])
def test_colour_changes_nothing_but_colour(run: LintRun, width: int) -> None:
    options = TextOptions(width=width, statistics=True, show_skipped=True, show_suppressed=True)
    colored = render(run, replace(options, color=True))
    assert _ESCAPES.search(colored)
    assert _ESCAPES.sub("", colored) == render(run, options)


def test_nothing_in_a_file_reaches_the_terminal_raw(run: LintRun) -> None:
    text = render(run, TextOptions())
    assert "m␛[31mail" in text
    assert "\x1b" not in text
    assert "\t" not in text


@pytest.mark.parametrize("width", [1, 30, 60, 100, 1000])
def test_secrets_are_masked(run: LintRun, width: int) -> None:
    assert "GEHEIM" not in render(run, TextOptions(width=width))


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_source_lines_keep_to_the_width(run: LintRun, width: int) -> None:
    from cibtools.report.shared.printable import columns

    rows = [line for line in render(run, TextOptions(width=width)).splitlines() if re.match(r" *\d* \| ", line)]
    assert rows
    assert max(columns(row) for row in rows) <= width
