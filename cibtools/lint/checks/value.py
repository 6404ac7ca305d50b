"""Values that are not of their option's type, so that the engine takes something else instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from lxml import etree

from cibtools.backup.cib.dialect import SCHEMA_HINT, Dialect, schema_doubt
from cibtools.backup.record.boolean import SCHEMA
from cibtools.cluster.model.build import RESOURCE_TAGS
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import ResourceKind
from cibtools.cluster.value import parse_boolean, parse_score, parse_time
from cibtools.cluster.vocabulary.grammar import attribute_types
from cibtools.cluster.vocabulary.option_table import (
    NO_VALUE,
    ROLES,
    Option,
    ValueType,
    cluster_options,
    dashed,
    meta_options,
    operation_attributes,
)
from cibtools.cluster.vocabulary.spelling import nearest
from cibtools.lint.checks.duration import odd_timeout
from cibtools.lint.checks.option import nvset_of, owner_of
from cibtools.lint.record.finding import Hit, Severity
from cibtools.lint.record.fix import Change, Fix

_DECIMAL = re.compile(r"\s*[+-]?\d+\.\d*\s*$")
_WHOLE = re.compile(r"\s*[+-]?\d+\.0*\s*\Z")
"""A number with nothing behind the point; the engines stop reading there."""
_INTEGER = re.compile(r"\s*[+-]?\d+\s*\Z")
_DURATION = re.compile(r"P[\dTYMWDHS.:-]+\Z")
_PROMOTED = frozenset({"master", "slave", "promoted", "unpromoted"})
_KINDS = {
    ValueType.BOOLEAN: "true or false",
    ValueType.SCORE: "an integer or INFINITY",
    ValueType.INTEGER: "an integer",
    ValueType.TIME: "a time",
    ValueType.FAILURES: "a number of failures or INFINITY",
}


def invalid(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Yield values of an nvpair, an operation, a resource or another element that are not of their type."""
    dialect = cluster.dialect_of(cluster.document_of(element))
    if element.tag == "cib":
        doubt = schema_doubt(element.get("validate-with"))
        if doubt:
            yield Hit(cluster.place(element, "validate-with"), {"doubt": doubt, "hint": SCHEMA_HINT}, "schema")
        return
    if element.tag == "nvpair":
        option = _option_of(element, dialect)
        if option is not None:
            yield from _judge(cluster, element, "value", option, dialect, pair=True)
        return
    known = _typed(dialect).get(str(element.tag), {})
    # Options that stand as attributes of a resource are read as leniently as anywhere.
    pair = element.tag in RESOURCE_TAGS
    for name in map(str, element.attrib):
        if name in known:
            yield from _judge(cluster, element, name, known[name], dialect, pair=pair)
    if element.tag == "op":
        yield from odd_timeout(cluster, element)


@lru_cache(maxsize=3)
def _typed(dialect: Dialect) -> Mapping[str, Mapping[str, Option]]:
    """The attributes that have a type, by tag and name."""
    found: dict[str, dict[str, Option]] = {"op": {o.name: o for o in operation_attributes(dialect).values()}}
    if not dialect.is_pacemaker:
        options = {option.name: option for option in meta_options(dialect).values()}
        found.update(dict.fromkeys(RESOURCE_TAGS, options))
    for (tag, name), kind in attribute_types(dialect).items():
        plain = (
            Option(name, ValueType.ENUM, "", tuple(kind.split())) if " " in kind else Option(name, ValueType(kind), "")
        )
        found.setdefault(tag, {})[name] = plain
    return found


def _option_of(pair: etree._Element, dialect: Dialect) -> Option | None:
    """What an nvpair sets, if it is an option that this dialect reads in that place and under that name."""
    nvset, name = nvset_of(pair), pair.get("name", "")
    owner = owner_of(nvset)
    if nvset is None:
        # Saved alone: only a name that no agent would have tells what it is.
        found = (
            cluster_options(dialect).get(dashed(name)) or meta_options(dialect).get(dashed(name))
            if dashed(name).count("-")
            else None
        )
        return found if found and found.name.replace("_", "-") == dashed(name) else None
    if nvset.tag == "cluster_property_set":
        return cluster_options(dialect).get(dashed(name))
    if owner is not None and owner.tag == "op":
        found = operation_attributes(dialect).get(dashed(name)) if nvset.tag == "meta_attributes" else None
        return found if found and found.name == name else None
    found = meta_options(dialect).get(dashed(name))
    if found is None or found.name != name:
        return None
    if nvset.tag == "meta_attributes":
        return found if owner is None or owner.tag in RESOURCE_TAGS or owner.tag == "rsc_defaults" else None
    # 2.1 looks for options among the parameters; a plain word on a primitive may be its agent's.
    container = owner is not None and owner.tag in RESOURCE_TAGS and (owner.tag != "primitive" or "_" in name)
    return found if nvset.tag == "instance_attributes" and not dialect.is_pacemaker and container else None


def _judge(
    cluster: Cluster, element: etree._Element, attribute: str, option: Option, dialect: Dialect, *, pair: bool
) -> Iterator[Hit]:
    """Compare one value with its type; `pair` is True for options, which engines read more leniently than schemas."""
    value = element.get(attribute)
    if value is None or not value.strip() or (pair and value.strip().lower() in NO_VALUE):
        return
    strict = dialect.is_pacemaker and not pair
    if option.type is ValueType.ROLE:
        variant, expected = _role(cluster, element, value, dialect)
        if not variant:
            return
    elif _fits(value, option, dialect, strict):
        return
    else:
        variant = option.type.value
        expected = _KINDS.get(option.type) or f"one of {', '.join(option.words)}"
    effect = _effect(option, variant, value, strict, dialect)
    yield _hit(cluster, element, attribute, option, variant, expected, effect)


