"""What can go wrong while a step is done: faults that the model knows how to have."""

from __future__ import annotations

from enum import Enum


class Fault(Enum):
    """One thing that goes wrong; the value says it in words."""

    HANG = "a stop or start never ends"
    MIGRATION = "a live migration fails"
    LOST = "a node does not come back"
    MISSING = "a tool is missing"
    DC = "another node leads the cluster"
    ASKS = "ssh asks instead of copying"
    SESSION = "the session has ended"
