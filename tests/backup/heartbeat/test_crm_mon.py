"""The text of `crm_mon -1`: formats.md 17 of the specification."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from cibtools.backup.heartbeat.crm_mon import CrmMon, parse_crm_mon
from cibtools.backup.reader import parse_source
from cibtools.backup.record.fact import Truth
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from tests.backup.side_files import check_spans, mangled, text_at

ONE = "91275fec-a9f4-442d-9875-27e9b7233f33"
TWO = "d94a39a4-dcb5-4305-99f0-a52c8236380a"

HEARTBEAT = f"""

============
Last updated: Thu Jan  8 14:59:21 2009
Current DC: host1 ({ONE})
2 Nodes configured.
4 Resources configured.
============

Node: host1 ({ONE}): online
Node: host2 ({TWO}): standby

Clone Set: pingd
    pingd-child:0\t(ocf::heartbeat:pingd):\tStarted host1
    pingd-child:1\t(ocf::heartbeat:pingd):\tStopped\x20
STONITH-iLO-host1\t(stonith:external/riloe):\tStarted host2 (unmanaged) FAILED
Resource Group: web
    web-ip\t(ocf::heartbeat:IPaddr2):\tStarted host1
old\t(ocf::heartbeat:Xen ORPHANED):\tStarted host1
nfs\t(ocf::heartbeat:Xen):\tStopped\x20

Failed actions:
    nfs_start_0 (node=host1, call=12, rc=1): complete
    web-ip_monitor_10000 (node=host2, call=-1, rc=7): Error
"""

PACEMAKER = """============
Last updated: Thu Jan  8 14:59:21 2009
Stack: openais
Current DC: host1 - partition with quorum
Version: 1.0.3-0080ec086ae9c20ad5c4c3562000c0ad68374f0a
5 Nodes configured, 2 expected votes
3 Resources configured.
============

Node host2: UNCLEAN (offline)
Node host3: standby (on-fail)
Node host4: OFFLINE (standby)
Online: [ host1 ]
OFFLINE: [ host5 ]

 Clone Set: c-base
     Resource Group: base:0
         dlm:0\t(ocf::pacemaker:controld):\tStarted host1
 Clone Set: c-ping
     Started: [ host1 ]
     Stopped: [ ping:1 ping:2 ]
 Master/Slave Set: ms-drbd
     Masters: [ host1 ]
     Slaves: [ host3 ]
 nfs    (ocf::heartbeat:Xen) Started [   host1  host3 ]

Failed actions:
    nfs_start_0 (node=host1, call=12, rc=1, status=complete): unknown error
"""

BY_NODE = f"""Last updated: Thu Jan  8 14:59:21 2009
Current DC: NONE
2 Nodes configured.

Node: host1 ({ONE}): online
\tnfs\t(ocf::heartbeat:Xen)
\tdb\t(ocf::heartbeat:Xen) FAILED
Node: host2 ({TWO}): OFFLINE

Migration summary:
* Node host1:
   nfs: migration-threshold=1000000 fail-count=1
