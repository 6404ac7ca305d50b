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
        "P0.01", "Look around", "host1 unless noted", OLD,
        (
            Command("host1", CommandKind.READ, "crm_mon -1 -n -r", OLD),
            Command("host1", CommandKind.READ, "crm_verify -L -V", OLD),
            Command("each node", CommandKind.READ, "xm list | grep 'a`b' # ```\nmultipath -ll"),
        ),
        "everything is green",
        (
            Check("prints nothing", "crm_verify -L -V"),
            Check(f"two paths, {EVIL}", "multipath -ll | grep `x`", "each node", ("[active][ready]", "`"),
                  ("[failed]",)),
            Check("it answers", "ping host2", retry_every=5, give_up_after=300),
            Check("one * in ntpq"),
        ),
        Duration(60, 600, 600, "a look"),
    )  # fmt: skip
    return Phase("P0", "Preparation", "nothing is changed", OLD, (look,), exit_gates=("G-START",), abort_if=("a", "b"))


def _work() -> Phase:
    move = Step(
        "P1.01", "Put host1 into standby", "host2", OLD,
        (
            Command("host2", CommandKind.CHANGE, "crm_standby -U host1 -v on", OLD),
            Command("host2", CommandKind.WAIT, "for _ in $(seq 1 9); do\n  sleep 5\ndone", OLD),
        ),
        "host1 is empty",
        (Check("nothing under host1", "crm_mon -1 -n", retry_every=5, give_up_after=45),),
        Duration(176, 260, 520, "2 live migrations"),
        Rollback(
            Way.POSSIBLE, "host1 becomes active again",
            (Command("host2", CommandKind.CHANGE, "crm_standby -D -U host1"),), "crm_mon -1 -n shows host1 online", 60,
        ),
        Risk(RiskLevel.MEDIUM, "2 domUs move"),
        Decision(StopKind.GO, "G-EVAC(host1)", ("RAM", "and the owner?")),
        (Caution("CIB503", "no start timeout", "cib.xml", 7), Caution("S-FENCE", f"nobody fences {EVIL}")),
        Prediction(
            Oracle.SCHEDULER,
            (
                Move("nfs", "host1", "host2", How.LIVE), Move("web", "host1", "host2", How.LIVE),
                Move("evms:0", "host1", None, How.STOP), Move("db", None, "host2", How.RESTART_THERE),
                Move("dns", "host2", "host2", How.STAY), Move("x", None, None, How.UNKNOWN),
            ),
            (Move("web", "host1", "host2", How.RESTART_THERE),),
            ("dns",),
        ),
        soak=Soak(600, 1200),
    )  # fmt: skip
    series = [
        Step(
            f"P1.{number:02d}", f"Patch d{number}", f"inside domU d{number}, then host2", OLD,
            (Command(f"inside domU d{number}", CommandKind.INTERACTIVE, "# patch"),),
            "",
            duration=Duration(3600, 3600, 3600),
            warnings=(Caution("START-DELAY", f"{number}s of delay"),),
        )
        for number in range(2, 6)
    ]  # fmt: skip
    return Phase(
        "P1", f"host1 {EVIL}", "host1 is emptied", OLD, (move, *series), ("G-START", "G-EVAC(host1)", "G-ENTRY"),
        rollback_to="P0", rollback_seconds=2775, soak=Soak(86400, 86400),
        state_after=(NodeLoad("host1", ()), NodeLoad("host2", ("nfs", "web"))), abort_if=("a node is fenced",),
        tables=(Table("Times", ("step", "domU | x"), (("P1.02", "d2"),)),),
    )  # fmt: skip


def _end() -> Phase:
    step = Step(
        "P2.01", "Convert the storage", "host1", NEW,
        (Command("host1", CommandKind.DESTRUCTIVE, "csm-converter --scan"),),
        "the volumes are there",
        duration=Duration(45, 45, 45),
        rollback=Rollback(Way.IMPOSSIBLE, "the old metadata is gone"),
        risk=Risk(RiskLevel.HIGH, "all data"),
        decision=Decision(StopKind.STOP, "", ("a vendor's word",)),
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
