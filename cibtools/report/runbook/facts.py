"""What a runbook is built on, as tables: the order of the domUs, memory, facts with their places, and the files."""

from __future__ import annotations

from cibtools.report.runbook import words
from cibtools.runbook.plan.runbook import Runbook, Table


def appendix(runbook: Runbook) -> tuple[Table, ...]:
    """The tables that have rows."""
    facts = runbook.facts
    simulator = facts.simulator
    asked = f"{simulator.version}, {simulator.calls} calls" if simulator else ""
    agrees = ("agrees" if simulator.agrees else "does not agree") if simulator else ""
    tables = (
        Table(
            "", ("domUs, least important first", "decided by", "value"),
            tuple((place.domu, place.decided_by, place.detail) for place in facts.importance),
        ),
        Table(
            "", ("Memory, MiB", "for domUs", "used now", "needed on the others without it", "they have"),
            tuple((one.node, *map(_number, (one.usable, one.used, one.needed_elsewhere, one.room_elsewhere)))
                  for one in facts.ram),
        ),
        Table(
            "", ("Fact", "value", "file", "note"),
            tuple((one.name, words.quantity(one.value, one.unit), source(one.file, one.line), one.note)
                  for one in facts.stated),
        ),
        Table("", ("Scheduler", "", ""), ((asked, agrees, simulator.message),) if simulator else ()),
        Table("", ("Made from", "kind", "sha256"), tuple((one.path, one.kind, one.sha256) for one in runbook.inputs)),
    )  # fmt: skip
    return tuple(table for table in tables if table.rows)


def _number(value: int | None) -> str:
    return "not known" if value is None else str(value)


def source(file: str, line: int | None) -> str:
    """A place in a file."""
    return f"{file}:{line}" if file and line else file
