"""Rules: everything a rule file says, as values; documentation, metadata, test and examples have this one source."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect
from cibtools.lint.record.finding import Severity

INPUTS = {
    "resources": "resources",
    "constraints": "constraints",
    "crm_config": "crm_config",
    "nodes": "nodes",
    "status": "status",
    "xm": "xm domU files",
    "ha_cf": "ha.cf",
    "authkeys": "authkeys",
    "all_resources": "whole resources section",
    "all_constraints": "whole constraints section",
}
"""What a rule may require, with the name that a person reads; whole ones for rules that conclude from absence."""


class Variant(Struct, frozen=True):
    """One way in which a rule can be broken, with its own message."""

    message: str
    remedy: str = ""
    severity: Severity | None = None
    folded: str = ""
    """The message if more than five findings are folded into one; knows `{count}` and `{subjects}` too."""
    each: str = ""
    """What the note at each place of a folded finding says; the subject if empty."""


class Fix(Struct, frozen=True):
    """How a declarative rule's finding would be mended at the element itself.

    The rule's page shows it, and it is the remedy of a finding whose rule has no other.
    """

    safety: str
    """safe if the running cluster would behave as before, unsafe if not, shown if a human has to decide."""
    set: Mapping[str, str]
    """Attributes to write, with their values."""
    remove: tuple[str, ...]
    """Attributes to remove."""


class Match(Struct, frozen=True):
    """A declarative test: elements of a tag for which an XPath is true."""

    context: tuple[str, ...]
    """Tags of the elements to look at."""
    test: str
    """XPath 1.0, evaluated at the element."""
    variant: str = ""
    at: str = ""
    """The attribute to point at; the element itself if empty or absent."""
    dialects: tuple[Dialect, ...] = ()
    """Narrows the rule's dialects for this test; empty means all of them."""


class Example(Struct, frozen=True):
    """A small backup that must, or must not, give a finding."""

    files: Mapping[str, str]
    """Content by path; `cib.xml` holds what the rule file gives as `cib`."""
    dialect: Dialect | None = None
    """Forced dialect, for snippets that show no sign of one."""
    variant: str = ""
    """The variant that a bad example must give; any if empty."""
    note: str = ""


class Rule(Struct, frozen=True):
    """One rule of the catalogue."""

    code: str
    name: str
    summary: str
    """What is wrong, as a sentence that starts with a capital."""
    severity: Severity
    confidence: str
    dialects: tuple[Dialect, ...]
    persona: str
    """Who wants it by default: regular, pedantic or migration; only regular ones run without being selected."""
    requires: tuple[str, ...]
    """Inputs without which the rule is skipped; keys of `INPUTS`."""
    what: str
    rationale: str
    remedy: str
    """What to do, for the rule's page and, unless `help` says more, for findings."""
    help: str
    """What to do about one finding, where that depends on what was found."""
    sources: tuple[str, ...]
    matches: tuple[Match, ...]
    check: str
    """`module.function` below `cibtools.lint.checks`, for rules that need code."""
    context: tuple[str, ...]
    """Tags of the elements the check function is called for; empty if it looks at the whole cluster."""
    variants: Mapping[str, Variant]
    """By name; the empty name is the rule's own message."""
    fix: Fix | None
    supersedes: tuple[str, ...]
    """Codes of rules that see the same mistake with less to say: on one place or topic this rule replaces them."""
    suppress_everywhere: bool
    """True if a finding is silenced only by a comment at every place it names."""
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
    path: str
    """The rule file."""

    def severity_of(self, variant: str, own: Severity | None = None) -> Severity:
        """Tell the severity of a hit: its own, else the variant's, else the rule's."""
        found = self.variants.get(variant)
        return own or (found.severity if found and found.severity else self.severity)
