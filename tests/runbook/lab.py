"""Clusters on paper: N nodes, domUs with memory and delays, and whatever else a test wants to be different."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field

from cibtools.backup.files.raw import Limits, Raw
from cibtools.backup.files.walk import walk_input
from cibtools.backup.reader import gather, read_file
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.runbook.compose.kind import Request
from cibtools.runbook.estimate.confirm import Expert
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.kinds.registry import load_kind
from cibtools.runbook.plan.conversion import Conversion
from cibtools.runbook.plan.remark import Remark
from cibtools.runbook.plan.runbook import Phase, Runbook
from cibtools.runbook.plan.step import Step


def parts(text: str) -> list[str]:
    """The commands that a text joins with `&&`, without the braces around those of several lines."""
    found: list[list[str]] = [[]]
    depth = 0
    for line in text.splitlines():
        depth += (line == "{") - line.startswith("}")
        found[-1].append(line.removesuffix(" &&") if depth == 0 else line)
        if depth == 0 and line.endswith(" &&"):
            found.append([])
    return ["\n".join(one[1:-1] if one[0] == "{" and one[-1] == "}" else one) for one in found]


GUIDES_RAM = Wishes(node_ram=(("host1", 14333), ("host2", 14333)))
"""The memory of the two hosts of the guide's cluster."""


class Domu(Struct, frozen=True):
    """One domU."""

    name: str
    memory: int | None = 256
    node: int | None = 0
    delay: int = 0
    live: bool = True
    priority: int | None = None
    meta: str = ""


class Paper(Struct, frozen=True):
    """A heartbeat 2.1 cluster like the guide's."""

    nodes: int = 2
    domus: Sequence[Domu] = field(default_factory=lambda: (Domu("web"), Domu("db", node=1)))
    order_score: str = 'score="0"'
    stickiness: str = "INFINITY"
    options: str = ""
    constraints: str = ""
    pingd: str = "100"
    clone_meta: str = ""
    pingd_meta: str = ""
    fencing: bool = True
    status: bool = True
    node_attributes: str = ""

    @property
    def names(self) -> list[str]:
        return [f"host{number + 1}" for number in range(self.nodes)]

    def cib(self) -> str:
        nodes = "".join(
            f'<node id="id-{name}" uname="{name}" type="normal">{self.node_attributes}</node>' for name in self.names
        )
        return (
            '<cib have_quorum="true" dc_uuid="id-host1" admin_epoch="0" epoch="1" num_updates="1"><configuration>'
            '<crm_config><cluster_property_set id="o"><attributes>'
            f'<nvpair id="o1" name="default-resource-stickiness" value="{self.stickiness}"/>'
            '<nvpair id="o2" name="stonith-enabled" value="true"/>'
            f"{self.options}</attributes></cluster_property_set></crm_config><nodes>{nodes}</nodes>"
            f"<resources>{''.join(self._resources())}</resources>"
            f"<constraints>{''.join(self._constraints())}</constraints></configuration>"
            f"<status>{self._status() if self.status else ''}</status></cib>"
        )

    def _clone(self, name: str, kind: str, attributes: str = "", meta: str = "") -> str:
        pairs = f'<meta_attributes id="{name}-m"><attributes>{meta}</attributes></meta_attributes>' if meta else ""
        return (
            f'<clone id="{name}">{pairs}<primitive id="{name}-child" class="ocf" provider="heartbeat" type="{kind}">'
            f'<instance_attributes id="{name}-i"><attributes>{attributes}</attributes></instance_attributes>'
            "</primitive></clone>"
        )

    def _resources(self) -> list[str]:
        found = []
        if self.fencing:
            for name in self.names:
                pairs = (("hostlist", name), ("ilo_hostname", f"{name}-ilo"), ("ilo_user", "root"))
                pairs += (("ilo_password", "s3cr3t-of-the-ilo"),)
                inner = "".join(f'<nvpair id="f-{name}-{key}" name="{key}" value="{value}"/>' for key, value in pairs)
                found.append(
                    f'<primitive id="fence-{name}" class="stonith" type="external/riloe"><instance_attributes '
                    f'id="f-{name}"><attributes>{inner}</attributes></instance_attributes></primitive>'
                )
        found.append(self._clone("pingd", "pingd", meta=self.pingd_meta))
        found.append(self._clone("evms", "EvmsSCC", meta=self.clone_meta))
        mount = (("device", "/dev/evms/san2/cfgpool"), ("directory", "/etc/xen/vm"), ("fstype", "ocfs2"))
        pairs_text = "".join(f'<nvpair id="c-{key}" name="{key}" value="{value}"/>' for key, value in mount)
        clone_meta = self.clone_meta.replace('id="', 'id="c')
        found.append(self._clone("configpool", "Filesystem", pairs_text, clone_meta))
        return found + [self._domu(domu) for domu in self.domus]

    def _domu(self, domu: Domu) -> str:
        delay = f' start_delay="{domu.delay}s"' if domu.delay else ""
        ops = "".join(
            f'<op id="{domu.name}-{name}" name="{name}" timeout="{timeout}s"{delay}/>'
            for name, timeout in (("start", 60), ("stop", 90), ("migrate_to", 90))
        )
        pairs = f'<nvpair id="{domu.name}-am" name="allow_migrate" value="{str(domu.live).lower()}"/>' + domu.meta
        if domu.priority is not None:
            pairs += f'<nvpair id="{domu.name}-pr" name="priority" value="{domu.priority}"/>'
        return (
            f'<primitive id="{domu.name}" class="ocf" provider="heartbeat" type="Xen"><operations>{ops}</operations>'
            f'<instance_attributes id="{domu.name}-ia"><attributes><nvpair id="{domu.name}-x" name="xmfile" '
            f'value="/etc/xen/vm/{domu.name}.xm"/></attributes></instance_attributes>'
            f'<meta_attributes id="{domu.name}-ma"><attributes>{pairs}</attributes></meta_attributes></primitive>'
        )

    def _constraints(self) -> list[str]:
        found = [f'<rsc_order id="cp-evms" from="configpool" to="evms" {self.order_score}/>', self.constraints]
        if self.fencing:
            found += [
                f'<rsc_location id="not-{name}" rsc="fence-{name}"><rule id="not-{name}-r" score="-INFINITY">'
                f'<expression id="not-{name}-e" attribute="#uname" operation="eq" value="{name}"/>'
                "</rule></rsc_location>"
                for name in self.names
            ]
        for domu in self.domus:
            name = domu.name
            found.append(f'<rsc_order id="{name}-cp" from="{name}" to="configpool" {self.order_score}/>')
            found.append(
                f'<rsc_location id="{name}-net" rsc="{name}"><rule id="{name}-r" score="-INFINITY" boolean_op="or">'
                f'<expression id="{name}-e1" attribute="pingd" operation="not_defined"/>'
                f'<expression id="{name}-e2" attribute="pingd" operation="lte" value="0"/></rule></rsc_location>'
            )
        return found

    def _status(self) -> str:
        return "".join(self._state(number, name) for number, name in enumerate(self.names))

    def _state(self, number: int, name: str) -> str:
        fences = [f"fence-{self.names[number - 1]}"] if self.fencing and self.nodes > 1 else []
        mine = [domu.name for domu in self.domus if domu.node is not None and domu.node % self.nodes == number]
        active = [*fences, f"pingd-child:{number}", f"evms-child:{number}", f"configpool-child:{number}", *mine]
        histories = "".join(
            f'<lrm_resource id="{rsc}"><lrm_rsc_op id="{rsc}_start_0" operation="start" call_id="{call}" rc_code="0" '
            f'op_status="0" interval="0"/></lrm_resource>'
            for call, rsc in enumerate(active, 1)
        )
        return (
            f'<node_state id="id-{name}" uname="{name}" crmd="online" in_ccm="true" ha="active" join="member" '
            f'expected="member"><lrm id="id-{name}"><lrm_resources>{histories}</lrm_resources></lrm>'
            f'<transient_attributes id="id-{name}"><instance_attributes id="status-{name}"><attributes>'
            f'<nvpair id="s-{name}" name="pingd" value="{self.pingd}"/></attributes></instance_attributes>'
            "</transient_attributes></node_state>"
        )

    def files(self) -> dict[str, str]:
        """All files of the backup by name."""
        found = {"cib.xml": self.cib()}
        for domu in self.domus:
            memory = "" if domu.memory is None else f"memory={domu.memory}\n"
            gap = "memory=size()\n" if domu.memory is None else ""
            found[f"xen/vm/{domu.name}.xm"] = (
                f'name="{domu.name}"\n{memory}{gap}builder="linux"\n'
                f"disk=['phy:/dev/evms/san2/{domu.name},xvda,w']\nvif=['bridge=xenbr0']\n"
            )
        for name in self.names:
            found[f"nodes/{name}/etc/xen/xend-config.sxp"] = (
                "(xend-relocation-server yes)\n(xend-relocation-hosts-allow '')\n(dom0-min-mem 1024)\n"
            )
        return found

    def cluster(self) -> Cluster:
        """The backup, read."""
        return cluster_of(self.files())


