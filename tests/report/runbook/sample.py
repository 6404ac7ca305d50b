"""A runbook by hand with everything that renderers find hard: hostile names, gates in three places, no way back."""

from __future__ import annotations

from cibtools.runbook.plan.enums import (
    CommandKind,
    How,
    Light,
    Oracle,
    Origin,
    Readiness,
    RiskLevel,
    Severity,
    StopKind,
    Tools,
    Way,
    Who,
)
from cibtools.runbook.plan.runbook import ClusterBrief, Criterion, Gate, Phase, Runbook, Session, Table
from cibtools.runbook.plan.statement import (
    Assumption,
    Fact,
    Facts,
    Importance,
    InputFile,
    NodeLoad,
    NodeMemory,
    Reason,
    SimulatorFact,
)
from cibtools.runbook.plan.step import (
    Caution,
    Check,
    Command,
    Decision,
    Duration,
    Move,
    Prediction,
    Risk,
    Rollback,
    Soak,
    Step,
)

EVIL = "<script>*x*</script> `a` [b](c) | _d_ \x1b[31m \u202e"
OLD, NEW = Tools.HB21, Tools.P10


def _prepare() -> Phase:
    look = Step(
        id="P0.01", title="Look around", where="host1 unless noted", tools=OLD,
        commands=(
            Command(run_on="host1", kind=CommandKind.READ, text="crm_mon -1 -n -r", tools=OLD),
            Command(run_on="host1", kind=CommandKind.READ, text="crm_verify -L -V", tools=OLD),
            Command(run_on="each node", kind=CommandKind.READ, text="xm list | grep 'a`b' # ```\nmultipath -ll"),
        ),
        expect="everything is green",
        verify=(
            Check(text="prints nothing", command="crm_verify -L -V"),
            Check(text=f"two paths, {EVIL}", command="multipath -ll | grep `x`", run_on="each node",
                  look_for=("[active][ready]", "`"),
                  must_not_show=("[failed]",)),
            Check(text="it answers", command="ping host2", retry_every=5, give_up_after=300),
            Check(text="one * in ntpq"),
        ),
        duration=Duration(nominal=60, limit=600, hard=600, basis="a look"),
    )  # fmt: skip
    return Phase("P0", "Preparation", "nothing is changed", OLD, (look,), exit_gates=("G-START",), abort_if=("a", "b"))


def _work() -> Phase:
    move = Step(
        id="P1.01", title="Put host1 into standby", where="host2", tools=OLD,
        commands=(
            Command(run_on="host2", kind=CommandKind.CHANGE, text="crm_standby -U host1 -v on", tools=OLD),
            Command(run_on="host2", kind=CommandKind.WAIT, tools=OLD, waits=True,
                    text="for _ in $(seq 1 9); do\n  sleep 5\ndone"),
        ),
        expect="host1 is empty",
        verify=(Check(text="nothing under host1", command="crm_mon -1 -n", retry_every=5, give_up_after=45),),
        duration=Duration(nominal=176, limit=260, hard=520, basis="2 live migrations"),
        rollback=Rollback(
            way=Way.POSSIBLE, text="host1 becomes active again",
            commands=(Command(run_on="host2", kind=CommandKind.CHANGE, text="crm_standby -D -U host1"),),
            proof="crm_mon -1 -n shows host1 online", seconds=60,
        ),
        risk=Risk(level=RiskLevel.MEDIUM, text="2 domUs move"),
        decision=Decision(kind=StopKind.GO, gate="G-EVAC(host1)", questions=("RAM", "and the owner?")),
        warnings=(Caution(rule="CIB503", text="no start timeout", file="cib.xml", line=7),
                  Caution(rule="S-FENCE", text=f"nobody fences {EVIL}")),
        predicted=Prediction(
            source=Oracle.SCHEDULER,
            moves=(
                Move(rsc="nfs", from_node="host1", to_node="host2", how=How.LIVE),
                Move(rsc="web", from_node="host1", to_node="host2", how=How.LIVE),
                Move(rsc="evms:0", from_node="host1", to_node=None, how=How.STOP),
                Move(rsc="db", from_node=None, to_node="host2", how=How.RESTART_THERE),
                Move(rsc="dns", from_node="host2", to_node="host2", how=How.STAY),
                Move(rsc="x", from_node=None, to_node=None, how=How.UNKNOWN),
            ),
            differs=(Move(rsc="web", from_node="host1", to_node="host2", how=How.RESTART_THERE),),
            untouched=("dns",),
        ),
        soak=Soak(min=600, recommended=1200),
    )  # fmt: skip
    series = [
        Step(
            id=f"P1.{number:02d}", title=f"Patch d{number}", where=f"inside domU d{number}, then host2", tools=OLD,
            commands=(Command(run_on=f"inside domU d{number}", kind=CommandKind.INTERACTIVE, text="# patch"),),
            expect="",
            duration=Duration(nominal=3600, limit=3600, hard=3600),
            warnings=(Caution(rule="START-DELAY", text=f"{number}s of delay"),),
        )
        for number in range(2, 6)
    ]  # fmt: skip
    return Phase(
        "P1", f"host1 {EVIL}", "host1 is emptied", OLD, (move, *series), ("G-START", "G-EVAC(host1)", "G-ENTRY"),
        rollback_to="P0", rollback_seconds=2775, soak=Soak(min=86400, recommended=86400),
        state_after=(NodeLoad("host1", ()), NodeLoad("host2", ("nfs", "web"))), abort_if=("a node is fenced",),
        tables=(Table("Times", ("step", "domU | x"), (("P1.02", "d2"),)),),
    )  # fmt: skip


