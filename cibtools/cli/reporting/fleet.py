"""The report on a fleet: every cluster on a process of its own, one after the other, and the overview of them all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec.structs import replace

from cibtools.cli.reporting.member import Done, Task, judge
from cibtools.cli.reporting.options import FleetChoice

if TYPE_CHECKING:
    from cibtools.cli.outputs.guard import Guard, Place
    from cibtools.cli.reporting.briefing import Asked
    from cibtools.fleet.record import Fleet, Member

_EACH = 16
"""So many clusters are judged by a process before another takes its place, with the memory given back."""


def fleet_of(choice: FleetChoice, asked: Asked, max_size: int, guard: Guard, page: Path | None) -> Fleet:
    """Judge all clusters and write their reports, each as soon as it is there; only what is short stays in memory."""
    from cibtools.cli.reporting.backups import find_backups
    from cibtools.fleet.compose import compose
    from cibtools.migrate.numbers import migration_numbers
    from cibtools.runbook.numbers import runbook_numbers

    assert choice.fleet is not None
    found = find_backups(choice.fleet)
    names = {one.name: _file_name(number, one.name) for number, one in enumerate(found, 1)}
    place = guard.directory("--reports", choice.reports, force=False) if choice.reports else None
    if place:
        guard.members(place, names.values(), frozenset())
    asked = replace(asked, simulate=False)
    tasks = [Task(one, asked, choice.since, max_size, place is not None) for one in found]
    members = [_kept(done, place, names[done.member.name], page) for done in _run(tasks, choice.jobs)]
    titles = {number.code: number.title for number in (*migration_numbers(), *runbook_numbers())}
    return compose(asked.wishes.to_version, members, titles, choice.per_wave)


def _file_name(number: int, name: str) -> str:
    """Whatever a cluster is called: the number keeps two names apart that look alike."""
    return f"{number:04d}-{re.sub(r'[^A-Za-z0-9_.-]', '_', name)[:80]}.html"


def _run(tasks: Sequence[Task], jobs: int) -> Iterator[Done]:
    # What the first one loads, the processes that are forked after it have already.
    yield judge(tasks[0])
    rest = tasks[1:]
    if min(jobs, len(rest)) < 2:
        yield from map(judge, rest)
        return
    for at in range(0, len(rest), _EACH * jobs):
        with ProcessPoolExecutor(jobs) as pool:
            try:
                yield from pool.map(judge, rest[at : at + _EACH * jobs])
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def _kept(done: Done, place: Place | None, name: str, page: Path | None) -> Member:
    """Write the report of a cluster; the link to it leads from where the overview lies."""
    from cibtools.cli.outputs.write import NewFiles, write_all

    if place is None or not done.page:
        return done.member
    write_all([NewFiles(place, {name: done.page.encode("utf-8", "backslashreplace")})])
    beside = page.parent if page else Path()
    return replace(done.member, report=quote(os.path.relpath(place.path / name, beside)))


def verdicts(fleet: Fleet) -> Iterable[str]:
    """Yield what is said on standard error: how many of each verdict, and what blocks most."""
    from cibtools.report.fleet.words import counts, shared_line

    yield f"{counts(fleet)} to {fleet.target}"
    yield from (f"  {shared_line(one)}" for one in fleet.shared[:3] if one.blocks)
