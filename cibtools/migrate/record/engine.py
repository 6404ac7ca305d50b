"""What later schedulers decide otherwise by themselves, told where the CIB shows that it matters.

Every remark has a witness: a plan that the scheduler of heartbeat 2.1.3 (January 2008) made, and that of Pacemaker
2.1.5 for the migrated CIB. What only a guess stands for is not told.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import INFINITY, parse_boolean, parse_score
from cibtools.migrate.draft.draft import Draft

_COUNT = "fail-count-"


def engine_changes(draft: Draft, properties: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The remarks and the objects that each is about, by the cluster options in force."""
    yield (
        "A fail-count of INFINITY bans a resource from its node in Pacemaker, also without a migration-threshold. In "
        "heartbeat 2.1 it did so only with a failure stickiness. Clean up the resource before (crm_resource -C).",
        _banned(draft),
    )
    resources = draft.resources()
    if parse_boolean(properties.get("symmetric-cluster")) is False:
        located = {location.get("rsc") for location in draft.constraints("rsc_location")}
        yield (
            "No location allows a node for the resource in this asymmetric cluster. heartbeat 2.1 let its stickiness "
            "keep it where it runs, and restarted it there; Pacemaker stops it.",
            [found.get("id", "") for found in resources if _is_top(found) and found.get("id") not in located],
        )
    clones = {found.get("id", ""): found for found in resources if found.tag in ("clone", "master")}
    yield (
        "The first clone is unmanaged. While it is stopped, heartbeat 2.1 started what comes after it; Pacemaker does "
        "not.",
        [order.get("id", "") for order in draft.constraints("rsc_order") if _is_unmanaged(clones, order)],
    )
    masters = [found for found in clones.values() if found.tag == "master"]
    yield (
        "Before an instance stops, heartbeat 2.1 demoted it also if it was no master; Pacemaker demotes masters only.",
        [found.get("id", "") for found in masters],
    )
    yield (
        "With target-role=Master heartbeat 2.1 promoted every instance, whatever its master score and master-max; "
        "Pacemaker promotes those with a master score of 0 or more.",
        [found.get("id", "") for found in masters if _wants_master(found)],
    )


def _banned(draft: Draft) -> list[str]:
    """Resources with a fail-count of INFINITY in the input's status, each with its node."""
    found = []
    for root in draft.originals:
        for pair in root.iter("nvpair"):
            name, value = pair.get("name", ""), pair.get("value")
            if name.startswith(_COUNT) and (parse_score(value) or 0) >= INFINITY:
                state = next(pair.iterancestors("node_state"), None)
                node = "" if state is None else state.get("uname", "")
                found.append(f"{name.removeprefix(_COUNT)} on {node}")
    return found


def _is_top(resource: etree._Element) -> bool:
    parent = resource.getparent()
    return parent is not None and parent.tag == "resources"


def _is_unmanaged(clones: dict[str, etree._Element], order: etree._Element) -> bool:
    first = clones.get(order.get("first", ""))
    return first is not None and parse_boolean(written_option(first, "is-managed")) is False


def _wants_master(master: etree._Element) -> bool:
    holders = (master, *master.iterdescendants("group", "primitive"))
    return any((written_option(holder, "target-role") or "").lower() == "master" for holder in holders)


def written_option(resource: etree._Element, name: str) -> str | None:
    """What the sets of a resource itself say about an option of the result; None if nothing."""
    for nvset in resource.iterchildren("meta_attributes"):
        for pair in nvset.iterchildren("nvpair"):
            if pair.get("name") == name:
                return pair.get("value")
    return None
