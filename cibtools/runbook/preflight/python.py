"""Whether the Python of the new release reads the domU files: what SLES 10's only warns of, SLES 11's refuses."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.cluster.model.place import path_below
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import Light
from cibtools.runbook.plan.runbook import Criterion

_REFUSED = frozenset({"no-coding", "bad-coding"})


def read_by_new_python(survey: Survey) -> Criterion:
    """Tell whether every domU file says how its bytes beyond ASCII are written (PEP 263)."""
    text = "the Python of the new release reads every domU file"
    refused = list(_refused(survey))
    if refused:
        reason = "; ".join((*refused, "put a line such as `# -*- coding: utf-8 -*-` at their top"))
        return Criterion("", Light.RED, text, reason)
    files = sum(len(guest.domu.files) for guest in survey.guests if guest.domu)
    if not files:
        return Criterion("", Light.AMBER, text, "no domU file is in the backup", True)
    return Criterion("", Light.GREEN, text, f"{files} files hold ASCII only, or a coding line that fits")


def _refused(survey: Survey) -> Iterator[str]:
    root = survey.cluster.backup.root
    for guest in survey.guests:
        for file in guest.domu.files if guest.domu else ():
            for problem in file.config.problems:
                if problem.variant in _REFUSED:
                    yield f"{path_below(root, file.document)}: {problem.message}"
