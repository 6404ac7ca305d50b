"""Whether inputs hold a secret, which what is made from them holds as well."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cibtools.cluster.model.cluster import Cluster


def hold_secrets(clusters: Iterable[Cluster]) -> bool:
    """True if any file of these clusters holds a secret."""
    from cibtools.backup.secret_span import secret_spans

    return any(secret_spans(document) for cluster in clusters for document in cluster.backup.documents)
