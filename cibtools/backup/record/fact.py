"""Three-valued facts: what a file says, that it says nothing, or that it says something we cannot evaluate.

Rules and plans must never take the third for the second: an unknown memory size is not the default memory size.
"""

from __future__ import annotations

from enum import Enum
from typing import Generic, TypeVar

from msgspec import Struct

from cibtools.backup.record.source import Span

T = TypeVar("T")


class Truth(Enum):
    """A derived fact: it holds, it does not, or an input that would tell is missing."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Known(Struct, Generic[T], frozen=True):
    """A value as the file states it."""

    value: T
    span: Span
    """Bytes of the value."""


class Unknown(Struct, frozen=True):
    """The file says something that cannot be evaluated without running it."""

    reason: str
    span: Span


class Absent(Enum):
    """The file says nothing; the consumer's default applies, which is named separately."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT
Fact = Known[T] | Unknown | Absent
