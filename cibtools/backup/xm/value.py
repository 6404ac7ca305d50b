"""The value of a Python expression in an xm file, as far as it can be told without running it.

Only what a domU file needs is evaluated: constants, lists, names assigned before, a little arithmetic and `%` on
strings, each within fixed bounds. All else is unknown, and says why.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Mapping
from typing import TypeVar

from cibtools.backup.record.fact import Unknown
from cibtools.backup.record.source import Span
from cibtools.backup.xm.piece import LONG_BITS, TEXT_LIMIT, Long, Piece, Undetermined, Unicode
from cibtools.backup.xm.text import XmText

_LIST_LIMIT = 4096
_INNER_LIMIT = 64
_DEPTH_LIMIT = 64
_TOTAL_LIMIT = 1 << 20

_PYTHON2_NAMES = frozenset(
    (
        "unicode",
        "xrange",
        "long",
        "raw_input",
        "file",
        "execfile",
        "reduce",
        "unichr",
        "basestring",
        "cmp",
        "apply",
        "buffer",
        "intern",
        "coerce",
        "reload",
    )
)
_XM_NAMES = frozenset(("sys", "os", "xm_vars", "xm_file", "vmid", "name", "arch", "__file__"))
"""Names that xm, or its command line in the cluster agent, may set before the file runs."""
_WHAT = {
    "Call": "a call",
    "Attribute": "an attribute",
    "Subscript": "a subscript",
    "Lambda": "a lambda",
    "ListComp": "a comprehension",
    "GeneratorExp": "a comprehension",
    "Compare": "a comparison",
    "BoolOp": "a condition",
    "IfExp": "a condition",
    "JoinedStr": "an f-string",
    "Dict": "a dictionary",
}
_NUMBER = re.compile(r"\w+")
"""A number as written: the text keeps the Python 2 spelling that was rewritten for Python 3."""
_Sized = TypeVar("_Sized", str, "list[Piece | Unknown]")


class Evaluator:
    """Evaluates expressions over the names that the file has assigned so far."""

    def __init__(self, text: XmText, names: Mapping[str, Piece | Unknown]) -> None:
        self._text = text
        self._names = names
        self._left = _TOTAL_LIMIT
        self.may_miss_names = False
        """True if the file may have set names in ways we cannot see."""

    def span(self, node: ast.expr | ast.stmt) -> Span:
        """Bytes of a node."""
        return self._text.span(*self._indices(node))

    def _indices(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return self._text.index(node.lineno, node.col_offset), self._text.index(end_line, end_column)

    def piece(self, node: ast.expr, depth: int = 0) -> Piece:
        """Evaluate an expression or raise Undetermined."""
        if depth > _DEPTH_LIMIT:
            raise Undetermined("the expression is too long")
        match node:
            case ast.Constant(value=value):
                return self._constant(node, value)
            case ast.List(elts=elements):
                return Piece([self._element(element, depth) for element in self._bounded(elements)], self.span(node))
            case ast.Tuple(elts=elements):
                parts = tuple(self._element(element, depth) for element in self._bounded(elements))
                return Piece(parts, self.span(node))
            case ast.Name(id=name):
                return self._named(node, name, alone=depth == 0)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                return self._signed(node, sign, self.piece(operand, depth + 1))
            case ast.BinOp(left=left, op=sign, right=right):
                return self.combine(self.piece(left, depth + 1), sign, self.piece(right, depth + 1), self.span(node))
        raise Undetermined(f"it is computed by {_WHAT.get(type(node).__name__, 'Python')}")

    def _constant(self, node: ast.Constant, value: object) -> Piece:
        if isinstance(value, str):
            return self._string(node, value)
        if isinstance(value, bool) or value is None or isinstance(value, float):
            return Piece(value, self.span(node))
        if isinstance(value, int):
            written = _NUMBER.match(self._text.text, self._indices(node)[0])
            long = value.bit_length() > LONG_BITS or (written is not None and written[0][-1] in "lL")
            span = self._text.span(*written.span()) if written else self.span(node)
            return Piece(Long(value) if long else value, span)
        raise Undetermined("a constant that xm files do not have")

    def _string(self, node: ast.Constant, value: str) -> Piece:
        start, end = self._indices(node)
        if node.kind == "u":
            return Piece(Unicode(value), self._text.span(start, end))
        raw = self._text.text[start:end]
        body = raw.lstrip("rRbBuU")
        quotes = 3 if body[:3] in ('"""', "'''") and len(body) > 5 else 1
        start += len(raw) - len(body) + quotes
        inner = body[quotes:-quotes]
        if inner != value and body[:1] in re.sub(r"\\.", "", inner, flags=re.DOTALL):
            return Piece(value, self.span(node))
        return Piece(value, self._text.span(start, end - quotes), inner == value, start)

    @staticmethod
    def _bounded(elements: list[ast.expr]) -> list[ast.expr]:
        if len(elements) > _LIST_LIMIT:
            raise Undetermined("the list is too long")
        return elements

    def _element(self, node: ast.expr, depth: int) -> Piece | Unknown:
        """Evaluate one element of a list: an unknown one leaves the others known."""
        if isinstance(node, ast.Starred):
            raise Undetermined("it is computed by unpacking")
        try:
            piece = self.piece(node, depth + 1)
        except Undetermined as doubt:
            if doubt.refused:
                raise
            return Unknown(doubt.reason, self.span(node))
        if isinstance(piece.value, list | tuple) and not _is_flat(piece.value, node):
            return Unknown("a list inside a list", piece.span)
        return Piece(piece.value, self.span(node)) if isinstance(node, ast.Name) else piece

    def _named(self, node: ast.Name, name: str, *, alone: bool) -> Piece:
        # A lone undefined name is a string without quotes; within an expression it may come from xm's command line.
        known = self._names.get(name)
        if isinstance(known, Piece):
            if isinstance(known.value, list):
                self._spend(known.value, _LIST_LIMIT)
            return Piece(known.value, self.span(node))
        if known is None:
            prepared = name in _XM_NAMES or name in _PYTHON2_NAMES or hasattr(builtins, name)
            raise Undetermined(f"{name} is not defined", refused=alone and not prepared and not self.may_miss_names)
        raise Undetermined(f"it depends on {name}, which is unknown")

    def _signed(self, node: ast.UnaryOp, sign: ast.unaryop, piece: Piece) -> Piece:
        value = piece.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Undetermined("a sign before something that is no number")
        signed = -value if isinstance(sign, ast.USub) else +value
        return Piece(Long(signed) if isinstance(value, Long) else signed, self.span(node))

    def combine(self, left: Piece, sign: ast.operator, right: Piece, span: Span) -> Piece:
        """Apply a binary operator as Python 2 does."""
        # Imported here, since hardly any file computes anything and a run has no time to spare.
        from cibtools.backup.xm.arithmetic import calculate, format_text, is_number

        one, two = left.value, right.value
        if is_number(one) and is_number(two):
            return Piece(calculate(one, sign, two), span)
        if isinstance(one, str) and isinstance(sign, ast.Mod):
            return Piece(self._spend(format_text(one, right), TEXT_LIMIT), span)
        if isinstance(sign, ast.Add):
            if isinstance(one, str) and isinstance(two, str):
                joined = one + two
                unicode = isinstance(one, Unicode) or isinstance(two, Unicode)
                return Piece(self._spend(Unicode(joined) if unicode else joined, TEXT_LIMIT), span)
            if isinstance(one, list) and isinstance(two, list):
                return Piece(self._spend([*one, *two], _LIST_LIMIT), span)
            refused = isinstance(one, str | list) or isinstance(two, str | list)
            raise Undetermined("values of different types are added", refused=refused)
        raise Undetermined("it is computed by Python")

    def _spend(self, result: _Sized, limit: int) -> _Sized:
        """Charge the size of a computed value to the budget of the file."""
        self._left -= len(result)
        if len(result) > limit or self._left < 0:
            raise Undetermined("the value is too long")
        return result

    def extend(self, target: list[Piece | Unknown], more: list[Piece | Unknown]) -> None:
        """Lengthen a list in place, as `+=` does."""
        target[:] = self._spend([*target, *more], _LIST_LIMIT)


def _is_flat(parts: list[Piece | Unknown] | tuple[Piece | Unknown, ...], node: ast.expr) -> bool:
    """Tell whether a list inside a list is written out there, short, and holds no further list."""
    return (
        isinstance(node, ast.List | ast.Tuple)
        and len(parts) <= _INNER_LIMIT
        and not any(isinstance(part, Piece) and isinstance(part.value, list | tuple) for part in parts)
    )