def _fits(value: str, option: Option, dialect: Dialect, strict: bool) -> bool:
    """True if the engine, or with strict the schema, takes the value for one of the option's type."""
    match option.type:
        case ValueType.BOOLEAN:
            return (SCHEMA.read(value) if strict else parse_boolean(value)) is not None
        case ValueType.FAILURES:
            score = parse_score(value)
            return score is not None and score >= 0
        case ValueType.SCORE:
            lower = strict and "infinity" in value.lower() and "INFINITY" not in value
            return (parse_score(value) is not None and not lower) or bool(not strict and _WHOLE.match(value))
        case ValueType.INTEGER:
            infinite = dialect is Dialect.P11 and option.name == "priority" and parse_score(value) is not None
            return infinite or bool(_INTEGER.match(value) or _WHOLE.match(value))
        case ValueType.TIME:
            return _is_time(value, option.name, dialect)
        case ValueType.ENUM:
            return value in option.words if strict else value.strip().lower() in {w.lower() for w in option.words}
        case ValueType.ROLE | ValueType.TEXT:
            return True


def _is_time(value: str, name: str, dialect: Dialect) -> bool:
    """True for what crm_get_msec reads; Pacemaker 1.0 takes an ISO 8601 duration for intervals, later ones anywhere."""
    if parse_time(value) is not None:
        return True
    if dialect is Dialect.P10 and name == "interval":
        return bool(_DURATION.match(value.strip()))
    return dialect is Dialect.P11 and bool(_DURATION.match(value.strip()) or _INTEGER.match(value))


def _roles(dialect: Dialect) -> tuple[str, ...]:
    return (*ROLES, "Promoted", "Unpromoted") if dialect is Dialect.P11 else ROLES


def _role(cluster: Cluster, element: etree._Element, value: str, dialect: Dialect) -> tuple[str, str]:
    """The variant and what would be right, for a target role; nothing if it is right."""
    words = _roles(dialect)
    word = value.strip().lower()
    if word not in {known.lower() for known in words}:
        return "enum", f"one of {', '.join(words)}"
    resource = cluster.resource_at(element)
    if word not in _PROMOTED or resource is None:
        return "", ""
    promotable = any(found.kind is ResourceKind.MASTER for found in (resource, *cluster.ancestors(resource)))
    return ("", "") if promotable else ("role", "Started or Stopped")


_NO_TIME = {
    "interval": "it counts as 0, and the operation is not repeated",
    "timeout": "the default timeout holds",
    "start-delay": "there is no delay",
}


def _effect(option: Option, variant: str, value: str, strict: bool, dialect: Dialect) -> str:
    """What the cluster makes of it."""
    digits = re.match(r"\s*[+-]?\d+", value)
    if strict and variant == "time":
        # Pacemaker's schemas take any text for a time; what its scheduler makes of it was seen in crm_simulate 2.1.5.
        return _NO_TIME.get(option.name, "it has no effect")
    if strict:
        return f"the schema of {dialect.title} refuses it"
    if variant == "role":
        return "only a master has such instances"
    if variant == "failures" and digits:
        return "the scheduler takes 1, so the resource leaves its node at the first failure"
    if variant in ("score", "integer", "failures"):
        return f"the scheduler reads {digits[0].strip()}" if digits else "the scheduler reads 0"
    if option.name == "is-managed" and dialect is Dialect.P11:
        return "Pacemaker 2.1 takes it for false and leaves the resource alone"
    return f"the default {option.default} holds" if option.default else "it has no effect"


def _hit(
    cluster: Cluster, element: etree._Element, attribute: str, option: Option, variant: str, expected: str, effect: str
) -> Hit:
    name = element.get("name", "") if element.tag == "nvpair" else attribute
    value = element.get(attribute, "")
    words = option.words or (("true", "false") if option.type is ValueType.BOOLEAN else ROLES)
    near = nearest(value, words) if variant in ("boolean", "enum") else None
    holder = _holder(element)
    values = {
        "owner": f"{holder.tag} '{holder.get('id', '')}'",
        "name": name,
        "value": value,
        "expected": expected,
        "effect": effect,
        "hint": f'Did you mean "{near}"?' if near else f"Write {expected}.",
    }
    # A decimal score is read as far as the point, which is hardly ever another score than the one meant.
    severity = Severity.WARNING if variant == "score" and _DECIMAL.match(value) else None
    place = cluster.place(element, attribute)
    # A word that differs by case alone is the word that was meant; what is merely near may be another one.
    fix = None
    if near:
        fix = Fix(f'write "{near}"', (Change(element, attribute, near),), safe=near.lower() == value.strip().lower())
    return Hit(place, values, variant, severity=severity, subject=holder.get("id", ""), discriminator=name, fix=fix)


def _holder(element: etree._Element) -> etree._Element:
    """The object that a value belongs to: the resource or set around an nvpair, else the element itself."""
    nvset = nvset_of(element) if element.tag == "nvpair" else None
    if nvset is None:
        return element
    owner = owner_of(nvset)
    return owner if owner is not None and owner.get("id") else nvset
