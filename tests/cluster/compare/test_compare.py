"""Two clusters compared by meaning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.source import Source
from cibtools.cluster.compare.compare import compare, side_of
from cibtools.cluster.compare.difference import Comparison
from cibtools.cluster.model.cluster import Cluster
from cibtools.report.difference.formats.text import ONLY
from cibtools.report.difference.words import name_of, quoted

CIB = """<cib validate-with="pacemaker-1.0" epoch="{epoch}" have-quorum="1"><configuration>
<crm_config>{options}</crm_config><nodes>{nodes}</nodes><resources>{resources}</resources>
<constraints>{constraints}</constraints></configuration><status>{status}</status></cib>"""
EMPTY = dict.fromkeys(("options", "nodes", "resources", "constraints", "status"), "") | {"epoch": "1"}


def cluster(text: str) -> Cluster:
    source = Source("cib.xml", text.encode())
    tree, defects, kind = parse_cib(source)
    assert tree is not None
    return Cluster(Backup("cib.xml", (Document(kind, source, tree, defects=defects),)))


def compared(old: str, new: str) -> Comparison:
    return compare(side_of(cluster(old)), side_of(cluster(new)))


def told(found: Comparison) -> list[str]:
    lines = []
    for difference in found.differences:
        only = ONLY.get(difference.kind)
        said = f" {only}" if only else f": {quoted(difference.before)} -> {quoted(difference.after)}"
        lines.append(name_of(difference) + said)
    return lines


def differences(section: str, old: str, new: str) -> list[str]:
    return told(compared(CIB.format(**EMPTY | {section: old}), CIB.format(**EMPTY | {section: new})))


def primitive(identity: str, inside: str = "", more: str = "") -> str:
    return f'<primitive id="{identity}" class="ocf" provider="heartbeat" type="Dummy"{more}>{inside}</primitive>'


def pairs(tag: str, *options: str) -> str:
    """An option set; each option is `id name value`."""
    inside = "".join('<nvpair id="i{}" name="{}" value="{}"/>'.format(*option.split()) for option in options)
    return f'<{tag} id="{tag}-1">{inside}</{tag}>'


def options(identity: str, value: str) -> str:
    return pairs("cluster_property_set", f"-{identity}-x x {value}").replace("cluster_property_set-1", identity)


def named(identity: str, value: str) -> str:
    return (
        f'<meta_attributes id="{identity}"><nvpair id="{identity}-{value}" name="x" value="{value}"/></meta_attributes>'
    )


def resource_set(identity: str, member: str) -> str:
    return f'<resource_set id="{identity}"><resource_ref id="{member}"/></resource_set>'


def serialized(*members: str) -> str:
    inside = "".join(f'<resource_ref id="{member}"/>' for member in members)
    chosen = f'<resource_set id="s" sequential="false">{inside}</resource_set>'
    return f'<rsc_order id="o" kind="Serialize">{chosen}</rsc_order>'


def location(score: str) -> str:
    return f'<rsc_location id="l" rsc="a" node="n" score="{score}"/>'


REFERENCE = '<meta_attributes id-ref="s"/>'
A, B, C = primitive("a"), primitive("b"), primitive("c")


@pytest.mark.parametrize(
    ("section", "old", "new"),
    [
        ("epoch", "1", "900"),
        ("status", "", '<node_state id="n1"/>'),
        ("options", "", pairs("cluster_property_set", "x dc-version 1.0", "y last-lrm-refresh 12",
                              "z cluster-infrastructure openais")),
        ("resources", primitive("a", pairs("meta_attributes", "1 x 1", "2 y 2")),
         primitive("a", pairs("meta_attributes", "8 y 2", "9 x 1"))),
        ("resources", primitive("a", '<operations><op id="1" name="monitor" interval="60"/></operations>'),
         primitive("a", '<operations id="o"><op id="9" name="monitor" interval="1min"/></operations>')),
        ("constraints", '<rsc_order id="o" first="a" then="b" score="INFINITY"/>',
         '<rsc_order score="1000000" then="b" first="a" id="o"/>'),
        ("constraints", '<rsc_order id="o"><resource_set id="s" sequential="false"><resource_ref id="a"/>'
         '<resource_ref id="b"/></resource_set></rsc_order>',
         '<rsc_order id="o"><resource_set id="s" sequential="false"><resource_ref id="b"/>'
         '<resource_ref id="a"/></resource_set></rsc_order>'),
        ("constraints", '<rsc_location id="l" rsc="a"><rule id="1" score="1"><expression id="2" attribute="x" '
         'operation="defined"/></rule><rule id="3" score="2"><expression id="4" attribute="y" operation="defined"/>'
         "</rule></rsc_location>",
         '<rsc_location id="l" rsc="a"><rule id="3" score="2"><expression id="4" attribute="y" operation="defined"/>'
         '</rule><rule id="1" score="1"><expression id="2" attribute="x" operation="defined"/></rule></rsc_location>'),
        ("resources", A, f"<!-- new -->{A}"),
        # Sets that have no option in common, and a set and what refers to it under another id.
        ("options", options("a", "1") + options("b", "2").replace('"x"', '"y"'),
         options("b", "2").replace('"x"', '"y"') + options("a", "1")),
        ("resources", primitive("a", named("s", "1")) + primitive("b", '<meta_attributes id-ref="s"/>'),
         primitive("a", named("t", "1")) + primitive("b", '<meta_attributes id-ref="t"/>')),
    ],
)  # fmt: skip
def test_what_decides_nothing_is_no_difference(section: str, old: str, new: str) -> None:
    assert differences(section, old, new) == []


@pytest.mark.parametrize(
    ("section", "old", "new", "lines"),
    [
        ("resources", primitive("web", pairs("meta_attributes", "1 target-role Started")),
         primitive("web", pairs("meta_attributes", "1 target-role Stopped")),
         ['primitive web: nvpair target-role: "Started" -> "Stopped"']),
        # The first option of a resource is news, not the set around it.
        ("resources", A, primitive("a", pairs("meta_attributes", "1 target-role Stopped")),
         ["primitive a: nvpair target-role only in NEW"]),
        ("constraints", '<rsc_order id="o1" first="a" then="b"/>', "", ["rsc_order o1 only in OLD"]),
        ("constraints", '<rsc_order id="o1" first="a" then="b"/>', '<rsc_order id="o2" first="a" then="b"/>',
         ['rsc_order o1: id: "o1" -> "o2"']),
        ("constraints", '<rsc_order id="o1" first="a" then="b"/>', '<rsc_order id="o1" first="b" then="a" score="0"/>',
         ['rsc_order o1: first: "a" -> "b"', 'rsc_order o1: then: "b" -> "a"',
          'rsc_order o1: score: not set -> "0"']),
        ("resources", f'<group id="g">{A}{B}{C}</group>', f'<group id="g">{B}{A}{C}</group>',
         ['group g: order of members: "a, b, c" -> "b, a, c"']),
        ("resources", f'<group id="g">{A}{B}</group>{C}', f'<group id="g">{A}{C}{B}</group>',
         ['group g: order of members: "a, b" -> "a, c, b"', 'primitive c: container: not set -> "g"']),
        ("resources", f'<group id="g">{A}{B}</group>', f'<group id="g">{A}</group>', ["primitive b only in OLD"]),
        ("constraints", '<rsc_order id="o"><resource_set id="s"><resource_ref id="a"/><resource_ref id="b"/>'
         "</resource_set></rsc_order>",
         '<rsc_order id="o"><resource_set id="s"><resource_ref id="b"/><resource_ref id="a"/>'
         "</resource_set></rsc_order>",
         ['rsc_order o: resource_set s: order of members: "a, b" -> "b, a"']),
        ("constraints", '<rsc_order id="o"><resource_set id="s"><resource_ref id="a"/></resource_set>'
         '<resource_set id="t"><resource_ref id="b"/></resource_set></rsc_order>',
         '<rsc_order id="o"><resource_set id="t"><resource_ref id="b"/></resource_set>'
         '<resource_set id="s"><resource_ref id="a"/></resource_set></rsc_order>',
         ['rsc_order o: order of resource sets: "s, t" -> "t, s"']),
        ("resources", primitive("a", '<operations><op id="1" name="monitor" interval="10s" timeout="20s"/>'
                                     '<op id="2" name="stop" interval="0"/></operations>'),
         primitive("a", '<operations><op id="7" name="monitor" interval="30s" timeout="20s"/></operations>'),
         ['primitive a: op monitor 10s: interval: "10s" -> "30s"', "primitive a: op stop 0 only in OLD"]),
        ("resources", f'<clone id="c">{A}</clone>', f'<master id="c">{A}</master>',
         ['clone c: kind: "clone" -> "master"']),
        ("nodes", '<node id="u1" uname="n1" type="normal"/>', '<node id="n1" uname="n1" type="normal"/>',
         ['node n1: id: "u1" -> "n1"']),
        # Of two options of one name, the second changed.
        ("resources", primitive("a", pairs("meta_attributes", "1 x 1", "1 x 2")),
         primitive("a", pairs("meta_attributes", "1 x 1", "1 x 3")), ['primitive a: nvpair x: "2" -> "3"']),
        ("resources", A + primitive("a", more=' description="x"'), A,
         ["primitive a only in OLD", 'ids: "a occurs 2 times" -> "each is legal and occurs once"']),
        ("resources", "<primitive/>", "<primitive/><primitive/>", ["primitive only in NEW"]),
        # Of equals the first is placed first.
        ("resources", A + B + C, A + C + B, ['primitive a: order of resources: "b, c" -> "c, b"']),
        ("constraints", f"<rsc_colocation id='o'>{resource_set('s', 'a')}{resource_set('t', 'b')}</rsc_colocation>",
         f"<rsc_colocation id='o'>{resource_set('s', 'b')}{resource_set('t', 'a')}</rsc_colocation>",
         ['rsc_colocation o: order of resource sets: "s (a), t (b)" -> "s (b), t (a)"']),
        ("resources", primitive("a", pairs("meta_attributes", "1 x 1", "2 x 2")),
         primitive("a", pairs("meta_attributes", "1 x 2", "2 x 1")),
         ['primitive a: order of x: "1 (meta_attributes-1) before 2 (meta_attributes-1)" -> '
          '"2 (meta_attributes-1) before 1 (meta_attributes-1)"']),
        ("options", options("more", "2") + options("cib-bootstrap-options", "1"),
         options("more", "2") + options("renamed", "1"),
         ['cluster_property_set more: order of x: "1 (cib-bootstrap-options) before 2 (more)" -> '
          '"2 (more) before 1 (renamed)"']),
        ("resources", primitive("a", named("s", "1") + named("t", "2")) + primitive("b", REFERENCE),
         primitive("a", named("t", "1") + named("s", "2")) + primitive("b", REFERENCE),
         ['primitive b: id-ref: "s (x=1)" -> "s (x=2)"']),
        # Handles mean nothing, but Pacemaker refuses a CIB in which one occurs twice.
        ("resources", primitive("a", named("s", "1")) + primitive("b", named("t", "2")),
         primitive("a", named("s", "1")) + primitive("b", named("s", "2")),
         ['ids: "each is legal and occurs once" -> "s occurs 2 times"']),
        ("options", options("more", "2"), options("1", "2"),
         ['ids: "each is legal and occurs once" -> "1 is not legal"']),
        ("options", options("more", "2"), options("more", "2").replace(' id="more"', ""),
         ['ids: "each is legal and occurs once" -> "cluster_property_set without an id"']),
        ("resources", primitive("a", pairs("meta_attributes", "1 x 1")),
         primitive("a", "<meta_attributes><nvpair name='x' value='1'/></meta_attributes>"),
         ['ids: "each is legal and occurs once" -> "meta_attributes without an id, nvpair without an id"']),
        # Serialized resources of one set start in the order in which they stand there.
        ("constraints", serialized("a", "b"), serialized("b", "a"),
         ['rsc_order o: resource_set s: order of members: "a, b" -> "b, a"']),
        ("constraints", location("100000000000000005"), location("5"),
         ['rsc_location l: score: "100000000000000005" -> "5"']),
        ("constraints", location("INFINITY"), location("infinity"),
         ['rsc_location l: score: "INFINITY" -> "infinity"']),
    ],
)  # fmt: skip
def test_a_difference_is_told_in_one_line(section: str, old: str, new: str, lines: list[str]) -> None:
    assert differences(section, old, new) == lines


def test_a_difference_knows_its_places() -> None:
    old, new = (
        CIB.format(**EMPTY | {"resources": primitive("a", pairs("meta_attributes", f"1 x {value}"))}) for value in "12"
    )
    (found,) = compared(old, new).differences
    assert found.old is not None
    assert found.new is not None
    assert old.encode()[found.old.span.start : found.old.span.end] == b"1"
    assert new.encode()[found.new.span.start : found.new.span.end] == b"2"


def test_secrets_are_masked() -> None:
    old = primitive("a", pairs("instance_attributes", "1 ilo_password GEHEIM", "2 pwd NIE"))
    new = primitive("a", pairs("instance_attributes", "1 ilo_password ANDERS"))
    found = compared(CIB.format(**EMPTY | {"resources": old}), CIB.format(**EMPTY | {"resources": new}))
    assert told(found) == ['primitive a: nvpair ilo_password: "••••" -> "••••"', "primitive a: nvpair pwd only in OLD"]
    assert not {"GEHEIM", "ANDERS", "NIE"} & {word for line in map(repr, found.differences) for word in line.split('"')}


def test_what_a_part_of_a_backup_does_not_hold_is_no_difference() -> None:
    whole = CIB.format(**EMPTY | {"resources": A + B, "constraints": '<rsc_order id="o" first="a" then="b"/>'})
    section = compared(whole, f"<resources>{A}</resources>")
    assert told(section) == ["primitive b only in OLD"]
    assert "constraints not compared: NEW does not hold this section" in section.gaps
    fragment = compared(whole, primitive("b", more=' description="x"'))
    assert told(fragment) == ['primitive b: description: not set -> "x"']
    assert "resources compared in part: NEW holds only some of its objects" in fragment.gaps


def test_names_that_look_private_are_compared() -> None:
    assert differences("resources", primitive("__a"), "") == ["primitive __a only in OLD"]


def test_a_rule_as_deep_as_the_parser_takes_it() -> None:
    deep = "<rule>" * 230 + '<expression attribute="{}"/>' + "</rule>" * 230
    location = f'<rsc_location id="l" rsc="a">{deep}</rsc_location>'
    (line,) = differences("constraints", location.format("x"), location.format("y"))
    assert line.endswith('attribute: "x" -> "y"')


IDS = st.sampled_from("abcd")
PRIMITIVES = st.builds(primitive, IDS, st.builds(pairs, st.sampled_from(["meta_attributes", "instance_attributes"]),
                                                 st.sampled_from(["1 x 1", "1 x 2", "2 y 1"])))  # fmt: skip
ORDERS = st.builds('<rsc_order id="{}" first="{}" then="{}"/>'.format, IDS, IDS, IDS)


@given(st.lists(PRIMITIVES, max_size=5), st.lists(ORDERS, max_size=4), st.randoms(use_true_random=False))
def test_shuffled_objects_with_ids_of_their_own_are_the_same(resources, orders, random) -> None:  # noqa: ANN001
    kept = list({text.split('"')[1]: text for text in resources}.values())
    bound = list({text.split('"')[1]: text for text in orders}.values())
    old = CIB.format(**EMPTY | {"resources": "".join(kept), "constraints": "".join(bound)})
    random.shuffle(bound)
    assert told(compared(old, CIB.format(**EMPTY | {"resources": "".join(kept), "constraints": "".join(bound)}))) == []


@given(st.lists(PRIMITIVES, max_size=5), st.lists(PRIMITIVES, max_size=5))
def test_both_directions_tell_as_much(old: list[str], new: list[str]) -> None:
    there = differences("resources", "".join(old), "".join(new))
    back = differences("resources", "".join(new), "".join(old))
    assert len(there) == len(back)
    assert bool(there) == bool(differences("resources", "".join(old), "".join(new)))


def test_references_in_a_circle_come_to_an_end() -> None:
    def rule(identity: str, other: str) -> str:
        return f'<rule id="{identity}" score="1"><rule id-ref="{other}"/></rule>'

    old = f'<rsc_location id="l" rsc="a">{rule("r", "q")}{rule("q", "r")}</rsc_location>'
    assert differences("constraints", old, old.replace('score="1"', 'score="2"'))
