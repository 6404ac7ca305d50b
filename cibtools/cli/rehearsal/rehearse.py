"""Rehearse a runbook from its cluster: build the model, the stage and the shells, and let the operator work."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from cibtools.backup.document import Document
from cibtools.backup.record.kind import Kind
from cibtools.cli.planning.simulator import Simulator
from cibtools.cli.rehearsal.answer import Answerer
from cibtools.cli.rehearsal.installed import old_system
from cibtools.cli.rehearsal.operator import Operator
from cibtools.cli.rehearsal.record import Record, Surprise
from cibtools.cli.rehearsal.stage import ADMIN, BACKUP_HOST, Stage
from cibtools.cli.rehearsal.trial import Trials
from cibtools.cluster.derived.evms import lvm_name
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.section_files import join
from cibtools.cluster.scheduler import drop_status
from cibtools.rehearsal.membership import save
from cibtools.rehearsal.reaction import Reaction
from cibtools.rehearsal.tools.options import release_of
from cibtools.rehearsal.world import Group, Node, World
from cibtools.runbook.facts.network import network_attributes
from cibtools.runbook.facts.storage_map import volumes
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import Tools
from cibtools.runbook.plan.runbook import Runbook

_PLENTY = 1 << 20
"""MiB of a node whose memory nobody told."""
_DISK = re.compile(r"phy:(/dev/[^,'\"]+)")
"""A device in an xm file."""
_GIVEN = "root/given"
"""Where the operator's machine has the files from which the plan was made."""
_RELEASES = {Tools.HB21: "heartbeat-2.1.3", Tools.P10: "pacemaker-1.0.3"}


def rehearse(
    plan: Runbook,
    survey: Survey,
    simulator: Simulator,
    before: Runbook | None = None,
    *,
    answers: bytes | None = None,
    trials: bool = False,
) -> Record:
    """Carry a runbook out on a model of its cluster; raise PlanError if the model cannot be brought to life.

    Another one may have to be carried out before: what it leaves on the backup host, this one fetches. With trials,
    each kind of step is also done while something goes wrong, and taken back. With answers, those of migrate, the
    operator's machine has the files from which the plan was made, and the answers beside them.
    """
    world = _world(survey)
    reaction = Reaction(world, simulator)
    with tempfile.TemporaryDirectory(prefix="cibtools-") as top:
        given = () if answers is None else _given(survey, answers)
        place = {"BACKUP": f"/{_GIVEN}"} if given else {}
        stage = Stage(Path(top), world.nodes, (*_files(survey), *given), _shared(survey))
        world.disk = stage.disk
        reaction.start(_placed(survey))
        for name in world.members:
            save(world, name)
        answerer = Answerer(stage, reaction)
        operator = Operator(stage, reaction, {**answerer.variables, **_chosen(world), **place})
        try:
            if before:
                operator.work(before)
                operator.close()
            record = Trials(operator, answerer).work(plan) if trials else operator.work(plan)
        finally:
            operator.close()
            answerer.close()
    record.surprises += [Surprise("", text) for text in dict.fromkeys(answerer.failures)]
    return record


def _given(survey: Survey, answers: bytes) -> Iterator[tuple[str, str, bytes]]:
    for document in survey.cluster.backup.documents:
        yield ADMIN, f"{_GIVEN}/{document.path}", document.source.data
    yield ADMIN, f"{_GIVEN}/answers.toml", answers


def _chosen(world: World) -> dict[str, str]:
    """Return the variables that an operator sets once, because no plan can know them."""
    first = next(iter(world.domus), "")
    constraints = [one for one in world.cib.iterfind("configuration/constraints/*") if first in one.attrib.values()]
    return {
        "BACKUP_HOST": BACKUP_HOST, "CLUSTER_NODE": next(iter(world.nodes)), "DISK": "sdb", "GATEWAY": "192.168.1.254",
        "LUN": "/dev/mapper/lun0",
        "TEST_NODE": next(iter(world.nodes)),
        "CONSTRAINTS": " ".join(one.get("id", "") for one in constraints),
    }  # fmt: skip


def _configuration(cluster: Cluster) -> etree._Element:
    """Return the CIB: the whole one, else what its section files make."""
    root = cluster.assembly.root
    if root is not None and root.find("configuration/resources") is not None:
        return etree.fromstring(etree.tostring(root, with_tail=False))
    return etree.fromstring(join(cluster).data)


def _world(survey: Survey) -> World:
    cib = _configuration(survey.cluster)
    drop_status(cib)
    nodes = {host.name: Node(host.name, _PLENTY if host.usable is None else host.usable) for host in survey.hosts}
    domus = {guest.id: guest.memory or 0 for guest in survey.guests}
    media = (medium for _, found in survey.cluster.ha_cfs for medium in found.media)
    links = tuple(dict.fromkeys(medium.interface for medium in media))
    given = survey.wishes.from_version
    world = World(
        release_of(given) if given else _RELEASES[survey.tools], cib, nodes, domus, links=links, openais=survey.openais
    )
    for one in volumes(survey):
        if found := lvm_name(one.path):
            group = world.groups.setdefault(found.group, Group(found.group, {}))
            group.volumes[found.volume] = one.path
            group.native = group.native or not found.is_compatible
    pinging = {one.name for one in network_attributes(survey)}
    for host in survey.hosts:
        for name, value in (host.transient or {}).items():
            world.attributes[host.name, name] = value
            if name in pinging:
                world.pings[host.name, name] = value
    return world


def _placed(survey: Survey) -> dict[str, str]:
    """Return the node of everything that runs once: of each domU, and of what else the status names."""
    found = {guest.id: guest.node for guest in survey.guests if guest.node}
    for name, activities in survey.running.items():
        resource = survey.cluster.resource(name)
        if resource is not None and survey.cluster.clone_of(resource) is None and len(activities) == 1:
            found.setdefault(name, activities[0].node)
    return {name: node for name, node in found.items() if node in survey.names}


def _files(survey: Survey) -> Iterator[tuple[str, str, bytes]]:
    """Return the files of every node: its own, and those that hold for all."""
    # What every host has, whatever the backup holds; its own files come after it.
    names = "".join(f"192.168.1.{number} {host}\n" for number, host in enumerate(survey.names, 1))
    for host in survey.names:
        yield from ((host, path, data) for path, data in old_system(host, names, openais=survey.openais))
    used = {pair.value.rpartition("/")[2] for one in survey.cluster.primitives if (pair := one.parameter("xmfile"))}
    for document in survey.cluster.backup.documents:
        name = document.path.rpartition("/")[2]
        if document.kind is Kind.XM:
            disks = _DISK.findall(document.source.data.decode("utf-8", "replace"))
            yield from ((host, disk, b"") for disk in disks for host in survey.names)
        if document.kind is Kind.XM and name not in used:
            # Nobody has put it on a node yet.
            yield ADMIN, f"root/{name}", document.source.data
            continue
        for host in survey.names:
            if document.host in (None, host):
                yield host, _path(document, host), document.source.data


def _shared(survey: Survey) -> list[str]:
    """Return the directories that all nodes see."""
    mounts = [one for one in survey.cluster.primitives if (kind := one.parameter("fstype")) and kind.value == "ocfs2"]
    return [pair.value for one in mounts if (pair := one.parameter("directory"))]


def _path(document: Document, host: str) -> str:
    """Return where a file of the backup lies on its node."""
    _, mark, below = document.path.partition(f"/{host}/")
    name = document.path.rpartition("/")[2]
    return below if mark else f"etc/xen/vm/{name}" if document.kind is Kind.XM else f"root/{name}"
