"""SARIF 2.1.0, the exchange format of static analysis (OASIS standard, errata 01), as code hosts import it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from urllib.parse import quote

from cibtools import __version__
from cibtools.backup.document import Document
from cibtools.errors import CibtoolsError
from cibtools.lint.record.finding import Finding, Severity
from cibtools.lint.record.outcome import LintRun, Skipped
from cibtools.lint.record.rule import Rule
from cibtools.location import Location
from cibtools.report.lint.rulepage import markdown_page, text_page
from cibtools.report.shared.json import Json, JsonValue, to_text
from cibtools.report.shared.options import TextOptions

SUFFIX = ".sarif"

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}


def render(run: LintRun, options: TextOptions) -> str:
    """The run as a SARIF log with one run."""
    return to_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [_Log(run).run_object()]})


class _Log:
    """Builds the one run, and knows the indices that results refer to."""

    def __init__(self, run: LintRun) -> None:
        self.run = run
        self.rules = {rule.code: index for index, rule in enumerate(run.rules)}
        self.documents = list(dict.fromkeys(document.path for document in run.documents))
        self.artifacts = {path: index for index, path in enumerate(self.documents)}
        self.above = _common_directory(self.documents)

    def run_object(self) -> Json:
        first = {document.path: document for document in reversed(self.run.documents)}
        return {
            "tool": {
                "driver": {
                    "name": "cibtools",
                    "version": __version__,
                    "semanticVersion": __version__,
                    "rules": [_rule(rule) for rule in self.run.rules],
                }
            },
            "columnKind": "unicodeCodePoints",
            "invocations": [
                {
                    "executionSuccessful": not self.run.errors,
                    "toolExecutionNotifications": [self.failure(error) for error in self.run.errors],
                    "toolConfigurationNotifications": [self.notification(found) for found in self.run.skipped],
                }
            ],
            "artifacts": [self.artifact(first[path]) for path in self.documents],
            "results": [
                self.result(finding) for finding in (*self.run.findings, *self.run.suppressed, *self.run.accepted)
            ],
        }

    def artifact(self, document: Document) -> Json:
        properties: Json = {"kind": document.kind.value, "reason": document.reason}
        return {
            "location": {"uri": self.uri(document.path)},
            "roles": ["analysisTarget"],
            "properties": {**properties, "host": document.host} if document.host else properties,
        }

    def failure(self, error: CibtoolsError) -> Json:
        text = f"{error.message}\n\n{error.hint}" if error.hint else error.message
        told: Json = {"level": "error", "message": {"text": text}}
        return {**told, "locations": [self.location(error.location)]} if error.location else told

    def notification(self, found: Skipped) -> Json:
        return {
            "level": "note",
            "message": {"text": f"{found.rule.code} skipped: the input has no {', no '.join(found.missing)}"},
            "associatedRule": {"id": found.rule.code, **self.index_of(found.rule.code)},
        }

    def result(self, finding: Finding) -> Json:
        text = f"{finding.message}\n\n{finding.remedy}" if finding.remedy else finding.message
        properties: Json = {"confidence": finding.confidence, "route": finding.route}
        if finding.variant:
            properties["variant"] = finding.variant
        if finding.subjects:
            properties["subjects"] = list(finding.subjects)
        result: Json = {
            "ruleId": finding.code,
            "level": _LEVEL[finding.severity],
            "message": {"text": text},
            "locations": [
                {
                    **self.location(finding.location),
                    "logicalLocations": [{"fullyQualifiedName": finding.route}],
                }
            ],
            "partialFingerprints": {"cibtools/v1": finding.fingerprint},
            "properties": properties,
        }
        if finding.code in self.rules:
            result["ruleIndex"] = self.rules[finding.code]
        if finding.notes:
            result["relatedLocations"] = [
                {"id": number, **self.location(note.place.location), "message": {"text": note.message}}
                for number, note in enumerate(finding.notes, 1)
            ]
        if finding.accepted:
            result["suppressions"] = [{"kind": "external", "justification": "accepted in the baseline"}]
        elif finding.suppressed_by:
            result["suppressions"] = [{"kind": "inSource", "justification": finding.suppressed_by}]
        return result

    def index_of(self, code: str) -> Json:
        return {"index": self.rules[code]} if code in self.rules else {}

    def location(self, place: Location) -> Json:
        artifact: Json = {"uri": self.uri(place.path)}
        if place.path in self.artifacts:
            artifact["index"] = self.artifacts[place.path]
        return {
            "physicalLocation": {
                "artifactLocation": artifact,
                "region": {
                    "startLine": place.line,
                    "startColumn": place.column,
                    "endLine": place.end_line,
                    "endColumn": place.end_column,
                },
            }
        }

    def uri(self, path: str) -> str:
        """A relative reference; absolute paths lose the directory that all of them share."""
        relative = posixpath.relpath(path, self.above) if posixpath.isabs(path) else path
        # A name with a colon in front of the first slash would be read as a scheme.
        first, slash, rest = quote(relative.encode("utf-8", "surrogateescape")).partition("/")
        return first.replace(":", "%3A") + slash + rest


def _rule(rule: Rule) -> Json:
    tags: list[JsonValue] = [*(f"dialect:{dialect.value}" for dialect in rule.dialects), f"persona:{rule.persona}"]
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": _filled(rule.what or rule.summary)},
        "help": {"text": text_page(rule, heading=False), "markdown": markdown_page(rule)},
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "properties": {"tags": tags, "precision": rule.confidence, "problem.severity": _PROBLEM[rule.severity]},
    }


def _filled(text: str) -> str:
    """Paragraphs of one line each."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _common_directory(paths: Iterable[str]) -> str:
    directories = [posixpath.dirname(path) for path in paths if posixpath.isabs(path)]
    return posixpath.commonpath(directories) if directories else ""
