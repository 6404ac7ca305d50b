"""The engine: each tree is walked once, each element handed to the rules that ask for its tag, each check called once.

What comes out depends on nothing but the clusters and the rules: not on the order of rules, not on the machine.
"""

from __future__ import annotations

import importlib
import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import partial

from lxml import etree
from msgspec.structs import replace

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.record.kind import Kind
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.vocabulary.release import Release
from cibtools.lint.catalogue.template import compiled
from cibtools.lint.engine.folding import fold
from cibtools.lint.engine.making import broken, in_order, make_finding, number_twins, paired_twins, remedy_of
from cibtools.lint.engine.precedence import without_general
from cibtools.lint.engine.suppression import suppression_reason
from cibtools.lint.record.finding import Finding, Hit
from cibtools.lint.record.outcome import LintRun, Skipped
from cibtools.lint.record.rule import INPUTS, Match, Rule

ClusterCheck = Callable[[Cluster], Iterator[Hit]]
ElementCheck = Callable[[Cluster, etree._Element], Iterator[Hit]]
EVERY_TAG = "*"
"""As context of a rule: every element, those above the objects included."""


ElementRule = tuple[Rule, ElementCheck, tuple[Dialect, ...]]


class Engine:
    """A compiled set of rules; raises RuleError for a rule whose XPath or check does not exist.

    `catalogue` holds all rules that there are, if fewer are to run: a check with a parameter `known` gets the names of
    all rules by their codes. A check with a parameter `target` gets the release that an upgrade shall lead to.
    """

    def __init__(self, rules: Iterable[Rule], catalogue: Iterable[Rule] = (), *, target: Release | None = None) -> None:
        self._target = target
        self.rules = tuple(sorted(rules, key=lambda rule: rule.code))
        self._known = {rule.code: rule.name for rule in (*self.rules, *catalogue)}
        self._whole: list[tuple[Rule, ClusterCheck]] = []
        self._by_tag: dict[str, list[ElementRule]] = defaultdict(list)
        self._of_dialect: dict[tuple[Dialect, bool], dict[str, tuple[tuple[Rule, ElementCheck], ...]]] = {}
        """By dialect: what is asked of elements with a tag, made when the first of them comes."""
        for rule in self.rules:
            self._add(rule)

    def _add(self, rule: Rule) -> None:
        for match in rule.matches:
            test = _declared(rule, match)
            for tag in match.context:
                self._by_tag[tag].append((rule, test, match.dialects or rule.dialects))
        if rule.check:
            function = _find_check(rule)
            parameters = inspect.signature(function).parameters
            if "known" in parameters:
                function = partial(function, known=self._known)
            if "target" in parameters:
                function = partial(function, target=self._target)
            for tag in rule.context:
                self._by_tag[tag].append((rule, function, rule.dialects))
            if not rule.context:
                self._whole.append((rule, function))

    def run(self, clusters: Sequence[Cluster], accepted: Set[str] | None = None) -> LintRun:
        """Lint clusters, each for itself.

        `accepted` are the fingerprints of findings that are known already: those are told apart one by one, before any
        are folded together. With an empty set nothing is folded.
        """
        findings: list[Finding] = []
        suppressed: list[Finding] = []
        known: list[Finding] = []
        skipped: list[Skipped] = []
        for cluster, name in zip(clusters, _names_apart(clusters), strict=True):
            left_out = {found.rule.code: found for found in self._skipped(cluster)}
            skipped += left_out.values()
            for found in self._findings(cluster, frozenset(left_out), accepted):
                finding = replace(found, cluster=name) if name else found
                (known if finding.accepted else suppressed if finding.suppressed_by else findings).append(finding)
        return LintRun(
            in_order(findings),
            in_order(suppressed),
            tuple(skipped),
            tuple(clusters),
            self.rules,
            accepted=in_order(known),
        )

    def _skipped(self, cluster: Cluster) -> Iterator[Skipped]:
        for rule in self.rules:
            missing = tuple(INPUTS[name] for name in rule.requires if not _available(cluster, name))
            if missing and cluster.dialect in rule.dialects:
                yield Skipped(rule, missing, cluster.backup.root)

    def _findings(self, cluster: Cluster, left_out: frozenset[str], accepted: Set[str] | None) -> list[Finding]:
        asked = [(rule, hit) for rule, hit in self._hits(cluster) if rule.code not in left_out]
        active: list[tuple[Rule, Hit]] = []
        findings: list[Finding] = []
        for rule, hit in without_general(asked):
            # What a comment silences is taken out first, so that it neither counts nor hides in a folded finding.
            reason = _silenced(rule, hit)
            if reason:
                findings.append(replace(make_finding(rule, [hit], cluster.backup.root), suppressed_by=reason))
            else:
                active.append((rule, hit))
        root = cluster.backup.root
        if accepted is not None:
            single = [(make_finding(rule, [hit], root), (rule, hit)) for rule, hit in active]
            pairs = {id(finding): pair for finding, pair in single}
            twins = [(one, pairs[id(own)]) for own, one in paired_twins(finding for finding, _ in single)]
            findings += [replace(one, accepted=True) for one, _ in twins if one.fingerprint in accepted]
            active = [pair for one, pair in twins if one.fingerprint not in accepted]
            if not accepted:
                return [*number_twins(findings), *(one for one, _ in twins)]
        findings += [make_finding(rule, group, root) for rule, group in fold(active, remedy_of)]
        return [*(one for one in findings if one.accepted), *number_twins(one for one in findings if not one.accepted)]

    def _hits(self, cluster: Cluster) -> Iterator[tuple[Rule, Hit]]:
        for rule, whole in self._whole:
            if cluster.dialect in rule.dialects:
                yield from ((rule, hit) for hit in whole(cluster))
        every = self._by_tag.get(EVERY_TAG, [])
        for head in _heads(cluster):
            yield from self._ask(cluster, head, [head], every)
        for top in cluster.assembly.configured:
            yield from self._ask(cluster, top, top.iter("*"), every)

    def _asked(self, tag: str, every: list[ElementRule], dialect: Dialect) -> tuple[tuple[Rule, ElementCheck], ...]:
        return tuple(
            (rule, test) for rule, test, dialects in (*self._by_tag.get(tag, ()), *every) if dialect in dialects
        )

    def _ask(
        self, cluster: Cluster, top: etree._Element, elements: Iterable[etree._Element], every: list[ElementRule]
    ) -> Iterator[tuple[Rule, Hit]]:
        """Hand elements to the rules for their tag and to those for every tag."""
        dialect = cluster.dialect_of(cluster.document_of(top))
        rules = self._of_dialect.setdefault((dialect, bool(every)), {})
        for element in elements:
            mine = rules.get(element.tag)
            if mine is None:
                mine = rules[element.tag] = self._asked(element.tag, every, dialect)
            for rule, test in mine:
                for hit in test(cluster, element):
                    yield rule, hit


