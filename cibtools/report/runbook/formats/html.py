"""A runbook as one HTML file that loads nothing from elsewhere, keeps its ticks, and prints well."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from cibtools.report.runbook import words
from cibtools.report.runbook.arrange import view
from cibtools.report.runbook.view import RunbookView
from cibtools.report.shared.page import draw, flag
from cibtools.runbook.plan.enums import Readiness
from cibtools.runbook.plan.runbook import Runbook

SUFFIX = ".html"

_MANY = 4
"""More nodes than this get an overview and a sheet each."""


def render(runbook: Runbook) -> str:
    """The whole runbook on one page."""
    found = view(runbook)
    assumed = [(one.name, words.quantity(one.value, one.unit), one.origin.value) for one in runbook.assumptions]
    return draw(
        "runbook.html.j2",
        title=f"{runbook.title}: {found.screen.word[2:]}",
        left=f"{', '.join(runbook.cluster.nodes)} · change {runbook.change_id}",
        right=found.screen.word[2:],
        sheets=sheets(found),
        found=found,
        refused=runbook.verdict is Readiness.REFUSED,
        inputs=state_key(runbook),
        menu=_menu(found),
        marks=flag(runbook.cluster.nodes),
        order=numbers(runbook.cluster.nodes),
        many=_overview(found) if len(runbook.cluster.nodes) > _MANY else (),
        assumed=assumed,
        window=f"{runbook.slot.start}, {words.quantity(str(runbook.slot.seconds), 's')}" if runbook.slot else "",
    )


def state_key(runbook: Runbook) -> str:
    """What ticks belong to besides the change: the digest of all inputs."""
    return hashlib.sha256("".join(sorted(one.sha256 for one in runbook.inputs)).encode()).hexdigest()[:16]


def numbers(nodes: Iterable[str]) -> Callable[[Iterable[str]], str]:
    """Names of nodes as their numbers: a name may hold a blank."""
    place = {name: str(number) for number, name in enumerate(nodes)}
    return lambda names: " ".join(place[name] for name in names)


def sheets(found: RunbookView) -> list[tuple[str, str]]:
    """The parts that begin a page of their own, with the heads of their pages."""
    parts = [(phase.id, f"{phase.id} {phase.title}") for phase in found.phases]
    names = found.runbook.cluster.nodes
    sheet = [(f"sheet-{number}", f"Sheet of {name}") for number, name in enumerate(names)] if len(names) > _MANY else []
    return [*parts, ("way-back", "The way back"), *sheet, ("inputs", "Inputs")]


def _menu(found: RunbookView) -> list[tuple[str, str]]:
    links = [("decision", "Decision")]
    if found.against or found.why or found.warnings or found.runbook.hints:
        links.append(("warnings", "Warnings"))
    if found.phases:
        links += [("overview", "Overview"), *((phase.id, phase.id) for phase in found.phases), ("way-back", "Way back")]
    return [*links, *([("inputs", "Inputs")] if found.appendix else [])]


def _overview(found: RunbookView) -> list[tuple[str, int, list[str]]]:
    """Every node with the number of its steps, and its phases."""
    return [
        (
            name,
            sum(name in step.nodes for phase in found.phases for step in phase.steps),
            [phase.id for phase in found.phases if any(name in step.nodes for step in phase.steps)],
        )
        for name in found.runbook.cluster.nodes
    ]
