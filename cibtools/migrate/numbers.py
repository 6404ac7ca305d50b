"""What the numbers of migration steps mean, from the documentation of the steps themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.pipeline import steps_for
from cibtools.migrate.step import Step
from cibtools.number import Number

_PART = re.compile(r"\b(Trigger|Changes|Source):\s")
_HEADINGS = {"": "What it does", "Trigger": "When", "Changes": "What it changes", "Source": "Source"}
CHECK = Number(
    "M140",
    "Check the result against the schema of Pacemaker 1.0",
    (
        ("What it means", "cibtools validates what it wrote. A fault names the step that touched its place last."),
        ("Why it matters", "Pacemaker refuses an invalid CIB as a whole."),
        ("What to do", "Correct the input, or report it if a step is to blame. --force writes the file nevertheless."),
    ),
)
"""The check of the result, which is no step."""


def migration_numbers() -> tuple[Number, ...]:
    """Return every number that a migration can print, in the order of the steps."""
    found: dict[str, list[Step]] = {}
    for step in steps_for(Answers(stack=Stack.OPENAIS)):
        for number in step.numbers:
            found.setdefault(number, []).append(step)
    return (
        *(Number(code, _opened(steps[0].title_of(code)), tuple(_sections(steps))) for code, steps in found.items()),
        CHECK,
    )


def _sections(steps: list[Step]) -> Iterator[tuple[str, str]]:
    """Cut the documentation of the steps at its marks; where several steps share a number, each says its own."""
    for step in dict.fromkeys(steps):
        _, _, text = inspect.cleandoc(step.function.__doc__ or "").partition("\n\n")
        before, *parts = _PART.split(text)
        named = {"": before, **dict(zip(parts[::2], parts[1::2], strict=True))}
        also = f" ({step.title})" if len(steps) > 1 else ""
        for mark, heading in _HEADINGS.items():
            if said := _line(named.get(mark, "")):
                yield heading + also, _opened(said)


def _opened(text: str) -> str:
    """Begin with a capital, as a text that stands alone does."""
    return text[:1].upper() + text[1:]


def _line(text: str) -> str:
    return " ".join(text.replace("`", "").split())
