"""Mutants: CIBs changed by chance in ways that editors, scripts, tired people and other programs change them.

The same seed gives the same mutant of the same text on every run and machine.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence

from lxml import etree

SECTIONS = ("crm_config", "nodes", "resources", "constraints")
VALUES = (
    "", " ", "0", "1", "-1", "-0", "+5", " 3 ", ".5", "10.7", "-0.5", "1e3", "5s", "5min", "2000ms", "INFINITY",
    "-infinity", "+INFINITY", "999999", "-1000000", "99999999999999999999", "9" * 400, "abc", "No", "TRUE", "on",
    "default", "#default", "started", "STOPPED", "Master", "slave", "OR", "And", "before", "After", "ocf", "OCF",
    "stonith", "heartbeat", "x" * 3000, "a:b", "a:0", ":", "a b", "ä", "日本", "Ⅷ", "٣", "½", "e\u0301", "\u200b",
    "\u2028", "😀", "'", '"', "'\"", "a\nb", "\t", "\r", "<x/>", "&amp;", "]]>", "--", "-->", "{{ x }}", "[x]", "%s",
    "$1", "\\", "`id`", "password", "/dev/evms/a/lvm2/vg/lv", "/dev/evms/san2/cfg", "nothing", "migrate", "fence",
    "2005-020", "2009-01-01 12:00:00", "2009-13-45", "#uname", "#id", "pacemaker-1.0", "pacemaker-0.6",
    "transitional-0.6", "node-1", "id", "1-5", "5-", "-5", "0-0", "60-400", "*",
)  # fmt: skip
"""What an attribute may be set to: legal, nearly legal and hostile."""
OPTIONS = (
    "priority", "notify", "is_managed", "globally_unique", "restart_type", "multiple_active", "resource_stickiness",
    "resource_failure_stickiness", "target_role", "ordered", "interleave", "collocated", "clone_max",
    "clone_node_max", "master_max", "master_node_max", "allow_migrate", "start_prereq", "on_stopfail", "target-role",
    "is-managed", "globally-unique", "migration-threshold", "CRM_meta_timeout", "state", "foo", "resource-stickiness",
)  # fmt: skip
PROPERTIES = (
    "no_quorum_policy", "no-quorum-policy", "symmetric_cluster", "stonith_enabled", "stonith-enabled",
    "stonith_action", "default_resource_stickiness", "default-resource-stickiness",
    "default_resource_failure_stickiness", "default-resource-failure-stickiness", "is_managed_default",
    "is-managed-default", "transition_idle_timeout", "cluster-delay", "default_action_timeout",
    "default-action-timeout", "dc_deadtime", "dc-deadtime", "expected-nodes", "cluster_recheck_interval",
    "pe-input-series-max", "batch-limit", "site-note", "last-lrm-refresh",
)  # fmt: skip
ATTRIBUTES = (
    "id", "score", "score_attribute", "score_attribute_mangled", "score-attribute", "boolean_op", "boolean-op",
    "role", "type", "class", "provider", "description", "from", "to", "first", "then", "rsc", "with-rsc", "node",
    "action", "to_action", "from_role", "to_role", "symmetrical", "node_attribute", "disabled", "enabled", "prereq",
    "requires", "on_fail", "on-fail", "start_delay", "interval", "timeout", "name", "value", "operation", "attribute",
    "start", "end", "days", "hours", "yeardays", "minutes", "weekdays", "uname", "crm-debug-origin", "validate-with",
    "have_quorum", "epoch", "foo", "rsc-role", "role_after_failure", "id-ref", "rsc-pattern", *OPTIONS,
)  # fmt: skip
TAGS = (
    "primitive", "group", "clone", "master_slave", "master", "instance_attributes", "meta_attributes", "attributes",
    "nvpair", "operations", "op", "rule", "expression", "date_expression", "date_spec", "duration", "lifetime",
    "rsc_location", "rsc_order", "rsc_colocation", "cluster_property_set", "node", "crm_config", "nodes", "resources",
    "constraints", "status", "node_state", "lrm_resource", "lrm_rsc_op", "transient_attributes", "cib",
    "configuration", "foo", "resource_set", "resource_ref", "rsc_defaults", "op_defaults", "template", "bundle",
)  # fmt: skip
FIELDS = (
    "hours", "days", "monthdays", "weekdays", "yeardays", "months", "weeks", "years", "weekyears", "moon", "minutes",
    "seconds", "foo",
)  # fmt: skip
NESTED = (
    "timeout", "interval", "start_delay", "prereq", "on_fail", "role", "disabled", "OCF_CHECK_LEVEL",
    "role_after_failure", *OPTIONS,
)  # fmt: skip

Mutation = Callable[[etree._Element, random.Random], None]


def _pick(cib: etree._Element, chance: random.Random, *tags: str) -> etree._Element | None:
    found = [*cib.iter(*(tags or ("*",)))]
    return chance.choice(found) if found else None


def _identity(chance: random.Random) -> str:
    return f"z{chance.randrange(10**6)}"


def _ids(cib: etree._Element) -> list[str]:
    return [element.get("id", "") for element in cib.iter("*") if element.get("id")] or ["none"]


def _put(parent: etree._Element, child: etree._Element, chance: random.Random) -> None:
    parent.insert(chance.randint(0, len(parent)), child)


def _xml(text: str) -> etree._Element:
    return etree.fromstring(text)


def drop_element(cib: etree._Element, chance: random.Random) -> None:
    found = _pick(cib, chance)
    if found is not None and found.getparent() is not None:
        found.getparent().remove(found)


def duplicate_element(cib: etree._Element, chance: random.Random) -> None:
    found = _pick(cib, chance)
    if found is not None and found.getparent() is not None:
        made = copy.deepcopy(found)
        if chance.random() < 0.5:
            for inner in made.iter("*"):
                if inner.get("id"):
                    inner.set("id", f"{inner.get('id')}-{chance.randrange(9)}")
        _put(found.getparent(), made, chance)


def move_element(cib: etree._Element, chance: random.Random) -> None:
    found, target = _pick(cib, chance), _pick(cib, chance)
    if found is None or target is None or found.getparent() is None or found in [target, *target.iterancestors()]:
        return
    _put(target, found, chance)


def drop_attribute(cib: etree._Element, chance: random.Random) -> None:
    found = _pick(cib, chance)
    if found is not None and found.attrib:
        del found.attrib[chance.choice([*found.attrib])]


def rename_attribute(cib: etree._Element, chance: random.Random) -> None:
    found = _pick(cib, chance)
    if found is not None and found.attrib:
        value = found.attrib.pop(chance.choice([*found.attrib]))
        found.set(chance.choice(ATTRIBUTES), value)


def duplicate_attribute(cib: etree._Element, chance: random.Random) -> None:
    found = _pick(cib, chance)
    if found is not None and found.attrib:
        name = str(chance.choice([*found.attrib]))
        other = name.replace("_", "-") if chance.random() < 0.5 else name.replace("-", "_").upper()
        found.set(other, found.get(name, ""))


def add_attribute(cib: etree._Element, chance: random.Random) -> None:
    found = _pick(cib, chance)
    if found is not None:
        found.set(chance.choice(ATTRIBUTES), chance.choice(VALUES))


def change_value(cib: etree._Element, chance: random.Random) -> None:
    found = _pick(cib, chance)
    if found is not None and found.attrib:
        found.set(str(chance.choice([*found.attrib])), chance.choice([*VALUES, chance.choice(_ids(cib))]))


def swap_tag(cib: etree._Element, chance: random.Random) -> None:
    found = _pick(cib, chance)
    if found is not None and found is not cib:
        found.tag = chance.choice(TAGS)


def odd_identity(cib: etree._Element, chance: random.Random) -> None:
    found = _pick(cib, chance)
    if found is None:
        return
    if chance.random() < 0.2:
        found.attrib.pop("id", None)
    else:
        found.set("id", chance.choice([chance.choice(_ids(cib)), f"{found.get('id', '')}:0", *VALUES]))


def put_option(cib: etree._Element, chance: random.Random) -> None:
    """Say an option of a resource in any of the places."""
    resource = _pick(cib, chance, "primitive", "group", "clone", "master_slave")
    if resource is None:
        return
    name, value = chance.choice(OPTIONS), chance.choice(VALUES)
    if chance.random() < 0.3:
        resource.set(name, value)
        return
    made = etree.Element(chance.choice(["meta_attributes", "instance_attributes"]), id=_identity(chance))
    home = made if chance.random() < 0.2 else etree.SubElement(made, "attributes")
    for _ in range(chance.randint(1, 3)):
        etree.SubElement(home, "nvpair", id=_identity(chance), name=name, value=value)
        name = chance.choice([name, chance.choice(OPTIONS)])
    if chance.random() < 0.3:
        made.set("score", chance.choice(VALUES))
    if chance.random() < 0.3:
        made.insert(0, _rule(chance))
    _put(resource, made, chance)


def put_property(cib: etree._Element, chance: random.Random) -> None:
    config = _pick(cib, chance, "crm_config")
    if config is None:
        return
    sets = [*config.iter("cluster_property_set")]
    if not sets or chance.random() < 0.3:
        made = etree.SubElement(
            config, "cluster_property_set", id=chance.choice([_identity(chance), "cib-bootstrap-options"])
        )
        etree.SubElement(made, "attributes")
        if chance.random() < 0.4:
            made.append(_rule(chance))
        sets = [made]
    chosen = chance.choice(sets)
    home = next(chosen.iterchildren("attributes"), chosen)
    etree.SubElement(home, "nvpair", id=_identity(chance), name=chance.choice(PROPERTIES), value=chance.choice(VALUES))


def _expression(chance: random.Random) -> etree._Element:
    made = etree.Element("expression", id=_identity(chance))
    made.set("attribute", chance.choice(["#uname", "#id", "pingd", "a"]))
    made.set(
        "operation", chance.choice(["eq", "ne", "lt", "GT", "lte", "gte", "defined", "not_defined", "#colocated", "EQ"])
    )
    if chance.random() < 0.8:
        made.set("value", chance.choice(["n1", "100", "0", *VALUES]))
    if chance.random() < 0.3:
        made.set("type", chance.choice(["number", "string", "version", "NUMBER", "int"]))
    return made


def _date(chance: random.Random) -> etree._Element:
    made = etree.Element("date_expression", id=_identity(chance))
    operation = chance.choice(["in_range", "date_spec", "gt", "lt", "eq", "neq", "GT", ""])
    if operation:
        made.set("operation", operation)
    for name in ("start", "end"):
        if chance.random() < 0.5:
            made.set(name, chance.choice(["2005-020", "2009-01-01 12:00:00Z", "2009-W12-3", "x", "", "2009-02-30"]))
    for tag in ("date_spec", "duration"):
        if chance.random() < 0.4:
            spec = etree.SubElement(made, tag, id=_identity(chance))
            for _ in range(chance.randint(0, 3)):
                field = chance.choice(FIELDS)
                spec.set(field, chance.choice(["1", "1-5", "9-16", "60-400", "5-", "-5", "1-59", "0", "", "x", "3-1"]))
    return made


def _rule(chance: random.Random, depth: int = 0) -> etree._Element:
    made = etree.Element("rule", id=_identity(chance))
    if chance.random() < 0.6:
        made.set("score", chance.choice(["INFINITY", "-INFINITY", "100", "0", "", "abc", "10.5"]))
    if chance.random() < 0.3:
        made.set("boolean_op", chance.choice(["or", "and", "OR", "xor", ""]))
    if chance.random() < 0.2:
        made.set("role", chance.choice(["Master", "slave", "started", "x"]))
    if chance.random() < 0.2:
        made.set(chance.choice(["score_attribute", "score_attribute_mangled"]), "pingd")
    for _ in range(chance.choice([0, 1, 1, 2, 3])):
        draw = chance.random()
        if draw < 0.2 and depth < 3:
            made.append(_rule(chance, depth + 1))
        else:
            made.append(_date(chance) if draw < 0.5 else _expression(chance))
    return made


def put_rule(cib: etree._Element, chance: random.Random) -> None:
    likely = _pick(
        cib,
        chance,
        "rsc_location",
        "instance_attributes",
        "meta_attributes",
        "cluster_property_set",
        "rule",
        "lifetime",
    )
    home = likely if likely is not None and chance.random() < 0.8 else _pick(cib, chance)
    if home is not None:
        _put(home, chance.choice([_rule, _rule, _date, _expression])(chance), chance)


def put_lifetime(cib: etree._Element, chance: random.Random) -> None:
    likely = _pick(cib, chance, "rsc_location", "rsc_order", "rsc_colocation")
    home = likely if likely is not None and chance.random() < 0.8 else _pick(cib, chance)
    if home is None:
        return
    made = etree.Element("lifetime")
    if chance.random() < 0.6:
        made.set("id", _identity(chance))
    for _ in range(chance.choice([0, 1, 1, 2])):
        made.append(_rule(chance))
    _put(home, made, chance)


def put_nested_set(cib: etree._Element, chance: random.Random) -> None:
    likely = _pick(cib, chance, "op", "node", "operations", "primitive", "transient_attributes")
    home = likely if likely is not None and chance.random() < 0.8 else _pick(cib, chance)
    if home is None:
        return
    made = etree.Element(chance.choice(["instance_attributes", "meta_attributes"]), id=_identity(chance))
    for _ in range(chance.choice([0, 1, 1, 2])):
        attributes = etree.SubElement(made, "attributes")
        for _ in range(chance.randint(0, 3)):
            pair = etree.SubElement(attributes, "nvpair", id=_identity(chance), value=chance.choice(VALUES))
            if chance.random() < 0.9:
                pair.set("name", chance.choice(NESTED))
    if chance.random() < 0.2:
        made.append(_rule(chance))
    _put(home, made, chance)


def put_operation(cib: etree._Element, chance: random.Random) -> None:
    resource = _pick(cib, chance, "primitive", "group", "clone")
    if resource is None:
        return
    homes = [*resource.iterchildren("operations")]
    home = chance.choice(homes) if homes and chance.random() < 0.8 else etree.SubElement(resource, "operations")
    made = etree.SubElement(
        home, "op", id=_identity(chance), name=chance.choice(["monitor", "start", "stop", "promote", "x", ""])
    )
    for name in ("interval", "timeout", "disabled", "enabled", "prereq", "on_fail", "role", "start_delay"):
        if chance.random() < 0.3:
            made.set(name, chance.choice([*VALUES, "10s", "5min", "fencing"]))


def put_constraint(cib: etree._Element, chance: random.Random) -> None:
    """A constraint between any two ids, with clones' children, instances and what is no resource among them."""
    home = _pick(cib, chance, "constraints")
    if home is None:
        return
    resources = [found.get("id", "") for found in cib.iter("primitive", "group", "clone", "master_slave")] or ["a"]

    def name() -> str:
        found = chance.choice(resources)
        return chance.choice([found, found, found, f"{found}:0", f"{found}:1", "nobody", ""])

    tag = chance.choice(["rsc_order", "rsc_colocation", "rsc_location"])
    made = etree.Element(tag, id=_identity(chance))
    if tag == "rsc_location":
        made.set("rsc", name())
        if chance.random() < 0.7:
            made.append(_rule(chance))
        if chance.random() < 0.5:
            made.set("node", chance.choice(["n1", "", "nobody"]))
            made.set("score", chance.choice(VALUES))
    else:
        made.set("from", name())
        made.set("to", name())
        for extra in ("type", "action", "to_action", "score", "symmetrical", "from_role", "to_role", "node_attribute"):
            if chance.random() < 0.3:
                made.set(
                    extra,
                    chance.choice(["before", "AFTER", "start", "stop", "promote", "started", "true", "no", *VALUES]),
                )
    _put(home, made, chance)


