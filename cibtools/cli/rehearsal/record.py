"""What comes of a rehearsal."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

_SHOWN = 3
"""Lines of output shown for a surprise."""


class Surprise(Struct, frozen=True):
    """What did not come out as the runbook says."""

    step: str
    what: str
    shown: str = ""
    """What was printed, the end of it."""


class Record(Struct):
    """What came of a rehearsal."""

    blocks: int = 0
    """Pasted texts."""
    checks: int = 0
    """Checks with a command whose output was read."""
    skipped: list[str] = field(default_factory=list)
    """What only a person, a guest or another machine can do."""
    surprises: list[Surprise] = field(default_factory=list)


def summary(record: Record) -> Iterator[str]:
    """Tell what a rehearsal did and what did not come out as the runbook says, a line each."""
    yield (
        f"rehearsal: {record.blocks} blocks pasted, {record.checks} checks read, {len(record.skipped)} left to people, "
        f"{len(record.surprises)} surprises"
    )
    for surprise in record.surprises:
        yield f"  {surprise.step or 'tools'}: {surprise.what}"
        yield from (f"    {line}" for line in surprise.shown.splitlines()[-_SHOWN:])
