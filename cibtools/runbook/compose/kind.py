"""What a kind of runbook declares of itself: one declaration, in `kind.py` of its folder, read by all who need it.

A new kind is a new folder below `cibtools/runbook/kinds/` with a `kind.py` that holds `KIND`; nothing else is edited.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from msgspec import Struct

from cibtools.cluster.model.cluster import Cluster
from cibtools.runbook.estimate.confirm import Expert
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.plan.conversion import Conversion
from cibtools.runbook.plan.remark import Remark
from cibtools.runbook.plan.runbook import Runbook


class Option(Enum):
    """The options that only some kinds take; the value is the option's name on the command line."""

    FROM = "--from"
    TO = "--to"
    METHOD = "--method"
    ACCEPT = "--accept"
    NODES = "--nodes"
    ANSWERS = "--answers"


class Request(Struct, frozen=True, kw_only=True):
    """What a runbook is made from."""

    cluster: Cluster
    wishes: Wishes
    parameters: Parameters
    remarks: tuple[Remark, ...] | None = None
    """What the linter found; None if it was not asked."""
    expert: Expert | None = None
    """Pacemaker's own scheduler with the cluster in its dialect; None if there is none, or it is not to be asked."""
    convert: Callable[[], Conversion] = Conversion
    """Migrate the cluster to SLE HA 11 and return what that makes and asks."""


class Kind(Struct, frozen=True, kw_only=True):
    """A kind of runbook."""

    name: str
    """The word on the command line; the folder has the same name, with underscores for dashes."""
    title: str
    """What it is for, in two or three words."""
    summary: str
    """What its runbooks do, in one sentence for the help."""
    build: Callable[[Request], Runbook]
    options: frozenset[Option] = frozenset()
    """The options it takes, of those that not every kind takes."""
    rehearsed_after: str = ""
    """The kind whose runbook is rehearsed first, because this one needs what it leaves; empty for none."""
    asks_scheduler: bool = False
    """True if it moves domUs, so that Pacemaker's own scheduler is asked."""
