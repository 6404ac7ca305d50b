"""The survey: everything a plan needs to know of a cluster, gathered once, with what is not known left unknown."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from math import ceil

from lxml import etree
from msgspec import Struct

from cibtools.backup.document import Document
from cibtools.backup.record.fact import Truth
from cibtools.cluster.derived.activity import Activity
from cibtools.cluster.derived.option import cluster_option
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import LocationConstraint, Resource
from cibtools.cluster.model.place import path_below
from cibtools.cluster.value import parse_boolean, parse_time
from cibtools.errors import PlanError
from cibtools.runbook.facts.guest import Guest, default_timeout, guests
from cibtools.runbook.facts.host import Host, hosts
from cibtools.runbook.facts.observed import seen_running
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.plan.enums import Tools
from cibtools.runbook.plan.statement import Fact, InputFile


class Survey(Struct, frozen=True, eq=False, dict=True):
    """A cluster, what the operator wishes, and the facts."""

    cluster: Cluster
    wishes: Wishes
    parameters: Parameters
    hosts: tuple[Host, ...]
    guests: tuple[Guest, ...]
    running: Mapping[str, tuple[Activity, ...]]
    """Active resources by id, instances of a clone under the id of its child."""
    cluster_delay: int
    """Seconds the transition engine adds to every operation."""
    default_timeout: int
    """Seconds of an operation that says nothing."""
    dc: str | None
    quorum: Truth

    @property
    def tools(self) -> Tools:
        """The generation of the tools that are installed now."""
        return Tools.P10 if self.cluster.dialect.is_pacemaker else Tools.HB21

    @property
    def openais(self) -> bool:
        """True if openais or corosync is the membership layer, as the CIB says; heartbeat is unless it does."""
        found = cluster_option(self.cluster, "cluster-infrastructure")
        return found is not None and any(name in found.value.lower() for name in ("openais", "corosync"))

    @property
    def service(self) -> str:
        """The name of the init script of the cluster stack."""
        return "openais" if self.openais else "heartbeat"

    @property
    def log(self) -> str:
        """The file that the cluster's messages end up in."""
        return "/var/log/messages" if self.openais else "/var/log/ha-log"

    @property
    def packages(self) -> str:
        """The packages whose versions count."""
        stack = "openais pacemaker lvm2-clvm" if self.openais else "heartbeat evms"
        return f"{stack} ocfs2-tools xen kernel-xen multipath-tools"

    @property
    def names(self) -> tuple[str, ...]:
        """The nodes in the order of the CIB."""
        return tuple(host.name for host in self.hosts)

    @property
    def placed(self) -> bool:
        """True if it is known of every domU that should run where it does."""
        return all(guest.nodes or guest.stopped for guest in self.guests)

    def guest(self, name: str) -> Guest:
        """The domU of that id."""
        return self.guests_by_id[name]

    @cached_property
    def guests_by_id(self) -> Mapping[str, Guest]:
        """The domUs by their ids."""
        return {guest.id: guest for guest in self.guests}

    def host(self, name: str) -> Host:
        """The node of that name."""
        return self._hosts_by_name[name]

    @cached_property
    def _hosts_by_name(self) -> Mapping[str, Host]:
        return {host.name: host for host in self.hosts}

    def other(self, name: str, but: tuple[str, ...] = ()) -> str:
        """A node to give commands on while this one is worked on: the DC if it qualifies."""
        left = [found for found in self.names if found != name and found not in but]
        left = left or [found for found in self.names if found != name] or [name]
        return self.dc if self.dc in left else left[0]


def survey(cluster: Cluster, wishes: Wishes, parameters: Parameters) -> Survey:
    """Gather the facts; raise PlanError for a cluster without nodes, or wishes that name what is not there."""
    if not cluster.knows_nodes:
        raise PlanError(
            "the backup does not tell which nodes the cluster has",
            hint="add a whole CIB, nodes.bak.xml or ha.cf to the inputs",
        )
    running = seen_running(cluster)
    delay = cluster_option(cluster, "cluster-delay")
    found = Survey(
        cluster,
        wishes,
        parameters,
        hosts(cluster, wishes),
        guests(cluster, running, wishes, parameters),
        running,
        ceil((parse_time(delay.value if delay else None) or 60_000) / 1000),
        default_timeout(cluster),
        _dc(cluster),
        _quorum(cluster),
    )
    _check_twice(found)
    _check_names(found)
    return found


