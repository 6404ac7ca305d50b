"""The layout of what hb_report and crm_report gather: one directory for each node, and marks for what it was doing.

Files that are equal on all nodes lie at the top and hold for all of them; a node's own files lie in its directory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from cibtools.backup.record.fact import Truth
from cibtools.backup.record.kind import Kind

_NODE_FILES = frozenset((
    "cib.xml", "ha.cf", "logd.cf", "hostcache", "crm_mon.txt", "crm_verify.txt", "ccm_tool.txt", "members.txt",
    "sysinfo.txt", "sysstats.txt", "corosync.conf", "DC", "RUNNING", "STOPPED",
))  # fmt: skip


class ReportNode(Struct, frozen=True):
    """A node that the report was taken from."""

    name: str
    """Name of its directory, in lower case and up to the first dot."""
    dc: bool
    """True if it was the designated coordinator."""
    running: Truth
    """Whether the cluster ran on it when the report was made; unknown without a mark."""


class HbReport(Struct, frozen=True, eq=False):
    """A report."""

    top: str
    """Its directory below what was given; empty if that is the report itself."""
    nodes: tuple[ReportNode, ...]

    @property
    def authority(self) -> str | None:
        """The node whose CIB is in force: the coordinator that was running."""
        return next((node.name for node in self.nodes if node.dc and node.running is Truth.YES), None)


def find_report(files: Iterable[tuple[str, Kind]]) -> HbReport | None:
    """Find a report among files, given by their paths and kinds; the first one in order counts.

    Its description gives it away, or two directories side by side that each have a CIB and the mark of the cluster.
    """
    held: dict[str, set[str]] = {}
    tops: list[str] = []
    for path, kind in files:
        directory, _, base = path.rpartition("/")
        held.setdefault(directory, set()).add(base)
        if kind is Kind.HB_REPORT:
            tops.append(directory)
    marked = [
        directory.rpartition("/")[0]
        for directory, names in held.items()
        if directory and "cib.xml" in names and names & {"RUNNING", "STOPPED"}
    ]
    tops += [top for top, count in Counter(marked).items() if count > 1]
    if not tops:
        return None
    nodes = (
        _node(directory, names)
        for directory, names in held.items()
        if directory and directory.rpartition("/")[0] == tops[0] and names & _NODE_FILES
    )
    return HbReport(tops[0], tuple(nodes))


def _node(directory: str, names: set[str]) -> ReportNode:
    running = Truth.YES if "RUNNING" in names else Truth.NO if "STOPPED" in names else Truth.UNKNOWN
    return ReportNode(directory.rpartition("/")[2].partition(".")[0].lower(), "DC" in names, running)
