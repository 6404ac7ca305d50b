"""The question that a strategy answers, and the answer."""

from __future__ import annotations

from msgspec import Struct

from cibtools.runbook.estimate.feature import Features
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.facts.version import (
    PACEMAKER_1,
    Target,
    Version,
)
from cibtools.runbook.plan.enums import Method
from cibtools.runbook.plan.statement import Reason


class Question(Struct, frozen=True, eq=False):
    """From where to where, on what cluster."""

    survey: Survey
    features: Features
    source: Target | None
    """None if nobody knows what runs."""
    target: Target | None
    """None if the target is the newest of the same series."""

    @property
    def same_series(self) -> bool:
        """True if only patches are installed."""
        if self.target is None:
            return True
        return self.source is not None and self.source.version.series == self.target.version.series

    @property
    def crm_boundary(self) -> bool:
        """True if the way leads into Pacemaker 1.0 from before it."""
        if self.source is None or self.target is None:
            return False
        return self.source.version < PACEMAKER_1 <= self.target.version

    @property
    def os_change(self) -> bool:
        """True if the hosts get another operating system."""
        return self.target is not None and self.target.sle11 and not (self.source is not None and self.source.sle11)

    @property
    def stack_change(self) -> bool:
        """True if the membership layer is exchanged."""
        return self.os_change

    @property
    def reboot(self) -> str:
        """Why the hosts have to be rebooted; empty if they need not."""
        parameters = self.survey.parameters
        if self.os_change:
            return "another operating system is installed"
        if not parameters.needs_reboot:
            return ""
        if "needs_reboot" in parameters.given:
            return "the patches need a reboot"
        return (
            "whether the patches hold a kernel or a hypervisor is not known (set needs-reboot = false if they do not)"
        )


class Choice(Struct, frozen=True):
    """The method that is taken, with all reasons."""

    method: Method | None
    """None if no method is left, or the one asked for is refused."""
    reasons: tuple[Reason, ...]
    path: tuple[Version, ...] = ()
    """For hops, the releases from the one that runs to the last that can be reached."""
    offers: tuple[str, ...] = ()
    """What else could be done, in words."""
