"""The picture of the cluster as an image inside the page: its own style would not pass the page's policy."""

from __future__ import annotations

from base64 import b64encode

from msgspec import Struct

from cibtools.cluster.graph.build import build_picture
from cibtools.cluster.graph.fold import CROWDED, folded
from cibtools.cluster.graph.select import select
from cibtools.cluster.model.cluster import Cluster
from cibtools.report.graph.formats import svg
from cibtools.report.shared.printable import counted


class Drawing(Struct, frozen=True):
    """An image, and what it shows in words."""

    source: str
    """A `data:` address; empty if there is nothing to draw."""
    words: str


def drawing(cluster: Cluster) -> Drawing:
    """Draw a cluster; one with many boxes is folded."""
    whole = select(build_picture(cluster, cluster.backup.root), "all")
    picture = folded(whole) if len(whole.vertices) > CROWDED else whole
    words = f"Picture of the cluster: {counted(len(picture.vertices), 'box', 'boxes')}; the tables below say the same"
    if not picture.vertices:
        return Drawing("", words)
    image = b64encode(svg.render(picture).encode("utf-8", "replace")).decode()
    return Drawing(f"data:image/svg+xml;base64,{image}", words)
