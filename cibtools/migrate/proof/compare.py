"""The proof that a migrated cluster decides as before: the real scheduler plans for both, situation by situation.

The scheduler is handed in, since running a program is nothing for this room. Of the old cluster it sees what
`restated` says of it, or the CIB itself if that speaks the new language already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from lxml import etree
from msgspec import Struct

from cibtools.cluster.scheduler import Scheduler, Simulated
from cibtools.migrate.proof.scenario import Scenario, with_event, with_idle_status

_INSTANCE = re.compile(r":\d+$")
_TASKS = frozenset({"start", "stop", "promote", "demote", "migrate_to", "migrate_from", "monitor"})


class Action(Struct, frozen=True, order=True):
    """One action of a plan; the instances of a clone are not told apart."""

    resource: str
    """Id of the primitive; empty for fencing."""
    task: str
    """`start`, `stop`, `promote`, `demote`, `migrate_to`, `migrate_from`, `monitor` or `fence`."""
    node: str
    interval: int = 0
    """Of a recurring monitor, in milliseconds."""

    def __str__(self) -> str:
        times = f" every {self.interval / 1000:g} s" if self.interval else ""
        return f"{self.task} {self.resource}{times} on {self.node}".replace("  ", " ")


class Difference(Struct, frozen=True):
    """One situation in which the two decide otherwise."""

    scenario: Scenario
    only_old: tuple[Action, ...]
    """What only the old cluster would do."""
    only_new: tuple[Action, ...]
    """What only the new one would do."""


class Proof(Struct, frozen=True):
    """What the comparison gave."""

    tried: tuple[Scenario, ...]
    differences: tuple[Difference, ...]
    rejected: str = ""
    """Why the scheduler took one of the two not at all; then nothing is proven."""

    @property
    def holds(self) -> bool:
        """True if both decide alike wherever it was tried."""
        return not self.differences and not self.rejected and bool(self.tried)


class Rejected(Exception):  # noqa: N818 - what happened, not a fault of ours
    """The scheduler does not take a CIB."""


Attributes = tuple[tuple[str, str], ...]
Make = Callable[[Attributes], etree._Element]
"""Gives a configuration; rules of the old language are evaluated for these attributes, which every node has."""


Told = Callable[[int, int], None]
"""Hears how many of how many situations are done."""


def prove(before: Planner, after: Planner, tried: Sequence[Scenario], told: Told | None = None) -> Proof:
    """Compare the plans of two configurations in every situation; their resources have the same ids."""
    differences = []
    # The scheduler is a program of its own, so the two sides can be asked at the same time.
    with ThreadPoolExecutor(2) as pool:
        for done, scenario in enumerate(tried):
            if told:
                told(done, len(tried))
            asked = [pool.submit(side.plan, scenario) for side in (before, after)]
            try:
                one, other = (plan.result() for plan in asked)
            except Rejected as error:
                return Proof(tuple(tried), (), str(error))
            if one != other:
                differences.append(Difference(scenario, tuple(sorted(one - other)), tuple(sorted(other - one))))
    return Proof(tuple(tried), tuple(differences))


def decide_alike(before: Planner, other: Planner, scenario: Scenario) -> bool:
    """True if both plan the same in one situation; False if the scheduler does not take one of them."""
    try:
        return before.plan(scenario) == other.plan(scenario)
    except Rejected:
        return False


class Planner:
    """The plans for one configuration; the state in which everything runs is worked out once."""

    def __init__(self, make: Make, scheduler: Scheduler, now: datetime) -> None:
        self._make = make
        self._scheduler = scheduler
        self._at = f"--set-datetime={now.isoformat(sep=' ')}Z"
        self._running: dict[Attributes, bytes] = {}

    def plan(self, scenario: Scenario) -> frozenset[Action]:
        """What the scheduler would do; raise Rejected if it does not take the CIB."""
        if scenario.from_nothing:
            return frozenset(actions(self._start(scenario.attributes).graph))
        running = etree.fromstring(self._settled(scenario.attributes))
        event = etree.tostring(with_event(running, scenario))
        lost = [f"--node-down={scenario.lost}"] if scenario.lost else []
        return frozenset(actions(self._run(event, *lost).graph))

    def _start(self, attributes: Attributes) -> Simulated:
        return self._run(etree.tostring(with_idle_status(self._make(attributes), attributes)))

    def _settled(self, attributes: Attributes) -> bytes:
        if attributes not in self._running:
            # Twice: what waits for something that came up in the first transition may start in the second.
            self._running[attributes] = self._run(self._start(attributes).after).after
        return self._running[attributes]

    def _run(self, cib: bytes, *arguments: str) -> Simulated:
        found = self._scheduler.run(cib, self._at, *arguments)
        if not found.planned:
            raise Rejected(found.complaint)
        return found


def actions(graph: bytes) -> list[Action]:
    """The actions of a transition graph that change something, or watch it from then on."""
    found = []
    for element in _planned(etree.fromstring(graph)):
        operation, node = element.get("operation", ""), element.get("on_node", "")
        if element.tag == "crm_event":
            if operation == "stonith":
                found.append(Action("", "fence", node))
            continue
        primitive, attributes = element.find("primitive"), element.find("attributes")
        interval = int(attributes.get("CRM_meta_interval", "0")) if attributes is not None else 0
        if operation in _TASKS and primitive is not None and (operation != "monitor" or interval):
            name = _INSTANCE.sub("", primitive.get("id", ""))
            found.append(Action(name, operation, node, interval))
    return sorted(found)


def _planned(graph: etree._Element) -> Iterable[etree._Element]:
    for action_set in graph.iter("action_set"):
        yield from action_set.iterchildren("rsc_op", "crm_event")
