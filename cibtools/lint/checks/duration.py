"""Timeouts that were probably meant in another unit."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.value import parse_time
from cibtools.lint.record.finding import Hit

_DAY = 24 * 3_600_000


def odd_timeout(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """A timeout that was probably meant in another unit."""
    text = element.get("timeout", "")
    milliseconds = parse_time(text)
    if not milliseconds:
        return
    if milliseconds > _DAY and text.strip().isdecimal():
        hours, minutes = divmod(milliseconds // 60_000, 60)
        effect = f"it has no unit and therefore means {text.strip()} s ({hours} h {minutes} min)"
        hint = f'Write "{text.strip()}ms" if milliseconds are meant.'
    elif milliseconds < 1000:
        effect, hint = "no agent is done that fast", "Write the unit that is meant."
    else:
        return
    identity = element.get("id", "")
    values = {"owner": f"op '{identity}'", "value": text, "effect": effect, "hint": hint}
    yield Hit(cluster.place(element, "timeout"), values, "unit", subject=identity)
