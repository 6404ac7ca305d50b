"""Scores of constraints, written so that every release reads the same."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.heartbeat.value import read_score
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide, rewrite, shown


def normal_score(step: str, element: etree._Element) -> Iterator[Note]:
    """Write a score as every engine reads it."""
    old = element.get("score", "")
    reading = read_score(old)
    if reading.text == old:
        return
    yield rewrite(step, element, "score", reading.text, "the same score, as every release reads it")
    if reading.doubtful:
        yield decide(
            step, element,
            f"{element.tag} {element.get('id')!r} has score {old!r}, of which 2.1 made {reading.text}.",
            ("write the score that was meant in the input",), attribute="score", before=shown("score", old),
            after=shown("score", reading.text),
        )  # fmt: skip
