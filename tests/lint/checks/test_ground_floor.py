"""What the examples in the rule files do not say: severities, notes, and two files that speak of one thing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.examples import run_example
from cibtools.lint.record.finding import Finding
from cibtools.lint.record.rule import Example, Rule

ROOT = Path(__file__).parents[3]
XEN = 'class="ocf" provider="heartbeat" type="Xen"'


@lru_cache
def rule(code: str) -> Rule:
    files = [path for path in rule_files([ROOT / "rules"]) if path.name.startswith(code)]
    return build_catalogue(load_tables(files))[0]


def findings(code: str, files: Mapping[str, str] | str, dialect: Dialect | None = None) -> tuple[Finding, ...]:
    given = {"cib.xml": files} if isinstance(files, str) else files
    return run_example(rule(code), Example(given, dialect)).findings


def test_a_damaged_password_is_not_quoted() -> None:
    text = '<nvpair id="p" name="ilo_password" value="geheim/>\n<nvpair id="q" name="x" value="y"/>'
    (found,) = findings(
        "CIB001", f'<primitive id="a" {XEN}><instance_attributes id="i">{text}</instance_attributes></primitive>'
    )
    assert found.variant == "repaired"
    assert "geheim" not in found.message + found.remedy + found.discriminator


def test_an_unknown_section_and_an_unknown_attribute_of_the_cib_are_seen() -> None:
    cib = '<cib validate-with="pacemaker-1.0" have_quorum="true"><configuration><nodez/></configuration></cib>'
    assert {found.variant for found in findings("CIB003", cib)} == {"attribute", "element"}


@pytest.mark.parametrize(
    ("parent", "severity"), [("resources", "error"), ("constraints", "error"), ("nodes", "warning")]
)
def test_objects_that_heartbeat_drops_are_errors(parent: str, severity: str) -> None:
    (found,) = findings("CIB003", f'<{parent}><thing id="x"/></{parent}>', Dialect.HB2)
    assert found.severity.value == severity


def test_a_mistyped_attribute_is_not_missing_as_well() -> None:
    (found,) = findings("CIB003", '<rsc_order id="o" from="a" too="b" score="0"/>', Dialect.HB2)
    assert found.variant == "attribute"
    assert found.remedy == 'Did you mean "to"?'


def test_an_id_used_three_times_is_one_finding_with_two_notes() -> None:
    ops = "".join(
        f'<primitive id="{name}" {XEN}><operations><op id="op-1" name="start"/></operations></primitive>'
        for name in ("a", "b", "c")
    )
    (found,) = findings("CIB101", ops, Dialect.HB2)
    assert [note.message for note in found.notes] == ["the id is first used here", "and here"]


def test_an_id_of_more_than_124_characters_is_an_error() -> None:
    for length, severity in ((65, "warning"), (125, "error")):
        (found,) = findings("CIB102", f'<primitive id="{"x" * length}" {XEN}/>', Dialect.HB2)
        assert (found.variant, found.severity.value) == ("length", severity)


@pytest.mark.parametrize(("dialect", "severity"), [("hb2", "warning"), ("p10", "warning"), ("p11", "error")])
def test_a_location_of_nothing_was_a_warning_until_pacemaker_1_1(dialect: str, severity: str) -> None:
    text = f'<resources><primitive id="web" {XEN}/></resources><rsc_location id="l" rsc="mail" node="a" score="1"/>'
    (found,) = findings("CIB103", text, Dialect(dialect))
    assert found.severity.value == severity


def test_an_option_in_both_spellings_with_two_values_is_an_error() -> None:
    pairs = '<nvpair id="a" name="is-managed" value="true"/><nvpair id="b" name="is_managed" value="false"/>'
    (found,) = findings(
        "CIB203", f'<primitive id="w" {XEN}><meta_attributes id="m">{pairs}</meta_attributes></primitive>'
    )
    assert (found.variant, found.severity.value) == ("", "error")
    assert [note.message for note in found.notes] == ["this one is read"]


def test_those_who_wait_for_a_stopped_resource_are_named() -> None:
    text = (
        f'<resources><primitive id="store" {XEN} target_role="stopped"/><primitive id="web" {XEN}/>'
        f'<primitive id="shop" {XEN}/><primitive id="free" {XEN}/></resources><constraints>'
        '<rsc_order id="o1" from="web" to="store" score="INFINITY"/>'
        '<rsc_colocation id="c1" from="shop" to="web" score="INFINITY"/>'
        '<rsc_order id="o2" from="free" to="store" score="0"/></constraints>'
    )
    (found,) = findings("CIB702", text)
    assert "it and web, shop stay down" in found.message


def test_constraints_without_effect_are_named() -> None:
    text = f'<primitive id="w" {XEN} is_managed="false"/><rsc_location id="ban" rsc="w" node="a" score="-INFINITY"/>'
    (found,) = findings("CIB703", text, Dialect.HB2)
    assert "ban has no effect" in found.message
    (found,) = findings(
        "CIB703",
        f'<primitive id="w" {XEN}><meta_attributes id="m"><nvpair id="n" name="is-managed" value="false"/>'
        '</meta_attributes></primitive><rsc_location id="ban" rsc="w" node="a" score="-INFINITY"/>',
    )
    assert "ban" not in found.message
