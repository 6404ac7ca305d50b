"""Options in all places at once mean the same before and after, whichever rules hold and however equal scores rank."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cibtools.migrate.answers import Answers, StatusChoice
from tests.migrate.lab import DUMMY, migrated, whole

VALUES = {
    "priority": ("1", "2", "3"),
    "is_managed": ("true", "false"),
    "target_role": ("Started", "Stopped"),
    "resource_stickiness": ("0", "100", "INFINITY"),
}
SCORES = (None, "0", "5", "-5", "INFINITY", "-INFINITY", "500")
RULES = ("", "x", "y")
"""The node attribute that a set's rule asks for; none: no rule."""

pairs = st.lists(
    st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(VALUES[name]))),
    min_size=1,
    max_size=3,
)
nvsets = st.tuples(
    st.sampled_from(("meta_attributes", "instance_attributes")),
    st.sampled_from(SCORES),
    st.sampled_from(RULES),
    pairs,
    st.booleans(),
)
attributes = st.dictionaries(st.sampled_from(sorted(VALUES)), st.just(0), max_size=2)
bodies = st.tuples(st.lists(nvsets, max_size=4), attributes)


def _resource(tag: str, identity: str, body: tuple, inner: str = "") -> str:
    sets, attributes = body
    words = " ".join(f'{name}="{VALUES[name][at]}"' for name, at in attributes.items())
    kind = DUMMY if tag == "primitive" else ""
    text = "".join(_set(identity, at, *found) for at, found in enumerate(sets))
    return f'<{tag} id="{identity}" {kind} {words}>{text}{inner}</{tag}>'


def _set(owner: str, number: int, tag: str, score: str | None, rule: str, options: list, parameter: bool) -> str:
    name = f"{owner}-s{number}"
    condition = (
        f'<rule id="{name}-r" score="0"><expression id="{name}-e" attribute="{rule}" operation="defined"/></rule>'
        if rule
        else ""
    )
    written = "".join(
        f'<nvpair id="{name}-{at}" name="{key}" value="{value}"/>' for at, (key, value) in enumerate(options)
    )
    if parameter and tag == "instance_attributes":
        written += f'<nvpair id="{name}-p" name="state" value="/x"/>'
    ranked = f' score="{score}"' if score is not None else ""
    return f'<{tag} id="{name}"{ranked}>{condition}<attributes>{written}</attributes></{tag}>'


def _score(nvset: etree._Element) -> int:
    text = nvset.get("score", "0")
    return {"INFINITY": 1_000_000, "-INFINITY": -1_000_000}.get(text) or int(text.replace("INFINITY", "0"))


def _holds(nvset: etree._Element, defined: tuple[str, ...]) -> bool:
    return all(expression.get("attribute") in defined for expression in nvset.iterfind("rule/expression"))


def _pick(sets: list[etree._Element], name: str, defined: tuple[str, ...]) -> str | None:
    """The value in the first set that has the name and holds."""
    found = (
        pair for nvset in sets if _holds(nvset, defined) for pair in nvset.iter("nvpair") if pair.get("name") == name
    )
    return next((pair.get("value") for pair in found), None)


def _last_wins(sets: list[etree._Element]) -> list[etree._Element]:
    found = [*sets]
    found.reverse()
    return sorted(found, key=lambda nvset: -_score(nvset))


def _old(resource: etree._Element | None, name: str, defined: tuple[str, ...]) -> str | None:
    if resource is None or resource.tag == "resources":
        return None
    if resource.get(name) is not None:
        return resource.get(name)
    for tag in ("meta_attributes", "instance_attributes"):
        value = _pick(_last_wins(resource.findall(tag)), name, defined)
        if value is not None:
            return value
    return _old(resource.getparent(), name, defined)


RANKINGS = {
    "last of equals": _last_wins,
    "first of equals": lambda sets: sorted(sets, key=lambda nvset: -_score(nvset)),
    "document order": lambda sets: sets,
}


def _new(resource: etree._Element | None, name: str, defined: tuple[str, ...], ranking: str) -> str | None:
    if resource is None or resource.tag == "resources":
        return None
    value = _pick(RANKINGS[ranking](resource.findall("meta_attributes")), name.replace("_", "-"), defined)
    return _new(resource.getparent(), name, defined, ranking) if value is None else value


@pytest.mark.slow
@pytest.mark.parametrize("status", list(StatusChoice))
@settings(max_examples=60, deadline=None)
@given(bodies, bodies)
def test_every_option_keeps_its_value(status: StatusChoice, group: tuple, primitive: tuple) -> None:
    cib = whole(_resource("group", "g", group, _resource("primitive", "p", primitive)))
    before = etree.fromstring(cib).find("configuration/resources/group/primitive")
    after = migrated(cib, Answers(status=status)).top.find("configuration/resources/group/primitive")
    assert after.find("meta_attributes/attributes") is None
    for name, defined in itertools.product(VALUES, ((), ("x",), ("y",), ("x", "y"))):
        for holder_before, holder_after in ((before, after), (before.getparent(), after.getparent())):
            wanted = _old(holder_before, name, defined)
            got = {ranking: _new(holder_after, name, defined, ranking) for ranking in RANKINGS}
            assert got == dict.fromkeys(RANKINGS, wanted), (name, defined, holder_before.tag)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(bodies)
def test_no_option_is_left_among_the_parameters(primitive: tuple) -> None:
    top = migrated(whole(_resource("primitive", "p", primitive))).top
    names = {pair.get("name") for pair in top.iterfind(".//instance_attributes/nvpair")}
    assert names <= {"state"}
