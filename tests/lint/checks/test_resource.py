"""Checks of resources: where a failure stickiness is reported, and for which clones the number matters."""

from __future__ import annotations

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.checks.resource import clone_max, failure_stickiness
from cibtools.lint.record.finding import Severity


def cluster(text: str, dialect: Dialect = Dialect.HB2) -> Cluster:
    source = Source("cib.xml", text.encode())
    tree, defects, kind = parse_cib(source)
    return Cluster(Backup(".", (Document(kind, source, tree, defects=defects),)), dialect)


def defaults(stickiness: str, failure: str) -> str:
    return (
        '<crm_config><cluster_property_set id="c"><attributes>'
        f'<nvpair id="c1" name="default-resource-stickiness" value="{stickiness}"/>'
        f'<nvpair id="c2" name="default-resource-failure-stickiness" value="{failure}"/>'
        "</attributes></cluster_property_set></crm_config>"
    )


def primitive(identity: str, attributes: str = "") -> str:
    return f'<primitive id="{identity}" class="ocf" provider="heartbeat" type="Dummy" {attributes}/>'


@pytest.mark.parametrize(
    ("stickiness", "failure", "variant"),
    [
        ("INFINITY", "-1", "never"),
        ("INFINITY", "-INFINITY", ""),
        ("INFINITY", "0", ""),
        ("1000", "-50", "far"),
        ("1000", "-53", ""),
        ("0", "-1", ""),
        ("-INFINITY", "-1", ""),
        ("100", "INFINITY", "positive"),
        ("many", "-1", ""),
    ],
)
def test_failure_stickiness(stickiness: str, failure: str, variant: str) -> None:
    assert [hit.variant for hit in failure_stickiness(cluster(defaults(stickiness, failure)))] == [variant] * bool(
        variant
    )


@pytest.mark.parametrize(
    ("resources", "subjects"),
    [
        (primitive("a") + primitive("b"), [""]),
        (primitive("a", 'is_managed="false"'), []),
        (primitive("a", 'resource_stickiness="100"'), []),
        (primitive("a") + primitive("b", 'resource_failure_stickiness="-600"'), ["", "b"]),
        (f'<group id="g" resource_failure_stickiness="-600">{primitive("a")}{primitive("b")}</group>', ["g"]),
    ],
)
def test_the_defaults_once_and_each_override(resources: str, subjects: list[str]) -> None:
    found = cluster(f"{defaults('INFINITY', '-500')}<resources>{resources}</resources>")
    assert [hit.subject for hit in failure_stickiness(found)] == subjects


NODES = "".join(f'<node id="{name}" uname="{name}" type="normal"/>' for name in ("n1", "n2", "n3"))


@pytest.mark.parametrize(
    ("clone", "constraints", "expected"),
    [
        ('clone_max="2"', "", [("few", None)]),
        ('clone_max="3"', "", []),
        ('clone_max="4"', "", [("many", None)]),
        ('clone_max="4" clone_node_max="2"', "", []),
        ('clone_max="2"', '<rsc_location id="l" rsc="c" node="n1" score="-INFINITY"/>', []),
        # Whether n1 is excluded depends on an attribute: two or three, we cannot tell.
        (
            'clone_max="2"',
            '<rsc_location id="l" rsc="c"><rule id="r" score="-INFINITY"><expression id="e" attribute="x" '
            'operation="defined"/></rule></rsc_location>',
            [],
        ),
    ],
)
def test_clone_max(clone: str, constraints: str, expected: list[tuple[str, Severity | None]]) -> None:
    child = '<primitive id="p" class="ocf" provider="heartbeat" type="pingd"/>'
    found = cluster(
        f"<nodes>{NODES}</nodes><resources><clone id='c' {clone}>{child}</clone></resources>"
        f"<constraints>{constraints}</constraints>"
    )
    assert [(hit.variant, hit.severity) for hit in clone_max(found)] == expected


def test_few_of_another_agent_is_info() -> None:
    found = cluster(
        f"<nodes>{NODES}</nodes><resources><clone id='c' clone_max='2'>{primitive('p')}</clone></resources>"
    )
    assert [hit.severity for hit in clone_max(found)] == [Severity.INFO]
