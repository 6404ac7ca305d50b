"""What the scheduler said of two configurations, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.migrate.proof.compare import Action, Difference
from cibtools.migrate.proof.judge import Verdict
from cibtools.migrate.record.change import Change
from cibtools.report.changes.changelog import entry_of
from cibtools.report.shared.printable import counted, visible, wrap
from cibtools.report.shared.style import Piece, Style, paint, plain

_SHOWN = 8
"""Actions of one situation that are listed; the rest is counted."""
_WIDTH = 100
_READING = "compared: cibtools' reading of the heartbeat 2.1 CIB; the scheduler of heartbeat 2.1 itself was not asked"

_NO_WITNESS = "read without a decision of that scheduler to show for it"


def render(verdict: Verdict, simulator: str, *, color: bool = False) -> str:
    """The verdict first, then every difference with what explains it."""
    return paint(_pieces(verdict, simulator), color=color)


def _pieces(verdict: Verdict, simulator: str) -> Iterator[Piece]:
    proof = verdict.proof
    if proof.rejected:
        yield Style.ERROR, "not proven"
        yield plain(f": the scheduler does not take the CIB: {visible(proof.rejected)}\n")
        return
    if verdict.unrelated:
        yield Style.ERROR, "not compared"
        yield plain(f": the two clusters are unrelated: {visible(verdict.unrelated)}\n")
        return
    total = counted(len(proof.tried), "situation")
    if proof.holds and verdict.by_reading:
        yield Style.GOOD, "no difference"
        yield plain(f": the same decisions in {total} ({visible(simulator)})\n")
    elif proof.holds:
        yield Style.GOOD, "proven"
        yield plain(f": the same decisions in {total} ({visible(simulator)})\n")
    else:
        yield Style.WARNING, "differences"
        yield plain(f": other decisions in {len(proof.differences)} of {total} ({visible(simulator)})\n")
    if verdict.by_reading:
        yield Style.DIM, f"  {_READING}\n"
    if verdict.no_witness:
        yield Style.DIM, f"  {_NO_WITNESS}: {', '.join(verdict.no_witness)}\n"
    for text in verdict.untried:
        yield Style.DIM, f"  {text}\n"
    for difference, changes in verdict.explained:
        yield from _difference(difference, changes)


def _difference(difference: Difference, changes: tuple[Change, ...]) -> Iterator[Piece]:
    yield plain("\n")
    yield Style.STRONG, f"{visible(difference.scenario.title)}\n"
    yield from _actions("only before", difference.only_old)
    yield from _actions("only now", difference.only_new)
    reasons = dict.fromkeys((entry.step, entry.subject, entry.reason) for entry in map(entry_of, changes))
    for step, subject, reason in reasons:
        first, *rest = wrap(visible(f"{step} {subject}: {reason}"), _WIDTH)
        yield Style.NOTE, f"  because of {first}\n"
        yield from ((Style.NOTE, f"    {line}\n") for line in rest)
    if not reasons:
        yield Style.ERROR, "  no entry of the change log explains this; do not use the result before you know why\n"


def _actions(title: str, actions: tuple[Action, ...]) -> Iterator[Piece]:
    for action in actions[:_SHOWN]:
        yield plain(f"  {title}: {visible(str(action))}\n")
    if len(actions) > _SHOWN:
        yield Style.DIM, f"  {title}: and {len(actions) - _SHOWN} more\n"
