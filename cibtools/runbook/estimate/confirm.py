"""Asking Pacemaker's own scheduler what a step does, beside what we work out ourselves.

The histories of an old cluster must not reach a new scheduler: it would restart everything for their digests. So the
status is made anew, resources are pinned to where they run until nothing is left to do, and only then the step is
taken. The program that runs the scheduler is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy

from lxml import etree
from msgspec import Struct, field

from cibtools.cluster.scheduler import Scheduler, Simulated, drop_status, parse_answer
from cibtools.runbook.estimate.placement import State
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import How
from cibtools.runbook.plan.statement import SimulatorFact
from cibtools.runbook.plan.step import Move

_ROUNDS = 3
_PIN = "cibtools-pin-"
_ROLE = "cibtools-role-"
_ACTION = re.compile(r"^\s+\* (\w+)\s+(\S+)\s+\(\s*([^)]*?)\s*\)", re.MULTILINE)
_PLACE = re.compile(r"^\S+:\d+: ")
_WAYS = {
    "Migrate": How.LIVE,
    "Move": How.RESTART_THERE,
    "Restart": How.RESTART_THERE,
    "Recover": How.RESTART_THERE,
    "Stop": How.STOP,
    "Start": How.START,
}


class Unanswered(Exception):  # noqa: N818 - what happened, not a fault of ours
    """The scheduler did not give an answer that can be relied on."""


class Expert(Struct, frozen=True):
    """A scheduler, and the cluster's configuration in its language."""

    scheduler: Scheduler
    configuration: etree._Element
    """A `cib` element in the syntax of Pacemaker 1.0."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """Ids of ours to theirs, for those that the conversion had to change."""


class Witness(Struct):
    """An expert who is asked about one plan, and a record of what came of it."""

    survey: Survey
    expert: Expert
    last: tuple[dict[str, str | None], etree._Element] | None = None
    """Where everything runs after the last answer, and the CIB of then."""
    calls: int = 0
    agrees: bool = True
    complaints: list[str] = field(default_factory=list)
    late: str = ""
    """What was said when the time ran out; what took too long once is not asked again."""

    def moves(self, before: State, after: State) -> tuple[Move, ...]:
        """What the scheduler does when one state is changed into the other; raise Unanswered if it will not tell."""
        continued = self._continued(before)
        changed = self._settled(before) if continued is None else continued
        self._set(changed, after)
        answer = self._run(changed)
        found = self._parsed(answer.stdout)
        where = {**before.where, **{move.rsc: move.to_node for move in found}}
        self.last = (where, parse_answer(answer.after))
        return found

    def fact(self) -> SimulatorFact:
        """The record for the plan."""
        complaints = "; ".join(dict.fromkeys(self.complaints))
        return SimulatorFact(self.expert.scheduler.version(), self.calls, self.agrees and not complaints, complaints)

    def _run(self, cib: etree._Element) -> Simulated:
        if self.late:
            raise Unanswered(self.late)
        self.calls += 1
        answer = self.expert.scheduler.run(etree.tostring(cib))
        if not answer.accepted:
            # The place names a file of ours that is gone, and another one each time.
            complaint = _PLACE.sub("", answer.complaint)
            self.late = complaint if answer.late else ""
            raise Unanswered(complaint)
        return answer

    def _continued(self, state: State) -> etree._Element | None:
        """The cluster as the last answer left it, if that is the state asked for."""
        if self.last is None or self.last[0] != dict(state.where):
            return None
        cib = deepcopy(self.last[1])
        self._set(cib, state)
        return None if self._parsed(self._run(cib).stdout) else cib

    def _settled(self, state: State) -> etree._Element:
        """The cluster in a state in which the scheduler has nothing to do."""
        cib = self._fresh(state)
        for number, (name, node) in enumerate(state.where.items()):
            self._pin(cib, number, self.expert.renames.get(name, name), node)
        for _ in range(_ROUNDS):
            answer = self._run(cib)
            cib = parse_answer(answer.after)
            if not self._parsed(answer.stdout) and "(" not in _summary(answer.stdout):
                break
        else:
            raise Unanswered("it does not come to rest with everything where it runs")
        for constraint in list(cib.iter("rsc_location")):
            if constraint.get("id", "").startswith(_PIN):
                _drop(constraint)
        restless = self._parsed(self._run(cib).stdout)
        if restless:
            names = ", ".join(move.rsc for move in restless)
            raise Unanswered(f"it would move {names} even if nothing was done")
        return cib

    def _fresh(self, state: State) -> etree._Element:
        cib = deepcopy(self.expert.configuration)
        drop_status(cib)
        etree.SubElement(cib, "status")
        # The plans leave nobody without quorum: at most one node is down, and heartbeat breaks the tie of two.
        cib.set("have-quorum", "1")
        self._set(cib, state)
        return cib

    def _set(self, cib: etree._Element, state: State) -> None:
        """Bring everything but places into line with a state."""
        self._set_standby(cib, state)
        self._set_attributes(cib, state)
        for found in list(cib.iter("meta_attributes")):
            if found.get("id", "").startswith(_ROLE):
                _drop(found)
        for resource in list(cib.iterfind("configuration/resources/*")):
            if resource.get("id") in {self.expert.renames.get(name, name) for name in state.stopped}:
                identity = f"{_ROLE}{resource.get('id')}"
                role = etree.Element("meta_attributes", id=identity)
                etree.SubElement(role, "nvpair", id=f"{identity}-1", name="target-role", value="Stopped")
                # Whatever set comes first is asked first.
                resource.insert(0, role)

    def _set_standby(self, cib: etree._Element, state: State) -> None:
        for node in cib.iterfind("configuration/nodes/node"):
            for pair in list(node.iter("nvpair")):
                if pair.get("name") == "standby":
                    around = pair.getparent()
                    _drop(pair)
                    if around is not None and len(around) == 0:
                        _drop(around)
            if node.get("uname") in state.standby:
                found = etree.SubElement(node, "instance_attributes", id=f"cibtools-standby-{node.get('id')}")
                etree.SubElement(found, "nvpair", id=f"cibtools-on-{node.get('id')}", name="standby", value="on")

    def _set_attributes(self, cib: etree._Element, state: State) -> None:
        """Node states with the transient attributes in force; histories that are there already are kept."""
        status = cib.find("status")
        assert status is not None
        ids = {node.get("uname", ""): node.get("id", "") for node in cib.iterfind("configuration/nodes/node")}
        for host in self.survey.hosts:
            identity = ids.get(host.name, host.node.id)
            found = next((one for one in status.iterchildren("node_state") if one.get("uname") == host.name), None)
            if found is None:
                found = etree.SubElement(status, "node_state", id=identity, uname=host.name)
            up = host.name not in state.down
            found.set("in_ccm", "true" if up else "false")
            found.set("crmd", "online" if up else "offline")
            found.set("join", "member" if up else "down")
            found.set("expected", "member" if up else "down")
            for old in list(found.iterchildren("transient_attributes")):
                found.remove(old)
            attributes = etree.SubElement(found, "transient_attributes", id=identity)
            pairs = etree.SubElement(attributes, "instance_attributes", id=f"cibtools-status-{identity}")
            for number, (name, value) in enumerate((state.attributes.get(host.name) or {}).items()):
                if name not in host.attributes:
                    pair = f"cibtools-status-{identity}-{number}"
                    etree.SubElement(pairs, "nvpair", id=pair, name=name, value=value)

    def _pin(self, cib: etree._Element, number: int, name: str, node: str | None) -> None:
        constraints = cib.find("configuration/constraints")
        assert constraints is not None
        places = [(node, "INFINITY")] if node else [(other, "-INFINITY") for other in self.survey.names]
        for place, score in places:
            identity = f"{_PIN}{number}-{place}"
            etree.SubElement(constraints, "rsc_location", id=identity, rsc=name, node=place, score=score)

    def _parsed(self, text: str) -> tuple[Move, ...]:
        """The actions on resources that are no instances of clones."""
        back = {theirs: ours for ours, theirs in self.expert.renames.items()}
        plain = {one.id for top in self.survey.cluster.resources if not top.is_clone for one in top.walk()}
        found = []
        for word, name, places in _ACTION.findall(_summary(text)):
            rsc = back.get(name, name)
            if word not in _WAYS or rsc not in plain:
                continue
            old, _, new = (part.strip() for part in places.partition("->"))
            how = _WAYS[word]
            source = None if how is How.START else old
            target = None if how is How.STOP else new or old
            found.append(Move(rsc=rsc, from_node=source, to_node=target, how=how))
        return tuple(found)


def _summary(text: str) -> str:
    """The block that says what will be done."""
    found = text.partition("Transition Summary:")[2]
    return found.partition("\n\n")[0]


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
