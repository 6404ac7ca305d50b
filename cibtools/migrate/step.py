"""What a step is: a function with the numbers under which the change log, the examples and the answers know it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.record.change import Note

_NUMBERED = re.compile(r"(?:^|(?<=\. ))(M\d{3}): ")
StepFunction = Callable[[Draft, Answers], Iterator[Note]]


class Step(Struct, frozen=True):
    """One function, under the numbers of the steps that it carries out."""

    numbers: tuple[str, ...]
    function: StepFunction
    """Does it, and yields a note for each change."""
    words: tuple[str, ...] = ()
    """Without any of these in its files an input has nothing for the step; none: it always runs."""

    def run(self, draft: Draft, answers: Answers) -> Iterator[Note]:
        """Do what the step does; nothing if the input does not mention what it is about."""
        if self.words and not draft.mentions.word(*self.words):
            return iter(())
        return self.function(draft, answers)

    @property
    def title(self) -> str:
        """What the step does: the first sentence of the function's documentation, without the number."""
        return self.title_of(self.numbers[0]) if self.numbers else ""

    def title_of(self, number: str) -> str:
        """What it does under one of its numbers: the sentence `M052: ...` of the first paragraph."""
        opening = " ".join((self.function.__doc__ or "").partition("\n\n")[0].split())
        _, *parts = _NUMBERED.split(opening)
        return dict(zip(parts[::2], parts[1::2], strict=True)).get(number, "").rstrip(" .")
