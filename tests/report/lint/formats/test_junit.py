from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from cibtools.lint.record.outcome import LintRun
from cibtools.report.lint.formats.junit import render
from cibtools.report.shared.options import TextOptions

PLAIN = TextOptions()


def test_looks_as_reviewed(run: LintRun, snapshot: Callable[[str, str], None]) -> None:
    snapshot("junit.xml", render(run, PLAIN))


def test_counts_are_those_of_the_cases(run: LintRun) -> None:
    top = etree.fromstring(render(run, PLAIN).encode())
    assert int(top.get("tests", "")) == len(top.findall(".//testcase"))
    assert int(top.get("failures", "")) == len(top.findall(".//failure")) == len(run.findings)
    assert len(top.findall("testsuite")) == len(run.documents)
    for suite in top:
        assert int(suite.get("tests", "")) == len(suite)
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))


def test_what_xml_cannot_hold_is_replaced(run: LintRun) -> None:
    assert "m\ufffd[31mail" in render(run, PLAIN)


def test_cases_have_different_names(run: LintRun) -> None:
    names = [
        (case.get("classname"), case.get("name"))
        for case in etree.fromstring(render(run, PLAIN).encode()).iter("testcase")
    ]
    assert len(names) == len(set(names))
