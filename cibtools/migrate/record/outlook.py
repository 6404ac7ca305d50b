"""What a faithful rewriting cannot change: where later engines decide otherwise, and what later upgrades will say.

Sources: policy engine 0.6 against those of Pacemaker 1.0 and 2.1.5, tried on the same clusters; the messages of
`cibadmin --upgrade` of Pacemaker 2.1.5 and its schemas up to 3.9. Questions that a step asks are not repeated here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from cibtools.cluster.value import INFINITY, parse_boolean, parse_score
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.record.engine import engine_changes, written_option
from cibtools.migrate.record.ignored import loose_colocations, uneven_instances
from cibtools.migrate.record.product import Reminder

_DEPRECATED_OPTIONS = ("restart-type", "ordered", "collocated")
_RENAMED_PROPERTIES = ("crmd-integration-timeout", "crmd-finalization-timeout")

_WAITED = {
    "stop": "heartbeat 2.1 waited for quorum only",
    "ignore": "with no-quorum-policy=ignore heartbeat 2.1 waited for nothing",
}
"""What a start waited for, by no-quorum-policy (`unpack_operation` of 2.1.3); with freeze it was fencing already."""


def _remark(text: str, elements: Iterable[etree._Element | str]) -> Iterator[Reminder]:
    items = tuple(dict.fromkeys(one if isinstance(one, str) else one.get("id", "") for one in elements))
    if items:
        yield Reminder(text, items)


def differences(draft: Draft) -> Iterator[Reminder]:
    """Where Pacemaker decides otherwise than heartbeat 2.1, whatever the CIB says; told from the result."""
    properties = _pairs(draft, "crm_config")
    waited = _WAITED.get(properties.get("no-quorum-policy", "stop"), "")
    if (
        waited
        and parse_boolean(properties.get("stonith-enabled"))
        and any(_waits(found) for found in draft.resources())
    ):
        yield Reminder(
            f"With stonith-enabled=true Pacemaker starts a resource only when lost nodes are fenced; {waited}."
        )
    scores = [(found, parse_score(found.get("score")) or 0) for found in draft.constraints("rsc_colocation")]
    yield from _remark(
        "If the partner cannot run, the resource starts all the same from now on; under heartbeat 2.1 it did not.",
        (found for found, score in scores if 0 < score < INFINITY),
    )
    yield from _remark(
        "If keeping apart leaves no node, the resource runs beside the other from now on; under heartbeat 2.1 it "
        "stayed down.",
        (found for found, score in scores if -INFINITY < score < 0),
    )
    yield from _remark(
        "The two clones differ in interleave: heartbeat 2.1 went by that of the first, Pacemaker 2.x by the other.",
        _uneven(draft),
    )
    yield from _remark(
        "The resource is unmanaged, and heartbeat 2.1 ignored its location; from now on the location counts.",
        _unmanaged(draft),
    )
    for text, items in engine_changes(draft, properties):
        yield from _remark(text, items)
    if "cluster-recheck-interval" not in properties:
        yield from _remark(
            "Dates are looked at every 15 minutes from now on; heartbeat 2.1 looked only when something happened.",
            (_owner(found) for found in draft.iter("date_expression")),
        )


def upgrades(draft: Draft) -> Iterator[Reminder]:
    """What an upgrade to Pacemaker 2.x or 3.x will say or change; nothing to do now."""
    properties = _pairs(draft, "crm_config")
    yield from _remark(
        "Pacemaker 2.x wants `kind` instead of `score` and still reads both.", draft.constraints("rsc_order")
    )
    yield from _remark(
        "Lifetimes are deprecated, and Pacemaker 3.0 drops them.", (_owner(found) for found in draft.iter("lifetime"))
    )
    yield from _remark(
        "Ping nodes are deprecated in Pacemaker 2.x.",
        (node for node in draft.iter("node") if node.get("type") == "ping"),
    )
    old = (pair for pair in draft.iter("nvpair") if pair.get("name") in _DEPRECATED_OPTIONS)
    yield from _remark(
        "These options are deprecated in Pacemaker 2.x.", (f"{pair.get('name')} ({pair.get('id')})" for pair in old)
    )
    yield from _failing(draft, properties)
    yield from _options(properties)
    agents = [(found, found.get("class"), found.get("type", "")) for found in draft.resources()]
    yield from _remark(
        "Plugins called external/… need the wrapper for old fencing agents from Pacemaker 1.1 on.",
        (found for found, standard, kind in agents if standard == "stonith" and kind.startswith("external/")),
    )
    masters = (found for found in draft.resources() if found.tag == "master")
    yield from _remark("Pacemaker 2.x makes a promotable clone of a master.", masters)
    yield from _remark(
        "The colocation is mandatory, but the group in it has collocated=false: heartbeat 2.1 and Pacemaker ignore "
        "such a colocation, and crm_verify calls it an error.",
        loose_colocations(draft),
    )
    yield from _remark(
        "The two clones have different numbers of instances per node (clone-node-max), so heartbeat 2.1 and Pacemaker "
        "do not interleave them; crm_verify calls it an error.",
        uneven_instances(draft),
    )
    several = (found for found in draft.constraints("rsc_location") if len([*found.iterchildren("rule")]) > 1)
    yield from _remark("Pacemaker 3.0 makes one constraint of each rule.", several)
    moon = (_owner(found) for found in draft.iter("date_spec") if found.get("moon") is not None)
    yield from _remark("Phases of the moon are gone in Pacemaker 3.0.", moon)


def _failing(draft: Draft, properties: Mapping[str, str]) -> Iterator[Reminder]:
    """What Pacemaker 2.x says of on-fail."""
    failing = [(op, op.get("on-fail")) for op in draft.iter("op") if op.get("enabled") != "false"]
    if parse_boolean(properties.get("stonith-enabled")) is False:
        yield from _remark(
            "With stonith-enabled=false Pacemaker reads on-fail=fence as stop; crm_verify of 2.x calls it an error.",
            (op for op, word in failing if word == "fence"),
        )
    yield from _remark(
        "Pacemaker 2.x takes no on-fail=stop for a stop: it uses the default (fence with fencing, else block), and "
        "crm_verify calls it an error.",
        (op for op, word in failing if word == "stop" and op.get("name") == "stop"),
    )


def _options(properties: Mapping[str, str]) -> Iterator[Reminder]:
    """Cluster options that later releases know no more, or under another name."""
    if properties.get("stonith-action") == "poweroff":
        yield Reminder("stonith-action=poweroff is deprecated in Pacemaker 2.x; 3.0 writes off.")
    if parse_boolean(properties.get("remove-after-stop")):
        yield Reminder("remove-after-stop=true is deprecated in Pacemaker 2.x and gone in 3.0.")
    if "expected-quorum-votes" in properties:
        yield Reminder("expected-quorum-votes is read by openais and corosync 1 only; --upgrade drops it.")
    yield from _remark(
        "Pacemaker 3.0 calls these join-*.", (name for name in _RENAMED_PROPERTIES if name in properties)
    )


def _pairs(draft: Draft, section: str) -> dict[str, str]:
    """The unconditional values of a section, the strongest of each name; M007 has put the strongest first."""
    found: dict[str, str] = {}
    home = draft.section(section)
    for nvset in () if home is None else home.iterchildren("cluster_property_set", "meta_attributes"):
        if next(nvset.iterchildren("rule"), None) is None:
            for pair in nvset.iterchildren("nvpair"):
                found.setdefault(pair.get("name", ""), pair.get("value", ""))
    return found


def _waits(resource: etree._Element) -> bool:
    """True for a primitive whose start says nothing of what it requires."""
    if resource.tag != "primitive" or resource.get("class") == "stonith":
        return False
    starts = (op for op in resource.iter("op") if op.get("name") == "start")
    return not any(op.get("requires") for op in starts)


def _uneven(draft: Draft) -> Iterator[etree._Element]:
    clones = {found.get("id"): found for found in draft.resources() if found.tag in ("clone", "master")}
    for order in draft.constraints("rsc_order") if len(clones) > 1 else ():
        pair = [clones.get(order.get(name)) for name in ("first", "then")]
        said = [parse_boolean(written_option(found, "interleave")) or False for found in pair if found is not None]
        if len(said) == 2 and said[0] != said[1]:
            yield order


def _unmanaged(draft: Draft) -> Iterator[etree._Element]:
    if not draft.mentions.attribute("is_managed", "is-managed"):
        return iter(())
    idle = {
        found.get("id") for found in draft.resources() if parse_boolean(written_option(found, "is-managed")) is False
    }
    return (found for found in draft.constraints("rsc_location") if found.get("rsc") in idle) if idle else iter(())


def _owner(element: etree._Element) -> etree._Element:
    """The nearest object around a part of a rule that a person knows by its id."""
    return next((above for above in element.iterancestors() if above.tag != "rule" and above.get("id")), element)
