"""Definite bans, and what stays unknown."""

from __future__ import annotations

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.fact import Truth
from cibtools.backup.record.source import Source
from cibtools.cluster.derived.placement import allowed_nodes, ban, banned, is_ban, is_interim, is_placed
from cibtools.cluster.model.cluster import Cluster

_CIB = """
<configuration>
  <crm_config><cluster_property_set id="o"><attributes>{options}</attributes></cluster_property_set></crm_config>
  <nodes><node id="id-1" uname="host1" type="normal"/><node id="id-2" uname="Host2" type="normal"/></nodes>
  <resources>
    <group id="g"><primitive id="a" class="lsb" type="a"/><primitive id="b" class="lsb" type="b"/></group>
    <primitive id="x" class="lsb" type="x"/>
  </resources>
  {constraints}
</configuration>"""


def cluster(constraints: str | None, options: str = "", dialect: Dialect = Dialect.HB2) -> Cluster:
    section = "" if constraints is None else f"<constraints>{constraints}</constraints>"
    source = Source("cib.xml", _CIB.format(options=options, constraints=section).encode())
    tree, defects, kind = parse_cib(source)
    return Cluster(Backup(".", (Document(kind, source, tree, defects=defects),)), dialect)


def verdicts(found: Cluster, name: str) -> str:
    resource = found.resource(name)
    assert resource is not None
    return " ".join(banned(found, resource, node).value for node in found.nodes)


def rule(inner: str, attributes: str = 'score="-INFINITY"') -> str:
    return f'<rsc_location id="l" rsc="x"><rule id="r" {attributes}>{inner}</rule></rsc_location>'


def name_is(name: str, operation: str = "eq", attribute: str = "#uname") -> str:
    return f'<expression id="e" attribute="{attribute}" operation="{operation}" value="{name}"/>'


PINGD = '<expression id="p" attribute="pingd" operation="not_defined"/>'
DATE = '<date_expression id="d" end="2005-001"/>'


@pytest.mark.parametrize(
    ("constraint", "wanted"),
    [
        ('<rsc_location id="l" rsc="x" node="host1" score="-INFINITY"/>', "yes no"),
        ('<rsc_location id="l" rsc="x" node="HOST2" score="-infinity"/>', "no yes"),
        ('<rsc_location id="l" rsc="x" node="host1" score="-1000"/>', "no no"),
        (rule(name_is("host1")), "yes no"),
        (rule(name_is("host1", "ne")), "no yes"),
        (rule(name_is("id-2", attribute="#id")), "no yes"),
        (rule(name_is("host1", "defined")), "yes yes"),
        (rule(name_is("host1", "lt")), "unknown unknown"),
        (rule(PINGD), "unknown unknown"),
        (rule(name_is("host1") + PINGD), "unknown no"),
        (rule(name_is("host1") + PINGD, 'score="-INFINITY" boolean_op="or"'), "yes unknown"),
        (rule(name_is("host1") + DATE), "unknown no"),
        (rule(f'<rule id="s" boolean_op="or">{name_is("host1")}{name_is("host2")}</rule>'), "yes yes"),
        (rule(""), "unknown unknown"),
        (rule(name_is("host1"), 'score_attribute="weight"'), "unknown unknown"),
        (rule(name_is("host1"), 'score="-INFINITY" role="Master"'), "no no"),
        (rule(name_is("host1"), 'score="-INFINITY" role="Slave"'), "unknown no"),
    ],
)
def test_bans(constraint: str, wanted: str) -> None:
    assert verdicts(cluster(constraint), "x") == wanted


def test_a_ban_of_the_group_reaches_its_members() -> None:
    found = cluster('<rsc_location id="l" rsc="g" node="host1" score="-INFINITY"/>')
    resource = found.resource("b")
    assert resource is not None
    assert [cause.id for cause in ban(found, resource, found.nodes[0]).causes] == ["l"]
    assert [node.uname for node in allowed_nodes(found, resource)] == ["Host2"]


def test_without_constraints_among_the_inputs_nothing_is_certain() -> None:
    assert verdicts(cluster(None), "x") == "unknown unknown"