def cluster_of(files: dict[str, str]) -> Cluster:
    """Read files as one backup."""
    read = [read_file(Raw(Source(path, text.encode()), ".", path, walked=True), {}) for path, text in files.items()]
    (backup,) = gather(read)
    return Cluster(backup)


def fixture_files(repo: Path, name: str = "hasi") -> dict[str, str]:
    """The files of a fixture by name."""
    return {raw.name: raw.source.text for raw in walk_input(str(repo / "fixtures" / name), Limits())}


def planned(cluster: Cluster, kind: str, wishes: Wishes = GUIDES_RAM) -> Runbook:
    """The runbook of a kind that has no strategy to choose."""
    return runbook_of(kind, cluster, wishes, Parameters())


def steps(runbook: Runbook) -> list[Step]:
    """All steps in their order."""
    return [step for phase in runbook.phases for step in phase.steps]


def titled(runbook: Runbook, title: str) -> Step:
    """The first step whose title begins so."""
    return next(step for step in steps(runbook) if step.title.startswith(title))


def phase(runbook: Runbook, identity: str) -> Phase:
    """The phase of an id."""
    return next(one for one in runbook.phases if one.id == identity)


def text_of(runbook: Runbook) -> str:
    """Every command of the plan."""
    return "\n".join(command.text for step in steps(runbook) for command in step.commands)


def runbook_of(
    kind: str,
    cluster: Cluster,
    wishes: Wishes | None = None,
    parameters: Parameters | None = None,
    remarks: tuple[Remark, ...] | None = None,
    expert: Expert | None = None,
    made: Conversion | None = None,
) -> Runbook:
    """The runbook of that kind, as the command would have it made."""
    request = Request(
        cluster=cluster,
        wishes=wishes or Wishes(),
        parameters=parameters or Parameters(),
        remarks=remarks,
        expert=expert,
        convert=lambda: made or Conversion(),
    )
    return load_kind(kind).build(request)
