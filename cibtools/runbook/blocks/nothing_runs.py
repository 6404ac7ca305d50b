"""Look whether anything runs on a host that the work would take down, with the host's own eyes."""

from __future__ import annotations

from cibtools.runbook.console.console import Console
from cibtools.runbook.facts.services import looks, running_now, uses_xen
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.step import Check, Command


def look_commands(survey: Survey, console: Console) -> tuple[Command, ...]:
    """Return the commands that show what runs."""
    return tuple(console.shell(look.command) for look in looks(survey))


def nothing_runs(survey: Survey, place: str) -> tuple[Check, ...]:
    """Return the checks that show that nothing of the cluster runs there."""
    return tuple(
        Check(text=look.idle, command=look.command, run_on=place, look_for=look.shows, must_not_show=look.never)
        for look in looks(survey)
    )


def same_as_before(survey: Survey) -> Check:
    """Return the check that everything runs on as it was recorded in `running.before`."""
    what = "the domUs run as before, with the same ids" if uses_xen(survey) else "everything runs as before"
    return Check(text=what, command=f"{running_now(survey)} | diff running.before -", run_on="each node")
