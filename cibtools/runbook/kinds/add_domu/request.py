"""The domU that is to be added: its file, how it is to be run, and what the files have against it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import ceil

from msgspec import Struct

from cibtools.backup.record.fact import Fact, Known, Unknown
from cibtools.cluster.derived.device import devices
from cibtools.cluster.derived.domu import DomU, domus_of
from cibtools.cluster.derived.memory import largest_memory
from cibtools.cluster.model.place import path_below
from cibtools.errors import PlanError
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.estimate.memory import capacity, demand, running_guests
from cibtools.runbook.facts.guest import overhead
from cibtools.runbook.plan.enums import Light
from cibtools.runbook.plan.runbook import Criterion

PLACEHOLDER = "NEW"
"""Stands for the domU where its file is not among the inputs."""
_LEAST_TIMEOUT = 90


class NewDomu(Struct, frozen=True):
    """What is known of it."""

    id: str
    """Of its primitive: the name that its file gives."""
    domu: DomU | None
    """None if its file is not among the inputs."""
    memory: int | None
    file: str
    """The path of its file on the nodes."""
    start_delay: int
    """The next free slot of the pattern that the others follow, in seconds; 0 if they follow none."""
    migrate_timeout: int
    """Seconds; enough for its memory over the link as assumed."""

    @property
    def disks(self) -> tuple[str, ...]:
        """Its block devices."""
        uses = self.domu.disks if self.domu else ()
        return tuple(dict.fromkeys(use.identity.name for use in uses if use.identity.name.startswith("/dev/")))

    @property
    def bridges(self) -> tuple[str, ...]:
        """The bridges that its interfaces name."""
        vifs = self.domu.first.config.vifs if self.domu else ()
        return tuple(dict.fromkeys(vif.bridge for vif in vifs if vif.bridge))


def new_domu(draft: Draft) -> NewDomu:
    """The one xm file that no resource manages; raise PlanError if there are several."""
    found = [one for one in domus_of(draft.survey.cluster) if not one.managers and not one.template]
    if len(found) > 1:
        names = ", ".join(f"{one.title} ({one.first.path})" for one in found)
        raise PlanError(
            f"several domUs are managed by no resource: {names}", hint="leave all but one out of the inputs"
        )
    one = found[0] if found else None
    name = one.title if one else PLACEHOLDER
    memory = largest_memory(one) if one else None
    delays = sorted(guest.op("start").delay for guest in draft.survey.guests)
    steps = {later - earlier for earlier, later in pairwise(delays)} - {0}
    slot = delays[-1] + min(steps) if delays and steps else 0
    parameters = draft.survey.parameters
    # Twice what the transfer takes: the link is shared in an evacuation.
    need = 0 if memory is None else memory * parameters.dirty_percent / 100 / parameters.stream
    timeout = max(_LEAST_TIMEOUT, ceil((2 * need + parameters.migration_fix) / 30) * 30)
    return NewDomu(name, one, memory, f"/etc/xen/vm/{name}.xm", slot, timeout)


def criteria(draft: Draft, new: NewDomu) -> Iterator[Criterion]:
    """What has to hold before it is loaded, as far as files tell."""
    yield _name(draft, new)
    yield _unique(draft, new)
    yield _memory(draft, new)
    yield _habits(new)
    yield _fencing(draft)


def _name(draft: Draft, new: NewDomu) -> Criterion:
    text = "the name is new, and the file, the agent and the primitive say the same"
    taken = {resource.id for resource in draft.survey.cluster.all_resources}
    names = [name for domu in domus_of(draft.survey.cluster) if domu is not new.domu for name in domu.names]
    if new.domu is None:
        return Criterion("", Light.AMBER, text, "no xm file of a new domU is among the inputs")
    if new.id in taken:
        return Criterion("", Light.RED, text, f"a resource is called {new.id} already")
    if new.id in names:
        return Criterion("", Light.RED, text, f"another domU is called {new.id}")
    agent = new.domu.first.config.agent_name(not draft.survey.cluster.dialect.is_pacemaker)
    if agent is not None and agent != new.id:
        return Criterion("", Light.RED, text, f"the agent would look for '{agent}', the file says {new.id}")
    return Criterion("", Light.GREEN, text, new.id)


def _unique(draft: Draft, new: NewDomu) -> Criterion:
    text = "disks, MAC addresses and uuid are its own: a clone that was forgotten destroys both"
    if new.domu is None:
        return Criterion("", Light.AMBER, text, "no xm file of a new domU is among the inputs")
    paths = {path_below(draft.survey.cluster.backup.root, file.document) for file in new.domu.files}
    about = [remark for remark in draft.remarks if remark.rule.startswith("XEN") and
             (remark.file in paths or new.id in remark.subjects)]  # fmt: skip
    bad = [f"{remark.rule} {remark.text}" for remark in about if remark.light is Light.RED]
    shared = _shared(draft, new)
    if bad or shared:
        return Criterion("", Light.RED, text, "; ".join((*shared, *bad)))
    doubts = [f"{remark.rule} {remark.text}" for remark in about if remark.light is Light.AMBER]
    if doubts or not new.domu.first.config.disks_known:
        return Criterion("", Light.AMBER, text, "; ".join(doubts) or "its disks are not all known")
    return Criterion("", Light.GREEN, text, f"{len(new.disks)} disks, compared with all xm files of the backup")


def _shared(draft: Draft, new: NewDomu) -> tuple[str, ...]:
    """Disks that another domU has as well, and both may write."""
    mine = {use.identity for use in (new.domu.disks if new.domu else ()) if not use.medium}
    found = []
    for other in domus_of(draft.survey.cluster):
        if other is not new.domu and not other.template:
            both = mine & {use.identity for use in other.disks if not use.medium}
            found += [f"{identity.name} belongs to {other.title}" for identity in both]
    return tuple(sorted(found))


def _memory(draft: Draft, new: NewDomu) -> Criterion:
    text = "without any one node the others have the memory for all domUs and the new one"
    survey = draft.survey
    need, have = demand(running_guests(survey)), _least(draft)
    if new.memory is None or need is None or have is None:
        return Criterion(
            "P-10", Light.AMBER, text, "needs the memory of every node (--node-ram NODE=SIZE) and of every domU"
        )
    whole = need + new.memory + overhead(new.memory, survey.parameters)
    light = Light.GREEN if whole <= have else Light.RED
    return Criterion("P-10", light, text, f"{whole} of {have} MiB needed")


def _least(draft: Draft) -> int | None:
    """What is left for domUs without the largest node."""
    hosts = draft.survey.hosts
    rooms = [capacity(host for host in hosts if host is not one) for one in hosts]
    known = [room for room in rooms if room is not None]
    return min(known) if known and len(known) == len(rooms) else None


def _habits(new: NewDomu) -> Criterion:
    text = "on_reboot is restart and on_crash leaves the recovery to the cluster"
    if new.domu is None:
        return Criterion("", Light.AMBER, text, "no xm file of a new domU is among the inputs")
    config = new.domu.first.config
    values = {name: config.text(name) for name in ("on_reboot", "on_crash")}
    words = [f"{name} is {_shown(fact)}" for name, fact in values.items()]
    reboot, crash = values["on_reboot"], values["on_crash"]
    fine = not (isinstance(reboot, Known) and reboot.value != "restart")
    fine = fine and not (isinstance(crash, Known) and crash.value == "preserve")
    plain = not any(isinstance(fact, Unknown) for fact in values.values())
    return Criterion("", Light.GREEN if fine and plain else Light.AMBER, text, ", ".join(words))


def _shown(fact: Fact[str]) -> str:
    if isinstance(fact, Known):
        return fact.value
    return "not plain" if isinstance(fact, Unknown) else "not set"


def _fencing(draft: Draft) -> Criterion:
    text = "a stop of it that fails gets its node fenced: fencing works"
    if not devices(draft.survey.cluster):
        return Criterion("P-12", Light.AMBER, text, "there is no fencing device: the cluster would hang instead")
    return next(iter(draft.check("P-12")))
