"""What the linter found, as far as plans care: rule, weight, words and place; the caller brings it in."""

from __future__ import annotations

from msgspec import Struct

from cibtools.runbook.plan.enums import Light
from cibtools.runbook.plan.step import Caution


class Remark(Struct, frozen=True):
    """One finding."""

    rule: str
    """Code of the rule."""
    light: Light
    """Red for an error, amber for a warning, green for advice."""
    text: str
    file: str
    line: int
    subjects: frozenset[str]
    """Ids of the objects it is about."""

    def caution(self) -> Caution:
        """The finding as a warning of a step."""
        return Caution(rule=self.rule, text=self.text, file=self.file, line=self.line)


def about(
    remarks: tuple[Remark, ...], rules: tuple[str, ...], subjects: frozenset[str] | None = None
) -> tuple[Remark, ...]:
    """The findings of these rules, or families such as `CIB6`, about any of these objects, or about anything."""
    return tuple(
        remark
        for remark in remarks
        if remark.rule.startswith(rules) and (subjects is None or not subjects.isdisjoint(remark.subjects))
    )
