"""What a step is: a function with the numbers under which the change log, the examples and the answers know it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from cibtools.migrate.answers import Answers
from cibtools.migrate.change import Note
from cibtools.migrate.draft import Draft

StepFunction = Callable[[Draft, Answers], Iterator[Note]]


@dataclass(frozen=True, slots=True)
class Step:
    """One function, under the numbers of the steps that it carries out."""

    numbers: tuple[str, ...]
    function: str
    """`module.function` below `steps`; imported when the step runs, since few inputs need all of them."""
    words: tuple[str, ...] = ()
    """Without any of these in its files an input has nothing for the step; none: it always runs."""

    def load(self) -> StepFunction:
        """The function itself."""
        module, _, name = self.function.partition(".")
        function: StepFunction = getattr(import_module(f"cibtools.migrate.steps.{module}"), name)
        return function

    def run(self, draft: Draft, answers: Answers) -> Iterator[Note]:
        """Do what the step does; nothing if the input does not mention what it is about."""
        if self.words and not draft.mentions.word(*self.words):
            return iter(())
        return self.load()(draft, answers)

    @property
    def title(self) -> str:
        """The first sentence of the function's documentation, without the number."""
        return (self.load().__doc__ or "").partition("\n")[0].partition(": ")[2].rstrip(".")
