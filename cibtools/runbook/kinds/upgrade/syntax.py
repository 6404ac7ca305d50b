"""Upgrading the CIB in the running cluster, for who wants the release's own converter to be the authority.

The old CIB stays as it is, with every domU stopped in it; the new release runs it by converting it for each transition.
The change of syntax is then made on a shadow, looked at, and committed.
"""

from __future__ import annotations

from cibtools.runbook.blocks import domu_lifecycle as domu
from cibtools.runbook.blocks.batch import together, waves
from cibtools.runbook.blocks.controlled_stop import started_in_turn
from cibtools.runbook.blocks.draft import look
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.whole_cluster import CIB_DIRECTORY, Exchange
from cibtools.runbook.blocks.whole_stack import start_everywhere
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import RESUME
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Way, Who
from cibtools.runbook.plan.runbook import Gate, Phase
from cibtools.runbook.plan.step import Check, Decision, Duration, Risk, Rollback, Step

_SHADOW = "upgrade06"


def live_phases(exchange: Exchange) -> tuple[Phase, ...]:
    """P3 to P6: keep the CIB, start, convert, start the domUs."""
    return _keep(exchange), _start(exchange), _convert(exchange), _domus(exchange)


def _keep(exchange: Exchange) -> Phase:
    first, others = exchange.dc_last[-1], exchange.dc_last[:-1]
    each = Console(exchange.new_tools, "each node")
    save = f'mkdir -p "$BK/crm.old" && cp -p {CIB_DIRECTORY}/cib* "$BK/crm.old/"'
    clean = f"cd {CIB_DIRECTORY} && rm -f cib.xml.sig cib.xml.last cib.xml.sig.last"
    step = Step(
        title=f"Keep the old CIB on {first}, without signatures, and none elsewhere",
        where=exchange.everywhere,
        tools=exchange.new_tools,
        commands=(
            each.shell(RESUME),
            each.shell(save, CommandKind.CHANGE),
            each.shell(clean, CommandKind.CHANGE),
            *(Console(exchange.new_tools, node).shell(f"rm -f {CIB_DIRECTORY}/cib.xml", CommandKind.CHANGE)
              for node in others),
        ),
        expect=f"cib.xml is on {first} only; every domU is stopped in it",
        verify=(Check(text="cib.xml and no .sig, no .last", command=f"ls {CIB_DIRECTORY}", run_on=first,
                      look_for=("cib.xml",), must_not_show=(".sig", ".last")),),
        duration=Duration(nominal=120, limit=600, hard=600, basis="typing"),
        rollback=Rollback(way=Way.POSSIBLE, text='everything is in "$BK/crm.old" of each node',
                 commands=(each.shell(f'cp -p "$BK/crm.old/cib.xml" {CIB_DIRECTORY}/', CommandKind.CHANGE),),
                 proof=f"ls -l {CIB_DIRECTORY}", seconds=120),
        risk=Risk(level=RiskLevel.LOW, text="no stack runs"),
    )  # fmt: skip
    return new_phase(
        exchange.draft, "P3", "Keep the configuration", "the new release starts with the old CIB", [step],
        rollback_to="P1", rollback_seconds=exchange.draft.survey.parameters.patch_host, tools=exchange.new_tools,
    )  # fmt: skip


def _start(exchange: Exchange) -> Phase:
    return new_phase(
        exchange.draft, "P4", "Start the cluster, without domUs", "the new release runs the old CIB",
        [start_everywhere(exchange, held=False)], rollback_to="P0", point_of_no_return=True,
        rollback_seconds=exchange.draft.survey.parameters.patch_host * len(exchange.draft.survey.names) + 240,
        tools=exchange.new_tools,
    )  # fmt: skip


def _convert(exchange: Exchange) -> Phase:
    draft = exchange.draft
    criteria = (look("crm_verify has nothing against the shadow"), look("the difference is what was expected"),
                look("the simulation shows no action"))  # fmt: skip
    gate = draft.gate("G-SYNTAX", "May the new syntax be put into force?", criteria)
    return new_phase(
        draft, "P5", "Convert the CIB", "the syntax of 1.0, by the release's own converter",
        [_convert_shadow(exchange, gate), _commit_shadow(exchange)], entry_gates=(gate.id,), rollback_to="P0",
        rollback_seconds=draft.survey.parameters.patch_host * len(draft.survey.names) + 240, tools=exchange.new_tools,
    )  # fmt: skip


