"""The catalogue tests itself: every example of every rule file is a case here."""

from __future__ import annotations

import copy
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from cibtools.errors import RuleError
from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.run import Engine
from cibtools.lint.examples import judge, judge_all, run_example
from cibtools.lint.record.rule import Example, Rule

REPO = Path(__file__).resolve().parent.parent.parent
FILES = rule_files([REPO / "rules"])

UNSEEN_VARIANTS = {
    "CIB001/unread": "a file that cannot be opened has no text to put into an example",
    "CIB809/rolling": "it is told only if `lint --target` names a release",
}
"""`CODE/variant` that no bad example can show, with the reason."""


def _rule(path: Path) -> Rule | None:
    """The rule in a file; None if the file is broken, which has a test of its own."""
    try:
        return build_catalogue(load_tables([path]))[0]
    except RuleError:
        return None


RULES = [rule for rule in map(_rule, FILES) if rule]

CASES = [
    pytest.param(rule, number, example, bad, id=f"{rule.code}-{'bad' if bad else 'good'}-{number}")
    for rule in RULES
    for bad, examples in ((True, rule.bad), (False, rule.good))
    for number, example in enumerate(examples, 1)
]


@pytest.mark.parametrize(("rule", "number", "example", "bad"), CASES)
def test_example(rule: Rule, number: int, example: Example, bad: bool) -> None:
    verdict = judge(rule, number, example, bad=bad)
    found = [f"{finding.code}/{finding.variant}: {finding.message}" for finding in verdict.run.findings]
    assert not verdict.problem, "\n".join([verdict.problem, *found, *example.files.values()])


def test_there_are_examples() -> None:
    assert len(CASES) > len(FILES)


# --- what every rule file owes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_rule_file_can_be_loaded_and_compiled(path: Path) -> None:
    (rule,) = build_catalogue(load_tables([path]))
    Engine([rule])
    assert path.name == f"{rule.code}-{rule.name}.toml"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_why_and_what_to_do(rule: Rule) -> None:
    assert rule.what, "what it looks at, and when it keeps silent"
    assert rule.rationale, "why it is bad"
    assert rule.remedy or all(variant.remedy for variant in rule.variants.values()), "what to do"
    assert rule.sources, "where that is known from"
    assert rule.summary[0].isupper() or not rule.summary[0].isalpha(), "the summary is a sentence"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_variant_has_an_example(rule: Rule) -> None:
    seen = {
        finding.variant
        for verdict in judge_all(rule) if verdict.bad
        for finding in verdict.run.findings
    }  # fmt: skip
    unseen = {f"{rule.code}/{name}" for name in rule.variants if name} - {f"{rule.code}/{name}" for name in seen}
    excused = {name for name in UNSEEN_VARIANTS if name.startswith(f"{rule.code}/")}
    assert unseen == excused


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_examples_do_not_depend_on_each_other(rule: Rule) -> None:
    for example in rule.bad[:1]:
        first, second = run_example(rule, example), run_example(rule, example)
        assert [found.fingerprint for found in first.findings] == [found.fingerprint for found in second.findings]


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)


# --- the schema of rule files ----------------------------------------------------------------------------------------

SCHEMA = json.loads((REPO / "schemas" / "rule.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_schema_accepts(path: Path) -> None:
    VALIDATOR.validate(tomllib.loads(path.read_text(encoding="utf-8")))


GOOD: dict[str, Any] = {
    "code": "TST001", "name": "some-rule", "summary": "S", "severity": "error", "rationale": "R", "message": "M",
    "match": [{"context": "a", "test": "1"}], "bad": [{"cib": "<a/>"}], "good": [{"files": {"b.xm": "c = 1"}}],
}  # fmt: skip

BROKEN: dict[str, dict[str, Any]] = {
    "a code without digits": {"code": "TEST"},
    "a name with capitals": {"name": "Some Rule"},
    "an unknown severity": {"severity": "fatal"},
    "an unknown key": {"mesage": "M"},
    "no severity": {"severity": None},
    "no rationale": {"rationale": None},
    "no message": {"message": None},
    "no test": {"match": None},
    "an XPath and a check": {"check": "xen.disks"},
    "a match without context": {"match": [{"test": "1"}]},
    "a match with an unknown key": {"match": [{"context": "a", "test": "1", "tset": "2"}]},
    "an unknown dialect": {"dialects": ["hb3"]},
    "an unknown input": {"requires": ["moon"]},
    "an unknown confidence": {"confidence": "certain"},
    "an unknown persona": {"persona": "everybody"},
    "a rule that supersedes no code": {"supersedes": ["some-rule"]},
    "no bad example": {"bad": []},
    "no good example": {"good": None},
    "an example without content": {"bad": [{"note": "nothing"}]},
    "an example with no file": {"bad": [{"files": {}}]},
    "an example with an unknown key": {"bad": [{"cib": "<a/>", "expect": 1}]},
    "an example that forces an unknown dialect": {"good": [{"cib": "<a/>", "dialect": "new"}]},
    "a file that is a number": {"good": [{"files": {"a": 1}}]},
    "a variant with an unknown key": {"variants": {"x": {"msg": "M"}}},
    "a variant of unknown severity": {"variants": {"x": {"severity": "fatal"}}},
}


def _changed(change: dict[str, Any]) -> dict[str, Any]:
    table = {**copy.deepcopy(GOOD), **change}
    return {key: value for key, value in table.items() if value is not None}


def test_schema_and_loader_accept_a_small_rule() -> None:
    VALIDATOR.validate(GOOD)
    build_catalogue({"a.toml": GOOD})


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_schema_and_loader_refuse(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        VALIDATOR.validate(_changed(change))
    with pytest.raises(RuleError):
        build_catalogue({"a.toml": _changed(change)})


# --- the runner ------------------------------------------------------------------------------------------------------


def _example_problem(*, bad: bool, example: dict[str, Any], **change: object) -> str:
    (rule,) = build_catalogue({"a.toml": _changed({**change, "bad" if bad else "good": [example]})})
    return judge(rule, 1, (rule.bad if bad else rule.good)[0], bad=bad).problem


def test_the_runner_says_what_is_wrong_with_an_example() -> None:
    cib = "<primitive id='a'/>"
    match = [{"context": "primitive", "test": "@id='a'"}]
    assert _example_problem(bad=True, example={"cib": cib}, match=match) == ""
    assert _example_problem(bad=False, example={"cib": cib}, match=match) == "a good example gives a finding"
    other = [{"context": "primitive", "test": "@id='b'"}]
    assert _example_problem(bad=True, example={"cib": cib}, match=other) == "a bad example gives no finding"
    assert "variant x was expected and none found" in _example_problem(
        bad=True, example={"cib": cib, "variant": "x"}, match=match
    )
    assert "cannot be read" in _example_problem(bad=False, example={"cib": "<primitive id='a'><b>"}, match=match)
    assert "the example has no ha.cf" in _example_problem(
        bad=True, example={"cib": cib}, match=match, requires=["ha_cf"]
    )
    assert "does not hold for its dialect, hb2" in _example_problem(
        bad=True, example={"cib": cib}, match=match, dialects=["p10"]
    )
    assert _example_problem(bad=True, example={"cib": cib, "dialect": "p10"}, match=match, dialects=["p10"]) == ""