def test_an_opt_in_cluster_excludes_what_it_does_not_place() -> None:
    options = '<nvpair id="s" name="symmetric_cluster" value="false"/>'
    found = cluster('<rsc_location id="l" rsc="x" node="host1" score="0"/>', options)
    group = found.resource("g")
    assert group is not None
    assert verdicts(found, "x") == "no yes"
    assert verdicts(found, "g") == "yes yes"
    assert is_placed(found, group) is Truth.NO
    assert verdicts(cluster(rule(PINGD, 'score="10"'), options), "x") == "unknown unknown"


def test_patterns_and_sets_of_pacemaker() -> None:
    text = '<rsc_location id="l" rsc-pattern="^[xy]$" node="host1" score="-INFINITY"/>'
    assert verdicts(cluster(text, dialect=Dialect.P11), "x") == "yes no"
    text = (
        '<rsc_location id="l" node="host1" score="-INFINITY">'
        '<resource_set id="s"><resource_ref id="x"/></resource_set></rsc_location>'
    )
    assert verdicts(cluster(text, dialect=Dialect.P11), "x") == "yes no"


@pytest.mark.parametrize("pattern", ["(x+)+$", "(x|x)*y", "[", "x" * 300])
def test_a_pattern_that_is_broken_or_might_never_end_is_left_aside(pattern: str) -> None:
    text = f'<rsc_location id="l" rsc-pattern="{pattern}" node="host1" score="-INFINITY"/>'
    assert verdicts(cluster(text, dialect=Dialect.P11), "x") == "no no"


def test_interim_constraints_are_known_by_their_ids() -> None:
    found = cluster(
        '<rsc_location id="cli-prefer-x" rsc="x" node="host1" score="INFINITY"/>'
        '<rsc_location id="my-cli-prefer-x" rsc="x" node="host1" score="-INFINITY"/>'
    ).locations
    assert [(is_interim(one), is_ban(one)) for one in found] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("true", "no no"), ("yes", "no no"), ("maybe", "no no"), ("false", "yes yes"), ("off", "yes yes")],
)
def test_only_a_false_symmetric_cluster_is_opt_in(value: str, wanted: str) -> None:
    option = f'<nvpair id="s" name="symmetric-cluster" value="{value}"/>'
    assert verdicts(cluster("", option), "x") == wanted


OPT_IN = '<nvpair id="s" name="symmetric-cluster" value="false"/>'


@pytest.mark.parametrize(
    ("constraint", "wanted"),
    [
        ('<rsc_location id="l" rsc="x" node="host1" score="0"/>', "no yes"),
        ('<rsc_location id="l" rsc="x" node="host1" score="-1"/>', "yes yes"),
        (rule(name_is("host1"), 'score_attribute="rank"'), "unknown unknown"),
        (rule(PINGD, 'score="100"'), "unknown unknown"),
    ],
)
def test_an_opt_in_cluster_needs_a_score_of_0_or_more(constraint: str, wanted: str) -> None:
    assert verdicts(cluster(constraint, OPT_IN), "x") == wanted


def test_an_expression_without_a_value_settles_nothing() -> None:
    """A node that has no id is not the one that an expression without a value means."""
    inner = '<expression id="e" attribute="#uname" operation="eq"/>'
    assert verdicts(cluster(rule(inner)), "x") == "unknown unknown"


def test_long_patterns_count_up_to_the_limit_and_a_broken_one_hides_no_other() -> None:
    def located(number: int, pattern: str) -> str:
        return f'<rsc_location id="l{number}" rsc-pattern="{pattern}" node="host1" score="-INFINITY"/>'

    long = "x|" + "y" * 198
    assert verdicts(cluster(located(1, long), dialect=Dialect.P11), "x") == "yes no"
    assert verdicts(cluster(located(1, long + "y"), dialect=Dialect.P11), "x") == "no no"
    assert verdicts(cluster(located(1, "[") + located(2, "^x$"), dialect=Dialect.P11), "x") == "yes no"