def _end() -> Phase:
    step = Step(
        id="P2.01", title="Convert the storage", where="host1", tools=NEW,
        commands=(Command(run_on="host1", kind=CommandKind.DESTRUCTIVE, text="csm-converter --scan"),),
        expect="the volumes are there",
        duration=Duration(nominal=45, limit=45, hard=45),
        rollback=Rollback(way=Way.IMPOSSIBLE, text="the old metadata is gone"),
        risk=Risk(level=RiskLevel.HIGH, text="all data"),
        decision=Decision(kind=StopKind.STOP, gate="", questions=("a vendor's word",)),
        who=Who.SECOND,
    )  # fmt: skip
    return Phase("P2", "Storage", "it is converted", NEW, (step,), point_of_no_return=True)


def sample() -> Runbook:
    """The runbook."""
    gates = (
        Gate("G-START", "May the work begin?", (
            Criterion("P-01", Light.GREEN, "all nodes online", "so it was"),
            Criterion("P-02", Light.AMBER, "idle", "to be seen on the cluster", live=True),
            Criterion("P-10", Light.AMBER, "memory", "host2 is not known"),
            Criterion("P-12", Light.RED, f"fencing {EVIL}", "nothing fences host2"),
        )),
        Gate("G-EVAC(host1)", "May host1 be emptied?", (Criterion("", Light.GREEN, "RAM", "5 of 9 MiB"),)),
        Gate("G-ENTRY", "Really?", (Criterion("", Light.AMBER, "yes: ____", "a question of risk", live=True),)),
    )  # fmt: skip
    return Runbook(
        "rolling-patch", f"Rolling patch of {EVIL}", "The nodes are patched one after the other.", "abc123",
        "2009-03-01", Readiness.BLOCKED, ClusterBrief(("host1", "host2"), 15, "heartbeat-2.1"),
        (
            Reason("PATCH", Severity.INFO, "same release", "PATCH"),
            Reason("S-ROLL-BROKEN", Severity.REFUSAL, "broken between 0.6 and 1.0", "HOPS", hard=True),
            Reason("S-NO-LIVE", Severity.WARNING, "db cannot migrate", "PATCH"),
            Reason("S-RAM", Severity.WARNING, "short of memory", "PATCH", accepted=True),
            Reason("G-START", Severity.REFUSAL, "P-12 fencing: nothing fences host2"),
        ),
        Facts(
            (Fact("deadtime", "50", "s", "ha.cf", 3), Fact("memory of host1", None, "MiB", note="no xm info")),
            (NodeMemory("host1", 13245, None, None, 13245),),
            (Importance("web", "name", "web"), Importance("nfs", "memory", "512 MiB")),
            (NodeLoad("host1", ("nfs",)),),
            SimulatorFact("2.1.5", 4, False, "web differs"),
        ),
        (
            Assumption("link", "70", "MB/s", Origin.DEFAULT), Assumption("reboot", "420", "s", Origin.OPTION),
            Assumption("pin", "yes", "", Origin.DEFAULT),
        ),
        gates, (_prepare(), _work(), _end()), (InputFile("cib.xml", "cib", "0" * 64),),
        (Session("evening 1", ("P0", "P1"), 14000), Session("evening 2", ("P2",), 45)), ("--method swing",),
    )  # fmt: skip
