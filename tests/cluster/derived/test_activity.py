from __future__ import annotations

import pytest

from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.source import Source
from cibtools.cluster.derived.activity import Activity, activities
from cibtools.cluster.model.cluster import Cluster


def cluster(*operations: str) -> Cluster:
    text = (
        '<cib><configuration/><status><node_state id="1" uname="h1"><lrm><lrm_resources><lrm_resource id="a:0">'
        f"{''.join(operations)}</lrm_resource></lrm_resources></lrm></node_state></status></cib>"
    )
    source = Source("cib.xml", text.encode())
    tree, _, kind = parse_cib(source)
    return Cluster(Backup("", (Document(kind, source, tree),)))


def op(call: int, operation: str, rc: int, status: int = 0) -> str:
    return f'<lrm_rsc_op operation="{operation}" call_id="{call}" rc_code="{rc}" op_status="{status}"/>'


STARTED, PROMOTED = (Activity("h1", False),), (Activity("h1", True),)


@pytest.mark.parametrize(
    ("operations", "active"),
    [
        ([], None),
        ([op(1, "monitor", 7)], None),
        ([op(1, "monitor", 0)], STARTED),
        ([op(1, "monitor", 8)], PROMOTED),
        ([op(1, "monitor", 7), op(2, "start", 0), op(3, "monitor", 0)], STARTED),
        ([op(10, "stop", 0), op(9, "start", 0)], None),
        ([op(1, "start", 0), op(2, "promote", 0)], PROMOTED),
        ([op(1, "promote", 0), op(2, "demote", 0)], STARTED),
        ([op(1, "start", 0), op(2, "stop", 1)], STARTED),
        ([op(1, "start", 0), op(2, "migrate_to", 0)], None),
        ([op(1, "start", 0, status=2)], None),
        (['<lrm_rsc_op operation="start" call-id="3" rc-code="0" op-status="0"/>'], STARTED),
        (['<lrm_rsc_op operation="start" call_id="x" rc_code="0"/>'], None),
    ],
)
def test_the_last_clear_result_tells(operations: list[str], active: tuple[Activity, ...] | None) -> None:
    assert activities(cluster(*operations)).get("a") == active


def test_without_a_status_section_nothing_is_known() -> None:
    source = Source("a.xml", b"<resources/>")
    tree, _, kind = parse_cib(source)
    assert activities(Cluster(Backup("", (Document(kind, source, tree),)))) == {}
