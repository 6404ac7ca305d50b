"""What stays down with a stopped resource: what CIB702 says, and what the scheduler does."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.checks.leftover import dependents_of
from tests.pacemaker.lab import Cib, Lab

pytestmark = pytest.mark.pacemaker

PRIMITIVES = "abcde"
RESOURCES = (*PRIMITIVES, "g", "g1", "g2", "k")


def _stopped(name: str, stopped: str) -> str:
    pair = f'<nvpair id="{name}-role" name="target-role" value="Stopped"/>'
    return f'<meta_attributes id="{name}-meta">{pair}</meta_attributes>' if name == stopped else ""


def _primitive(name: str, stopped: str) -> str:
    inner = _stopped(name, stopped)
    return f'<primitive id="{name}" class="ocf" provider="pacemaker" type="Dummy">{inner}</primitive>'


def _cib(constraints: str, stopped: str = "") -> Cib:
    """Five primitives, a group of two and a clone, of which one is stopped."""
    group = f'<group id="g">{_stopped("g", stopped)}{_primitive("g1", stopped)}{_primitive("g2", stopped)}</group>'
    clone = f'<clone id="k">{_stopped("k", stopped)}{_primitive("k1", stopped)}</clone>'
    resources = "".join(_primitive(name, stopped) for name in PRIMITIVES) + group + clone
    return Cib(resources, constraints, schema="pacemaker-3.0")


def _agree(lab: Lab, constraints: str) -> int:
    """Stop each resource in turn and compare; return how many plans were compared."""
    base = lab.simulate(_cib(constraints))
    if base.status or not all(base.runs_on.values()) or "invalid transition" in base.words:
        return 0
    for name in RESOURCES:
        cib = _cib(constraints, name)
        plan = lab.simulate(cib)
        document = parse_source(Source("cib.xml", cib.text.encode()), "cib.xml")
        cluster = Cluster(gather([Read(document, "", "cib.xml", walked=True)])[0])
        resource = cluster.resource(name)
        assert resource is not None
        own = {found.id for found in resource.walk()}
        told = {below.id for found in dependents_of(cluster, resource) for below in found.walk()} - own
        down = {found for found, nodes in plan.runs_on.items() if not nodes} - own
        assert told & set(plan.runs_on) == down, (name, constraints)
    return len(RESOURCES)


def _set(number: int, members: str, attributes: str = "") -> str:
    refs = "".join(f'<resource_ref id="{member}"/>' for member in members)
    return f'<resource_set id="set-{number}" {attributes}>{refs}</resource_set>'


PARALLEL = 'sequential="false"'
ONE_BY_ONE = 'require-all="false"'
STOPS = 'action="stop"'
WEAK = 'score="5"'
ANY = 'sequential="false" require-all="false"'


@pytest.mark.parametrize(
    "constraints",
    [
        f'<rsc_order id="o">{_set(1, "abc")}</rsc_order>',
        f'<rsc_order id="o">{_set(1, "ab", PARALLEL)}{_set(2, "cd")}</rsc_order>',
        f'<rsc_order id="o">{_set(1, "ab", ANY)}{_set(2, "cd")}</rsc_order>',
        f'<rsc_order id="o">{_set(1, "ab", ANY)}{_set(2, "cd", ANY)}{_set(3, "e")}</rsc_order>',
        f'<rsc_order id="o">{_set(1, "ab", ONE_BY_ONE)}{_set(2, "c")}</rsc_order>',
        f'<rsc_order id="o" kind="Optional">{_set(1, "ab")}</rsc_order>',
        f'<rsc_order id="o">{_set(1, "ab", STOPS)}</rsc_order>',
        f'<rsc_colocation id="con" score="INFINITY">{_set(1, "abc")}</rsc_colocation>',
        f'<rsc_colocation id="con" score="INFINITY">{_set(1, "ab")}{_set(2, "cd")}</rsc_colocation>',
        f'<rsc_colocation id="x" score="INFINITY">{_set(1, "ab", PARALLEL)}{_set(2, "de", PARALLEL)}</rsc_colocation>',
        f'<rsc_colocation id="con" score="INFINITY">{_set(1, "ab", WEAK)}</rsc_colocation>',
        '<rsc_order id="o" first="g" then="a"/><rsc_colocation id="con" rsc="b" with-rsc="g" score="INFINITY"/>',
        '<rsc_order id="o" first="k" then="a" require-all="false"/>',
        '<rsc_order id="o" first="a" then="b" symmetrical="false"/><rsc_order id="then" first="b" then="g"/>',
    ],
)  # fmt: skip
def test_cib702_names_what_stays_down(lab: Lab, constraints: str) -> None:
    assert _agree(lab, constraints)


def _drawn(chance: random.Random) -> Iterator[str]:
    for number in range(chance.randint(1, 4)):
        one, two = chance.sample((*PRIMITIVES, "g", "k"), 2)
        match chance.choice(("order", "order set", "colocation")):
            case "order":
                kind = chance.choice(("", 'kind="Optional"'))
                yield f'<rsc_order id="c{number}" first="{one}" then="{two}" {kind}/>'
            case "order set":
                names = "".join(chance.sample(PRIMITIVES, 4))
                sets = _set(10 * number, names[:2], chance.choice(("", PARALLEL, ANY)))
                sets += _set(10 * number + 1, names[2:], chance.choice(("", PARALLEL, ANY)))
                yield f'<rsc_order id="c{number}">{sets}</rsc_order>'
            case _:
                one, two = sorted(chance.sample(PRIMITIVES, 2))
                yield f'<rsc_colocation id="c{number}" rsc="{one}" with-rsc="{two}" score="INFINITY"/>'


def test_cib702_on_drawn_constraints(lab: Lab) -> None:
    """Colocations lead up the alphabet only: what a circle of them does depends on the order of placement."""
    assert sum(_agree(lab, "".join(_drawn(random.Random(seed)))) for seed in range(6)) > 20
