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


Remarks = Iterator[tuple[str, list[str]]]
"""What is to be said, and of which objects."""


def engine_changes(draft: Draft, properties: dict[str, str]) -> Remarks:
    """The remarks and the objects that each is about, by the cluster options in force."""
    clones = {found.get("id", ""): found for found in draft.resources() if found.tag in ("clone", "master")}
    yield from _of_places(draft, properties)
    yield from _of_clones(draft, clones)
    yield from _of_colocations(draft, clones)
    yield from _of_operations(draft)


def _of_places(draft: Draft, properties: dict[str, str]) -> Remarks:
    """Where a resource may run, and stays."""
    yield (
        "A fail-count of INFINITY bans a resource from its node in Pacemaker, also without a migration-threshold. In "
        "heartbeat 2.1 it did so only with a failure stickiness. Clean up the resource before (crm_resource -C).",
        _banned(draft),
    )
    resources = draft.resources()
    if parse_boolean(properties.get("symmetric-cluster")) is False:
        located = {place.get("rsc") for place in draft.constraints("rsc_location") if _is_plain(place)}
        yield (
            "In this asymmetric cluster no location plainly allows a node for the resource. Where it runs at a node "
            "that none allows, heartbeat 2.1 let its stickiness keep it, and restarted it there; Pacemaker stops it.",
            [found.get("id", "") for found in resources if _is_top(found) and found.get("id") not in located],
        )
    yield (
        "A negative stickiness drove a running resource away in heartbeat 2.1 and Pacemaker 1.0; Pacemaker 2.1.5 takes "
        "it for 0.",
        [*_restless(draft)],
    )


def _of_clones(draft: Draft, clones: dict[str, etree._Element]) -> Remarks:
    """What becomes of instances."""
    yield (
        "What comes first is unmanaged. heartbeat 2.1 did not start what comes after it, even while it ran; Pacemaker "
        "starts that.",
        [*_after_unmanaged(draft, clones)],
    )
    yield (
        "The first clone is unmanaged. While it is stopped, heartbeat 2.1 started what comes after it; Pacemaker does "
        "not.",
        [order.get("id", "") for order in draft.constraints("rsc_order") if _is_unmanaged(clones, order)],
    )
    masters = [found for found in clones.values() if found.tag == "master"]
    yield (
        "heartbeat 2.1 started an instance of the second clone also on a node where the first has none. With "
        "interleave=true Pacemaker 2.x does not.",
        [order.get("id", "") for order in draft.constraints("rsc_order") if _is_paired(clones, order)],
    )
    yield (
        "Before an instance stops, heartbeat 2.1 demoted it also if it was no master; Pacemaker demotes masters only.",
        [found.get("id", "") for found in draft.resources() if found.tag == "master" or _wants(found, "slave")],
    )
    yield (
        "With target-role=Master heartbeat 2.1 promoted every instance, whatever its master score and master-max; "
        "Pacemaker promotes those with a master score of 0 or more.",
        [found.get("id", "") for found in masters if _wants_master(found)],
    )


def _of_colocations(draft: Draft, clones: dict[str, etree._Element]) -> Remarks:
    """What a colocation with a clone does."""
    colocations = [(found, parse_score(found.get("score")) or 0) for found in draft.constraints("rsc_colocation")]
    yield (
        "The colocation keeps its resource away from a role. In heartbeat 2.1 and Pacemaker 1.0 it is the instances "
        "without that role that the resource avoids; in Pacemaker 2.x it is those with it, as the words say.",
        [found.get("id", "") for found, score in colocations if score < 0 and _is_by_role(clones, found)],
    )
    yield (
        "The clone is unmanaged, and in heartbeat 2.1 a colocation took its instances to be nowhere; Pacemaker goes by "
        "the nodes where they run.",
        [
            found.get("id", "")
            for found, score in colocations
            if score and _is_idle(clones.get(found.get("with-rsc", "")))
        ],
    )
    yield (
        "While an instance of the clone has no node, heartbeat 2.1 kept the resource down; Pacemaker goes by the "
        "instances that run.",
        [
            found.get("id", "")
            for found, score in colocations
            if 0 < score < INFINITY and found.get("with-rsc") in clones
        ],
    )


