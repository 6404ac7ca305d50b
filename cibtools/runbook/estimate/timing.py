"""Time arithmetic: how long operations take that wait for their delay, for one of four slots, and for the link.

heartbeat's local resource manager runs four operations at a time on a node; each waits for its `start_delay` before it
asks for a slot. Live migrations share the link. All of it is worked out exactly, in fractions, and rounded once, at the
end, to the nearest second: the estimate of a transfer is no better than that, and limits are whole seconds anyway.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import floor

from msgspec import Struct

SLOTS = 4
"""Operations in flight per node: the lrmd of heartbeat 2.1.3 and of cluster-glue 1.0.5."""


class Link(Struct, frozen=True):
    """How memory travels from one node to another."""

    capacity: int
    """MB/s of the link."""
    stream: int
    """MB/s that one migration can use."""
    dirty: Fraction
    """How much is sent, as a multiple of the memory."""
    fix: int
    """Seconds a migration takes besides."""

    def rate(self, streams: int) -> Fraction:
        """MB/s for each of so many streams."""
        return min(Fraction(self.stream), Fraction(self.capacity, max(1, streams)))


class Transfer(Struct, frozen=True):
    """One live migration to be."""

    name: str
    memory: int
    """MiB."""
    ready: int
    """Seconds until it asks for a slot: its `start_delay`."""


class Run(Struct, frozen=True):
    """One live migration as simulated, in seconds from the start of the evacuation."""

    name: str
    begin: Fraction
    end: Fraction

    @property
    def seconds(self) -> int:
        """How long the operation takes, once it runs."""
        return nearest(self.end - self.begin)


def nearest(seconds: Fraction) -> int:
    """Whole seconds, half a second rounded up."""
    return floor(seconds + Fraction(1, 2))


def migrate_all(transfers: Sequence[Transfer], link: Link, slots: int = SLOTS) -> tuple[Run, ...]:
    """Simulate the live migrations off one node; ties go by the order given."""
    waiting = [(Fraction(one.ready), number) for number, one in enumerate(transfers)]
    heapq.heapify(waiting)
    begun: dict[int, Fraction] = {}
    left: dict[int, Fraction] = {}
    closing: dict[int, Fraction] = {}
    ended: dict[int, Fraction] = {}
    now = Fraction(0)
    while waiting or left or closing:
        while waiting and waiting[0][0] <= now and len(left) + len(closing) < slots:
            _, number = heapq.heappop(waiting)
            begun[number] = now
            left[number] = transfers[number].memory * link.dirty
        rate = link.rate(len(left))
        events = [now + amount / rate for amount in left.values()] + list(closing.values())
        if waiting and len(left) + len(closing) < slots:
            events.append(waiting[0][0])
        later = min(events)
        for number in list(left):
            left[number] -= (later - now) * rate
            if left[number] <= 0:
                del left[number]
                closing[number] = later + link.fix
        now = later
        for number in [number for number, end in closing.items() if end <= now]:
            ended[number] = closing.pop(number)
    return tuple(Run(one.name, begun[number], ended[number]) for number, one in enumerate(transfers))


def finish(jobs: Iterable[tuple[int, int]], slots: int = SLOTS) -> int:
    """When the last of jobs ends that are given as delay and duration, first come first served."""
    free = [0] * slots
    last = 0
    for ready, duration in sorted(jobs, key=lambda job: job[0]):
        begin = max(ready, heapq.heappop(free))
        heapq.heappush(free, begin + duration)
        last = max(last, begin + duration)
    return last


def hard_limit(operations: Iterable[tuple[int, int]], cluster_delay: int) -> int:
    """When the transition engine of 0.6 has given up on the slowest of operations given as timeout and delay."""
    return max((2 * (timeout + delay) for timeout, delay in operations), default=0) + cluster_delay


def slowest_sufficient_link(
    transfers: Sequence[Transfer], limits: Mapping[str, int], link: Link, upper: int = 10_000
) -> int | None:
    """The slowest link in MB/s with which each migration stays within its timeout; None if no link is fast enough."""

    def fits(capacity: int) -> bool:
        tried = Link(capacity, link.stream, link.dirty, link.fix)
        return all(run.end - run.begin <= limits[run.name] for run in migrate_all(transfers, tried))

    if not fits(upper):
        return None
    low, high = 1, upper
    while low < high:
        middle = (low + high) // 2
        if fits(middle):
            high = middle
        else:
            low = middle + 1
    return low
