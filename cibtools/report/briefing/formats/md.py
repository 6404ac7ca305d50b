"""The planning report as Markdown: for a ticket or a wiki page; the runbook is a document of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cibtools.briefing.record import ACCEPT, EVMS, Briefing, Question, Way
from cibtools.report.briefing.arrange import BriefingView, view
from cibtools.report.cluster.clusterview import DomuView
from cibtools.report.runbook.formats.md import grid, plain
from cibtools.runbook.plan.step import as_words

SUFFIX = ".md"


def render(found: Briefing) -> str:
    """The whole report but the steps."""
    shown = view(found)
    parts = [*_first(shown), *_questions(found), *_findings(shown), *_plan(shown), *_cluster(shown), *_inputs(shown)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _first(shown: BriefingView) -> Iterator[str]:
    screen = shown.screen
    yield f"# {plain(shown.title)}: {screen.word[2:]}"
    yield f"**{screen.word}.** {plain(shown.briefing.runbook.title)}: {plain(screen.sentence)}"
    yield plain(shown.line)
    yield "\n".join(
        f"{number}. {f'**{plain(one.code)}** ' if one.code else ''}{plain(one.text)}"
        for number, one in enumerate(screen.conditions, 1)
    )
    yield grid(("Figure", "", ""), ((one.name, one.value, one.note) for one in screen.figures))
    between = shown.runbook.times.between
    away = [
        (", ".join(one.domus), as_words(one.seconds), between(one.evening, one.begin, one.end), ", ".join(one.places))
        for one in shown.runbook.outages
    ]
    yield grid(("domU", "outage", "from – to", "steps"), away)
    yield grid(("Who", "decides about", "questions"), shown.deciders)


def _questions(found: Briefing) -> Iterator[str]:
    yield "## Decisions"
    if not found.questions:
        yield "No question of the migration is open."
    for one in found.questions:
        yield from _question(one)
    unknown = ((f"{one.check} {one.text}".strip(), one.reason, one.command or "ask a person") for one in found.unknown)
    yield grid(("Not known yet", "why", "answer it with"), unknown)


def _question(one: Question) -> Iterator[str]:
    must = ", must be answered" if one.must else ""
    yield f"### {one.id} {plain(one.title)}"
    yield f"For the {one.who}{must}."
    yield "\n".join(f"- {plain(text)}{f' ({plain(place)})' if place else ''}" for text, place in one.texts)
    yield "\n".join(f"- [ ] {plain(way.label)} ({plain(_in_file(way))})" for way in one.ways)
    yield grid(("EVMS device", "becomes (a proposal)"), one.devices.items())


def _in_file(way: Way) -> str:
    """The line of the answers file that says it."""
    if way.key == ACCEPT:
        entries = ", ".join(f'"{entry}"' for entry in way.entries)
        return f"accept = [{entries}]"
    if way.key == EVMS:
        return "lines below [evms]"
    return f"{way.key} = {way.entries[0]}" if way.key else "by hand"


def _findings(shown: BriefingView) -> Iterator[str]:
    yield "## Findings"
    if not shown.findings:
        yield "The linter finds nothing in these files."
    for _, title, found in shown.findings:
        yield f"### {title}"
        rows = (
            (one.code, one.message + (f" (and {len(one.more)} more)" if one.more else ""), one.remedy, one.where,
             ", ".join(one.steps))
            for one in found
        )  # fmt: skip
        yield grid(("Rule", "finding", "do", "where", "steps"), rows)


def _plan(shown: BriefingView) -> Iterator[str]:
    yield "## Plan"
    yield plain(shown.briefing.runbook.summary)
    rows = (
        (f"{phase.id} {phase.heading}", phase.when, phase.time, phase.limit, phase.wait or "–", phase.way_back)
        for phase in shown.runbook.phases
    )
    yield grid(("Phase", "begins", "time", "limit", "then wait", "way back"), rows)
    yield plain(shown.runbook.together) if shown.runbook.phases else ""
    risks = (
        (one.text, one.likelihood, one.impact, one.mitigation, ", ".join(one.steps)) for one in shown.briefing.risks
    )
    yield grid(("Risk", "likelihood", "impact", "what is done", "where"), risks)
    yield "\n".join(f"- {plain(line)}" for line in shown.briefing.rehearsal)


def _cluster(shown: BriefingView) -> Iterator[str]:
    yield "## Cluster"
    matrix = (
        (node, whole.word, *(f"{one.word} {one.reason}" for one in cells)) for node, whole, cells in shown.matrix.rows
    )
    yield grid(("Node", "fenced", *shown.matrix.devices), matrix)
    yield grid(("domU", "memory", "disks", "resource"), (_domu(one) for one in shown.cluster.domus))
    yield grid(("Memory", "used", "share", "left"), ((one.name, one.used, one.share, one.left) for one in shown.meters))
    nodes = shown.briefing.runbook.cluster.nodes
    moments = (
        (one.phase, *(f"{', '.join(names) or 'none'} ({memory})" for names, memory in one.cells))
        for one in shown.moments
    )
    yield grid(("After", *nodes), moments)


def _domu(one: DomuView) -> tuple[str, ...]:
    memory = "not known" if one.memory is None else f"{one.memory} MiB"
    return one.name, memory, "; ".join(f"{disk.source} as {disk.vdev}" for disk in one.disks), ", ".join(one.managers)


def _inputs(shown: BriefingView) -> Iterable[str]:
    return ("## Inputs", *(grid(one.columns, one.rows) for one in shown.runbook.appendix))