def put_comment(cib: etree._Element, chance: random.Random) -> None:
    found = _pick(cib, chance)
    if found is not None:
        text = chance.choice(["why", " a comment ", "", "<nvpair/>", "ä", "two\nlines"])
        node = etree.Comment(text) if chance.random() < 0.9 else etree.ProcessingInstruction("editor", "mode")
        _put(found, node, chance)


def put_text(cib: etree._Element, chance: random.Random) -> None:
    found = _pick(cib, chance)
    if found is not None:
        found.text = chance.choice(["stray", "ä<&", " \n ", "x" * 500])


def put_history(cib: etree._Element, chance: random.Random) -> None:
    """A state with an odd history: of unknown resources, instances, long forms, without what it should have."""
    status = _pick(cib, chance, "status")
    if status is None:
        if cib.tag != "cib":
            return
        status = etree.SubElement(cib, "status")
    resources = [found.get("id", "") for found in cib.iter("primitive", "clone")] or ["a"]
    rsc = chance.choice(resources)
    name = chance.choice([rsc, f"{rsc}:0", f"{rsc}:1", f"x:{rsc}", f"x:{rsc}:0", "orphan", ""])
    state = _xml(
        '<node_state id="u" uname="n1" ha="active" crmd="online" join="member" expected="member" in_ccm="true">'
        '<transient_attributes id="u"><instance_attributes id="status-u"><attributes/></instance_attributes>'
        '</transient_attributes><lrm id="u"><lrm_resources/></lrm></node_state>'
    )
    pairs, history = next(state.iter("attributes")), next(state.iter("lrm_resources"))
    etree.SubElement(pairs, "nvpair", id=_identity(chance), name=chance.choice(
        [f"fail-count-{rsc}", f"last-failure-{rsc}", f"master-{name}", "pingd", "probe_complete", "", "fail-count-"]
    ), value=chance.choice(VALUES))  # fmt: skip
    resource = etree.SubElement(history, "lrm_resource", id=name, type="Dummy", provider="heartbeat")
    resource.set("class", chance.choice(["ocf", "stonith", "lsb", "heartbeat", ""]))
    for _ in range(chance.randint(0, 3)):
        done = etree.SubElement(resource, "lrm_rsc_op", id=f"{name}_start_0", operation="start", interval="0")
        for word in (
            "call_id",
            "rc_code",
            "op_status",
            "transition_key",
            "transition_magic",
            "op_digest",
            "foo-bar",
            "call-id",
        ):
            if chance.random() < 0.6:
                done.set(word, chance.choice([*VALUES, "0:7;1:0:0"]))
    status.append(state)
    if chance.random() < 0.2:
        drop_attribute(state, chance)


