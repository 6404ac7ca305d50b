"""The answers file of a migration: read within limits, and refused if it accepts what nobody asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from cibtools.cluster.model.cluster import Cluster
    from cibtools.migrate.answers import Answers

_QUOTED = re.compile(r'"(M\d+(?::[^"]*)?)"')
"""An entry of `accept` as a question proposes it."""


def read_answers(path: Path | None) -> Answers:
    """The answers in a file; none if there is no file. Raise ConfigError for what cannot be meant."""
    from cibtools.cli.inputs.text import read_text
    from cibtools.migrate.answers import Answers, parse_answers

    return parse_answers(read_text(path), str(path)) if path else Answers()


def refuse_idle(answers: Answers, clusters: Iterable[Cluster], path: Path) -> None:
    """Raise ConfigError for an entry of `accept` that answers no question: it looks like consent, and is a typo."""
    from cibtools.cli.inputs.text import read_text
    from cibtools.cluster.vocabulary.spelling import nearest
    from cibtools.errors import ConfigError
    from cibtools.toml import key_location

    idle, asked = set(answers.accept), set[str]()
    known = tuple(clusters)
    for less in _with_less(answers):
        if not idle:
            return
        for cluster in known:
            asked |= _questions(cluster, less)
        idle -= asked
    for entry in sorted(idle):
        near = nearest(entry, sorted(asked))
        hint = f'did you mean "{near}"?' if near else "remove it, or correct it as the question proposes"
        place = key_location(read_text(path), str(path), "accept")
        raise ConfigError(f'accept = ["{entry}"] answers no question about this input', hint=hint, location=place)


def _with_less(answers: Answers) -> Iterator[Answers]:
    """The same answers without what they accept; then for the other stack; then without one entry each.

    One file may serve both stacks, and some questions come up only when others are answered.
    """
    from cibtools.migrate.answers import Stack

    nothing = replace(answers, accept=frozenset())
    yield nothing
    yield replace(nothing, stack=Stack.HEARTBEAT if answers.converts_stack else Stack.OPENAIS)
    for entry in sorted(answers.accept):
        yield replace(answers, accept=answers.accept - {entry})


def _questions(cluster: Cluster, answers: Answers) -> set[str]:
    """Whatever `accept` could hold for the questions that are asked."""
    from cibtools.migrate.pipeline import migrate

    found: set[str] = set()
    for change in migrate(cluster, answers).decisions if cluster.cib_documents else ():
        found |= {change.step, *(entry for text in change.alternatives for entry in _QUOTED.findall(text))}
        if change.place is not None and change.place.element is not None:
            found.add(f"{change.step}:{change.place.element.get('id', '')}")
    return found
