"""JUnit XML, which most build servers show: a suite per file, a failed case per finding."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from cibtools.backup.document import Document
from cibtools.errors import CibtoolsError
from cibtools.lint.record.finding import Finding
from cibtools.lint.record.outcome import LintRun
from cibtools.report.shared.options import TextOptions
from cibtools.report.shared.printable import escaped

SUFFIX = ".xml"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(run: LintRun, options: TextOptions) -> str:
    """The run as one `testsuites` document; a file without findings is one case that passed."""
    top = etree.Element("testsuites", name="cibtools lint")
    top.extend(_suite(run, document) for document in run.documents)
    if run.errors:
        top.append(_failed(run.errors))
    for count in ("tests", "failures", "errors"):
        top.set(count, str(sum(int(suite.get(count, "0")) for suite in top)))
    text = etree.tostring(top, pretty_print=True, xml_declaration=True, encoding="UTF-8").decode()
    return escaped(text, lambda code: f"&#x{code:X};")


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
        known = document.kind.is_known
        case = etree.SubElement(suite, "testcase", classname=path, name="no findings" if known else "not read")
        if not known:
            etree.SubElement(case, "skipped", message=_allowed(document.reason))
            suite.set("skipped", "1")
    suite.set("tests", str(len(suite)))
    return suite


def _failed(errors: Sequence[CibtoolsError]) -> etree._Element:
    """A suite of its own for what could not be read, or done."""
    count = str(len(errors))
    suite = etree.Element("testsuite", name="cibtools", tests=count, failures="0", skipped="0", errors=count)
    for number, error in enumerate(errors, 1):
        path = error.location.path if error.location else "cibtools"
        case = etree.SubElement(suite, "testcase", classname=_allowed(path), name=f"not done #{number}")
        told = etree.SubElement(case, "error", type=type(error).__name__, message=_allowed(error.message))
        told.text = _allowed("\n".join(filter(None, (error.message, error.hint))))
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
