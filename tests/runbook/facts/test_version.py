"""Which releases can roll to which, and by which way."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cibtools.errors import PlanError
from cibtools.runbook.facts.version import LATEST, can_roll, heartbeat, hops, pacemaker, parse_target

_RELEASES = st.one_of(
    st.builds(heartbeat, st.just(2), st.just(0), st.integers(0, 8)),
    st.builds(heartbeat, st.just(2), st.just(1), st.integers(0, 4)),
    st.builds(pacemaker, st.just(0), st.just(6), st.integers(0, 6)),
    st.builds(pacemaker, st.just(1), st.just(0), st.integers(0, 13)),
)


def test_the_check_value_of_the_documentation() -> None:
    way = hops(heartbeat(2, 0, 1), pacemaker(0, 6, 6))
    assert way == (heartbeat(2, 0, 1), heartbeat(2, 0, 4), heartbeat(2, 1, 3), pacemaker(0, 6, 6))


@pytest.mark.parametrize(
    ("source", "target", "rolls"),
    [
        (heartbeat(2, 1, 3), pacemaker(0, 6, 6), True),
        (heartbeat(2, 0, 8), pacemaker(0, 6, 6), True),
        (heartbeat(2, 0, 7), pacemaker(0, 6, 6), False),
        (heartbeat(2, 0, 7), heartbeat(2, 1, 3), True),
        (heartbeat(2, 0, 3), heartbeat(2, 1, 3), False),
        (heartbeat(2, 0, 0), heartbeat(2, 0, 4), True),
        (heartbeat(2, 1, 4), pacemaker(1, 0, LATEST), False),
        (pacemaker(0, 6, 6), pacemaker(1, 0, 0), False),
        (pacemaker(1, 0, 3), pacemaker(1, 0, 13), True),
        (heartbeat(2, 1, 4), heartbeat(2, 1, 3), False),
    ],
)
def test_the_compatibility_table(source: object, target: object, rolls: bool) -> None:
    assert can_roll(source, target) is rolls  # type: ignore[arg-type]


@given(_RELEASES, _RELEASES)
def test_a_way_is_made_of_steps_that_roll_and_never_crosses_into_1_0(source: object, target: object) -> None:
    way = hops(source, target)  # type: ignore[arg-type]
    if way is None:
        assert not can_roll(source, target)  # type: ignore[arg-type]
        return
    assert (way[0], way[-1]) == (source, target)
    assert all(can_roll(one, other) for one, other in pairwise(way))
    assert not (way[0] < pacemaker(1, 0, 0) <= way[-1])


def test_what_can_be_asked_for() -> None:
    assert parse_target("heartbeat-2.1.4", "--from").version == heartbeat(2, 1, 4)
    assert parse_target("pacemaker-1.0", "--to").version == pacemaker(1, 0, LATEST)
    assert parse_target("sle-ha-11", "--to").stack == "openais"
    assert parse_target("sle-ha-11-sp1", "--to").name == "SLE HA 11-SP1"
    with pytest.raises(PlanError, match="not a known version"):
        parse_target("latest", "--to")
