"""Rehearse a runbook from its cluster: build the model, the stage and the shells, and let the operator work."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from cibtools.backup.document import Document
from cibtools.backup.record.kind import Kind
from cibtools.cli.planning.simulator import Simulator
from cibtools.cli.rehearsal.answer import Answerer
from cibtools.cli.rehearsal.operator import Operator, Record, Surprise
from cibtools.cli.rehearsal.stage import Stage
from cibtools.cluster.model.section_files import join
from cibtools.rehearsal.reaction import Reaction
from cibtools.rehearsal.world import Node, World
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import Tools
from cibtools.runbook.plan.runbook import Runbook

_PLENTY = 1 << 20
"""MiB of a node whose memory nobody told."""
_SHOWN = 3
"""Lines of output shown for a surprise."""
_RELEASES = {Tools.HB21: "heartbeat-2.1.3", Tools.P10: "pacemaker-1.0.3"}


def rehearse(plan: Runbook, survey: Survey, simulator: Simulator) -> Record:
    """Carry a runbook out on a model of its cluster; raise PlanError if the model cannot be brought to life."""
    world = _world(survey)
    reaction = Reaction(world, simulator)
    reaction.start({name: node for name, node in _placed(survey).items() if node})
    with tempfile.TemporaryDirectory(prefix="cibtools-") as top:
        stage = Stage(Path(top), world.nodes, _files(survey))
        answerer = Answerer(stage, reaction)
        operator = Operator(stage, world)
        try:
            record = operator.work(plan)
        finally:
            operator.close()
            answerer.close()
    record.surprises += [Surprise("", text) for text in dict.fromkeys(answerer.failures)]
    return record


def _world(survey: Survey) -> World:
    cib = etree.fromstring(join(survey.cluster).data)
    for old in list(cib.iterchildren("status")):
        cib.remove(old)
    nodes = {host.name: Node(host.name, _PLENTY if host.usable is None else host.usable) for host in survey.hosts}
    domus = {guest.id: guest.memory or 0 for guest in survey.guests}
    world = World(_RELEASES[survey.tools], cib, nodes, domus)
    for host in survey.hosts:
        for name, value in (host.transient or {}).items():
            world.attributes[host.name, name] = value
    return world


def _placed(survey: Survey) -> dict[str, str | None]:
    return {guest.id: guest.node for guest in survey.guests}


def _files(survey: Survey) -> Iterator[tuple[str, str, bytes]]:
    """Return the files of every node: its own, and those that hold for all."""
    for document in survey.cluster.backup.documents:
        for host in survey.names:
            if document.host in (None, host):
                yield host, _path(document, host), document.source.data


def _path(document: Document, host: str) -> str:
    """Return where a file of the backup lies on its node."""
    _, mark, below = document.path.partition(f"/{host}/")
    name = document.path.rpartition("/")[2]
    return below if mark else f"etc/xen/vm/{name}" if document.kind is Kind.XM else f"root/{name}"


def summary(record: Record) -> Iterator[str]:
    """Tell what a rehearsal did and what did not come out as the runbook says, a line each."""
    yield (
        f"rehearsal: {record.blocks} blocks pasted, {record.checks} checks read, {len(record.skipped)} left to people, "
        f"{len(record.surprises)} surprises"
    )
    for surprise in record.surprises:
        yield f"  {surprise.step or 'tools'}: {surprise.what}"
        yield from (f"    {line}" for line in surprise.shown.splitlines()[-_SHOWN:])
