"""The table of agent facts and who is found in it."""

from __future__ import annotations

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.objects import Agent
from cibtools.cluster.vocabulary.agent import agent_facts, is_agent


@pytest.mark.parametrize(
    ("agent", "dialect", "start"),
    [
        (Agent("ocf", "heartbeat", "Xen"), Dialect.HB2, 60),
        (Agent("ocf", "", "Xen"), Dialect.HB2, 60),
        (Agent("ocf", "heartbeat", "IPaddr2"), Dialect.HB2, 90),
        (Agent("ocf", "heartbeat", "IPaddr2"), Dialect.P10, 20),
        (Agent("stonith", "heartbeat", "external/riloe"), Dialect.HB2, 15),
    ],
)
def test_advised_start_timeout(agent: Agent, dialect: Dialect, start: int) -> None:
    facts = agent_facts(agent, dialect)
    assert facts is not None
    assert facts.timeout("start") == start


def test_what_an_agent_does_not_offer() -> None:
    facts = agent_facts(Agent("ocf", "heartbeat", "EvmsSCC"), Dialect.HB2)
    assert facts is not None
    assert not facts.offers("monitor")
    assert facts.interval is None
    assert facts.anonymous
    assert not facts.writes


def test_unknown_agents() -> None:
    assert agent_facts(Agent("ocf", "acme", "Xen"), Dialect.HB2) is None
    assert agent_facts(Agent("", "", ""), Dialect.HB2) is None


def test_init_scripts_have_no_advice() -> None:
    facts = agent_facts(Agent("lsb", "", "cron"), Dialect.HB2)
    assert facts is not None
    assert facts.timeouts == ()


def test_is_agent_asks_for_ocf() -> None:
    assert is_agent(Agent("ocf", "pacemaker", "ping"), "pingd", "ping")
    assert not is_agent(Agent("heartbeat", "", "IPaddr"), "IPaddr")
    assert not is_agent(None, "IPaddr")
