"""The first screen of the report: that of the runbook, with the questions and the rehearsal on top of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from cibtools.briefing.record import Briefing, Question
from cibtools.report.runbook.screen import WORDS, Condition, Figure, Screen, sentence
from cibtools.report.shared.printable import counted
from cibtools.runbook.plan.enums import Readiness


def verdict(found: Briefing, screen: Screen) -> Screen:
    """Return the first screen: no better than the plan's own, and never GO while a question is open."""
    must = tuple(one for one in found.questions if one.must)
    state = screen.state
    if must or found.surprises:
        state = "stop"
    elif found.questions and state == "good":
        state = "look"
    conditions = (*map(_required, must), *_surprised(found), *_planned(screen, must))
    if state != "stop":
        conditions = (*conditions, *_asked(found.questions))
    return replace(
        screen,
        state=state,
        word=WORDS[state],
        sentence=_sentence(state, found, screen, len(conditions)),
        conditions=conditions,
        figures=(*screen.figures, _decisions(found.questions)),
    )


def _sentence(state: str, found: Briefing, screen: Screen, conditions: int) -> str:
    if found.runbook.verdict is Readiness.REFUSED:
        return screen.sentence
    return sentence(state, found.runbook, conditions)


def _required(one: Question) -> Condition:
    return Condition(f"must be answered by the {one.who}: {one.texts[0][0]}", f"q-{one.id}", one.step)


def _planned(screen: Screen, must: tuple[Question, ...]) -> Iterator[Condition]:
    """The plan's own conditions; that answers are missing is said by the questions themselves, with their links."""
    said = tuple(f"answers are missing for {one.step} " for one in must)
    return (one for one in screen.conditions if not any(text in one.text for text in said))


def _asked(questions: Iterable[Question]) -> Iterator[Condition]:
    """How many questions wait for whom."""
    for who, count in Counter(one.who for one in questions).items():
        yield Condition(f"{counted(count, 'question')} for the {who}: what cibtools wrote holds until then", "answers")


def _surprised(found: Briefing) -> Iterator[Condition]:
    if found.surprises:
        yield Condition(f"the rehearsal met {counted(found.surprises, 'surprise')}", "changes")


def _decisions(questions: tuple[Question, ...]) -> Figure:
    must = sum(one.must for one in questions)
    points = sum(len(one.texts) for one in questions)
    if not questions:
        return Figure("Decisions", "none open")
    needed = f"; {must} must be answered" if must else ""
    return Figure("Decisions", counted(len(questions), "question"), f"{counted(points, 'open point')}{needed}")


def who_decides(questions: Iterable[Question]) -> list[tuple[str, str, str]]:
    """Who decides what: role, the steps' titles, how many questions."""
    by_role: dict[str, list[Question]] = {}
    for one in questions:
        by_role.setdefault(one.who, []).append(one)
    rows = []
    for who, asked in by_role.items():
        must = sum(one.must for one in asked)
        steps = ", ".join(dict.fromkeys(one.step for one in asked))
        rows.append((who, steps, f"{len(asked)}, {must} must be answered" if must else str(len(asked))))
    return rows
