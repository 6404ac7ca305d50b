"""Plans of the installed scheduler, in the words of heartbeat 2.1's."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

from lxml import etree

from cibtools.cli.planning.simulator import Simulator
from cibtools.migrate.proof.compare import Action, actions


def decided_for(cib: etree._Element, simulator: Simulator, now: datetime) -> Counter[str]:
    """What the scheduler decides for a CIB with its status."""
    found = simulator.run(etree.tostring(cib), f"--set-datetime={now.isoformat(sep=' ')}Z")
    assert found.planned, found.complaint
    return settled([label(action) for action in actions(found.graph)])


def label(action: Action) -> str:
    """An action as the old engine names it."""
    if action.task == "fence":
        return f"stonith {action.node}"
    return f"{action.resource}_{action.task}_{action.interval} {action.node}"


def settled(plan: list[str]) -> Counter[str]:
    """A plan without the restarts that an incomplete history makes, and the stop that belongs to a live migration."""
    found = Counter(plan)
    for word in plan:
        start, migration = re.fullmatch(r"(.*)_start_0 (.*)", word), re.fullmatch(r"(.*)_migrate_to_0 (.*)", word)
        if start and found[f"{start[1]}_stop_0 {start[2]}"] and found[word]:
            found -= Counter([word, f"{start[1]}_stop_0 {start[2]}"])
        if migration:
            found -= Counter([f"{migration[1]}_stop_0 {migration[2]}"])
    return +found
