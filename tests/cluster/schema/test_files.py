"""The XSDs as files: documented throughout, in step with the tables of the linter, and fit for use alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.schema.check import schema_file, violations
from cibtools.cluster.schema.model import load_model
from cibtools.cluster.vocabulary.grammar import grammar
from tests.cluster.schema.written import versions

XS = "{http://www.w3.org/2001/XMLSchema}"
REPO = Path(__file__).resolve().parents[3]
FILES = sorted((REPO / "schemas").rglob("*.xsd"))
DIALECTS = (Dialect.HB2, Dialect.P10)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(REPO).as_posix())
def test_every_element_and_attribute_is_documented(path: Path) -> None:
    root = etree.parse(path).getroot()
    declared = [found for found in root.iter(f"{XS}element", f"{XS}attribute") if found.get("ref") is None]
    bare = [
        found.get("name")
        for found in (root, *declared)
        if len(" ".join(found.findtext(f"{XS}annotation/{XS}documentation", "").split())) < 6
    ]
    assert bare == []


def test_there_are_two_schemas_with_parts_and_one_for_each_later_version() -> None:
    assert {path.name for path in FILES if path.parent.name == "schemas"} == {"heartbeat-2.1.xsd", "pacemaker-1.0.xsd"}
    later = {path.stem for path in FILES if path.parent.name == "pacemaker"}
    assert later == {f"pacemaker-{version}" for version in versions()}
    assert len(FILES) == 10 + len(later)


BEYOND_THE_TABLES = {
    Dialect.HB2: {"crm-debug-origin", "description"},
    # The schema of 1.0 as later releases ship it knows it, and the engine of 1.0 does not: CIB003 says so.
    Dialect.P10: {"kind"},
}
"""Attributes that the schema takes and the tables of the linter do not list, since it has a rule or a word for them."""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_tables_of_the_linter_say_what_the_schema_says(dialect: Dialect) -> None:
    schema, differences = load_model(schema_file(dialect)), []
    for tag, known in grammar(dialect).items():
        declared = schema.elements[tag].type
        attributes = {str(name) for name in declared.attributes if name}
        children = {each.name for each in declared.content.iter_elements()} - {"no-children"}
        if attributes - known.attributes - BEYOND_THE_TABLES[dialect]:
            differences.append(f"{tag}: only the schema has {sorted(attributes - known.attributes)}")
        if known.attributes - attributes:
            differences.append(f"{tag}: only the table has {sorted(known.attributes - attributes)}")
        if children != known.children:
            differences.append(f"{tag}: children {sorted(children ^ known.children)}")
    tags = {str(tag) for tag in schema.elements} - {"status", "no-children"}
    assert differences == []
    assert tags == set(grammar(dialect))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_schema_may_be_used_alone(dialect: Dialect, repo: Path) -> None:
    xsd = etree.XMLSchema(file=str(schema_file(dialect)))
    fixture = {Dialect.HB2: "hasi/cib.bak.xml", Dialect.P10: "pacemaker-1.0/cib.xml"}[dialect]
    top = etree.parse(repo / "fixtures" / fixture).getroot()
    assert xsd.validate(top), xsd.error_log
    for element in top.iterfind("configuration//*"):
        assert xsd.validate(element), f"{element.tag} alone: {xsd.error_log}"
    top.find("configuration/resources/*").set("id", "")
    assert not xsd.validate(top)


REJECTED = {
    "bad1.xml": (
        "nvpair without id, twice",
        "right: the DTD requires it, and the cluster makes up another at every load",
    ),
    "bad3.xml": ("primitive without class", "right: the DTD requires it, and no agent is found"),
    "notify-3.xml": ('rule with score "10.0"', "strict: the engine reads 10, but a score is a whole number"),
    "simple11.xml": ('rule with score "10.0"', "strict: as in notify-3.xml"),
    "simple12.xml": ('rule with score "10.0"', "strict: as in notify-3.xml"),
    "rsc_location1.xml": (
        'operation "#colocated"; nvpair without id, twice',
        "right: no such operation was ever in the DTD, and the expression is never true",
    ),
    "rsc_location3.xml": ("nvpair without id, twice", "right: as in bad1.xml"),
    "rsc_location4.xml": ('operation "#colocated"; nvpair without id, twice', "right: as in rsc_location1.xml"),
}
"""Every file of heartbeat 2.1's own regression tests that our schema rejects: why, and whether that is right."""

EXPECTED = {
    "nvpair without id, twice": [("missing-attribute", "nvpair")] * 2,
    "primitive without class": [("missing-attribute", "primitive")],
    'rule with score "10.0"': [("value", "rule")],
    'operation "#colocated"': [("value", "expression")],
}


def test_the_old_regression_tests_are_accepted(shared: Path) -> None:
    corpus = shared / "corpus" / "heartbeat-2.1"
    if not corpus.is_dir():
        pytest.skip("the corpus of heartbeat 2.1 CIBs (../shared/corpus/heartbeat-2.1) is not beside this checkout")
    files = sorted(corpus.glob("*.xml"))
    assert len(files) == 89
    rejected = {}
    for path in files:
        found = violations(etree.parse(path).getroot(), Dialect.HB2)
        if found:
            rejected[path.name] = sorted((one.kind, str(one.element.tag)) for one in found)
    wanted = {
        name: sorted(one for part in why.split("; ") for one in EXPECTED[part]) for name, (why, _) in REJECTED.items()
    }
    assert rejected == wanted


OLD_VALID = (
    '<primitive id="a" class="stonith" provider="heartbeat" type="external/ssh" is_managed="Default" notify="YES"/>',
    '<op id="1:2" name="monitor" interval="10 s" timeout="2min" start_delay="500ms" role="master"/>',
    '<rsc_colocation id="c" from="a" to="b" score="-Infinity" to_role="slave"/>',
    '<instance_attributes id="i"><rule id="r1"/><rule id="r2"/><attributes/></instance_attributes>',
    '<group id="g"/>',
    '<lifetime id="l"><rule id="r"/></lifetime>',
)
OLD_INVALID = {
    '<op id="m" name="monitor" enabled="false"/>': 'Write disabled="true" for enabled="false"',
    '<op id="m" name="monitor" on-fail="fence"/>': 'Write "on_fail".',
    '<primitive id="a:b" class="ocf" type="Xen"/>': 'Write id="a-b"',
    '<rsc_order id="o" first="a" then="b"/>': "Heartbeat 2.1 says from, to and type",
    '<rsc_colocation id="c" from="a" to="b" score="INFINTY"/>': 'Write score="INFINITY".',
    '<master id="m"/>': "Write <master_slave>.",
    '<instance_attributes id="i"><nvpair id="n" name="x" value="y"/></instance_attributes>': "Put <attributes> around",
    '<clone id="c"/>': "Add <primitive> or <group>.",
    '<resources><group id="g"/><group id="g"/></resources>': 'Write another id, such as id="g-2".',
    '<op id="m" name="monitor" timeout="abc"/>': "Write a number with s, min or h, such as 60s.",
    '<primitive id="a" class="ocf" type="Xen" priority="high"/>': "Write a whole number.",
}


@pytest.mark.parametrize("text", OLD_VALID)
def test_heartbeat_takes_what_its_engine_reads(text: str) -> None:
    assert violations(etree.fromstring(text), Dialect.HB2) == ()


@pytest.mark.parametrize("text", OLD_INVALID)
def test_what_heartbeat_does_not_read_is_explained(text: str) -> None:
    assert OLD_INVALID[text] in " ".join(one.hint for one in violations(etree.fromstring(text), Dialect.HB2))
