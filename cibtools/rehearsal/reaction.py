"""What the cluster does when something changes: the real scheduler plans, and the model follows.

The CIB is rewritten for Pacemaker 1.0 where it is not yet in that form. The scheduler gets it with the status that its
own last answer left, so each plan goes on from where the last one ended.
"""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from cibtools.backup.document import Backup
from cibtools.backup.reader import parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.derived.activity import was_promoted
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.scheduler import Scheduler, Simulated, drop_status, parse_answer
from cibtools.errors import PlanError
from cibtools.migrate.answers import Answers
from cibtools.migrate.pipeline import migrate
from cibtools.rehearsal import edit, storage
from cibtools.rehearsal.adoption import pinned_down
from cibtools.rehearsal.fault import Fault
from cibtools.rehearsal.newest import Newest
from cibtools.rehearsal.world import Node, World, is_old

_PIN = "rehearsal-pin-"
_ROUNDS = 4
_MIGRATED = re.compile(r"^\s*\* Migrate\s+(\S+)\s+\( (\S+) -> (\S+) \)", re.MULTILINE)
_FENCED = re.compile(r"^\s*\* Fence \(\w+\) (\S+)", re.MULTILINE)


class Reaction:
    """A cluster that reacts to changes of its model."""

    def __init__(self, world: World, scheduler: Scheduler) -> None:
        self.world = world
        self.scheduler = scheduler
        self.newest = Newest(scheduler)
        self.answers: dict[bytes, Simulated] = {}
        self.status = etree.Element("status")
        """The status section in the scheduler's form, as its last answer left it."""

    def start(self, placed: dict[str, str]) -> None:
        """Bring the model to rest with these resources on these nodes; raise PlanError if it does not come to rest."""
        pins = tuple(placed.items())
        for _ in range(_ROUNDS):
            before = dict(self.world.running)
            self._plan(pins)
            if self.world.running == before:
                break
        else:
            raise PlanError("the rehearsal does not come to rest with everything where it runs")
        self.settle()

    def settle(self) -> tuple[str, ...]:
        """Let the cluster react until nothing is left to do; return the actions as the scheduler words them."""
        if self.world.stuck or self.world.elects_until is not None or not self.world.members:
            return ()
        if self.world.fault is Fault.HANG:
            if self.foresee(self.world.cib):
                self.world.fault, self.world.stuck = None, True
            return ()
        return self._plan(())

    def part(self, name: str) -> None:
        """Take a node out in order: what the cluster does not manage goes on there, and the rest stops or moves."""
        world = self.world
        resources = [edit.resource(world, one) for one in world.running if name in world.running[one]]
        kept = (one for one in resources if one is not None and not edit.is_managed(world, one))
        world.left[name] = frozenset(one.get("id", "") for one in kept)
        world.nodes[name].stack = False
        if not world.members:
            self.status = etree.Element("status")
            world.running = {}
            for node, names in world.left.items():
                for one in names:
                    world.running[one] = world.running.get(one, frozenset()) | {node}

    def meet(self, name: str) -> None:
        """Let a node in, or have it look again: what runs there already is found by a probe."""
        world = self.world
        left = world.left.pop(name, frozenset())
        known = {one: edit.resource(world, one) for one in left}
        if missed := {one for one, found in known.items() if found is None}:
            world.left[name] = frozenset(missed)
        # Nothing tells an EVMS agent that its work is done: it always says that it does not run.
        found = {one for one, element in known.items() if element is not None and element.get("type") != "EvmsSCC"}
        if found:
            active = {one: nodes - ({name} if one in left - found else set()) for one, nodes in world.running.items()}
            self._take_over(self._ask(pinned_down(self._input(()), active)))

    def stopped_by_hand(self, name: str) -> None:
        """Let the cluster see that a resource does not run any more."""
        for resource in list(self.status.iter("lrm_resource")):
            if resource.get("id") == name:
                resource.getparent().remove(resource)  # type: ignore[union-attr]
        self.world.running.pop(name, None)

    def aside(self, cib: etree._Element) -> Reaction:
        """Return a cluster that has this CIB, on which tools can work as with CIB_file; nothing reacts to a change."""
        world = self.world
        nodes = {name: Node(name, node.memory, release=node.release) for name, node in world.nodes.items()}
        return Reaction(World(world.release, cib, nodes, world.domus, stuck=True), self.scheduler)

    def shadow(self, cib: etree._Element) -> Reaction:
        """Return this cluster with another CIB, as crm_shadow lets tools see it; nothing reacts to a change."""
        world = self.world.copy()
        world.cib, world.stuck = cib, True
        drop_status(cib)
        found = Reaction(world, self.scheduler)
        found.status = deepcopy(self.status)
        return found

    def foresee(self, cib: etree._Element) -> tuple[str, ...]:
        """Return what the cluster would do with a CIB, without doing it."""
        mine, self.world.cib = self.world.cib, cib
        try:
            answer = self._ask(self._input(()))
        finally:
            self.world.cib = mine
        return tuple(_actions(answer.stdout))

    def _ask(self, cib: etree._Element) -> Simulated:
        """Ask the scheduler, but never twice the same: it always answers alike."""
        data = etree.tostring(cib)
        if data not in self.answers:
            self.answers[data] = self.scheduler.run(data)
        return self.answers[data]

    def _plan(self, pins: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
        return self._take_over(self._ask(self._input(pins)))

    def _take_over(self, answer: Simulated) -> tuple[str, ...]:
        """Take over what a plan has led to."""
        if not answer.planned:
            raise PlanError(f"the scheduler does not take the CIB of the rehearsal: {answer.complaint}")
        after = parse_answer(answer.after)
        status = after.find("status")
        assert status is not None, "crm_simulate writes the status that its plan leads to"
        self.status = status
        self._follow(answer.stdout)
        return tuple(_actions(answer.stdout))

    def _follow(self, said: str) -> None:
        """Take over where everything is active now."""
        world = self.world
        before = world.running
        running: dict[str, set[str]] = {}
        for state in self.status.iterchildren("node_state"):
            for resource in state.iterfind("lrm/lrm_resources/lrm_resource"):
                if was_promoted(resource) is not None:
                    running.setdefault(resource.get("id", "").partition(":")[0], set()).add(state.get("uname", ""))
        for domu, old, new in _MIGRATED.findall(said):
            if domu in world.domus:
                world.migrations.append((domu, old, new))
                if world.fault is Fault.MIGRATION:
                    # The domU is stopped and started there instead, and the failure stays in the status.
                    world.fault = None
                    world.fail(old, domu)
        for node, names in world.left.items():
            for name in names:
                running.setdefault(name, set()).add(node)
        world.running = {name: frozenset(nodes) for name, nodes in running.items()}
        storage.follow(world, before)
        for domu in world.domus:
            if world.running.get(domu) and world.running.get(domu) != before.get(domu):
                world.count_domain(domu)
        for name in _FENCED.findall(said):
            world.say(f"pengine: WARN: stage6: Scheduling Node {name} for STONITH")
            world.reset(name)

    def _input(self, pins: tuple[tuple[str, str], ...]) -> etree._Element:
        restated = self.restated()
        drop_status(restated)
        cib = self.newest.rewritten(restated)
        cib.append(deepcopy(self.status))
        cib.set("have-quorum", "1")
        self._nodes(cib)
        constraints = cib.find("configuration/constraints")
        assert constraints is not None
        for number, (resource, node) in enumerate(pins):
            place = {"id": f"{_PIN}{number}", "rsc": resource, "node": node, "score": "INFINITY"}
            etree.SubElement(constraints, "rsc_location", place)
        return cib

    def restated(self) -> etree._Element:
        """Return the configuration in the form of Pacemaker 1.0."""
        if not is_old(self.world.cib):
            return deepcopy(self.world.cib)
        source = Source("cib.xml", etree.tostring(self.world.cib))
        return deepcopy(migrate(Cluster(Backup("cib.xml", (parse_source(source, "cib.xml"),))), Answers()).top)

    def _nodes(self, cib: etree._Element) -> None:
        """State of each node: who is a member, and its transient attributes."""
        world = self.world
        status = cib.find("status")
        assert status is not None
        ids = {node.get("uname", ""): node.get("id", "") for node in cib.iterfind("configuration/nodes/node")}
        for name in ids:
            node = world.nodes[name]
            state = next((one for one in status.iterchildren("node_state") if one.get("uname") == name), None)
            if name in world.unseen:
                if state is not None:
                    status.remove(state)
                continue
            if state is None:
                state = etree.SubElement(status, "node_state", id=ids[name], uname=name)
            up = node.member
            state.set("in_ccm", "true" if up else "false")
            state.set("crmd", "online" if up else "offline")
            state.set("join", "member" if up else "down")
            state.set("expected", "member" if up or node.lost else "down")
            if not up and not node.lost:
                for lost in list(state.iterchildren("lrm")):
                    state.remove(lost)
            for old in list(state.iterchildren("transient_attributes")):
                state.remove(old)
            outer = etree.SubElement(state, "transient_attributes", id=ids[name])
            pairs = etree.SubElement(outer, "instance_attributes", id=f"status-{ids[name]}")
            for (where, attribute), value in world.attributes.items():
                if where == name and up:
                    etree.SubElement(pairs, "nvpair", id=f"status-{ids[name]}-{attribute}", name=attribute, value=value)


def _actions(said: str) -> list[str]:
    summary = said.partition("Transition Summary:")[2].partition("\n\n")[0]
    return [line.strip(" *") for line in summary.splitlines() if line.strip().startswith("*")]
