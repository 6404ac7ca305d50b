"""A migrated CIB as `crm configure` text, for administrators who keep their cluster in the shell's language.

Ids of sets and rules are kept with `$id`; nvpairs and operations get their ids from the shell. Source: the language
of crmsh 1.0 to 4 (`crm configure show`). XML comments become comments of the shell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from cibtools.backup.cib import is_comment
from cibtools.migrate.outcome import Migration

_BARE = re.compile(r"[A-Za-z0-9_.:/@%+,-]+\Z")
_CONTINUED = " \\\n\t"


def render(migration: Migration) -> str:
    """All objects, in the order in which the shell can load them: what is referred to first."""
    lines: list[str] = []
    for section in ("nodes", "resources", "constraints", "crm_config", "rsc_defaults", "op_defaults"):
        found = next((part for part in migration.sections() if part.tag == section), None)
        for child in found if found is not None else ():
            lines += _comment(child) if is_comment(child) else _object(child)
    return "".join(f"{line}\n" for line in lines)


def _comment(node: etree._Element) -> Iterator[str]:
    yield from (f"# {line.strip()}" for line in (node.text or "").strip().splitlines())


def _object(element: etree._Element) -> Iterator[str]:
    for node in element.iterdescendants():
        if is_comment(node):
            yield from _comment(node)
    match element.tag:
        case "node":
            yield _joined(f"node {_id_if_other(element)}{element.get('uname', '')}", _sets(element))
        case "primitive":
            yield from _resource(element)
        case "group" | "clone" | "master":
            for child in element.iterchildren("primitive", "group"):
                yield from _object(child)
            yield from _container(element)
        case "rsc_location":
            yield _location(element)
        case "rsc_order":
            yield _order(element)
        case "rsc_colocation":
            yield _colocation(element)
        case "cluster_property_set":
            yield _joined(f"property {_set_id(element)}", _set_body(element))
        case "meta_attributes":
            parent = element.getparent()
            yield _joined(f"{parent.tag if parent is not None else ''} {_set_id(element)}", _set_body(element))
        case _:
            yield f"# not expressible here: <{element.tag}>"


def _joined(head: str, parts: Iterator[str]) -> str:
    return _CONTINUED.join([head, *parts])


def _id_if_other(node: etree._Element) -> str:
    identity = node.get("id", "")
    return "" if identity == node.get("uname") else f'$id="{identity}" '


def _set_id(element: etree._Element) -> str:
    score = f" {element.get('score')}:" if element.get("score") else ""
    return f'$id="{element.get("id", "")}"{score}'


def _set_body(element: etree._Element) -> Iterator[str]:
    for rule in element.iterchildren("rule"):
        yield f"rule {_rule(rule)}"
    for pair in element.iterchildren("nvpair"):
        yield f"{pair.get('name', '')}={_value(pair.get('value', ''))}"


def _sets(element: etree._Element) -> Iterator[str]:
    """Parameters, then meta options; each set keeps its id."""
    for tag, word in (("instance_attributes", "params"), ("meta_attributes", "meta")):
        for found in element.iterchildren(tag):
            shown = "attributes" if element.tag == "node" else word
            yield " ".join([f"{shown} {_set_id(found)}", *_set_body(found)])


def _resource(element: etree._Element) -> Iterator[str]:
    agent = ":".join(element.get(name, "") for name in ("class", "provider", "type") if element.get(name))
    parts = [*_described(element), *_sets(element)]
    for operations in element.iterchildren("operations"):
        if operations.get("id"):
            parts.append(f'operations $id="{operations.get("id")}"')
        parts += [_op(op) for op in operations.iterchildren("op")]
    yield _joined(f"primitive {element.get('id', '')} {agent}", iter(parts))


def _op(op: etree._Element) -> str:
    words = [f"op {op.get('name', '')}"]
    names = (str(name) for name in op.attrib if name not in ("id", "name", "description"))
    words += [f"{name}={_value(op.get(name, ''))}" for name in names]
    for found in op.iterchildren("instance_attributes", "meta_attributes"):
        words += [*(["op_params"] if found.tag == "instance_attributes" else ["op_meta"]), *_set_body(found)]
    return " ".join(words)


def _container(element: etree._Element) -> Iterator[str]:
    word = {"master": "ms"}.get(str(element.tag), str(element.tag))
    children = " ".join(child.get("id", "") for child in element.iterchildren("primitive", "group"))
    yield _joined(f"{word} {element.get('id', '')} {children}", iter([*_described(element), *_sets(element)]))


def _described(element: etree._Element) -> Iterator[str]:
    if element.get("description"):
        yield f"description={_value(element.get('description', ''))}"


def _location(element: etree._Element) -> str:
    head = f"location {element.get('id', '')} {element.get('rsc', '')}"
    if element.get("node") is not None:
        return f"{head} {_score(element.get('score', '0'))}: {element.get('node', '')}"
    return _joined(head, (f"rule {_rule(rule)}" for rule in element.iterchildren("rule")))


def _rule(rule: etree._Element) -> str:
    role = f" $role={_value(rule.get('role', ''))}" if rule.get("role") else ""
    score = rule.get("score-attribute") or _score(rule.get("score", "0"))
    return f'$id="{rule.get("id", "")}"{role} {score}: {_condition(rule)}'


def _condition(rule: etree._Element) -> str:
    """The expressions of a rule; the shell has no brackets, so what is nested stands in line."""
    parts = []
    for child in rule.iterchildren("expression", "date_expression", "rule"):
        match child.tag:
            case "expression":
                parts.append(_expression(child))
            case "date_expression":
                parts.append(_date(child))
            case _:
                parts.append(_condition(child))
    return f" {rule.get('boolean-op', 'and')} ".join(parts)


def _expression(element: etree._Element) -> str:
    operation, attribute = element.get("operation", ""), element.get("attribute", "")
    if operation in ("defined", "not_defined"):
        return f"{operation} {attribute}"
    kind = f"{element.get('type')}:" if element.get("type") else ""
    return f"{attribute} {kind}{operation} {_value(element.get('value', ''))}"


def _date(element: etree._Element) -> str:
    operation = element.get("operation", "")
    words = [f"date {operation}"]
    if operation in ("lt", "gt"):
        words.append(_value(element.get("end" if operation == "lt" else "start", "")))
    else:
        words += [f"{name}={_value(element.get(name, ''))}" for name in ("start", "end") if element.get(name)]
    for child in element.iterchildren("date_spec", "duration"):
        words += [f"{name}={_value(child.get(name, ''))}" for name in map(str, child.attrib) if name != "id"]
    return " ".join(words)


def _order(element: etree._Element) -> str:
    first, then = (_acting(element, name, f"{name}-action") for name in ("first", "then"))
    tail = f" symmetrical={element.get('symmetrical')}" if element.get("symmetrical") else ""
    return f"order {element.get('id', '')} {_score(element.get('score', 'INFINITY'))}: {first} {then}{tail}"


def _colocation(element: etree._Element) -> str:
    rsc, other = (_acting(element, name, f"{name}-role") for name in ("rsc", "with-rsc"))
    tail = f" node-attribute={_value(element.get('node-attribute', ''))}" if element.get("node-attribute") else ""
    return f"colocation {element.get('id', '')} {_score(element.get('score', '0'))}: {rsc} {other}{tail}"


def _acting(element: etree._Element, name: str, action: str) -> str:
    return ":".join(word for word in (element.get(name, ""), element.get(action, "")) if word)


def _score(text: str) -> str:
    return {"INFINITY": "inf", "-INFINITY": "-inf"}.get(text, text)


def _value(text: str) -> str:
    """A value as the shell reads it: in quotes, unless it is one plain word."""
    if _BARE.match(text):
        return text
    return "'" + text + "'" if '"' in text and "'" not in text else '"' + text.replace('"', '\\"') + '"'
