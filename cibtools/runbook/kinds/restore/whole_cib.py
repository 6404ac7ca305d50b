"""Putting a whole CIB back: into a cluster that runs, on disk while none runs, and on hosts that are new."""

from __future__ import annotations

from cibtools.cluster.derived.option import cluster_option
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.blocks.hold import hold, own_managed, release
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.whole_cluster import Exchange
from cibtools.runbook.console.shell import RESUME
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Tools, Way
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Command, Decision, Duration, Risk, Rollback, Step

_SWITCH = {Tools.HB21: ("is-managed-default", "false"), Tools.P10: ("maintenance-mode", "true")}
_INTO = {
    Tools.HB21: "/<crm_config>/,/<attributes>/s/<attributes>/<attributes>{}/",
    Tools.P10: "/<crm_config>/,/<cluster_property_set/s/\\(<cluster_property_set[^>]*\\)>/\\1>{}/",
}


def _hold_edits(draft: Draft) -> tuple[str, ...]:
    """What makes a CIB keep the cluster's hands off, as edits of its text."""
    name, value = _SWITCH[draft.tools]
    if cluster_option(draft.survey.cluster, name):
        return _switched(name, value)
    return (_INTO[draft.tools].format(f'<nvpair id="cibtools-hold" name="{name}" value="{value}"\\/>'),)


def _switched(name: str, value: str) -> tuple[str, str]:
    """Give an option another value, whichever of its attributes comes first."""
    return (
        f's/\\(name="{name}"[^>]* value=\\)"[^"]*"/\\1"{value}"/',
        f's/value="[^"]*"\\([^>]* name="{name}"\\)/value="{value}"\\1/',
    )


def released(draft: Draft) -> str:
    """Make a copy of the CIB in force without the hold: as long as that is on, the scheduler plans nothing at all."""
    name, _ = _SWITCH[draft.tools]
    before = cluster_option(draft.survey.cluster, name) if draft.tools is Tools.HB21 else None
    value = before.value if before else "true" if draft.tools is Tools.HB21 else "false"
    edits = " ".join(f"-e '{edit}'" for edit in _switched(name, value))
    return (
        f"cibadmin -Q > cib.held.xml; sed {edits} \\\n"
        "  cib.held.xml > cib.released.xml; diff cib.held.xml cib.released.xml"
    )


def newer(file: str, draft: Draft) -> str:
    """Make a copy that the cluster takes for newer than its own, without status, and that holds everything.

    It relies on one tag a line, as cibadmin prints them; the diff that follows in the plan shows what it did.
    """
    edits = (
        's/\\(<cib[^>]* \\)epoch="[0-9]*"/\\1epoch="0"/',
        's/\\(<cib[^>]* \\)num_updates="[0-9]*"/\\1num_updates="0"/',
        *_hold_edits(draft),
        "/<status>/,/<\\/status>/d", "/<status\\/>/d",
    )  # fmt: skip
    return "\n".join((
        "NOW=$(cibadmin -Q | sed -n 's/.*<cib[^>]* admin_epoch=\"\\([0-9]*\\)\".*/\\1/p' | head -n 1)",
        "sed -e \"s/\\(<cib[^>]* \\)admin_epoch=\\\"[0-9]*\\\"/\\1admin_epoch=\\\"$((NOW + 1))\\\"/\" \\",
        *(f"  -e '{edit}' \\" for edit in edits),
        f"  {file} > cib.newer.xml",
    ))  # fmt: skip


NO_NODES = "sed -e '/<nodes>/,/<\\/nodes>/d' cib.full.xml > cib.no-nodes.xml"
"""Makes a copy without the ids of the old installations; rules name nodes by #uname and go on working."""


def _text(commands: tuple[Command, ...]) -> str:
    return "\n".join(command.text for command in commands)