def _check_twice(found: Survey) -> None:
    """Refuse a cluster in which one name stands for two things: every step names nodes and domUs."""
    for what, names in (("node", found.names), ("domU", tuple(guest.id for guest in found.guests))):
        twice = sorted(name for name, count in Counter(names).items() if count > 1)
        if twice:
            raise PlanError(
                f"the CIB lists {what} {twice[0]} more than once: a plan cannot tell which of them is meant",
                hint=f"remove the extra entries of {', '.join(twice)} from the CIB; cibtools lint shows the lines",
            )


def _check_names(found: Survey) -> None:
    """Refuse names that nothing bears: a typo in an option must not silently change a plan."""
    domus = {guest.id for guest in found.guests}
    wishes, parameters = found.wishes, found.parameters
    named = (
        ("--nodes", wishes.nodes, set(found.names), "node"),
        ("--node-ram", tuple(name for name, _ in wishes.node_ram), set(found.names), "node"),
        ("--placement", tuple(node for _, node in wishes.placement), set(found.names), "node"),
        ("--placement", tuple(domu for domu, _ in wishes.placement), domus, "domU"),
        ("--domu-order", wishes.domu_order, domus, "domU"),
        ("never-canary", parameters.never_canary, domus, "domU"),
        ("stop-list", parameters.stop_list, domus, "domU"),
        ("stopped-ok", parameters.stopped_ok, domus, "domU"),
    )
    for option, names, known, what in named:
        for name in names:
            if name not in known:
                raise PlanError(f'{option} names "{name}", which is no {what} of the cluster')
    if wishes.nodes and sorted(wishes.nodes) != sorted(found.names):
        raise PlanError("--nodes has to name every node once", hint=f"nodes are {', '.join(found.names)}")


def _cib(cluster: Cluster) -> etree._Element | None:
    base = cluster.assembly.base
    tops = [found for found in cluster.cib_documents if base is None or found is base]
    for document in tops:
        tree = document.content
        found = getattr(tree, "cib", None)
        if isinstance(found, etree._Element):
            return found
    return None


def _dc(cluster: Cluster) -> str | None:
    """The designated controller when the CIB was written."""
    cib = _cib(cluster)
    uuid = None if cib is None else cib.get("dc_uuid") or cib.get("dc-uuid")
    return next((node.uname for node in cluster.nodes if uuid and node.id == uuid), None)


def _quorum(cluster: Cluster) -> Truth:
    cib = _cib(cluster)
    value = None if cib is None else parse_boolean(cib.get("have_quorum") or cib.get("have-quorum"))
    return Truth.UNKNOWN if value is None else Truth.YES if value else Truth.NO


def feature_set(cluster: Cluster) -> str | None:
    """What the header or the options say about the CRM that wrote the CIB: a hint at its release, no proof."""
    found = cluster_option(cluster, "dc-version")
    if found:
        return found.value
    cib = _cib(cluster)
    return None if cib is None else cib.get("crm_feature_set") or cib.get("cib_feature_revision")


def inputs(cluster: Cluster) -> tuple[InputFile, ...]:
    """The files the plan is made from, by their bytes."""
    return tuple(
        InputFile(
            path_below(cluster.backup.root, document),
            document.kind.value,
            hashlib.sha256(document.source.data).hexdigest(),
        )
        for document in cluster.backup.documents
        if document.kind.is_known
    )


def timers(cluster: Cluster) -> tuple[Fact, ...]:
    """The timers of heartbeat from the first ha.cf; its defaults where there is none."""
    document, ha_cf = next(iter(cluster.ha_cfs), (None, None))
    found = []
    for name in ("keepalive", "deadtime", "initdead", "deadping"):
        if ha_cf is None:
            found.append(Fact(name, None, "s", note="no ha.cf in the backup"))
            continue
        timing = getattr(ha_cf, name)
        line = document.source.line_of(timing.span.start) if document and timing.span else None
        value = None if timing.ms is None else str(ceil(timing.ms / 1000))
        path = path_below(cluster.backup.root, document) if document else ""
        found.append(Fact(name, value, "s", path, line, "" if timing.origin == "file" else timing.origin))
    return tuple(found)


def seconds(facts: tuple[Fact, ...], name: str, default: int) -> int:
    """The value of a timer, or a default."""
    value = next((fact.value for fact in facts if fact.name == name), None)
    return default if value is None else int(value)


def place_of(cluster: Cluster, found: LocationConstraint | Resource) -> tuple[str, int]:
    """File and line of an object of the CIB."""
    document: Document = cluster.document_of(found.element)
    return path_below(cluster.backup.root, document), cluster.place(found.element).location.line


def clones_of(survey: Survey, *agents: str) -> Iterator[Resource]:
    """The clones whose child is run by one of these agents."""
    for found in survey.cluster.resources:
        if found.is_clone and any(one.agent and one.agent.type in agents for one in found.walk()):
            yield found
