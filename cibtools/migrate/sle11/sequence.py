"""The steps for another stack than heartbeat; imported only where one is asked for."""

from __future__ import annotations

from cibtools.migrate.sle11.steps import dependency, hacf, later_agents, ocfs2, ping, quorum, storage
from cibtools.migrate.step import Step

STACK_STEPS: tuple[Step, ...] = (
    Step(("M120",), quorum.name_nodes),
    Step(("M121",), quorum.expect_votes),
    Step(("M122",), quorum.settle_two_nodes),
    Step(("M123",), ping.feed_pingd),
    Step(("M124",), storage.remove_evms),
    Step(("M125",), storage.run_clvmd),
    Step(("M126",), storage.move_to_lvm),
    Step(("M127",), ocfs2.support_ocfs2),
    Step(("M128",), dependency.wire_storage),
    Step(("M129",), later_agents.fit_fencing),
    Step(("M130",), later_agents.replace_agents),
    Step(("M132",), hacf.account_for_hacf),
)
"""In the order in which they run: nodes, quorum, connectivity, storage from the top down, then agents and ha.cf."""