def _heads(cluster: Cluster) -> Iterator[etree._Element]:
    """The elements above the objects: sections, `configuration` and `cib`."""
    seen: set[etree._Element] = set()
    for section, headers in cluster.assembly.headers.items():
        for header in headers if section != "status" else ():
            for head in (header, *header.iterancestors("configuration", "cib")):
                if head not in seen:
                    seen.add(head)
                    yield head


def _names_apart(clusters: Sequence[Cluster]) -> list[str]:
    """What tells the clusters of one run apart: their roots, as far as they differ."""
    roots = [cluster.backup.root for cluster in clusters]
    if len(roots) < 2:
        return [""] * len(roots)
    parts = [root.split("/") for root in roots]
    shared = next((depth for depth, level in enumerate(zip(*parts, strict=False)) if len(set(level)) > 1), 0)
    return ["/".join(part[shared:]) for part in parts]


def _available(cluster: Cluster, name: str) -> bool:
    match name:
        case "xm":
            return bool(cluster.backup.of_kind(Kind.XM))
        case "ha_cf":
            return bool(cluster.backup.of_kind(Kind.HA_CF))
        case "authkeys":
            return bool(cluster.backup.of_kind(Kind.AUTHKEYS))
        case "nodes":
            return cluster.knows_nodes
        case "all_resources" | "all_constraints":
            return cluster.has_all(name.removeprefix("all_"))
        case _:
            return cluster.has(name)


def _declared(rule: Rule, match: Match) -> ElementCheck:
    try:
        test = compiled(f"boolean({match.test})")
    except etree.XPathSyntaxError as error:
        raise broken(rule, f"test `{match.test}` is no XPath ({error})") from error

    def check(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
        if test(element):
            yield Hit(cluster.place(element, match.at or None), variant=match.variant, subject=element.get("id", ""))

    return check


def _find_check(rule: Rule) -> Callable[..., Iterator[Hit]]:
    module_name, _, function_name = rule.check.rpartition(".")
    try:
        module = importlib.import_module(f"cibtools.lint.checks.{module_name}")
        function: Callable[..., Iterator[Hit]] = getattr(module, function_name)
    except (ImportError, AttributeError) as error:
        raise broken(rule, f"there is no check `{rule.check}`") from error
    return function


def _silenced(rule: Rule, hit: Hit) -> str:
    """The reason given in the comment that silences a hit, or nothing; some rules want one at every place."""
    places = [hit.place, *(note.place for note in hit.notes if rule.suppress_everywhere)]
    reasons = [suppression_reason(rule, place) for place in places]
    return reasons[0] if all(reasons) else ""
