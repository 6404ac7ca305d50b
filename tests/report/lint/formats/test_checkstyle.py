from __future__ import annotations

from lxml import etree
from msgspec.structs import replace

from cibtools.errors import InputError
from cibtools.lint.record.outcome import LintRun
from cibtools.report.lint.formats.checkstyle import render
from cibtools.report.shared.options import TextOptions


def test_each_finding_is_one_error_below_its_file(run: LintRun) -> None:
    top = etree.fromstring(render(run, TextOptions()).encode())
    assert len(list(top.iter("error"))) == len(run.findings)
    names = [found.get("name") for found in top.iter("file")]
    assert len(names) == len(set(names))
    assert {found.get("severity") for found in top.iter("error")} <= {"error", "warning", "info"}


def test_what_could_not_be_done_is_an_error_too(run: LintRun) -> None:
    text = render(replace(run, findings=(), errors=(InputError("b\x1b.xml: no such file"),)), TextOptions())
    (error,) = etree.fromstring(text.encode()).iter("error")
    assert error.get("message") == "b␛.xml: no such file"