def _convert_shadow(exchange: Exchange, gate: Gate) -> Step:
    here = exchange.first
    return Step(
        title="Convert a shadow of the CIB and look at it",
        where=here.run_on,
        tools=exchange.new_tools,
        commands=(
            here.save_cib("cib.before-syntax.xml"),
            here.shadow_create(_SHADOW),
            here.verify_live(),
            here.upgrade_syntax(),
            here.shell("crm_shadow -d"),
            here.simulate_live(),
        ),
        expect="the shadow has the new syntax and would change nothing that runs",
        verify=(
            Check(text="prints nothing", command="crm_verify -L -V", run_on=here.run_on),
            Check(text="no action on any resource", command="ptest -L -VV", run_on=here.run_on),
        ),
        duration=Duration(nominal=300, limit=1800, hard=1800, basis="reading"),
        rollback=Rollback(way=Way.POSSIBLE, text="the shadow is dropped; the cluster has not seen it",
                          commands=(here.shadow_delete(_SHADOW),),
                 proof="crm_shadow -w names none", seconds=60),
        risk=Risk(level=RiskLevel.LOW, text="a copy"),
        decision=Decision(kind=StopKind.GO, gate=gate.id, questions=tuple(one.text for one in gate.criteria)),
    )  # fmt: skip


def _commit_shadow(exchange: Exchange) -> Step:
    here = exchange.first
    return Step(
        title="Put the new syntax into force",
        where=here.run_on,
        tools=exchange.new_tools,
        commands=(here.shadow_commit(_SHADOW), here.wait_idle(300), here.verify_live(),
                  here.save_cib("cib.new-syntax.xml")),
        expect="the CIB has the new syntax, and nothing has started or stopped for it",
        verify=(Check(text="validate-with names pacemaker-1.0", command="cibadmin -Q | head -1", run_on=here.run_on,
                      look_for=("pacemaker-1.0",)),),
        duration=Duration(nominal=60, limit=300, hard=300, basis="a change of the configuration"),
        rollback=Rollback(way=Way.IMPOSSIBLE,
                          text="the new release takes no older syntax back; the old one needs its packages and the "
                 'CIB in "$BK/crm.old", with the stack stopped everywhere'),
        risk=Risk(level=RiskLevel.MEDIUM, text="no domU runs"),
        decision=Decision(kind=StopKind.GO, questions=("Was the shadow as expected?",)),
        who=Who.SECOND,
    )  # fmt: skip


def _domus(exchange: Exchange) -> Phase:
    """Start the domUs in waves, the most important first."""
    draft = exchange.draft
    turns = tuple(reversed(waves(draft)))
    steps = [_wave(exchange, number, guests) for number, guests in enumerate(turns, 1)]
    draft.state = started_in_turn(draft, tuple(guest for guests in turns for guest in guests))
    return new_phase(
        draft, "P6", "Start the domUs", "the most important first; the outage ends", steps, rollback_to="P0",
        rollback_seconds=draft.survey.parameters.patch_host * len(draft.survey.names) + 240, tools=exchange.new_tools,
    )  # fmt: skip


def _wave(exchange: Exchange, number: int, guests: tuple[Guest, ...]) -> Step:
    survey, here = exchange.draft.survey, exchange.first
    duration = together(survey, guests, "start", survey.parameters.start_domu)
    names = ", ".join(guest.id for guest in guests)
    return Step(
        title=f"Start wave {number}: {names}",
        where=here.run_on,
        tools=exchange.new_tools,
        commands=(
            *(here.start(guest.id) for guest in guests),
            *(here.wait_running(guest.id, "", duration.hard) for guest in guests),
        ),
        expect=f"{names} run",
        verify=(
            Check(text="the services answer"),
            Check(text="nothing failed", command="crm_mon -1 -r -f", run_on=here.run_on, look_for=(),
                  must_not_show=("Failed actions",)),
        ),
        duration=duration,
        rollback=Rollback(way=Way.POSSIBLE, text=f"{names} are stopped again",
                          commands=tuple(here.stop(guest.id) for guest in guests),
                 proof=f"xm list shows none of {names}", seconds=domu.stopping(exchange.draft, guests[0]).nominal),
        risk=Risk(level=RiskLevel.MEDIUM, text=f"{names} only"),
        starts=tuple(guest.id for guest in guests),
    )  # fmt: skip
