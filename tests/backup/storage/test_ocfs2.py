"""OCFS2's cluster.conf: formats.md 9 of the specification."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from cibtools.backup.record.fact import ABSENT, Known, Unknown
from cibtools.backup.record.source import Source
from cibtools.backup.storage.ocfs2 import Ocfs2Config, parse_ocfs2
from tests.backup.side_files import check_spans, mangled, text_at

NODE = "node:\n\tip_port = 7777\n\tip_address = 10.0.0.1\n\tnumber = 0\n\tname = a\n\tcluster = c\n"
CLUSTER = "cluster:\n\tnode_count = 1\n\tname = c\n"


def read(text: str) -> Ocfs2Config:
    return parse_ocfs2(Source("cluster.conf", text.encode()))


def value(fact: object) -> object:
    return fact.value if isinstance(fact, Known) else fact


def test_the_fixture(repo: Path) -> None:
    source = Source("cluster.conf", (repo / "fixtures/hasi/nodes/host1/etc/ocfs2/cluster.conf").read_bytes())
    found = parse_ocfs2(source)
    assert found.node_names == ("host1", "host2")
    first, second = found.nodes
    assert [value(fact) for fact in (first.number, first.ip_address, first.ip_port, first.cluster)] == [
        0,
        "192.168.1.1",
        7777,
        "ocfs2",
    ]
    assert isinstance(second.number, Known)
    assert text_at(source, second.number.span) == "1"
    assert text_at(source, second.span).startswith("node:\n")
    assert text_at(source, second.span).endswith("cluster = ocfs2")
    (cluster,) = found.clusters
    assert (value(cluster.name), value(cluster.node_count), cluster.heartbeat_mode) == ("ocfs2", 2, ABSENT)
    assert (found.problems, found.regions) == ((), ())


def test_no_blank_lines_and_a_global_heartbeat() -> None:
    found = read(f"{NODE}{CLUSTER}\theartbeat_mode = global\nheartbeat:\n\tregion = 0123ABCD\n\tcluster = c\n")
    assert [option.text for option in found.regions] == ["0123ABCD"]
    assert value(found.clusters[0].heartbeat_mode) == "global"
    assert found.problems == ()


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (NODE + CLUSTER, []),
        ("# c\r\n" + (NODE + CLUSTER).replace("\n", "\r\n"), []),
        ((NODE + CLUSTER).replace("\t", "    "), ["blanks"]),
        (NODE + CLUSTER.replace("\tname", "name"), ["not-indented"]),
        (NODE + " " + CLUSTER, ["indented"]),
        (NODE + CLUSTER + "pool:\n\ta = b\n", ["unknown-stanza"]),
        (NODE + "\tcolour = red\n" + CLUSTER, ["unknown"]),
        (NODE + "\tname = a\n" + CLUSTER, ["twice"]),
        (NODE + CLUSTER.replace("= c", "="), ["no-cluster", "missing", "no-value"]),
        (NODE.replace("= 0", "= 255") + CLUSTER, ["invalid-value"]),
        (NODE.replace("\tnumber = 0\n", "") + CLUSTER, ["missing"]),
        (NODE + CLUSTER.replace("= 1", "= 2"), ["count"]),
        (NODE + NODE + CLUSTER.replace("= 1", "= 2"), ["twice", "twice", "twice"]),
        (NODE, ["no-cluster"]),
        ("\tname = a\n" + NODE + CLUSTER, ["malformed"]),
        (NODE + CLUSTER + "what is this\n", ["malformed"]),
        (NODE.replace("= a", "=\N{NO-BREAK SPACE}a") + CLUSTER, ["no-break-space"]),
    ],
)
def test_damage(text: str, problems: list[str]) -> None:
    assert [problem.variant for problem in read(text).problems] == problems


def test_a_number_that_is_none_is_unknown() -> None:
    node = read(NODE.replace("= 0", "= zero").replace("= 7777", "= 99999")).nodes[0]
    assert isinstance(node.number, Unknown)
    assert isinstance(node.ip_port, Unknown)


@settings(max_examples=200, deadline=None)
@given(mangled("node:", "cluster:", "\tname = a\n", "number", "\tnode_count = 1\n", "ip_port", "9" * 30, NODE, "²"))
def test_no_input_raises(data: bytes) -> None:
    source = Source("cluster.conf", data)
    check_spans(parse_ocfs2(source), source)
