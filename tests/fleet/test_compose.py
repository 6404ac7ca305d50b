"""Shared blockers first, and waves from the smallest ready cluster on."""

from __future__ import annotations

from cibtools.fleet.compose import compose
from cibtools.fleet.record import Member, Obstacle, State


def member(name: str, state: State, domus: int = 1, *codes: str, evenings: int = 1, longest: int = 3600) -> Member:
    found = tuple(Obstacle(code, f"{code} of {name}") for code in codes)
    return Member(name, name, 1, state, "", 2, domus, found, evenings, longest)


def test_what_blocks_most_comes_first_and_counts_a_cluster_once() -> None:
    found = compose("x", [
        member("b", State.STOP, 1, "M1", "S-A"), member("a", State.STOP, 1, "S-A", "S-A"),
        member("c", State.LOOK, 1, "M1", "P-1"),
    ], {"S-A": "title"}, 5)  # fmt: skip
    told = [(one.code, one.title, one.blocks, one.others) for one in found.shared]
    assert told == [
        ("S-A", "title", ("a", "b"), ()),
        ("M1", "M1 of b", ("b",), ("c",)),
        ("P-1", "P-1 of c", (), ("c",)),
    ]


def test_the_pilot_is_the_smallest_without_conditions_and_windows_fit_all() -> None:
    found = compose("x", [
        member("big", State.GO, 9, longest=100),
        member("small", State.GO, 2, longest=50),
        member("open", State.LOOK, 1, longest=70),
        member("mid", State.GO, 5, evenings=3), member("no", State.STOP), member("dark", State.NONE),
        member("nothing", State.GO, evenings=0),
    ], {}, 2)  # fmt: skip
    assert [wave.members for wave in found.waves] == [("small",), ("mid", "big"), ("open",)]
    assert [(wave.evenings, wave.longest) for wave in found.waves] == [(1, 50), (3, 3600), (1, 70)]


def test_a_fleet_without_anything_ready_has_no_wave() -> None:
    assert compose("x", [member("a", State.STOP, 1, "M1")], {}, 5).waves == ()
