"""What the side files of the hosts say, a line for each subject: equal copies share a line, so differences stand out.

Only what an administrator asks first: memory and bridges of dom0, ways between the nodes, OCFS2's members, names of the
disks, time and addresses.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from cibtools.backup.document import Document
from cibtools.backup.record.secret import mask_text
from cibtools.backup.sniff.declaration import Summarised
from cibtools.backup.sniff.registry import side_files
from cibtools.cluster.model.cluster import Cluster


class HostView(Struct, frozen=True):
    """One thing that the files of some hosts say."""

    subject: str
    words: str
    hosts: tuple[str, ...]
    """The nodes whose files say so; empty for files that hold for all."""


def host_views(cluster: Cluster) -> tuple[HostView, ...]:
    """Gather what the side files say, subject by subject."""
    return tuple(
        HostView(one.subject, words, tuple(hosts))
        for one in side_files()
        if one.subject
        for words, hosts in _said(cluster, cluster.backup.of_kind(one.kind)).items()
    )


def _said(cluster: Cluster, documents: Iterable[Document]) -> dict[str, list[str]]:
    """The nodes by what their files say."""
    found: dict[str, list[str]] = {}
    nodes = tuple(node.uname for node in cluster.nodes)
    for document in documents:
        content = document.content
        parts = content.summary(nodes, excerpt=document.excerpt) if isinstance(content, Summarised) else ()
        words = mask_text("; ".join(parts))
        if words:
            found.setdefault(words, []).extend([document.host] if document.host else [])
    return found
