"""Checkstyle XML, which many build servers and editors read."""

from __future__ import annotations

from lxml import etree

from cibtools.lint.record.outcome import LintRun
from cibtools.report.shared.options import TextOptions
from cibtools.report.shared.printable import escaped, visible

SUFFIX = ".xml"


def render(run: LintRun, options: TextOptions) -> str:
    """A `file` for each file with findings; what could not be done stands under the file that it is about."""
    top = etree.Element("checkstyle", version="4.3")
    files: dict[str, etree._Element] = {}

    def add(path: str, line: int, column: int, severity: str, message: str, source: str) -> None:
        if path not in files:
            files[path] = etree.SubElement(top, "file", name=visible(path))
        given = {"line": str(line), "column": str(column), "severity": severity}
        etree.SubElement(files[path], "error", {**given, "message": visible(message), "source": source})

    for error in run.errors:
        place = error.location
        path, line = (place.path, place.line) if place else (".", 1)
        add(path, line, 1, "error", error.message, "cibtools")
    for finding in run.findings:
        place = finding.location
        source = f"cibtools.{finding.code}.{finding.name}"
        add(place.path, place.line, place.column, finding.severity.value, finding.message, source)
    text = etree.tostring(top, pretty_print=True, xml_declaration=True, encoding="UTF-8").decode()
    return escaped(text, lambda code: f"&#x{code:X};")
