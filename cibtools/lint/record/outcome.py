"""What a run of the linter has found out, and what it could not be asked; all that reports know of the engine."""

from __future__ import annotations

from msgspec import Struct

from cibtools.backup.document import Document
from cibtools.cluster.model.cluster import Cluster
from cibtools.errors import CibtoolsError
from cibtools.lint.record.finding import Finding
from cibtools.lint.record.rule import Rule


class Skipped(Struct, frozen=True):
    """A rule that could not be asked, because nobody backed up what it needs."""

    rule: Rule
    missing: tuple[str, ...]
    """The inputs that are not there, as a person names them."""
    root: str
    """The backup."""


class LintRun(Struct, frozen=True):
    """All that a run has found out."""

    findings: tuple[Finding, ...]
    """In order of path, line, column and code."""
    suppressed: tuple[Finding, ...]
    """Those that a comment in the files silences."""
    skipped: tuple[Skipped, ...]
    clusters: tuple[Cluster, ...]
    rules: tuple[Rule, ...]
    """The rules that were selected."""
    errors: tuple[CibtoolsError, ...] = ()
    """What could not be read, or done; every report shows it, so that none passes for a clean bill."""
    accepted: tuple[Finding, ...] = ()
    """Those that a baseline holds."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """All files that were read."""
        return tuple(document for cluster in self.clusters for document in cluster.backup.documents)
