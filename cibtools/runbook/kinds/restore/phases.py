"""Putting a configuration back: one object, one domU, sections, the whole, and the whole on new hosts.

What to do depends on what is broken, which no file tells; so the plan has one phase for each case, and a decision
between them. Whatever is put back, the state of now is saved first, and what the cluster would do is looked at before.
"""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.closing import closing
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.whole_cluster import Exchange
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import cut_xml, quoted, remote
from cibtools.runbook.facts.version import parse_target
from cibtools.runbook.kinds.backup.phases import save_cib
from cibtools.runbook.kinds.restore.cluster_down import new_hosts, offline
from cibtools.runbook.kinds.restore.sections import held, sections, sections_of_now
from cibtools.runbook.kinds.restore.whole_cib import let_go, online
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Way
from cibtools.runbook.plan.runbook import Phase, Table
from cibtools.runbook.plan.step import Check, Command, Decision, Duration, Risk, Rollback, Step

CASES = (
    ("P2", "one object, or one domU, was deleted or broken"),
    ("P3", "one section, or several, are wrong; the cluster runs"),
    ("P4", "the whole configuration is wrong; the cluster runs"),
    ("P5", "the cluster does not start with what it has on disk"),
    ("P6", "the hosts are new, or were installed anew"),
)


def exchange_of(draft: Draft) -> Exchange:
    """The same release before and after."""
    pacemaker = draft.survey.cluster.dialect.is_pacemaker
    return Exchange(draft, parse_target("pacemaker-1.0" if pacemaker else "heartbeat-2.1", "--to"))


def restore_phases(draft: Draft, change_id: str) -> tuple[Phase, ...]:
    """All cases; exactly one of P2 to P6 is done."""
    exchange = exchange_of(draft)
    first = (_prepare(draft, change_id), _choose(draft, change_id))
    running = (_objects(exchange, change_id), sections(exchange), online(exchange))
    cases = (*running, offline(exchange), new_hosts(exchange, change_id))
    one_of_them = (replace(phase, instead_of=cases[0].id) for phase in cases)
    # Where the domUs run then depends on the case.
    return (*first, *one_of_them, replace(closing(draft, "P7"), state_after=()))


def _prepare(draft: Draft, change_id: str) -> Phase:
    steps = [prepare.working_directory(draft, change_id), _fetch(draft), save_cib(draft, ".now")]
    return new_phase(
        draft, "P0", "Save what is there now", "the way back from every restore is the state before it", steps,
    )  # fmt: skip


def _fetch(draft: Draft) -> Step:
    console = draft.console()
    return Step(
        title="Fetch the backup and check it", where=console.run_on, tools=draft.tools,
        commands=(
            console.shell('scp -p -r "${BACKUP_HOST:?host of the backups}:${BACKUP:?directory of the backup}/." .'),
            console.shell("md5sum -c MD5SUMS"),
            console.verify_file("cib.full.xml"),
        ),
        expect="the backup is the one that was meant, whole and valid",
        verify=(
            Check(text="every line says OK", command="md5sum -c MD5SUMS", look_for=("OK",),
                  must_not_show=("FAILED",)),
            Check(text="nothing is printed", command="crm_verify -V -x cib.full.xml"),
            Check(text="it was taken on: ______, before the damage of: ______"),
        ),
        duration=Duration(nominal=180, limit=600, hard=600, basis="copying"),
    )  # fmt: skip


def _choose(draft: Draft, change_id: str) -> Phase:
    gate = draft.gate("G-CASE", "Which case is it?", (
        *(look(f"{identity}: {text}") for identity, text in CASES),
        look("exactly one is ticked; the other phases are left out"),
    ))  # fmt: skip
    admin = Console(draft.tools, "admin host")
    step = Step(
        title="See what differs, and choose", where="admin host", tools=draft.tools,
        commands=(
            admin.shell(f"scp -p {remote(change_id)}'*.xml' ."),
            admin.shell("cibtools diff cib.full.xml cib.full.now.xml"),
        ),
        expect="it is known which objects differ, and which of the differences are wanted",
        verify=(Check(text="every difference is in one of two lists: to be put back, to be kept"),),
        duration=Duration(nominal=600, limit=1800, hard=1800, basis="reading"),
        decision=Decision(kind=StopKind.GO, gate=gate.id,
                          questions=tuple(criterion.text for criterion in gate.criteria)),
    )  # fmt: skip
    table = Table("", ("do", "if"), CASES)
    return new_phase(draft, "P1", "Choose", "the smallest restore that helps is the best one", [step], tables=(table,))


