"""The planning report as values: questions with their ways, risks, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.record.finding import Finding
from cibtools.migrate.proof.judge import Verdict
from cibtools.migrate.record.outcome import Migration
from cibtools.runbook.plan.runbook import Runbook

ACCEPT = "accept"
EVMS = "evms"


class Way(Struct, frozen=True):
    """One answer to a question."""

    label: str
    """The choice, with its consequence."""
    key: str = ""
    """The key of the answers file; empty for what a person does by hand, which no file can hold."""
    entries: tuple[str, ...] = ()
    """For `accept`, what is added to the list; for `evms`, the old devices; else the value as TOML has it."""


class Question(Struct, frozen=True):
    """Something that a person must decide."""

    id: str
    """`M126-1`: the migration's step, and its number among the questions of that step."""
    step: str
    title: str
    """What the step does."""
    who: str
    """Who can answer."""
    must: bool
    """True if nothing is written before it is answered."""
    texts: tuple[tuple[str, str], ...]
    """What is asked, and where it stands: `path:line:column`."""
    ways: tuple[Way, ...]
    devices: Mapping[str, str] = field(default_factory=dict)
    """For EVMS: the old devices with the names that they probably get."""


class Risk(Struct, frozen=True):
    """What can go wrong."""

    text: str
    likelihood: str
    """`likely`, `possible` or `unlikely`."""
    impact: str
    """`high`, `medium` or `low`."""
    mitigation: str
    steps: tuple[str, ...]


class Unknown(Struct, frozen=True):
    """A condition that the files do not settle."""

    gate: str
    check: str
    """`P-10`; empty for what has no number."""
    text: str
    reason: str
    command: str
    """What answers it; empty if a person has to be asked."""


class Given(Struct, frozen=True):
    """The answers that were given, as lines of an answers file."""

    plain: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    evms: tuple[tuple[str, str], ...] = ()


class Briefing(Struct, frozen=True, eq=False):
    """All that the report tells of one cluster."""

    target: str
    cluster: Cluster
    runbook: Runbook
    migration: Migration | None
    """None if the CIB needs none."""
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    given: Given
    risks: tuple[Risk, ...]
    """The worst first."""
    unknown: tuple[Unknown, ...]
    proof: Verdict | None = None
    """None if the scheduler was not asked to compare."""
    rehearsal: tuple[str, ...] = ()
    """What came of a rehearsal, a line each; empty if there was none."""
    surprises: int = 0
