"""Findings and their identity: what may change without making another finding of it, and who is named."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from cibtools.backup.files.raw import Limits
from cibtools.backup.files.walk import walk_input
from cibtools.backup.reader import Read, gather, parse_source, read_file
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.finding import Finding
from cibtools.lint.record.rule import Example, Rule

REPO = Path(__file__).parents[3]
TABLES = load_tables(rule_files([REPO / "rules"]))
CATALOGUE = build_catalogue(TABLES)
ENGINE = Engine(CATALOGUE)
BROKEN = ("hasi-broken", "pacemaker-1.0-broken")
ALL = (*BROKEN, "hasi", "pacemaker-1.0")
UNORDERED = frozenset(
    {
        *("resources", "constraints", "nodes", "crm_config", "configuration"),
        *("primitive", "operations", "node", "rsc_location"),
    }
)
"""Elements whose children may stand in any order without a change of meaning; of sets and pairs the first counts."""
SETS = frozenset({"attributes", "instance_attributes", "meta_attributes", "cluster_property_set"})


def lint(files: dict[str, bytes], example: Example | None = None, engine: Engine = ENGINE) -> tuple[Finding, ...]:
    documents = [parse_source(Source(path, text), path) for path, text in sorted(files.items())]
    backups = gather(Read(document, "", document.path, walked=True) for document in documents)
    run = engine.run([Cluster(backup, example.dialect if example else None) for backup in backups])
    return (*run.findings, *run.suppressed)


def identities(findings: tuple[Finding, ...]) -> Counter[tuple[str, str, str]]:
    return Counter((finding.code, finding.variant, finding.fingerprint) for finding in findings)


def shuffled(data: bytes, seed: int) -> bytes:
    """The same configuration with siblings in another order; what is no XML, or has entities, stays as it is."""
    chance = random.Random(seed)
    try:
        root = etree.fromstring(data)
    except etree.XMLSyntaxError:
        return data
    if root.getroottree().docinfo.doctype:
        return data
    for element in list(root.iter("*")):
        names = [pair.get("name") for pair in element.iter("nvpair")]
        if element.tag in UNORDERED or (element.tag in SETS and len(set(names)) == len(names)):
            children = list(element)
            chance.shuffle(children)
            element[:] = children
    return etree.tostring(root.getroottree())


EXAMPLES = [
    pytest.param(example, id=f"{rule.code}-{kind}-{number}")
    for rule in CATALOGUE
    for kind, examples in (("bad", rule.bad), ("good", rule.good))
    for number, example in enumerate(examples, 1)
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_identity_does_not_depend_on_the_order_of_siblings(example: Example) -> None:
    files = {path: text.encode() for path, text in example.files.items()}
    before = identities(lint(files, example))
    for seed in (1, 2):
        moved = {path: shuffled(data, seed) if path.endswith(".xml") else data for path, data in files.items()}
        assert identities(lint(moved, example)) == before


def backups_of(*names: str) -> list[Cluster]:
    read = [read_file(raw, {}) for name in names for raw in walk_input(str(REPO / "fixtures" / name), Limits())]
    return [Cluster(backup) for backup in gather(read)]


def test_identity_does_not_depend_on_other_backups() -> None:
    together = ENGINE.run(backups_of(*ALL)).findings
    alone = [finding for name in ALL for finding in ENGINE.run(backups_of(name)).findings]
    assert len(alone) > 50

    def told(findings: tuple[Finding, ...] | list[Finding]) -> Counter[tuple[str, str]]:
        return Counter((finding.location.path, finding.fingerprint) for finding in findings)

    assert told(together) == told(alone)


def reworded(table: object) -> object:
    """A rule file in other words: every text a user reads is another, fields stay."""
    if isinstance(table, dict):
        texts = ("message", "remedy", "help", "folded", "each", "summary")
        return {key: f"Zzz {value}" if key in texts else reworded(value) for key, value in table.items()}
    return [reworded(item) for item in table] if isinstance(table, list) else table


@pytest.mark.parametrize("fixture", BROKEN)
def test_identity_does_not_depend_on_words(fixture: str) -> None:
    other = Engine(build_catalogue({path: reworded(table) for path, table in TABLES.items()}))  # type: ignore[misc]
    before, after = ENGINE.run(backups_of(fixture)).findings, other.run(backups_of(fixture)).findings
    assert identities(before) == identities(after)
    assert all(one.message != two.message for one, two in zip(before, after, strict=True))


def test_identity_does_not_depend_on_the_words_of_schema_and_reader() -> None:
    """Two values of one wrong kind at one place: the message quotes the value, the identity does not."""
    one, two = (
        lint({"cib.xml": f'<rsc_order id="o" from="a" to="b" type="{word}" score="0"/>'.encode()})
        for word in ("befor", "aftr")
    )
    assert one
    assert identities(one) == identities(two)


def found_in_constraints(code: str, texts: list[str]) -> list[Finding]:
    text = "\n".join(["<constraints>", *texts, "</constraints>"])
    return [finding for finding in lint({"cib.xml": text.encode()}) if finding.code == code]


def test_twins_without_ids_keep_their_identities_when_they_change_places() -> None:
    orders = [f'<rsc_order from="{name}" to="x"/>' for name in "abc"]

    def prints(texts: list[str]) -> dict[str, str]:
        found = found_in_constraints("CIB601", texts)
        return {
            finding.place.document.source.line_text(finding.location.line): finding.fingerprint for finding in found
        }

    before = prints(orders)
    assert len(set(before.values())) == 3
    assert prints(orders[::-1]) == before
    assert prints(["", "", *orders]) == before


# --- who is named -----------------------------------------------------------------------------------------------------


def test_a_folded_finding_names_those_without_id() -> None:
    nodes = "".join(
        f'<node id="n{number}" uname="host{number}" type="normal"><attributes>'
        f'<nvpair id="a{number}" name="standby" value="off"/></attributes></node>'
        for number in range(6)
    )
    (finding,) = (one for one in lint({"cib.xml": f"<nodes>{nodes}</nodes>".encode()}) if one.code == "CIB003")
    assert finding.subjects == tuple(f"attributes of node 'host{number}'" for number in range(6))
    assert all(subject in finding.message for subject in finding.subjects)


def test_a_folded_finding_names_nameless_ones_by_their_lines() -> None:
    (finding,) = found_in_constraints("CIB601", ['<rsc_order from="a" to="b"/>'] * 6)
    assert finding.subjects == tuple(f"rsc_order in line {line}" for line in range(2, 8))


def test_what_differs_in_its_remedy_is_not_folded() -> None:
    orders = [f'<rsc_order id="o{number}" from="a" to="b" score="0" tipe="x"/>' for number in range(6)]
    strange = [f'<rsc_order id="p{number}" from="a" to="b" score="0" to_aktion="x"/>' for number in range(4)]
    found = found_in_constraints("CIB003", orders + strange)
    assert [len(finding.subjects) for finding in found] == [6, 0, 0, 0, 0]
    assert [finding.remedy for finding in found] == ['Did you mean "type"?', *['Did you mean "to_action"?'] * 4]


@pytest.mark.parametrize("rule", CATALOGUE, ids=lambda rule: rule.code)
def test_a_folded_message_names_the_subjects_and_has_a_remedy_for_all(rule: Rule) -> None:
    for variant in rule.variants.values():
        if variant.folded:
            assert "{subjects}" in variant.folded
            assert not [name for name in ("{id}", "{rsc}", "{node}", "{order}") if name in variant.remedy]


def test_a_folded_finding_tells_objects_of_one_name_apart() -> None:
    inside = '<operations><op name="monitor" interval="1" time_out="5"/></operations>'
    resources = "".join(f'<primitive id="r{n}" class="lsb" type="x">{inside}</primitive>' for n in range(7))
    orders = '<rsc_order from="r1" to="r2"/>' * 7
    sections = f"<resources>{resources}</resources><constraints>{orders}</constraints>"
    cib = f"<cib><configuration>{sections}</configuration></cib>"
    found = {finding.code: finding for finding in lint({"cib.xml": cib.encode()}) if len(finding.notes) == 7}
    for code in ("CIB003", "CIB601"):
        assert len(found[code].subjects) == 7, found[code].message


def test_an_object_without_id_is_told_as_one() -> None:
    text = (
        "<cib><configuration><crm_config/><nodes/><resources/><constraints><rsc_order from='a' to='b'/></constraints>"
        "</configuration><status/></cib>"
    )
    told = [finding.message for finding in lint({"c.xml": text.encode()})]
    assert any(message.startswith("rsc_order without id: ") for message in told), told
    assert not any("''" in message for message in told)