def _objects(exchange: Exchange, change_id: str) -> Phase:
    """One object by its id, or a domU with its constraints."""
    draft = exchange.draft
    rows = tuple((guest.id, ", ".join(_constraints(draft, guest.id)) or "none") for guest in draft.survey.guests)
    tables = (Table("What belongs to each domU:", ("domU", "its constraints"), rows),) if rows else ()
    steps = [_extract(draft, change_id), _simulate_object(draft), _put_object(exchange), let_go(exchange)]
    return new_phase(
        draft, "P2", "Put one object, or one domU, back", "nothing else is touched", steps,
        rollback_to="P0", rollback_seconds=120, tables=tables,
    )  # fmt: skip


def _constraints(draft: Draft, name: str) -> tuple[str, ...]:
    """The ids of the constraints that name a resource, in the order of the CIB."""
    cluster = draft.survey.cluster
    found = []
    for section in cluster.objects("constraints"):
        values = set(section.attrib.values()) | {value for one in section.iter() for value in one.attrib.values()}
        if name in values and section.get("id"):
            found.append(section.get("id", ""))
    return tuple(found)


def _extract(draft: Draft, change_id: str) -> Step:
    admin = Console(draft.tools, "admin host")
    others = (one.id for one in draft.survey.cluster.resources)
    some = next((guest.id for guest in draft.survey.guests), next(others, "web"))
    first = f"ID={quoted(some)}   # the object, or the domU; for a constraint, its id"
    some_id = cut_xml("//resources//*[@id='$ID'] | //constraints/*[@id='$ID']", "cib.full.xml")
    its_own = cut_xml("//constraints/*[@id='$c']", "cib.full.xml")
    cut = (
        f"{first}\n{some_id} > object.xml\n"
        "for c in ${CONSTRAINTS?the ids of its constraints, or nothing}; do\n"
        f'  {its_own} > "constraint.$c.xml"\ndone'
    )
    return Step(
        title="Cut the object out of the backup", where="admin host", tools=draft.tools,
        commands=(
            admin.shell(cut), admin.shell(f"scp -p object.xml {remote(change_id)}"),
            admin.shell(f"find . -maxdepth 1 -name 'constraint.*.xml' -exec scp -p {{}} {remote(change_id)} \\;"),
        ),
        expect="there is one file with one object, and one for each of its constraints",
        verify=(Check(text="one element, with the id that was meant", command="cat object.xml", run_on="admin host"),),
        duration=Duration(nominal=300, limit=900, hard=900, basis="reading"),
    )  # fmt: skip


def _simulate_object(draft: Draft) -> Step:
    console = draft.console()
    return Step(
        title="Is the object there, or is it gone?", where=console.run_on, tools=draft.tools,
        commands=(console.section("resources"), console.section("constraints"), console.simulate_live()),
        expect="it is known whether the object is replaced (-R) or created (-C), and the cluster has nothing to do now",
        verify=(
            Check(text="the object is there: -R. It is not: -C"),
            Check(text="no action is planned", command="ptest -L -VV"),
            Check(text="a domU that runs although the cluster does not know it: it goes on, its primitive comes "
                       "back held"),
        ),
        duration=Duration(nominal=120, limit=600, hard=600, basis="a look"),
    )  # fmt: skip


def _put_object(exchange: Exchange) -> Step:
    draft = exchange.draft
    console = draft.console()
    loop = (
        'OP=R   # or C\ncibadmin -"$OP" -o resources -x object.xml\n'
        "for f in constraint.*.xml; do\n"
        '  if test -e "$f"; then cibadmin -"$OP" -o constraints -x "$f"; fi\ndone'
    )
    back = sections_of_now("resources constraints")
    return Step(
        title="Put the object back, with the cluster's hands off", where=console.run_on, tools=draft.tools,
        commands=(
            held(exchange, console),
            Command(run_on=console.run_on, kind=CommandKind.CHANGE, text=loop, tools=draft.tools),
        ),
        expect="the object is as in the backup, and the cluster keeps its hands off",
        verify=(
            Check(text="a constraint comes before its resource in heartbeat 2.1 only; 1.0 wants the resource first"),
        ),
        duration=Duration(nominal=120, limit=600, hard=600, basis="typing"),
        rollback=Rollback(way=Way.POSSIBLE,
                          text="the sections as they were (made on the admin host, if the node has no xmllint)",
                 commands=(console.shell(back, CommandKind.CHANGE),), proof="cibtools diff finds nothing", seconds=120),
        risk=Risk(level=RiskLevel.MEDIUM, text="a changed definition restarts the resource when the hold ends"),
    )  # fmt: skip
