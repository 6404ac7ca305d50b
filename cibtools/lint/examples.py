"""Rule examples as tests: each bad one must give its rule, each good one must not.

Our own test suite uses it, and `cibtools rules test`, by which users test theirs. Nothing is written to disk.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.kind import Defect
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.outcome import LintRun
from cibtools.lint.record.rule import Example, Rule


class Verdict(Struct, frozen=True):
    """How one example of a rule turned out."""

    rule: Rule
    bad: bool
    number: int
    """Counts the bad and the good examples of a rule from 1, each for themselves."""
    example: Example
    run: LintRun
    """What the rule found."""
    problem: str
    """What is wrong with the example or the rule, or nothing."""

    @property
    def label(self) -> str:
        """A name for it, such as CIB601-bad-1."""
        return f"{self.rule.code}-{'bad' if self.bad else 'good'}-{self.number}"


def run_example(rule: Rule, example: Example) -> LintRun:
    """Read the files of an example as one backup and ask the rule alone."""
    documents = [parse_source(Source(path, text.encode()), path) for path, text in sorted(example.files.items())]
    backups = gather(Read(document, "", document.path, walked=True) for document in documents)
    return Engine([rule]).run([Cluster(backup, example.dialect) for backup in backups])


def judge(rule: Rule, number: int, example: Example, *, bad: bool) -> Verdict:
    """Run one example and say whether it came out as it should."""
    run = run_example(rule, example)
    return Verdict(rule, bad, number, example, run, _problem(rule, example, run, bad))


def judge_all(rule: Rule) -> Iterator[Verdict]:
    """Judge every example of a rule."""
    for bad, examples in ((True, rule.bad), (False, rule.good)):
        for number, example in enumerate(examples, 1):
            yield judge(rule, number, example, bad=bad)


def _problem(rule: Rule, example: Example, run: LintRun, bad: bool) -> str:
    # A rule about damage has damaged examples; elsewhere damage makes an example prove nothing.
    broken = next(_fatal_defects(run), None)
    if broken and not run.findings:
        return f"the example cannot be read: {broken.message}"
    if not bad:
        return "a good example gives a finding" if run.findings else ""
    if run.skipped:
        return f"the rule was not asked: the example has no {', no '.join(run.skipped[0].missing)}"
    if not run.findings:
        spoken = ", ".join(dict.fromkeys(cluster.dialect.value for cluster in run.clusters))
        deaf = all(cluster.dialect not in rule.dialects for cluster in run.clusters)
        return f"the rule does not hold for its dialect, {spoken}" if deaf else "a bad example gives no finding"
    variants = dict.fromkeys(finding.variant for finding in run.findings)
    if example.variant and example.variant not in variants:
        return f"variant {example.variant} was expected and {', '.join(filter(None, variants)) or 'none'} found"
    return ""


def _fatal_defects(run: LintRun) -> Iterator[Defect]:
    for document in run.documents:
        if document.unreadable:
            yield document.unreadable
