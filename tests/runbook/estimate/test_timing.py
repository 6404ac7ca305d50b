"""Time arithmetic against the worked example of the specification, and what must hold for every evacuation."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cibtools.runbook.estimate.timing import (
    SLOTS,
    Link,
    Transfer,
    finish,
    hard_limit,
    migrate_all,
    nearest,
    slowest_sufficient_link,
)

_LAN = Link(70, 40, Fraction(13, 10), 3)
_MEMORY = {
    "nfs": 1024, "sles": 512, "dns1": 256, "dns2": 256, "proxy": 768, "smtp": 768, "vpn": 256, "cups": 384,
    "ldap": 512, "web": 768, "mysql": 1024, "mon": 384, "oes1": 1536, "oes2": 1536, "test": 256,
}  # fmt: skip
ALL = tuple(Transfer(name, memory, 10 * number) for number, (name, memory) in enumerate(_MEMORY.items()))
HOST1 = ALL[::2]
HOST2 = ALL[:-1]


def last(transfers: tuple[Transfer, ...], link: Link = _LAN) -> int:
    return nearest(max(run.end for run in migrate_all(transfers, link)))


def longest(transfers: tuple[Transfer, ...], link: Link = _LAN) -> tuple[int, str]:
    return max((run.seconds, run.name) for run in migrate_all(transfers, link))


def test_the_evacuations_of_the_worked_example() -> None:
    assert (last(HOST1), longest(HOST1)) == (176, (56, "oes1"))
    assert (last(HOST2), longest(HOST2)) == (198, (73, "oes1"))
    at_once = tuple(Transfer(one.name, one.memory, 0) for one in HOST2)
    assert (last(at_once), longest(at_once)) == (190, (75, "oes1"))
    slow = Link(10, 40, Fraction(13, 10), 3)
    assert (last(HOST2, slow), longest(HOST2, slow)) == (1301, (535, "oes1"))


def test_the_limits_of_the_worked_example() -> None:
    assert finish((one.ready, 90) for one in HOST1) == 240
    assert finish((one.ready, 90) for one in HOST2) == 370
    assert hard_limit([(90, one.ready) for one in HOST1], 60) == 520
    assert hard_limit([(90, one.ready) for one in HOST2], 60) == 500


def test_the_link_that_the_big_evacuation_needs() -> None:
    limits = {one.name: 90 for one in HOST2}
    assert slowest_sufficient_link(HOST2, limits, _LAN) == 62
    assert slowest_sufficient_link(HOST2, dict.fromkeys(limits, 2), _LAN) is None


_JOBS = st.lists(st.tuples(st.integers(1, 4096), st.integers(0, 200)), min_size=1, max_size=40)


@given(_JOBS, st.integers(1, 200), st.integers(1, 200))
def test_an_evacuation_respects_slots_delays_and_the_link(
    jobs: list[tuple[int, int]], capacity: int, stream: int
) -> None:
    link = Link(capacity, stream, Fraction(13, 10), 3)
    transfers = [Transfer(str(number), memory, ready) for number, (memory, ready) in enumerate(jobs)]
    runs = migrate_all(transfers, link)
    for one, run in zip(transfers, runs, strict=True):
        assert run.begin >= one.ready
        assert run.end - run.begin >= one.memory * link.dirty / min(capacity, stream) + 3
    for run in runs:
        assert sum(other.begin <= run.begin < other.end for other in runs) <= SLOTS
    moved = sum(one.memory for one in transfers) * link.dirty
    assert max(run.end for run in runs) >= moved / capacity


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 300)), min_size=1, max_size=40))
def test_more_slots_never_end_later_than_one_after_the_other(jobs: list[tuple[int, int]]) -> None:
    assert finish(jobs) <= finish(jobs, slots=1)
    assert finish(jobs) >= max(ready + duration for ready, duration in jobs)