def _of_operations(draft: Draft) -> Remarks:
    """Which operations run, and what their failures do."""
    yield (
        "heartbeat 2.1 never ran a monitor with role=Stopped. Pacemaker 2.x runs it on each node where the resource is "
        "stopped.",
        [op.get("id", "") for op in draft.iter("op") if op.get("role") == "Stopped" and op.get("enabled") != "false"],
    )
    yield (
        "After the error `not configured` (6) heartbeat 2.1 banned the resource from all nodes, whatever on_fail said; "
        "with on-fail=ignore Pacemaker 2.x starts it elsewhere.",
        [op.get("id", "") for op in draft.iter("op") if op.get("name") == "start" and op.get("on-fail") == "ignore"],
    )


def _is_by_role(clones: dict[str, etree._Element], colocation: etree._Element) -> bool:
    """True if the partner is a master of which the colocation names a role.

    Source: `filter_colocation_constraint` of 2.1.3 and 1.0.8, which pass over an instance in that very role if the
    score is negative; `pcmk__update_dependent_with_promotable` of 2.1.5. Witness: decisions master-0246, master-0400.
    """
    partner = clones.get(colocation.get("with-rsc", ""))
    return partner is not None and partner.tag == "master" and colocation.get("with-rsc-role") in ("Master", "Slave")


def _restless(draft: Draft) -> Iterator[str]:
    """What has a negative stickiness: ids of resources, or the section of their defaults."""
    for nvset in draft.iter("meta_attributes"):
        holder = nvset.getparent()
        if holder is None:
            continue
        for pair in nvset.iterchildren("nvpair"):
            if pair.get("name") == "resource-stickiness" and (parse_score(pair.get("value")) or 0) < 0:
                yield holder.get("id") or str(holder.tag)


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


def _is_plain(location: etree._Element) -> bool:
    """True if a location allows nodes by their names alone, in every role."""
    if location.get("node") is not None:
        return (parse_score(location.get("score")) or 0) >= 0
    rules = [rule for rule in location.iterchildren("rule") if rule.get("role") in (None, "Started")]
    return any(
        (parse_score(rule.get("score")) or 0) >= 0
        and all(part.get("attribute") in ("#uname", "#id") for part in rule.iter("expression", "date_expression"))
        for rule in rules
    )


def _is_top(resource: etree._Element) -> bool:
    parent = resource.getparent()
    return parent is not None and parent.tag == "resources"


def _is_unmanaged(clones: dict[str, etree._Element], order: etree._Element) -> bool:
    return _is_idle(clones.get(order.get("first", "")))


def _is_idle(resource: etree._Element | None) -> bool:
    """True if a resource says of itself that it is unmanaged."""
    return resource is not None and parse_boolean(written_option(resource, "is-managed")) is False


def _is_strict(order: etree._Element) -> bool:
    """True if nothing comes second before the first has started."""
    mandatory = (parse_score(order.get("score", "INFINITY")) or 0) > 0
    return mandatory and order.get("first-action", "start") == "start"


def _is_paired(clones: dict[str, etree._Element], order: etree._Element) -> bool:
    """True if instances of the second clone wait for those of the first on their node.

    Source: 2.1.3 goes on where `find_compatible_child` finds none. Witness: tests/migrate/proof/witnesses.toml.
    """
    second = clones.get(order.get("then", ""))
    paired = second is not None and order.get("first") in clones and parse_boolean(written_option(second, "interleave"))
    return bool(paired) and _is_strict(order)


def _after_unmanaged(draft: Draft, clones: dict[str, etree._Element]) -> Iterator[str]:
    """Mandatory orders after something unmanaged that is no clone, and groups in which something follows it."""
    idle = {found.get("id") for found in draft.resources() if _is_idle(found)} - clones.keys()
    for order in draft.constraints("rsc_order") if idle else ():
        if order.get("first") in idle and _is_strict(order):
            yield order.get("id", "")
    for group in draft.iter("group") if idle else ():
        members = [*group.iterchildren("primitive")]
        loose = parse_boolean(written_option(group, "ordered")) is False
        if not loose and any(member.get("id") in idle for member in members[:-1]):
            yield group.get("id", "")


def _wants_master(master: etree._Element) -> bool:
    holders = (master, *master.iterdescendants("group", "primitive"))
    return any(_wants(holder, "master") for holder in holders)


def _wants(resource: etree._Element, role: str) -> bool:
    return (written_option(resource, "target-role") or "").lower() == role


def written_option(resource: etree._Element, name: str) -> str | None:
    """What the sets of a resource itself say about an option of the result; None if nothing."""
    for nvset in resource.iterchildren("meta_attributes"):
        for pair in nvset.iterchildren("nvpair"):
            if pair.get("name") == name:
                return pair.get("value")
    return None
