"""What a step is: a function with the numbers under which the change log, the examples and the answers know it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cibtools.migrate.answers import Answers
from cibtools.migrate.change import Note
from cibtools.migrate.draft import Draft

StepFunction = Callable[[Draft, Answers], Iterator[Note]]


@dataclass(frozen=True, slots=True)
class Step:
    """One function, under the numbers of the steps that it carries out."""

    numbers: tuple[str, ...]
    run: StepFunction
