"""The engine itself, with rules made for the purpose: who is asked, what is skipped, what comes out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.errors import RuleError
from cibtools.lint.catalogue.load import build_catalogue
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.finding import Finding, Severity
from cibtools.lint.record.outcome import LintRun
from cibtools.lint.record.rule import Rule


def rule(code: str = "TST001", **change: object) -> Rule:
    """A rule about every primitive, unless told otherwise."""
    table = {
        "code": code, "name": f"name-{code.lower()}", "summary": "Something is wrong", "severity": "warning",
        "rationale": "R", "message": "{@id} is wrong", "match": [{"context": "primitive", "test": "true()"}],
        "bad": [{"cib": "<a/>"}], "good": [{"cib": "<b/>"}], **change,
    }  # fmt: skip
    (made,) = build_catalogue({f"{code}.toml": {key: value for key, value in table.items() if value is not None}})
    return made


def run(*rules: Rule, files: Mapping[str, str], dialect: Dialect | None = None) -> LintRun:
    documents = [parse_source(Source(path, text.encode()), path) for path, text in files.items()]
    clusters = gather(Read(document, "", document.path, walked=True) for document in documents)
    return Engine(rules).run([Cluster(backup, dialect) for backup in clusters])


def found(*rules: Rule, cib: str, dialect: Dialect | None = None) -> tuple[Finding, ...]:
    return run(*rules, files={"cib.xml": cib}, dialect=dialect).findings


def primitives(names: str) -> str:
    return "".join(f'<primitive id="{name}" class="lsb" type="cron"/>\n' for name in names)


CIB = f"<resources>\n{primitives('ab')}</resources>"
WHOLE = (
    '<cib><configuration><crm_config/><nodes><node id="1" uname="n" type="normal"/></nodes>'
    f"{CIB}<constraints/></configuration><status/></cib>"
)

# --- who is asked -----------------------------------------------------------------------------------------------------


def test_a_match_is_asked_of_its_tag_only() -> None:
    assert [finding.message for finding in found(rule(), cib=CIB)] == ["a is wrong", "b is wrong"]
    other = rule(match=[{"context": "group", "test": "true()"}])
    assert found(other, cib=CIB) == ()


def test_every_tag_includes_those_above_the_objects() -> None:
    everything = rule(match=[{"context": "*", "test": "true()"}], severity="error")
    tags = [one.place.element.tag for one in found(everything, cib=WHOLE) if one.place.element is not None]
    assert sorted(map(str, tags)) == sorted(
        ["cib", "configuration", "crm_config", "nodes", "node", "resources", "primitive", "primitive", "constraints"]
    )


def test_the_status_section_is_not_asked() -> None:
    states = '<status><node_state id="1" uname="n"/></status>'
    assert (
        found(rule(match=[{"context": "node_state", "test": "true()"}]), cib=WHOLE.replace("<status/>", states)) == ()
    )


def test_a_rule_is_asked_of_its_dialects_only() -> None:
    assert found(rule(dialects=["p10"]), cib=CIB, dialect=Dialect.HB2) == ()
    assert len(found(rule(dialects=["p10"]), cib=CIB, dialect=Dialect.P10)) == 2
    narrowed = rule(match=[{"context": "primitive", "test": "true()", "dialects": ["p11"]}])
    assert found(narrowed, cib=CIB, dialect=Dialect.HB2) == ()
    assert len(found(narrowed, cib=CIB, dialect=Dialect.P11)) == 2


def test_the_place_is_the_attribute_that_a_match_names() -> None:
    (finding,) = found(rule(match=[{"context": "primitive", "test": "@id='b'", "at": "type"}]), cib=CIB)
    assert finding.place.attribute == "type"
    assert finding.location.line == 3
    assert finding.route == "primitive[b]/@type"


# --- rules that cannot be used ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"match": [{"context": "a", "test": "@id="}]}, "is no XPath"),
        ({"match": None, "check": "nowhere.function"}, "there is no check `nowhere.function`"),
        ({"match": None, "check": "order.nothing"}, "there is no check `order.nothing`"),
    ],
)
def test_a_broken_rule_is_refused_at_once(change: dict[str, object], words: str) -> None:
    with pytest.raises(RuleError, match=words):
        Engine([rule(**change)])


@pytest.mark.parametrize("key", ["message", "remedy"])
def test_a_field_that_no_check_fills_is_an_error_of_the_rule(key: str) -> None:
    with pytest.raises(RuleError, match="which the check does not give"):
        found(rule(**{key: "{nothing}"}), cib=CIB)


def test_a_variant_that_does_not_exist_is_an_error_of_the_rule() -> None:
    wrong = rule(match=None, check="order.cycles", message=None, variants={"other": {"message": "M"}})
    with pytest.raises(RuleError, match="there is no variant `self`"):
        found(wrong, cib='<constraints><rsc_order id="o" from="a" to="a"/></constraints>')


# --- what is skipped --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "cib", "missing"),
    [
        ("resources", "<constraints/>", "resources"),
        ("constraints", CIB, "constraints"),
        ("crm_config", CIB, "crm_config"),
        ("nodes", CIB, "nodes"),
        ("status", CIB, "status"),
        ("xm", WHOLE, "xm domU files"),
        ("ha_cf", WHOLE, "ha.cf"),
        ("authkeys", WHOLE, "authkeys"),
        ("all_resources", primitives("a"), "whole resources section"),
        ("all_constraints", CIB, "whole constraints section"),
    ],
)
def test_a_rule_without_its_input_is_skipped_and_named(name: str, cib: str, missing: str) -> None:
    result = run(rule(requires=[name]), files={"cib.xml": cib})
    assert result.findings == ()
    assert [(one.rule.code, one.missing) for one in result.skipped] == [("TST001", (missing,))]


def test_a_rule_with_its_input_is_asked() -> None:
    needs = ["resources", "constraints", "crm_config", "nodes", "all_resources", "all_constraints"]
    result = run(rule(requires=needs), files={"cib.xml": WHOLE})
    assert (len(result.findings), result.skipped) == (2, ())


def test_a_rule_for_another_dialect_is_not_called_skipped() -> None:
    assert run(rule(requires=["xm"], dialects=["p10"]), files={"cib.xml": WHOLE}, dialect=Dialect.HB2).skipped == ()


# --- what comes out ---------------------------------------------------------------------------------------------------


def test_findings_come_in_the_order_of_path_place_and_code() -> None:
    one, two = rule("TST001"), rule("TST002")
    result = run(two, one, files={"b.xml": primitives("c"), "a.xml": primitives("ab")})
    told = [(finding.location.path, finding.location.line, finding.code) for finding in result.findings]
    assert told == [
        ("a.xml", 1, "TST001"), ("a.xml", 1, "TST002"), ("a.xml", 2, "TST001"), ("a.xml", 2, "TST002"),
        ("b.xml", 1, "TST001"), ("b.xml", 1, "TST002"),
    ]  # fmt: skip
    assert [one.code for one in result.rules] == ["TST001", "TST002"]


def test_more_than_five_of_a_kind_are_folded_and_errors_are_not() -> None:
    five, six = f"<resources>{primitives('abcde')}</resources>", f"<resources>{primitives('fedcba')}</resources>"
    assert len(found(rule(), cib=five)) == 5
    (folded,) = found(rule(), cib=six)
    assert folded.message == "Something is wrong: a, b, c, d, e, f"
    assert [note.message for note in folded.notes] == list("fedcba")
    assert folded.severity is Severity.WARNING
    assert len(found(rule(severity="error"), cib=six)) == 6


def test_a_specific_rule_replaces_a_general_one_at_the_same_place() -> None:
    assert [one.code for one in found(rule("TST001", supersedes=["TST002"]), rule("TST002"), cib=CIB)] == ["TST001"] * 2
    elsewhere = rule("TST001", supersedes=["TST002"], match=[{"context": "primitive", "test": "1", "at": "type"}])
    assert len(found(elsewhere, rule("TST002"), cib=CIB)) == 4


def test_an_error_gives_way_to_nothing_less() -> None:
    mild, grave = rule("TST001", supersedes=["TST002"]), rule("TST002", severity="error")
    assert len(found(mild, grave, cib=CIB)) == 4


def test_a_rule_that_gives_way_itself_replaces_nothing() -> None:
    chain = (rule("TST001", supersedes=["TST002"]), rule("TST002", supersedes=["TST003"]), rule("TST003"))
    assert {one.code for one in found(*chain, cib=CIB)} == {"TST001", "TST003"}


def test_what_a_comment_silences_is_apart_and_does_not_count_for_folding() -> None:
    names = primitives("abcdef").replace(
        '<primitive id="a"', '<!-- cibtools: ignore[TST001] known --><primitive id="a"'
    )
    result = run(rule(), files={"cib.xml": f"<resources>{names}</resources>"})
    assert len(result.findings) == 5
    assert [(one.message, one.suppressed_by) for one in result.suppressed] == [("a is wrong", "known")]


def test_clusters_of_one_run_are_named_apart_and_judged_alone() -> None:
    files = {"x/lab/cib.xml": CIB, "x/prod/cib.xml": CIB}
    read = [
        Read(parse_source(Source(path, text.encode()), path), path[:-8], path, walked=True)
        for path, text in files.items()
    ]
    result = Engine([rule()]).run([Cluster(backup) for backup in gather(read)])
    assert [finding.cluster for finding in result.findings] == ["lab", "lab", "prod", "prod"]
    assert len({finding.fingerprint for finding in result.findings}) == 2


def test_a_check_may_ask_for_the_whole_catalogue() -> None:
    asks = rule("TST001", match=None, check="comment.unknown_rule", message="{word}", remedy="{hint}")
    files = {"cib.xml": "<resources><!-- cibtools: ignore[TST002, TST003] --></resources>"}
    documents = [parse_source(Source(path, text.encode()), path) for path, text in files.items()]
    (backup,) = gather(Read(document, "", document.path, walked=True) for document in documents)
    run_with = Engine([asks], [asks, rule("TST002")]).run([Cluster(backup)])
    assert [finding.message for finding in run_with.findings] == ["TST003"]
