"""Files of which each node has a copy that must be the same everywhere, and is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from cibtools.backup.cib.tree import CibTree
from cibtools.backup.document import Document
from cibtools.backup.record.kind import Kind
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import path_below
from cibtools.fleet.record import CopyDrift

_ALIKE = (Kind.CIB, Kind.XM, Kind.OCFS2, Kind.O2CB, Kind.DRBD, Kind.AUTHKEYS)
"""What is the same on all nodes of a healthy cluster; `ha.cf`, `lvm.conf`, … may name what only one node has."""
_REMARK = re.compile(rb"(?m)^\s*#.*$|\s+")


def copy_drift(cluster: Cluster) -> tuple[CopyDrift, ...]:
    """Compare the nodes' copies; comments, blank space and the status of a CIB are no difference."""
    copies: dict[str, list[Document]] = {}
    for document in cluster.backup.of_kind(*_ALIKE):
        if document.host and not document.sample and not document.unreadable:
            copies.setdefault(_name(cluster, document), []).append(document)
    return tuple(_drift(copies))


def _drift(copies: dict[str, list[Document]]) -> Iterator[CopyDrift]:
    for name, documents in sorted(copies.items()):
        groups: dict[bytes, list[str]] = {}
        for document in documents:
            groups.setdefault(_content(document), []).append(document.host or "")
        if len(groups) > 1:
            hosts = sorted((tuple(sorted(group)) for group in groups.values()), key=lambda group: (-len(group), group))
            yield CopyDrift(name, tuple(hosts))


def _name(cluster: Cluster, document: Document) -> str:
    """The path without the part that names the node."""
    host = document.host or ""
    parts = path_below(cluster.backup.root, document).split("/")
    own = next((at for at, part in enumerate(parts[:-1]) if part.split(".")[0].lower() == host), None)
    if own is not None:
        return "/".join(parts[own + 1 :])
    return re.sub(rf"[.-]{re.escape(host)}$", "", "/".join(parts), flags=re.IGNORECASE)


def _content(document: Document) -> bytes:
    """What is compared."""
    if isinstance(document.content, CibTree):
        return b"".join(
            _REMARK.sub(b" ", etree.tostring(found, method="c14n", with_comments=False))
            for root in document.content.roots
            for found in root.iter("configuration")
        )
    return _REMARK.sub(b" ", document.source.data).strip()
