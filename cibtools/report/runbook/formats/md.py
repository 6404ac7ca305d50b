"""A runbook as Markdown: readable as it is on a terminal, on paper with boxes to tick, and on a wiki page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cibtools.report.runbook import words
from cibtools.report.runbook.arrange import view
from cibtools.report.runbook.facts import source
from cibtools.report.runbook.view import (
    BackView,
    Block,
    CheckView,
    GateView,
    PhaseView,
    RunbookView,
    StepView,
    Tick,
)
from cibtools.report.shared.printable import visible
from cibtools.runbook.plan.enums import Light, Readiness
from cibtools.runbook.plan.runbook import Runbook, Table
from cibtools.runbook.plan.step import Caution

SUFFIX = ".md"

_DONE = "- [ ] done at __:__ by ____"
_MARKUP = re.compile(
    r"[\\`<>~]|\*(?=\S)|(?<=\S)\*|\](?=[\[(])|(?<!\w)_(?=[^\W_])|(?<=[^\W_])_(?!\w)|&(?=#|\w+;)|^[-+](?=\s)|^#"
)


def render(runbook: Runbook) -> str:
    """The whole runbook."""
    found = view(runbook)
    parts = [*_head(found), *(text for phase in found.phases for text in _phase(phase)), *_foot(found)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(found: RunbookView) -> Iterator[str]:
    runbook = found.runbook
    yield f"# {plain(runbook.title)}"
    yield f"**Verdict: {found.verdict}.** {plain(found.line)}"
    yield plain(runbook.summary)
    if found.against:
        title = "Why not" if runbook.verdict is Readiness.REFUSED else "What stands in the way"
        yield grid((title, ""), found.against)
    yield grid(("Why this way", ""), found.why)
    yield grid(("Warnings", "", "where"), (one.cells for one in found.warnings))
    yield "\n".join(f"- {plain(hint)}" for hint in runbook.hints)
    if runbook.phases:
        assumed = ((one.name, words.quantity(one.value, one.unit), one.origin.value) for one in runbook.assumptions)
        yield grid(("Assumed (change in [runbook] of cibtools.toml)", "value", "from"), assumed)
        yield grid(("Phase", "Time", "Limit", "Then wait"), map(_row, found.phases))
        yield plain(found.together)


def _row(phase: PhaseView) -> tuple[str, ...]:
    return f"{phase.id} {phase.heading}", phase.time, phase.limit, phase.wait or "–"


def _foot(found: RunbookView) -> Iterator[str]:
    if found.appendix:
        yield "## What the plan is built on"
        yield from map(_data, found.appendix)


def _phase(phase: PhaseView) -> Iterator[str]:
    yield f"## {phase.id} {plain(phase.title)}"
    yield f"{plain(phase.purpose)}."
    if phase.no_return:
        yield "**Point of no return.**"
    for gate in phase.entry:
        yield from _gate(gate)
    for table in phase.tables:
        yield _data(table)
    for step in phase.steps:
        yield from _step(step)
    for gate in phase.exit:
        yield from _gate(gate)
    if phase.wait:
        yield f"**Then wait {phase.wait}** and watch."
    yield plain(phase.afterwards)
    end = plain(" ".join(part for part in (phase.abort, phase.way_back) if part))
    yield f"*{end}*" if end else ""


def _gate(gate: GateView) -> Iterator[str]:
    yield f"### {gate.id} {plain(gate.title)}"
    yield "\n".join(map(_tick, gate.ticks))


def _tick(tick: Tick) -> str:
    remark = plain(tick.remark)
    match tick.light:
        case Light.RED:
            remark = f" — **not met**: {remark}"
        case Light.AMBER:
            remark = f" — **unknown**: {remark}"
        case Light.GREEN:
            remark = f" — met: {remark}"
        case None:
            remark = f" — {remark}" if remark else ""
    return f"- [ ] {plain(tick.text)}{remark}"


def _step(step: StepView) -> Iterator[str]:
    yield f"### {step.id} {plain(step.title)}"
    yield " · ".join(
        f"{name}: **{plain(value)}**" if name == "Where" else f"{name}: {plain(value)}" for name, value in step.facts
    )
    for caution in step.warnings:
        yield _caution(caution)
    if step.gate:
        title = f"{step.gate.id}: {step.gate.title}" if step.gate.id else step.gate.title
        yield f"**{plain(title)}**\n" + "\n".join(map(_tick, step.gate.ticks))
    yield from map(_block, step.blocks)
    if step.moves:
        yield f"Expected moves ({plain(step.moves_source)}):\n" + "\n".join(f"- {plain(line)}" for line in step.moves)
    yield f"**Expect** {plain(step.expect)}" if step.expect else ""
    if step.checks:
        yield "**Check**\n" + "\n".join(map(_check, step.checks))
    if step.soak:
        yield f"**Watch for {step.soak}.**"
    yield _DONE
    if step.back:
        yield from _back(step.back)


def _check(check: CheckView) -> str:
    more = []
    if check.command:
        more.append(_code(check.command) + (f" on {plain(check.place)}" if check.place else ""))
    elif check.place:
        more.append(f"on {plain(check.place)}")
    if check.shows:
        more.append(f"shows {', '.join(map(_code, check.shows))}")
    if check.never:
        more.append(f"not {', '.join(map(_code, check.never))}")
    if check.patience:
        more.append(plain(check.patience))
    return f"- [ ] {plain(check.text)}" + (f" ({'; '.join(more)})" if more else "")


def _back(back: BackView) -> Iterator[str]:
    lead = "**If a check fails:**" if back.possible else "**No way back:**"
    more = [f"takes {back.time}"] if back.time else []
    if back.proof:
        more.append(f"done when: {plain(back.proof)}")
    end = f" ({'; '.join(more)})" if more else ""
    yield f"{lead} {plain(back.text)}{end}"
    yield from map(_block, back.blocks)


def _block(block: Block) -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", block.text)), default=2)
    fence = "`" * (longest + 1)
    place = f"**{plain(words.place(block.place))}:**\n" if block.place else ""
    return f"{place}{fence}sh\n{block.text}\n{fence}"


def _caution(caution: Caution) -> str:
    place = source(caution.file, caution.line)
    return f"> **{plain(caution.rule)}** {plain(caution.text)}" + (f" ({plain(place)})" if place else "")


def _data(table: Table) -> str:
    title = f"{plain(table.title)}\n\n" if table.title else ""
    return title + grid(table.columns, table.rows)


def grid(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Draw a table; nothing if it has no rows."""
    body = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    if not body:
        return ""
    return "\n".join([f"| {' | '.join(map(_cell, columns))} |", f"|{' --- |' * len(columns)}", *body])


def _cell(text: str) -> str:
    return plain(text).replace("|", "\\|")


def _code(text: str) -> str:
    shown = visible(text)
    longest = max(map(len, re.findall("`+", shown)), default=0)
    if not longest:
        return f"`{shown}`"
    fence = "`" * (longest + 1)
    return f"{fence} {shown} {fence}"


def plain(text: str) -> str:
    """Text in which nothing is markup, changed no more than that takes: it is read on terminals as well."""
    return _MARKUP.sub(r"\\\g<0>", visible(text))
