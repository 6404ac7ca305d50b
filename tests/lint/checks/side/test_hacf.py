"""ha.cf: copies are told once, and how bad a single path is depends on fencing."""

from __future__ import annotations

from pathlib import Path

import pytest

from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.finding import Finding
from cibtools.lint.record.rule import Rule

TIMERS = "keepalive 2\ndeadtime 50\ninitdead 120\nnode host1 host2\ncrm true\n"
EVMS = (
    '<resources><clone id="c"><primitive id="e" class="ocf" provider="heartbeat" type="EvmsSCC"/></clone></resources>'
)


@pytest.fixture(scope="module")
def rules(repo: Path) -> tuple[Rule, ...]:
    return build_catalogue(load_tables([path for path in rule_files([repo / "rules"]) if path.name.startswith("HB")]))


def fencing(value: str) -> str:
    return (
        '<crm_config><cluster_property_set id="c"><attributes><nvpair id="c1" name="stonith-enabled" '
        f'value="{value}"/></attributes></cluster_property_set></crm_config>'
    )


def lint(rules: tuple[Rule, ...], *texts: str, cib: str = "") -> tuple[Finding, ...]:
    files = {f"nodes/host{number}/etc/ha.d/ha.cf": text for number, text in enumerate(texts, 1)}
    if cib:
        files["cib.xml"] = f'<cib have_quorum="true"><configuration>{cib}</configuration></cib>'
    read = [parse_source(Source(path, text.encode()), path) for path, text in sorted(files.items())]
    (backup,) = gather(Read(document, "", document.path, walked=True) for document in read)
    return Engine(rules).run([Cluster(backup)]).findings


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(found.code, found.variant, found.severity.value) for found in findings]


@pytest.mark.parametrize(("cib", "severity", "words"), [
    ("", "warning", "both sides fence"),
    (fencing("true") + EVMS, "warning", "both sides fence"),
    (fencing("false") + EVMS, "error", "both sides start everything, on the same disks"),
    (fencing("false"), "warning", "both sides start everything"),
])  # fmt: skip
def test_one_path(rules: tuple[Rule, ...], cib: str, severity: str, words: str) -> None:
    (found,) = lint(rules, TIMERS + "bcast eth0\n", cib=cib)
    assert told((found,)) == [("HB102", "single", severity)]
    assert words in found.message


@pytest.mark.parametrize("media", [
    "bcast eth0 eth1", "bcast eth0\nserial /dev/ttyS0", "ucast eth0 a\nucast eth1 b",
    "mcast eth0 225.0.0.1 694 1 0\nbcast eth1", "ucast eth0 192.168.1.2\nucast eth1 10.0.1.2",
    "serial /dev/ttyS0 /dev/ttyS1",
])  # fmt: skip
def test_two_paths(rules: tuple[Rule, ...], media: str) -> None:
    assert lint(rules, f"{TIMERS}{media}\n") == ()


@pytest.mark.parametrize(("media", "variant"), [
    ("bcast eth0\nucast eth0 10.0.0.2", "single"), ("ucast eth0 10.0.0.1\nucast eth0 10.0.0.2", "single"),
    ("bcast eth0\nping 10.0.0.9\nhbaping fc0", "single"), ("serial /dev/ttyS0", "single"), ("bcast bond0", "bond"),
    ("", "none"),
    ("ucast eth0 10.0.0.2\nucast eth1 10.0.0.3", "same-net"),
])  # fmt: skip
def test_variants_of_one_path(rules: tuple[Rule, ...], media: str, variant: str) -> None:
    assert [item[1] for item in told(lint(rules, f"{TIMERS}{media}\n"))] == [variant]


def test_copies_that_say_the_same_are_told_once(rules: tuple[Rule, ...]) -> None:
    text = TIMERS.replace("120", "60") + "bcast eth0\n"
    other = text.replace("bcast eth0", "bcast eth0 eth1")
    found = lint(rules, text, other, text)
    assert told(found) == [("HB103", "initdead", "warning"), ("HB102", "single", "warning")]
    assert [[note.place.document.host for note in item.notes] for item in found] == [["host2", "host3"], ["host3"]]


def test_an_excerpt_proves_nothing_by_absence(rules: tuple[Rule, ...]) -> None:
    assert lint(rules, "# -snip-\n" + TIMERS) == ()


@pytest.mark.parametrize(("timers", "expected"), [
    ("deadtime 50\ninitdead 100", []), ("deadtime 50\ninitdead 99", [("initdead", "warning")]),
    ("deadtime 50\ninitdead 49999ms", [("refused", "error")]), ("deadtime 50", []),
    ("initdead 20", [("refused", "error")]),
    ("initdead 40", []), ("keepalive 15", [("refused", "error")]), ("keepalive 14", []),
    ("keepalive 25\ndeadtime 50\ndeadping 50", [("refused", "error"), ("refused", "error")]),
    ("deadtime 50\ndeadping 4\nkeepalive 2", [("refused", "error")]), ("deadtime 5", []),
    ("deadtime 30 s", [("invalid-time", "warning")]),
    ("deadtime 4\ninitdead 9", [("initdead-short", "warning")]),
    ("deadtime 50\nwarntime 50", [("warntime-late", "warning")]),
])  # fmt: skip
def test_timers(rules: tuple[Rule, ...], timers: str, expected: list[tuple[str, str]]) -> None:
    found = lint(rules, f"{timers}\nbcast eth0 eth1\nnode host1 host2\ncrm true\n")
    assert sorted(item[1:] for item in told(found)) == expected


@pytest.mark.parametrize(("fenced", "count"), [("true", 1), ("false", 0)])
def test_a_short_deadtime_matters_where_nodes_are_fenced(rules: tuple[Rule, ...], fenced: str, count: int) -> None:
    found = lint(rules, "deadtime 5\nbcast eth0 eth1\nnode a b\ncrm true\n", cib=fencing(fenced))
    assert len(found) == count


def test_heartbeat_is_not_pacemaker(rules: tuple[Rule, ...]) -> None:
    files = {"ha.cf": TIMERS + "bcast eth0\n", "cib.xml": '<cib validate-with="pacemaker-1.0"><configuration/></cib>'}
    read = [parse_source(Source(path, text.encode()), path) for path, text in files.items()]
    (backup,) = gather(Read(document, "", document.path, walked=True) for document in read)
    assert Engine(rules).run([Cluster(backup)]).findings == ()
