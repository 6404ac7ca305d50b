"""Arithmetic and `%` formatting as Python 2 does them, within bounds that no file can exceed.

`"%9999999d" % 1` is a short line and a long string: sizes are reckoned before anything is computed.
"""

from __future__ import annotations

import ast
import operator
import re
from typing import TypeGuard

from cibtools.backup.record.fact import Unknown
from cibtools.backup.xm.piece import LONG_BITS, TEXT_LIMIT, Long, Piece, Undetermined, Unicode

_INT_BITS = 256
_FORMAT = re.compile(r"%(?:(%)|([-#0 +]*)(\d*)(?:\.(\d*))?[hlL]?([diouxXeEfFgGs]))|(%)")


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value is a number; True and False are none here."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def calculate(one: float, sign: ast.operator, two: float) -> int | float:
    """Calculate with two numbers; `/` of two whole numbers drops the rest, as in Python 2."""
    whole = isinstance(one, int) and isinstance(two, int)
    operators = {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.FloorDiv: operator.floordiv,
        ast.Div: operator.floordiv if whole else operator.truediv,
    }
    apply = operators.get(type(sign))
    if apply is None:
        raise Undetermined("it is computed by Python")
    try:
        result: int | float = apply(one, two)
    except ZeroDivisionError:
        raise Undetermined("it divides by zero", refused=True) from None
    except OverflowError:
        raise Undetermined("the number is too large") from None
    if not isinstance(result, int):
        return result
    if result.bit_length() > _INT_BITS:
        raise Undetermined("the number is too large")
    long = isinstance(one, Long) or isinstance(two, Long) or result.bit_length() > LONG_BITS
    return Long(result) if long else result


def format_text(template: str, argument: Piece) -> str:
    """Apply `%` to a string, if its conversions are plain and the result stays within bounds."""
    value = argument.value
    if isinstance(value, list):
        raise Undetermined("an argument of its format is a list")
    pieces = value if isinstance(value, tuple) else (argument,)
    total = len(template)
    conversions: list[str] = []
    for found in _FORMAT.finditer(template):
        if found[6]:
            raise Undetermined("its format is not plain")
        if not found[1]:
            total += int((found[3] or "0")[:9]) + int((found[4] or "0")[:9])
            conversions.append(found[5])
    arguments = [_formattable(piece, what) for piece, what in zip(pieces, conversions, strict=False)]
    total += sum(len(item) if isinstance(item, str) else 400 for item in arguments)
    if total > TEXT_LIMIT:
        raise Undetermined("the value is too long")
    if len(conversions) != len(pieces):
        raise Undetermined("the format does not match its arguments", refused=True)
    try:
        result = template % tuple(arguments)
    except (TypeError, ValueError, OverflowError):
        raise Undetermined("the format does not match its arguments", refused=True) from None
    return Unicode(result) if isinstance(template, Unicode) else result


def _formattable(piece: Piece | Unknown, conversion: str) -> str | int | float:
    """Return an argument that Python 2 and 3 print alike."""
    value = piece.value if isinstance(piece, Piece) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float) or isinstance(value, Unicode | Long):
        raise Undetermined("an argument of its format is unknown")
    if conversion == "r" or (isinstance(value, float) and conversion not in "eEfFgGdi"):
        raise Undetermined("its format is not plain")
    return value