"""


def read(text: str) -> CrmMon:
    return parse_crm_mon(Source("crm_mon.txt", text.encode()))


def test_the_form_of_heartbeat() -> None:
    source = Source("crm_mon.txt", HEARTBEAT.encode())
    found = parse_crm_mon(source)
    assert (found.updated, found.stack, found.version) == ("Thu Jan  8 14:59:21 2009", None, None)
    assert (found.dc, found.quorum, found.node_count) == ("host1", Truth.UNKNOWN, 2)
    assert [(node.name, node.uuid, node.mode) for node in found.nodes] == [
        ("host1", ONE, "online"),
        ("host2", TWO, "standby"),
    ]
    assert [(entry.id, entry.role, entry.nodes, entry.parents) for entry in found.resources] == [
        ("pingd-child:0", "Started", ("host1",), ("pingd",)),
        ("pingd-child:1", "Stopped", (), ("pingd",)),
        ("STONITH-iLO-host1", "Started", ("host2",), ()),
        ("web-ip", "Started", ("host1",), ("web",)),
        ("old", "Started", ("host1",), ()),
        ("nfs", "Stopped", (), ()),
    ]
    fencing, old = found.resources[2], found.resources[4]
    assert (fencing.agent, fencing.managed, fencing.failed, fencing.orphaned) == (
        "stonith:external/riloe", False, True, False,
    )  # fmt: skip
    assert (old.agent, old.managed, old.failed, old.orphaned) == ("ocf::heartbeat:Xen", True, False, True)
    first, second = found.failed_actions
    assert (first.resource, first.operation, first.interval) == ("nfs", "start", 0)
    assert (first.node, first.call, first.rc, first.status) == ("host1", 12, 1, "complete")
    assert (second.resource, second.operation, second.interval, second.call) == ("web-ip", "monitor", 10000, -1)
    assert text_at(source, first.span) == "nfs_start_0 (node=host1, call=12, rc=1): complete"
    assert found.problems == ()


def test_the_form_of_pacemaker() -> None:
    found = read(PACEMAKER)
    assert (found.stack, found.version and found.version[:5]) == ("openais", "1.0.3")
    assert (found.dc, found.quorum) == ("host1", Truth.YES)
    modes = {node.name: (node.mode, node.standby, node.on_fail) for node in found.nodes}
    assert modes == {
        "host1": ("online", False, False),
        "host2": ("unclean", False, False),
        "host3": ("standby", True, True),
        "host4": ("offline", True, False),
        "host5": ("offline", False, False),
    }
    assert found.places_of("c-ping") == found.places_of("c-base") == found.places_of("dlm") == ("host1",)
    assert found.places_of("ms-drbd") == found.places_of("nfs") == ("host1", "host3")
    assert [entry.role for entry in found.resources if entry.id == "ms-drbd"] == ["Master", "Slave"]
    assert found.places_of("nothing") is None
    assert [(action.status, action.rc) for action in found.failed_actions] == [("unknown error", 1)]
    assert found.problems == ()


def test_grouped_by_node() -> None:
    found = read(BY_NODE)
    assert found.dc is None
    assert (found.places_of("nfs"), found.places_of("db")) == (("host1",), ("host1",))
    assert [entry.failed for entry in found.resources] == [False, True]
    assert [node.name for node in found.nodes if node.mode == "offline"] == ["host2"]
    assert found.problems == ()


def test_without_quorum_and_pending() -> None:
    found = read("Current DC: a (a) - partition WITHOUT quorum\n1 Nodes configured\nNode a (a): pending\n")
    assert (found.dc, found.quorum, [node.mode for node in found.nodes]) == ("a", Truth.NO, ["pending"])


@pytest.mark.parametrize("text", [HEARTBEAT, PACEMAKER, BY_NODE])
def test_the_kind_is_seen_with_and_without_the_time(text: str) -> None:
    for written in (text, "".join(line for line in text.splitlines(True) if "updated" not in line)):
        document = parse_source(Source("x.txt", written.encode()), "x.txt")
        assert document.kind is Kind.CRM_MON
        assert isinstance(document.content, CrmMon)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("Last updated: now\nsomething else\n", ["unreadable"]),
        ("nfs (ocf::heartbeat:Xen): Dancing host1\n", ["unreadable"]),
        ("2 Nodes configured.\nNode: a (1-2): online\n", ["count"]),
        ("Node: a (1-2): online\nNode: A (1-2): standby\n", ["node-twice"]),
        ("Failed actions:\nno action\n", ["unreadable"]),
        ("*** Resource management is DISABLED ***\n", []),
        ("  The cluster will not attempt to start, stop or recover services\n", []),
        ("99999999999999999999 Nodes configured\n", ["unreadable"]),
    ],
)
def test_damage(text: str, problems: list[str]) -> None:
    assert [problem.variant for problem in read(text).problems] == problems


@settings(max_examples=300, deadline=None)
@given(
    mangled(
        "Last updated:", "Current DC:", "2 Nodes configured", "Node: a", ": online", "Clone Set: c", "Started: [ a ]",
        "a (ocf::heartbeat:Xen): Started b", "Failed actions:", "a_start_0 (node=a, call=9)", "[", "]", "9" * 30,
        "Operations:", "    ", "Online: [ a", "²",
    )
)  # fmt: skip
def test_no_input_raises(data: bytes) -> None:
    source = Source("crm_mon.txt", data)
    check_spans(parse_crm_mon(source), source)