def nest(cib: etree._Element, chance: random.Random) -> None:
    """Put a resource into containers of all kinds."""
    found = _pick(cib, chance, "primitive", "group", "clone", "master_slave")
    if found is None or found.getparent() is None:
        return
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        parent = found.getparent()
        if parent is None:
            return
        around = etree.Element(chance.choice(["group", "clone", "master_slave"]), id=_identity(chance))
        parent.replace(found, around)
        around.append(found)
        found = around


MUTATIONS: Sequence[Mutation] = (
    drop_element, duplicate_element, move_element, drop_attribute, rename_attribute, duplicate_attribute,
    add_attribute, change_value, change_value, swap_tag, odd_identity, odd_identity, put_option, put_option,
    put_property, put_property, put_rule, put_lifetime, put_nested_set, put_operation, put_operation, put_constraint,
    put_constraint, put_comment, put_comment, put_text, put_history, nest,
)  # fmt: skip


def mutant(text: bytes, seed: int) -> str:
    """A CIB, a part of one, or several parts, made of a CIB by chance."""
    chance = random.Random(seed)
    cib = etree.fromstring(text, etree.XMLParser(remove_blank_text=True))
    for _ in range(chance.choice([1, 1, 2, 3, 5, 8, 13, 30])):
        chance.choice(MUTATIONS)(cib, chance)
    _close_comments(cib)
    whole = etree.tostring(cib, encoding="unicode", pretty_print=True, with_tail=False)
    match chance.randrange(10):
        case 0:
            return _parts(cib, chance, SECTIONS)
        case 1:
            return _parts(
                cib, chance, ("primitive", "group", "clone", "rsc_order", "rsc_location", "node", "node_state")
            )
        case 2:
            return _parts(cib, chance, TAGS)
        case 3:
            return f'<?xml version="1.0"?>\n<!DOCTYPE cib SYSTEM "crm.dtd">\n<!-- around -->\n{whole}<!-- after -->\n'
        case _:
            return whole


def _close_comments(cib: etree._Element) -> None:
    """No comment may hold what XML does not allow in one."""
    for node in [*cib.iter(etree.Comment)]:
        node.text = (node.text or "").replace("--", "- -")


def _parts(cib: etree._Element, chance: random.Random, tags: Sequence[str]) -> str:
    """Some elements with these tags, one after the other."""
    found = [*cib.iter(*tags)]
    chosen = chance.sample(found, min(len(found), chance.choice([1, 1, 2, 4]))) or [cib]
    pieces = [etree.tostring(element, encoding="unicode", with_tail=False) for element in chosen]
    if chance.random() < 0.5:
        pieces.insert(chance.randint(0, len(pieces)), "<!-- between -->")
    return "\n".join(pieces) + "\n"
