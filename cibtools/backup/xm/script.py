"""Following the statements of an xm file, from the first to the last, to see what each name ends up as.

Statements that we do not enter (`if`, `for`, `def`…) make every name they touch unknown, even one that had a value
before: what xm gets depends on the run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from msgspec import Struct

from cibtools.backup.record.fact import Unknown
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Span
from cibtools.backup.xm.piece import Piece, Undetermined
from cibtools.backup.xm.text import XmText, parse_quietly
from cibtools.backup.xm.touch import names_of_target, stored_names, touched_names
from cibtools.backup.xm.value import Evaluator

STATEMENT_LIMIT = 2_000
_STEP_LIMIT = 20_000
"""Names set altogether; `a = b = c = …` sets many in one statement."""
_NESTING_LIMIT = 32
_FAULT_LIMIT = 10
_HARMLESS = frozenset((
    "len", "str", "int", "float", "repr", "range", "xrange", "min", "max", "sorted", "abs", "sum", "isinstance",
    "print",
))  # fmt: skip
_RUNS_CODE = frozenset(("exec", "execfile", "eval", "reload", "__import__"))
_NAMESPACES = frozenset(("locals", "globals", "vars"))


class Step(Struct, frozen=True, eq=False):
    """One name set, changed or deleted by one statement."""

    name: str
    outcome: Piece | Unknown | None
    """None if the name was deleted."""
    span: Span
    """The whole statement."""


class Script:
    """The names of one file, as far as its statements have been followed."""

    def __init__(self, text: XmText) -> None:
        self._text = text
        self._names: dict[str, Piece | Unknown] = {}
        self._evaluator = Evaluator(text, self._names)
        self._count = 0
        self.steps: list[Step] = []
        self.faults: list[Problem] = []
        """What xm cannot get past: `syntax` or `unknown-value`."""
        self.gap: Unknown | None = None
        """Why a name that is not assigned may be set all the same."""
        self.parsed = False
        """True if Python 3 could parse the file as a whole."""

    def follow(self) -> None:
        """Follow the whole file."""
        statements = parse_quietly(self._text.text)
        self.parsed = statements is not None
        if statements is not None:
            self._run(statements, 0)
        else:
            self._follow_fragments()

    def _follow_fragments(self) -> None:
        """Follow a file that Python 3 cannot parse as a whole, statement by statement."""
        # Imported here, since hardly any file needs it and a run has no time to spare.
        from cibtools.backup.xm.python2 import fragments, has_python2

        for fragment in fragments(self._text):
            start, end = fragment.line.start, fragment.line.end
            if fragment.fault:
                self._complain("syntax", fragment.fault, self._stripped(start, end))
            if fragment.entered:
                self._enter(self._text.text[start:end], self._stripped(start, end), fragment.fault)
            self._run(fragment.statements, 0)
        if not self.faults and not has_python2(self._text.text):
            self._complain("syntax", "it is not valid Python", Span(0, 0))

    def _stripped(self, start: int, end: int) -> Span:
        """Bytes of a stretch of text without the blanks around it."""
        code = self._text.text[start:end]
        return self._text.span(start + len(code) - len(code.lstrip()), start + len(code.rstrip()))

    def _complain(self, variant: str, message: str, span: Span) -> None:
        if len(self.faults) < _FAULT_LIMIT:
            self.faults.append(Problem(variant, message, span))

    def _enter(self, code: str, span: Span, fault: str) -> None:
        """Take note of Python 2 code that is not followed."""
        if code.startswith("exec"):
            self._lose_sight("the file runs code with exec", span)
        self._poison(touched_names(code), fault or "it is set by Python 2 code that is not entered", span)

    def _run(self, statements: Sequence[ast.stmt], depth: int) -> None:
        for statement in statements:
            self._count += 1
            if self._count > STATEMENT_LIMIT:
                if self.gap is None or "statements" not in self.gap.reason:
                    span = self._evaluator.span(statement)
                    self._lose_sight(f"the file has more than {STATEMENT_LIMIT} statements", span)
                    self._complain("syntax", f"more than {STATEMENT_LIMIT} statements", span)
                return
            self._step(statement, depth)

    def _step(self, statement: ast.stmt, depth: int) -> None:
        span = self._evaluator.span(statement)
        match statement:
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, value, statement, span)
            case ast.AugAssign(target=ast.Name(id=name), op=sign, value=value):
                self._augment(name, sign, value, statement, span)
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                pass
            case ast.Delete(targets=targets) if all(isinstance(target, ast.Name) for target in targets):
                for target in targets:
                    self._bind(getattr(target, "id", ""), None, span)
            case ast.If(test=ast.Constant(value=test)) if depth < _NESTING_LIMIT:
                self._run(statement.body if test else statement.orelse, depth + 1)
            case ast.AnnAssign(target=ast.Name(id=name)):
                self._complain("syntax", "an annotation, which Python 2 does not know", span)
                self._poison({name}, "it has an annotation, which Python 2 does not know", span)
            case _:
                self._skip(statement, span)

    def _assign(self, targets: list[ast.expr], value: ast.expr, statement: ast.stmt, span: Span) -> None:
        outcome = self._outcome(value, span)
        if not isinstance(value, ast.Constant) or not all(isinstance(target, ast.Name) for target in targets):
            self._look_for_side_effects(statement, span)
        for target in targets:
            if isinstance(target, ast.Name):
                self._bind(target.id, outcome, span)
            else:
                self._poison(names_of_target(target), "it is set together with others or in part", span)

    def _augment(self, name: str, sign: ast.operator, value: ast.expr, statement: ast.stmt, span: Span) -> None:
        before = self._names.get(name)
        more = self._outcome(value, span)
        self._look_for_side_effects(statement, span)
        if not isinstance(before, Piece) or not isinstance(more, Piece):
            self._poison(
                {name}, more.reason if isinstance(more, Unknown) else f"it builds on {name}, which is unknown", span
            )
            return
        try:
            if isinstance(before.value, list) and isinstance(more.value, list) and isinstance(sign, ast.Add):
                self._evaluator.extend(before.value, more.value)
                self._bind_all(self._sharing({name}), before, span)
            else:
                self._bind(name, self._evaluator.combine(before, sign, more, more.span), span)
        except Undetermined as doubt:
            self._note(doubt, span)
            self._poison({name}, doubt.reason, span)

    def _outcome(self, value: ast.expr, span: Span) -> Piece | Unknown:
        try:
            return self._evaluator.piece(value)
        except Undetermined as doubt:
            self._note(doubt, span)
            return Unknown(doubt.reason, self._evaluator.span(value))

    def _note(self, doubt: Undetermined, span: Span) -> None:
        if doubt.refused:
            self._complain("unknown-value", doubt.reason, span)

    def _bind(self, name: str, outcome: Piece | Unknown | None, span: Span) -> None:
        if outcome is None:
            self._names.pop(name, None)
        else:
            self._names[name] = outcome
        self.steps.append(Step(name, _snapshot(outcome), span))
        if len(self.steps) > _STEP_LIMIT:
            self._count = STATEMENT_LIMIT

    def _bind_all(self, names: Iterable[str], outcome: Piece, span: Span) -> None:
        for name in sorted(names):
            self._bind(name, outcome, span)

    def _sharing(self, names: Iterable[str]) -> set[str]:
        """Add the names that share a list with one of these."""
        found = set(names)
        lists = {
            id(piece.value)
            for name in found
            if isinstance(piece := self._names.get(name), Piece) and isinstance(piece.value, list)
        }
        if not lists:
            return found
        known = ((name, piece) for name, piece in self._names.items() if isinstance(piece, Piece))
        return found | {name for name, piece in known if id(piece.value) in lists}

    def _poison(self, names: Iterable[str], reason: str, span: Span) -> None:
        for name in sorted(self._sharing(names)):
            if not isinstance(self._names.get(name), Unknown):
                self._bind(name, Unknown(reason, span), span)

    def _lose_sight(self, reason: str, span: Span) -> None:
        """Forget everything: the statement may have set any name."""
        self.gap = Unknown(reason, span)
        self._evaluator.may_miss_names = True
        self._poison(list(self._names), reason, span)

    def _skip(self, statement: ast.stmt, span: Span) -> None:
        """Pass over a statement that is not entered."""
        self._look_for_side_effects(statement, span)
        reason = "it is set or changed by Python code"
        if not isinstance(statement, ast.Expr | ast.Import | ast.ImportFrom):
            reason = f"it is set inside {type(statement).__name__.lower()} at line {statement.lineno}"
        self._poison(stored_names(statement), reason, span)

    def _look_for_side_effects(self, statement: ast.stmt, span: Span) -> None:
        """Find calls that may set names unseen, and lists that are given away and may come back changed."""
        changed: set[str] = set()
        read = set(ast.walk(statement.value)) if isinstance(statement, ast.Assign) else set()
        for node in ast.walk(statement):
            if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
                self._lose_sight("the file imports names with *", span)
            elif isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else ""
                writes = called in _NAMESPACES and node not in read
                if called in _RUNS_CODE or writes:
                    self._lose_sight(f"the file calls {called}", span)
                elif called not in _HARMLESS:
                    changed |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        lists = {
            name
            for name in changed
            if isinstance(piece := self._names.get(name), Piece) and isinstance(piece.value, list)
        }
        self._poison(lists, "it may be changed by a call", span)


def _snapshot(outcome: Piece | Unknown | None) -> Piece | Unknown | None:
    """Copy a list as it is now, for `+=` may lengthen it later."""
    if isinstance(outcome, Piece) and isinstance(outcome.value, list):
        return Piece(list(outcome.value), outcome.span)
    return outcome
