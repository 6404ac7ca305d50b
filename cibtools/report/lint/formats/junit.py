"""JUnit XML, which most build servers show: a suite per file, a failed case per finding."""

from __future__ import annotations

import re

from lxml import etree

from cibtools.backup.document import Document
from cibtools.lint.record.finding import Finding
from cibtools.lint.record.outcome import LintRun
from cibtools.report.shared.options import TextOptions

SUFFIX = ".xml"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(run: LintRun, options: TextOptions) -> str:
    """The run as one `testsuites` document; a file without findings is one case that passed."""
    top = etree.Element("testsuites", name="cibtools lint", tests="0", failures="0")
    tests = failures = 0
    for document in run.documents:
        suite = _suite(run, document)
        top.append(suite)
        tests += int(suite.get("tests", "0"))
        failures += int(suite.get("failures", "0"))
    top.set("tests", str(tests))
    top.set("failures", str(failures))
    return etree.tostring(top, pretty_print=True, xml_declaration=True, encoding="UTF-8").decode()


def _suite(run: LintRun, document: Document) -> etree._Element:
    path = _allowed(document.path)
    found = [finding for finding in run.findings if finding.place.document is document]
    silenced = [finding for finding in run.suppressed if finding.place.document is document]
    suite = etree.Element("testsuite", name=path, failures=str(len(found)), skipped=str(len(silenced)), errors="0")
    for finding in found:
        failure = etree.SubElement(_case(suite, path, finding), "failure")
        failure.set("type", finding.severity.value)
        failure.set("message", _allowed(finding.message))
        failure.text = _allowed("\n".join(filter(None, (_where(finding), finding.message, finding.remedy))))
    for finding in silenced:
        etree.SubElement(_case(suite, path, finding), "skipped", message=_allowed(finding.suppressed_by))
    if not len(suite):
        etree.SubElement(suite, "testcase", classname=path, name="no findings")
    suite.set("tests", str(len(suite)))
    return suite


def _case(suite: etree._Element, path: str, finding: Finding) -> etree._Element:
    # The route keeps names of cases apart, and the same from run to run, where line numbers would not.
    several = f" #{finding.ordinal + 1}" if finding.ordinal else ""
    name = _allowed(
        " ".join(filter(None, (finding.code, finding.name, finding.route, finding.discriminator))) + several
    )
    return etree.SubElement(suite, "testcase", classname=path, name=name)


def _where(finding: Finding) -> str:
    return f"{finding.location.path}:{finding.location.line}:{finding.location.column}"


def _allowed(text: str) -> str:
    """Replace what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
