"""Checks of passwords in the CIB: who holds one in clear, by name and never by value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.secret_span import is_secret_pair
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Nvpair
from cibtools.lint.record.finding import Hit, Note

_FILLER = re.compile(r"[*•.xX#-]+$|<.*>$|\$\{?\w+\}?$|%\w+%$")
_PER_PLUGIN = {
    "external/ipmi": 'Keep it in a file: passwd_method="file" with the path in passwd.',
    "external/riloe": "Give the board's account no right but power and reset.",
}
_OTHERWISE = "Use an account that may do no more than it must, and share reports instead of the CIB."


def cleartext(cluster: Cluster) -> Iterator[Hit]:
    """Report passwords in clear, once for each resource or set of options (CIB408)."""
    for resource in cluster.all_resources:
        pairs = [pair for nvset in resource.instance_sets for pair in nvset.pairs]
        remedy = _PER_PLUGIN.get(resource.agent.type, "") if resource.is_stonith and resource.agent else ""
        if resource.is_stonith and not remedy and cluster.dialect is Dialect.P11:
            remedy = "Keep it in a file that passwd_script prints, or as a local secret of each node."
        yield from _secrets(cluster, resource.id, pairs, remedy)
    for nvset in cluster.property_sets:
        yield from _secrets(cluster, nvset.id, list(nvset.pairs), "")


def _secrets(cluster: Cluster, owner: str, pairs: list[Nvpair], remedy: str) -> Iterator[Hit]:
    method = next((pair.value for pair in pairs if pair.name == "passwd_method"), "")
    if method == "file":
        return
    clear = [pair for pair in pairs if pair.name and is_secret_pair(pair.element) and _is_secret(pair)]
    if not clear:
        return
    paths = all(pair.value.startswith("/") for pair in clear)
    names = ", ".join(dict.fromkeys(pair.name for pair in clear))
    yield Hit(
        cluster.place(clear[0].element, "value"),
        {
            "owner": owner,
            "names": names,
            "hold": "holds" if len(clear) == 1 else "hold",
            "way_out": remedy or _OTHERWISE,
        },
        variant="path" if paths else "",
        subject=owner,
        discriminator="secrets",
        notes=tuple(Note(cluster.place(pair.element, "value"), "another one") for pair in clear[1:]),
    )


def _is_secret(pair: Nvpair) -> bool:
    value = pair.value.strip()
    public = pair.name.lower() == "community" and value == "public"
    return bool(value) and not public and not value.startswith("lrm://") and not _FILLER.match(value)
