"""Checks of orders: severities and words that depend on the release and on the two ends."""

from __future__ import annotations

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.checks.order import cycles, mandatory_on_clone, missing_score
from cibtools.lint.record.finding import Hit, Severity

RESOURCES = """
<resources>
  <clone id="pool"><primitive id="pool-child" class="ocf" provider="heartbeat" type="Filesystem"/></clone>
  <primitive id="disk" class="ocf" provider="heartbeat" type="Filesystem"/>
  <primitive id="db" class="ocf" provider="heartbeat" type="mysql"/>
  <primitive id="guest" class="ocf" provider="heartbeat" type="Xen"><meta_attributes id="ma">{open}
    <nvpair id="ma-1" name="{name}" value="true"/>{close}</meta_attributes></primitive>
</resources>"""
OLD = RESOURCES.format(open="<attributes>", close="</attributes>", name="allow_migrate")
NEW = RESOURCES.format(open="", close="", name="allow-migrate")


def cluster(text: str, dialect: Dialect) -> Cluster:
    source = Source("cib.xml", text.encode())
    tree, defects, kind = parse_cib(source)
    return Cluster(Backup(".", (Document(kind, source, tree, defects=defects),)), dialect)


def missing(order: str, dialect: Dialect) -> list[Hit]:
    found = cluster(f"{NEW if dialect.is_pacemaker else OLD}<constraints>{order}</constraints>", dialect)
    return [hit for element in found.objects("constraints") for hit in missing_score(found, element)]


@pytest.mark.parametrize(
    ("order", "dialect", "severity", "words"),
    [
        ('from="db" to="disk"', Dialect.HB2, Severity.WARNING, "takes INFINITY: db is restarted whenever disk stops"),
        ('from="db" to="pool"', Dialect.HB2, Severity.ERROR, "whenever pool starts or stops on any node"),
        ('from="db" to="pool-child"', Dialect.HB2, Severity.ERROR, "on any node"),
        ('from="guest" to="disk"', Dialect.HB2, Severity.ERROR, "guest is restarted whenever disk stops"),
        ('from="guest" to="pool"', Dialect.HB2, Severity.ERROR, "on any node, also right after a live migration"),
        ('from="disk" to="guest" type="before"', Dialect.HB2, Severity.ERROR, "guest is restarted"),
        ('from="db" to="gone"', Dialect.HB2, Severity.WARNING, "db is restarted whenever gone stops"),
        ('from="db" to="disk" action="stop"', Dialect.HB2, Severity.WARNING, "at every event"),
        ('from="db" to="pool" to_action="promote"', Dialect.HB2, Severity.ERROR, "pool is promoted or demoted"),
        ('first="pool" then="guest"', Dialect.P10, Severity.INFO, "takes 0 behind a clone"),
        ('first="disk" then="guest"', Dialect.P10, Severity.INFO, "Pacemaker 1.0 takes INFINITY"),
        ('first="pool" then="guest"', Dialect.P11, Severity.INFO, "guest runs only while pool runs"),
    ],
)
def test_missing_score_says_what_the_release_does(order: str, dialect: Dialect, severity: Severity, words: str) -> None:
    (hit,) = missing(f'<rsc_order id="o" {order}/>', dialect)
    assert hit.severity is severity
    assert words in str(hit.values["effect"])


@pytest.mark.parametrize("order", ['first="a" then="b" score="0"', 'first="a" then="b" kind="Optional"', 'first="a"'])
def test_missing_score_is_silent(order: str) -> None:
    assert missing(f'<rsc_order id="o" {order}/>', Dialect.P11) == []


def test_a_guest_behind_a_clone_is_an_error() -> None:
    order = '<rsc_order id="o" from="{}" to="pool" score="INFINITY"/>'
    found = cluster(f"{OLD}<constraints>{order.format('guest')}{order.format('db')}</constraints>", Dialect.HB2)
    assert [(hit.values["then"], hit.severity) for hit in mandatory_on_clone(found)] == [
        ("guest", Severity.ERROR),
        ("db", None),
    ]


def test_cycle_of_advisory_orders_warns_and_names_the_others() -> None:
    text = '<constraints><rsc_order id="o1" from="a" to="b" score="{}"/><rsc_order id="o2" from="b" to="a" score="0"/>'
    (weak,) = cycles(cluster(f"{text.format(0)}</constraints>", Dialect.HB2))
    (strong,) = cycles(cluster(f"{text.format(1)}</constraints>", Dialect.HB2))
    assert (weak.severity, strong.severity) == (Severity.WARNING, Severity.ERROR)
    assert weak.values["way"] == "a → b → a"
    assert [note.place.element.get("id") for note in weak.notes if note.place.element is not None] == ["o2"]
