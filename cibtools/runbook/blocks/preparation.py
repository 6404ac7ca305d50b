"""P0 of every procedure: working directory, everything looked at, fencing asked, configuration saved, patches read."""

from __future__ import annotations

from cibtools.cluster.derived.device import Device, devices
from cibtools.cluster.derived.option import parameters as parameters_of
from cibtools.cluster.vocabulary.plugin import Quality
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.nothing_runs import look_commands
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import DIRECTORY, RESUME, for_each, quoted, remember, remote
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.network import network_attributes
from cibtools.runbook.facts.services import uses_xen
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Tools, Way
from cibtools.runbook.plan.runbook import Criterion
from cibtools.runbook.plan.step import Check, Command, Decision, Duration, Risk, Rollback, Step


def working_directory(draft: Draft, change_id: str) -> Step:
    """Set up the directory that all file names of the plan are relative to."""
    console = draft.console()
    each = Console(draft.tools, "each node")
    path = quoted(f"{DIRECTORY}/{change_id}")
    return Step(
        title="Working directory and session log",
        where=f"each node, the log on {console.run_on}",
        tools=draft.tools,
        commands=(
            each.shell(f"umask 077; mkdir -p {path}\n{remember(change_id)}\n{RESUME}"),
            console.shell("script -a session.log", CommandKind.INTERACTIVE),
        ),
        expect="every file the plan writes lands in one directory that only root can read",
        verify=(
            Check(
                text="the directory is there on every node, and the prompt is in it",
                command="pwd",
                run_on="each node",
                look_for=("/root/cibtools/",),
            ),
        ),
        duration=Duration(nominal=60, limit=180, hard=180, basis="typing"),
    )


def look_around(draft: Draft) -> Step:
    """Ask everything that has to be green before the start."""
    survey, console = draft.survey, draft.console()
    attributes = network_attributes(survey)
    domus = [guest.id for guest in survey.guests]
    each = Console(draft.tools, "each node")
    commands = [
        console.wait_idle(60),
        console.status_by_node(),
        console.verify_live(),
        *((console.failcounts(domus, survey.names),) if domus else ()),
        *(console.node_attribute(name, one.name) for one in attributes for name in survey.names),
        console.shell("cibadmin -Q -o constraints | grep -E 'cli-(prefer|standby)-' || echo 'no cli- constraint'"),
        *_on_each(draft, each),
    ]
    return Step(
        title="Everything green before we start",
        where=f"{console.run_on} unless noted",
        tools=draft.tools,
        commands=tuple(commands),
        expect="every pre-flight check is green",
        verify=(
            Check(text=f"{len(survey.names)} nodes online, DC named, idle", command="crm_mon -1 -n -r",
                  look_for=tuple(map(console.node_line, survey.names)), must_not_show=("Failed actions",)),
            Check(text="nothing is printed", command="crm_verify -L -V"),
            Check(text="no fail count and no cli-… constraint is printed"),
            *(Check(text=f"{one.name} is above 0 on every node") for one in attributes),
            Check(text="two active paths per LUN, one * in ntpq, equal rpm and md5 lines on all hosts",
                  run_on="each node"),
            *((Check(text="no block device is MISSING, every bridge is there", run_on="each node"),)
              if uses_xen(survey) else ()),
        ),
        duration=Duration(nominal=600, limit=1800, hard=1800, basis="reading"),
        warnings=draft.cautions(*topic.BEFORE),
    )  # fmt: skip


def _on_each(draft: Draft, each: Console) -> list[Command]:
    devices_of = dict.fromkeys(
        use.identity.name
        for guest in draft.survey.guests
        for use in (guest.domu.disks if guest.domu else ())
        if use.identity.name.startswith("/dev/")
    )
    xen = uses_xen(draft.survey)
    keys = "/etc/ais/authkey" if draft.survey.openais else "/etc/ha.d/authkeys"
    found = [
        each.shell("multipath -ll"),
        *((each.shell("xm info | grep -E 'total_memory|free_memory|xen_major|xen_minor|xen_extra'"),) if xen else ()),
        *look_commands(draft.survey, each),
        each.shell("ntpq -pn"),
        each.shell(f"rpm -q {draft.survey.packages}"),
        each.shell(f"md5sum {'/etc/xen/vm/* /etc/xen/xend-config.sxp ' if xen else ''}{keys}"),
        *((each.shell("brctl show"), each.shell("grep relocation /etc/xen/xend-config.sxp")) if xen else ()),
        each.shell(for_each("n", draft.survey.names, 'getent hosts "$n"')),
    ]
    if devices_of:
        found.append(each.shell(for_each("d", devices_of, 'test -b "$d" || echo "MISSING $d"')))
    return found


def ask_fencing(draft: Draft) -> Step | None:
    """Ask every real fencing device whether it answers; None if there is none."""
    found = [
        device
        for device in devices(draft.survey.cluster)
        if device.plugin.quality is not Quality.TEST and not device.inactive
    ]
    commands = [_ask(draft, device) for device in found]
    places = [f"{device.resource.id} from {line.run_on}" for device, line in zip(found, commands, strict=True)]
    if not commands:
        return None
    return Step(
        title="Fencing devices answer",
        where="; ".join(places),
        tools=draft.tools,
        commands=tuple(commands),
        expect="every device answers with exit status 0",
        verify=(
            Check(text="exit status 0 each time. The plugin of heartbeat 2.1 does not read the device's answer: "
                       "this is no "
                  "proof. Last real reset test: date ______", command="echo $?", look_for=("0",)),
        ),
        duration=Duration(nominal=180, limit=540, hard=540, basis="a minute for each device, and the passwords"),
        warnings=draft.cautions(*topic.FENCING),
    )  # fmt: skip