def let_go(exchange: Exchange) -> Step:
    """Give the cluster its work back, once it is known what it will do."""
    draft = exchange.draft
    console = draft.console()
    again = Rollback(
        way=Way.POSSIBLE,
        text="set all resources to unmanaged again; call ______",
        commands=hold(exchange, console),
        proof="crm_mon -1 -r shows unmanaged",
        seconds=60,
    )
    return Step(
        title="Look at what the cluster would do, then let it", where=console.run_on, tools=draft.tools,
        commands=(
            console.shell(released(draft)),
            console.simulate_file("cib.released.xml"),
            Command(run_on=console.run_on, kind=CommandKind.INTERACTIVE,
                    text="# go on only if what it plans is wanted"),
            Command(run_on=console.run_on, kind=CommandKind.CHANGE, text=_text(release(exchange, console)),
                    tools=draft.tools),
            console.wait_idle(300), console.status_by_node(),
        ),
        expect="nothing restarted or moved that was not meant to",
        verify=(
            Check(text="diff shows the hold going, and nothing else: ptest -L would plan nothing while it is on"),
            *_own(exchange),
            Check(text="no Failed actions", command="crm_mon -1 -n -r", must_not_show=("Failed actions",)),
        ),
        duration=Duration(nominal=120, limit=600, hard=600, basis="reading"),
        rollback=again,
        risk=Risk(level=RiskLevel.HIGH, text="every resource whose definition differs restarts"),
        decision=Decision(kind=StopKind.GO, gate="",
                          questions=("ptest plans no restart and no stop of a domU, or each is accepted: ____",)),
    )  # fmt: skip


def _own(exchange: Exchange) -> tuple[Check, ...]:
    """What the copy does not show: resources whose own value holds them."""
    names = ", ".join(resource.id for resource, _ in own_managed(exchange))
    if not names or exchange.new_tools is Tools.P10:
        return ()
    return (
        Check(text=f"{names} are held by a value of their own, which the copy keeps: compare their definitions by eye"),
    )


def online(exchange: Exchange) -> Phase:
    """The whole, with the cluster running and its hands off."""
    return new_phase(
        exchange.draft, "P4", "Put the whole CIB back, cluster running",
        "the copy has to be newer than what is in force",
        [_make_newer(exchange), _replace_whole(exchange), let_go(exchange)], rollback_to="P0", rollback_seconds=300,
    )  # fmt: skip


def _make_newer(exchange: Exchange) -> Step:
    draft = exchange.draft
    console = draft.console()
    return Step(
        title="Make a copy that counts as newer", where=console.run_on, tools=draft.tools,
        commands=(
            console.shell(newer("cib.full.xml", draft)),
            console.verify_file("cib.newer.xml"),
            console.shell("head -n 2 cib.newer.xml; diff cib.full.xml cib.newer.xml"),
        ),
        expect="the copy counts as newer than the cluster's own, has no status, and keeps the cluster's hands off",
        verify=(
            Check(text="admin_epoch is one more than the cluster's; epoch and num_updates are 0",
                  command="head -n 2 cib.newer.xml",
                  look_for=('epoch="0"', 'num_updates="0"')),
            Check(text="diff shows these three numbers, the hold and the status, nothing else"),
            Check(text="nodes are the same installations; if not, P6 is the case"),
        ),
        duration=Duration(nominal=120, limit=600, hard=600, basis="reading"),
    )  # fmt: skip


def _replace_whole(exchange: Exchange) -> Step:
    draft = exchange.draft
    console = draft.console()
    return Step(
        title="Replace the whole CIB", where=console.run_on, tools=draft.tools,
        commands=(
            Command(run_on=console.run_on, kind=CommandKind.CHANGE, text=_text(hold(exchange, console)),
                    tools=draft.tools),
            console.replace_cib("cib.newer.xml"),
            console.verify_live(), console.simulate_live(),
        ),
        expect="the configuration is that of the backup, and the cluster keeps its hands off",
        verify=(
            Check(text="every resource is unmanaged", command="crm_mon -1 -r", look_for=("unmanaged",)),
            Check(text="nothing is printed", command="crm_verify -L -V"),
        ),
        duration=Duration(nominal=300, limit=900, hard=900, basis="typing"),
        rollback=Rollback(way=Way.POSSIBLE,
                          text="the same with the CIB of now, which then has to count as newer in its turn",
                 commands=(console.shell(RESUME), console.shell(newer("cib.full.now.xml", draft)),
                  console.replace_cib("cib.newer.xml")), proof="cibtools diff finds nothing", seconds=300),
        risk=Risk(level=RiskLevel.HIGH, text="every resource whose definition differs restarts when the hold ends"),
    )  # fmt: skip
