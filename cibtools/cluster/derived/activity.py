"""Where each resource was active when the backup was taken, as the status section recorded it.

The last operation with a clear result tells: the section lists what was done on each node in order of call ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree
from msgspec import Struct

from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.value import parse_count


class Activity(Struct, frozen=True):
    """One resource on one node."""

    node: str
    promoted: bool


def activities(cluster: Cluster) -> Mapping[str, tuple[Activity, ...]]:
    """Active resources by id, instances of a clone under the id of its child; empty without a status section."""
    found: dict[str, list[Activity]] = {}
    for state in cluster.objects("status"):
        if state.tag == "node_state":
            node = state.get("uname", "") or state.get("id", "")
            for history in state.iter("lrm_resource"):
                active = was_promoted(history)
                if active is not None:
                    name = history.get("id", "").partition(":")[0]
                    found.setdefault(name, []).append(Activity(node, active))
    return {name: tuple(dict.fromkeys(active)) for name, active in found.items()}


def was_promoted(history: etree._Element) -> bool | None:
    """Tell whether the resource of an `lrm_resource` is promoted; None if it is not active there.

    The last operation that tells decides.
    """
    verdict: bool | None = None
    for operation, code in _operations(history):
        match operation, code:
            case ("stop" | "migrate_to", "0") | ("monitor", "7"):
                verdict = None
            case ("start" | "migrate_from" | "demote" | "monitor", "0"):
                verdict = False
            case ("promote", "0") | ("monitor", "8"):  # OCF_RUNNING_MASTER
                verdict = True
            case _:
                pass
    return verdict


def _operations(history: etree._Element) -> Iterator[tuple[str, str]]:
    """Names and return codes of the operations that came to an end, by call id."""
    calls = []
    for op in history.iterchildren("lrm_rsc_op"):
        number = parse_count(_either(op, "call-id", "call_id"))
        if number is not None and _either(op, "op-status", "op_status") in ("", "0"):
            calls.append((number, op.get("operation", ""), _either(op, "rc-code", "rc_code")))
    for _, operation, code in sorted(calls):
        yield operation, code


def _either(op: etree._Element, new: str, old: str) -> str:
    return op.get(new, "") or op.get(old, "")
