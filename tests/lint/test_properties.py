"""What holds for every cluster: findings do not depend on order or layout, and nothing grave is lost on the way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from cibtools.backup.document import Document
from cibtools.backup.files.raw import Limits, Raw
from cibtools.backup.files.walk import walk_input
from cibtools.backup.reader import gather, read_file
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source, Span
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.folding import LIMIT, fold
from cibtools.lint.engine.precedence import topics, without_general
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.finding import Finding, Hit, Severity
from cibtools.lint.record.outcome import LintRun
from cibtools.lint.record.rule import Rule

REPO = Path(__file__).resolve().parent.parent.parent
BROKEN = ("hasi-broken/production", "pacemaker-1.0-broken")
CATALOGUE = build_catalogue(load_tables(rule_files([REPO / "rules"])))
RULES = {rule.code: rule for rule in CATALOGUE}
ENGINE = Engine(CATALOGUE)
slow = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@cache
def raws(fixture: str) -> tuple[Raw, ...]:
    return tuple(walk_input(str(REPO / "fixtures" / fixture), Limits()))


def lint(files: Sequence[Raw], engine: Engine = ENGINE) -> LintRun:
    return engine.run([Cluster(backup) for backup in gather(read_file(raw, {}) for raw in files)])


def changed(raw: Raw, data: bytes) -> Raw:
    return Raw(Source(raw.source.path, data), raw.base, raw.name, raw.failure, raw.walked)


def fingerprints(run: LintRun) -> Counter[tuple[str, str, str]]:
    return Counter((finding.code, finding.variant, finding.fingerprint) for finding in run.findings)


def told(run: LintRun) -> list[tuple[object, ...]]:
    return [
        (finding.location, finding.code, finding.variant, finding.severity, finding.message, finding.fingerprint)
        for finding in run.findings
    ]


@cache
def expected(fixture: str) -> LintRun:
    run = lint(raws(fixture))
    assert len(run.findings) > 10
    return run


# --- order ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fixture", BROKEN)
@given(codes=st.permutations(sorted(RULES)))
@slow
def test_order_of_rules_does_not_matter(fixture: str, codes: list[str]) -> None:
    assert told(lint(raws(fixture), Engine(map(RULES.__getitem__, codes)))) == told(expected(fixture))


@given(codes=st.sets(st.sampled_from(sorted(RULES))))
@slow
def test_fewer_rules_hide_no_finding(codes: set[str]) -> None:
    some = {finding.fingerprint for finding in lint(raws(BROKEN[0]), Engine(RULES[code] for code in codes)).findings}
    assert {finding.fingerprint for finding in expected(BROKEN[0]).findings if finding.code in codes} <= some


@pytest.mark.parametrize("fixture", BROKEN)
@given(data=st.data())
@slow
def test_order_of_files_does_not_matter(fixture: str, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(raws(fixture)))))
    assert told(lint([raws(fixture)[number] for number in order])) == told(expected(fixture))


# --- layout -----------------------------------------------------------------------------------------------------------


def reindented(text: str, width: int) -> str:
    return re.sub(r"^[ \t]*(?=<)", lambda match: " " * (width * (len(match[0]) // 2)), text, flags=re.MULTILINE)


def requoted(text: str) -> str:
    return re.sub(r'="([^"\'<]*)"', r"='\1'", text)


def spread(text: str) -> str:
    """Each attribute on a line of its own."""
    return re.sub(r'(?<=["\w]) (?=[\w:-]+="[^"]*")', "\n      ", text)


def commented(text: str) -> str:
    return re.sub(r"(?m)^(\s*<(?:primitive|rsc_\w+|op|nvpair|node) )", r"<!-- checked -->\1", text)


LAYOUTS = {
    "reindented": lambda text: reindented(text, 7),
    "flat": lambda text: reindented(text, 0),
    "requoted": requoted,
    "spread": spread,
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "comments": commented,
    "no line ends": lambda text: re.sub(r">\s+<", "><", text),
    "byte order mark": lambda text: "\ufeff" + text,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("fixture", BROKEN)
def test_fingerprints_survive_another_layout(fixture: str, layout: str) -> None:
    files = [
        changed(raw, LAYOUTS[layout](raw.source.text).encode()) if is_sound_cib(raw) else raw for raw in raws(fixture)
    ]
    assert fingerprints(lint(files)) == fingerprints(expected(fixture))


def is_sound_cib(raw: Raw) -> bool:
    document = read_file(raw, {}).document
    return document.kind.is_cib and not document.defects


@pytest.mark.parametrize("fixture", BROKEN)
def test_fingerprints_survive_comments_in_side_files(fixture: str) -> None:
    kinds = (Kind.XM, Kind.HA_CF)
    files = [
        changed(raw, b"# checked\n\n" + raw.source.data.replace(b"\n", b"\n\n"))
        if read_file(raw, {}).document.kind in kinds
        else raw
        for raw in raws(fixture)
    ]
    assert fingerprints(lint(files)) == fingerprints(expected(fixture))


@pytest.mark.slow
@given(data=st.data())
@slow
def test_fingerprints_survive_another_order_of_objects(data: st.DataObject) -> None:
    def shuffled(raw: Raw) -> Raw:
        if not is_sound_cib(raw):
            return raw
        root = etree.fromstring(raw.source.data)
        for section in list(root.iter("resources", "constraints", "nodes")):
            objects = list(section)
            section[:] = [objects[number] for number in data.draw(st.permutations(range(len(objects))))]
        return changed(raw, etree.tostring(root))

    for fixture in BROKEN:
        assert fingerprints(lint([shuffled(raw) for raw in raws(fixture)])) == fingerprints(expected(fixture))


# --- folding and precedence -------------------------------------------------------------------------------------------

DOCUMENTS = [Document(Kind.XM, Source(f"{name}.xm", b"x" * 40)) for name in "ab"]
HITS = st.lists(
    st.builds(
        lambda rule, document, start, severity, about: (
            rule,
            Hit(Place(document, spot=Span(start, start + 1)), severity=severity, topics=frozenset(about)),
        ),
        st.sampled_from(sorted(RULES)).map(RULES.__getitem__),
        st.sampled_from([0, 1]).map(DOCUMENTS.__getitem__),
        st.integers(0, 5),
        st.sampled_from(Severity),
        st.sets(st.sampled_from("uvw")),
    ),
    max_size=30,
)


@given(HITS)
def test_folding_loses_nothing(hits: list[tuple[Rule, Hit]]) -> None:
    folded = fold(hits, lambda rule, hit: str(hit.place.span.start % 2))
    assert Counter(id(hit) for _, group in folded for hit in group) == Counter(id(hit) for _, hit in hits)
    for rule, group in folded:
        assert len(group) == 1 or len(group) > LIMIT
        assert len(group) == 1 or all(hit.severity is not Severity.ERROR for hit in group)
        assert {(hit.variant, hit.severity, id(hit.place.document)) for hit in group} == {
            (group[0].variant, group[0].severity, id(group[0].place.document))
        }
        assert all((rule, hit) in hits for hit in group)
        assert len({hit.place.span.start % 2 for hit in group}) == 1


@pytest.mark.slow
@given(HITS)
@settings(max_examples=500)
def test_precedence_loses_no_error(hits: list[tuple[Rule, Hit]]) -> None:
    """What gives way does so to a finding that stays, is about the same and is not less grave than an error."""
    left = without_general(hits)
    kept = {id(hit) for _, hit in left}
    for rule, hit in hits:
        if id(hit) in kept:
            continue
        others = [other for one, other in left if one.code != rule.code and topics(other) & topics(hit)]
        assert others
        if hit.severity is Severity.ERROR:
            assert any(other.severity is Severity.ERROR for other in others)


# --- suppression ------------------------------------------------------------------------------------------------------


def single(fixture: str) -> list[Finding]:
    return [finding for finding in expected(fixture).findings if not finding.subjects]


@pytest.mark.slow
@pytest.mark.parametrize("fixture", BROKEN)
@given(data=st.data())
@settings(slow, max_examples=40)
def test_a_comment_silences_its_rule_and_nothing_else(fixture: str, data: st.DataObject) -> None:
    finding = data.draw(st.sampled_from(single(fixture)))
    rule = next(rule for rule in CATALOGUE if rule.code == finding.code)
    place, source = finding.place, finding.place.document.source
    assume(not rule.suppress_everywhere or not finding.notes)
    # A comment about damage stands in the damaged text, which is no place for comments.
    assume(finding.code not in ("CIB001", "XEN101"))
    by = data.draw(st.sampled_from([rule.code, rule.name, f"HB102, {rule.code}"]))
    if place.spot is None:
        assert place.element is not None
        # The section itself has no comment before it that would count for what is above the objects.
        assume(place.element.tag not in ("cib", "configuration"))
        comment, at = f"<!-- cibtools: ignore[{by}] as agreed -->", start_of(place)
    else:
        comment, at = f"# cibtools: ignore[{by}] as agreed\n", source.line_span(finding.location.line).start
        assume(source.line_text(finding.location.line)[:1] not in " \t")
    text = source.data[:at] + comment.encode() + source.data[at:]
    files = [changed(raw, text) if raw.source.path == source.path else raw for raw in raws(fixture)]
    run = lint(files)
    silenced = [found for found in run.suppressed if found.fingerprint == finding.fingerprint]
    assert len(silenced) == 1
    assert silenced[0].suppressed_by == "as agreed"
    assert {found.code for found in run.suppressed} == {finding.code}
    before = fingerprints(expected(fixture)) - fingerprints(run)
    assert {code for code, _, _ in before} == {finding.code}
    assert {code for code, _, _ in fingerprints(run) - fingerprints(expected(fixture))} <= {finding.code}


def start_of(place: Place) -> int:
    """The byte at which the element of a place begins."""
    return Place(place.document, place.element).span.start


@given(st.sampled_from(["", "CIB", "CIB999", "cib403", "no-such-rule", "*", "]", "CIB403 CIB404"]))
def test_a_comment_about_something_else_silences_nothing(codes: str) -> None:
    comment = f"<!-- cibtools: ignore[{codes}] -->".encode()
    files = [changed(raw, raw.source.data.replace(b"<node ", comment + b"<node ")) for raw in raws("hasi-broken/dmz")]
    run = lint(files)
    assert {finding.code for finding in run.suppressed} == ({"CIB403"} if codes == "CIB" else set())
    # Whoever wrote it learns that it silences nothing.
    assert ("CIB006" in {finding.code for finding in run.findings}) == (codes != "CIB")
