"""Constraints and their rules in the words of the crm shell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from cibtools.backup.record.boolean import SCHEMA
from cibtools.report.crmsh.words import Unsayable, id_word, identity, joined, named, only, required, score, word

_DATE_NAMES = ("hours", "monthdays", "weekdays", "yearsdays", "months", "weeks", "years", "weekyears", "moon")
_OPERATIONS = ("lt", "gt", "lte", "gte", "eq", "ne")
_TYPES = ("string", "number", "version")
_ROLES = ("Stopped", "Started", "Master", "Slave")
_ACTIONS = ("start", "promote", "demote", "stop")
_ATTRIBUTE = re.compile(r"[A-Za-z0-9_#][A-Za-z0-9_.:#-]*\Z")
_NO_ATTRIBUTE = ("and", "date", "defined", "not_defined", "or", "rule")
_LIKE_A_SCORE = re.compile(r"[0-9]+\Z|inf|advisory\Z|mandatory\Z", re.IGNORECASE)


def location(element: etree._Element) -> str:
    """`location ID RSC SCORE: NODE`, or with rules."""
    head = f"location {identity(required(element, 'id'))} {identity(required(element, 'rsc'))}"
    if element.get("node") is not None:
        only(element, ("id", "rsc", "node", "score"))
        return f"{head} {score(required(element, 'score'))} {named(required(element, 'node'))}"
    only(element, ("id", "rsc"), ("rule",))
    rules = [f"rule {_rule(rule)}" for rule in element.iterchildren("rule")]
    if not rules:
        raise Unsayable("a location without node and rule")
    return joined(head, rules)


def order(element: etree._Element) -> str:
    """`order ID SCORE: FIRST[:ACTION] THEN[:ACTION]`, or with sets; without a score it is mandatory."""
    head = f"order {identity(required(element, 'id'))} {score(element.get('score', 'INFINITY'))}"
    tail = []
    if element.get("symmetrical") is not None:
        tail.append(f"symmetrical={_boolean(element, 'symmetrical')}")
    if element.find("resource_set") is not None:
        only(element, ("id", "score", "symmetrical"), ("resource_set",))
        return " ".join([head, *_resource_sets(element, "action", _ACTIONS), *tail])
    only(element, ("id", "score", "symmetrical", "first", "first-action", "then", "then-action"))
    acting = (_qualified(element, name, f"{name}-action", _ACTIONS) for name in ("first", "then"))
    return " ".join([head, *acting, *tail])


def colocation(element: etree._Element) -> str:
    """`colocation ID SCORE: RSC[:ROLE] WITH[:ROLE]`, or with sets.

    The shell of Pacemaker 1.0 has no word for node-attribute, and crmsh 4 writes its value in small letters.
    """
    shown = _scored(element) if element.get("score-attribute") is not None else score(element.get("score", "0"))
    head = f"colocation {identity(required(element, 'id'))} {shown}"
    if element.find("resource_set") is not None:
        only(element, ("id", "score", "score-attribute"), ("resource_set",))
        return " ".join([head, *_resource_sets(element, "role", _ROLES)])
    only(element, ("id", "score", "score-attribute", "rsc", "rsc-role", "with-rsc", "with-rsc-role"))
    return " ".join([head, *(_qualified(element, name, f"{name}-role", _ROLES) for name in ("rsc", "with-rsc"))])


def _qualified(element: etree._Element, name: str, qualifier: str, known: tuple[str, ...]) -> str:
    resource, said = identity(required(element, name)), element.get(qualifier)
    return resource if said is None else f"{resource}:{_one_of(said, known)}"


def _one_of(text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise Unsayable(f"'{text}' instead of {', '.join(known)}")
    return text


def _boolean(element: etree._Element, attribute: str) -> str:
    text = required(element, attribute)
    on = SCHEMA.read(text)
    if on is None:
        raise Unsayable(f"{attribute} '{text}'")
    return "true" if on else "false"


def _resource_sets(element: etree._Element, qualifier: str, known: tuple[str, ...]) -> Iterator[str]:
    """The resources of all sets; brackets for a set without an order, another role or action begins a new set."""
    words: list[str] = []
    before: str | None = None
    for found in element.iterchildren("*"):
        only(found, ("id", "sequential", qualifier), ("resource_ref",))
        sequential = found.get("sequential") is None or _boolean(found, "sequential") == "true"
        said = f":{_one_of(required(found, qualifier), known)}" if found.get(qualifier) is not None else ""
        members = [f"{identity(required(member, 'id'))}{said}" for member in found]
        if not members or (sequential and said == before):
            raise Unsayable("resource sets in a row that nothing tells apart")
        words += members if sequential else ["(", *members, ")"]
        before = said if sequential else None
    if len(words) == 1:
        raise Unsayable("a single resource in a resource set")
    # Two words alone would be the two resources of a constraint without sets.
    return iter(["_rsc_set_", *words] if len(words) == 2 else words)


def _rule(rule: etree._Element) -> str:
    if rule.find("rule") is not None:
        raise Unsayable("a rule within a rule")
    only(rule, ("id", "role", "score", "score-attribute", "boolean-op"), ("expression", "date_expression"))
    role = [f'$role="{named(required(rule, "role"))}"'] if rule.get("role") is not None else []
    joint = f" {_one_of(rule.get('boolean-op', 'and'), ('and', 'or'))} "
    conditions = [_expression(child) if child.tag == "expression" else _date(child) for child in rule.iterchildren("*")]
    if not conditions:
        raise Unsayable("a rule without expressions")
    return " ".join([id_word(rule), *role, _scored(rule), joint.join(conditions)])


def _scored(element: etree._Element) -> str:
    attribute = element.get("score-attribute")
    if attribute is None:
        return score(required(element, "score"))
    if element.get("score") is not None or ":" in attribute or _LIKE_A_SCORE.match(attribute):
        raise Unsayable(f"the score-attribute '{attribute}'")
    return f"{_attribute(attribute)}:"


def _attribute(text: str) -> str:
    if not _ATTRIBUTE.match(text) or text.lower() in _NO_ATTRIBUTE:
        raise Unsayable(f"the attribute '{text}'")
    return text


def _expression(element: etree._Element) -> str:
    operation, attribute = required(element, "operation"), _attribute(required(element, "attribute"))
    if operation in ("defined", "not_defined"):
        only(element, ("id", "attribute", "operation"))
        return f"{operation} {attribute}"
    only(element, ("id", "attribute", "operation", "value", "type"))
    kind = f"{_one_of(required(element, 'type'), _TYPES)}:" if element.get("type") is not None else ""
    value = required(element, "value")
    # crmsh 4 stumbles over these.
    if not value or re.search(r"[\s{}]", value):
        raise Unsayable(f"the value '{value}' in a rule")
    return f"{attribute} {kind}{_one_of(operation, _OPERATIONS)} {word(value)}"


def _date(element: etree._Element) -> str:
    """`date lt|gt DATE`, or `date in_range|date_spec NAME=VALUE ...`."""
    operation = required(element, "operation")
    if operation in ("lt", "gt"):
        moment = "end" if operation == "lt" else "start"
        only(element, ("id", "operation", moment))
        return f"date {operation} {_filled(element, moment)}"
    inner = "duration" if operation == "in_range" else "date_spec"
    limits = ("start", "end") if operation == "in_range" else ()
    only(element, ("id", "operation", *limits), (inner,))
    words = [f"{name}={_filled(element, name)}" for name in limits if element.get(name) is not None]
    children = [*element.iterchildren("*")]
    for child in children:
        only(child, ("id", *_DATE_NAMES))
        words += [f"{name}={_filled(child, name)}" for name in map(str, child.attrib) if name != "id"]
    if len(children) > 1:
        raise Unsayable(f"several <{inner}> in one <date_expression>")
    # crmsh 4 asks for two words at least in a range.
    if len(words) < (2 if operation == "in_range" else 1):
        raise Unsayable(f"a date_expression {operation} with a single limit")
    return " ".join(["date", _one_of(operation, ("in_range", "date_spec")), *words])


def _filled(element: etree._Element, attribute: str) -> str:
    value = required(element, attribute)
    if not value:
        raise Unsayable(f"<{element.tag}> with an empty {attribute}")
    return word(value)