def _ask(draft: Draft, device: Device) -> Command:
    """The question to one device, from a node where it may run."""
    here = next((name for name in device.executors if name in draft.survey.names), draft.survey.names[0])
    type_ = device.resource.agent.type if device.resource.agent else ""
    pairs = tuple((pair.name, pair.value) for pair in parameters_of(device.resource))
    return Console(draft.tools, here).stonith(type_, pairs, "-S")


def save_configuration(draft: Draft) -> Step:
    """Back up the CIB, whole and in sections, with checksums."""
    console = draft.console()
    return Step(
        title="Back up the configuration",
        where=console.run_on,
        tools=draft.tools,
        commands=(
            console.save_cib("cib.full.xml"),
            console.save_sections(),
            console.shell("cibadmin -5 -x cib.full.xml > DIGEST"),
            console.status_by_node("placement.before"),
            console.verify_file("cib.full.xml"),
            console.shell("md5sum -- *.xml DIGEST placement.before > MD5SUMS && md5sum -c MD5SUMS"),
            console.shell('scp -p -r "$BK" "${BACKUP_HOST:?name a host for the copy}:"'),
        ),
        expect="the configuration of now is saved, readable, and off the hosts",
        verify=(
            Check(text="prints nothing", command="crm_verify -V -x cib.full.xml"),
            Check(
                text="every line says OK",
                command="md5sum -c MD5SUMS",
                look_for=("OK",),
                must_not_show=("FAILED",),
            ),
            Check(text="a copy is off the hosts. The files hold the passwords of the fencing devices: mode 0600"),
        ),
        duration=Duration(nominal=180, limit=540, hard=540, basis="writing"),
        warnings=draft.cautions(*topic.SECRETS),
    )


def read_patches(draft: Draft) -> Step:
    """Decide from the list of patches what has to be stopped and what has to be rebooted."""
    console = draft.console()
    parameters = draft.survey.parameters
    return Step(
        title="Read the list of patches",
        where=console.run_on,
        tools=draft.tools,
        commands=(console.shell("rug list-updates" if console.old else "zypper list-patches"),),
        expect="it is known what is installed, what is stopped for it, and what is rebooted",
        verify=(
            Check(text="heartbeat, pacemaker, openais, ocfs2-tools, evms or agents among them: the stack is stopped "
                  f"(this plan: {'yes' if parameters.needs_stack_stop else 'no'})"),
            Check(text="kernel-xen, xen, glibc, device-mapper, multipath or the HBA driver among them: the host is "
                  f"rebooted (this plan: {'yes' if parameters.needs_reboot else 'no'})"),
        ),
        duration=Duration(nominal=180, limit=540, hard=540, basis="reading"),
        decision=Decision(
            kind=StopKind.GO,
            questions=("May the old and the new heartbeat, ocfs2, evms and xen be in one cluster for some days? Minor "
                       "releases of OCFS2 have refused each other before.",),
        ),
    )  # fmt: skip


def start_gate(draft: Draft, confirm: str, *, without: tuple[str, ...] = ()) -> tuple[Criterion, ...]:
    """Return what has to hold before the first change; `without` names checks that the method does not need."""
    order = ", ".join(draft.importance)
    return (
        *(check for check in draft.checks if check.check not in without),
        look(f"order of the domUs, least important first, confirmed: {order}", confirm or "to be confirmed"),
        look("a second person is present, owners are informed, quiet hours"),
    )


def close(draft: Draft, tools: Tools, converted: str = "", change_id: str = "") -> Step:
    """See that everything is as it was, and nothing of the work is left; a converted CIB is compared by meaning."""
    console = Console(tools, draft.console().run_on)
    sections = 'for s in crm_config resources constraints; do\n  cibadmin -Q -o "$s" | diff "$s.xml" -\ndone'
    compare = (
        Console(tools, "admin host").shell(
            f"scp -p {remote(change_id)}cib.after.xml .\ncibtools diff {quoted(converted)} cib.after.xml"
        )
        if converted
        else console.shell(sections)
    )
    return Step(
        title="Close: all green, nothing left behind",
        where=console.run_on,
        tools=tools,
        commands=(
            console.shell(RESUME),
            console.status_by_node("placement.after"),
            console.shell("diff placement.before placement.after"),
            console.verify_live(),
            console.save_cib("cib.after.xml"),
            compare,
        ),
        expect="the pre-flight checks are green again and the configuration has not changed",
        verify=(
            Check(text="P-01 to P-20 are green"),
            Check(text="diff shows no leftover in options, resources and constraints"),
            Check(text="versions are equal on all hosts", command=f"rpm -q {draft.survey.packages}",
                  run_on="each node"),
            Check(text="new backup taken, change record closed, session variables gone"),
        ),
        duration=Duration(nominal=600, limit=1800, hard=1800, basis="reading"),
        rollback=Rollback(way=Way.NOT_NEEDED, text="read only"),
        risk=Risk(level=RiskLevel.NONE),
    )  # fmt: skip
