"""Tests of the whole cluster, with an announced outage, at the end."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.facts.network import network_attributes
from cibtools.runbook.facts.survey import seconds, timers
from cibtools.runbook.kinds.acceptance.case import Recipe, TestCase, case, on, seen, stack, waited
from cibtools.runbook.kinds.acceptance.network import answers, gone, heard_again
from cibtools.runbook.plan.enums import RiskLevel
from cibtools.runbook.plan.step import Duration, as_words


def last_tests(draft: Draft) -> Iterator[TestCase]:
    """T-13, T-16, T-17: the whole cluster, at the end."""
    yield _drill(draft)
    if network_attributes(draft.survey):
        yield _gateway(draft)
    yield _cold_start(draft)


def _drill(draft: Draft) -> TestCase:
    console = on(draft, "a test cluster")
    return case(draft, "T-16", "a backup can be put back", "cibtools diff finds no difference",
                "the output of cibtools diff", Recipe(
        "a test cluster, or a shadow of the CIB",
        (on(draft, "admin host").shell('cibtools runbook restore "${BACKUP:?directory of the backup}"'),
         console.save_cib("cib.restored.xml"),
         on(draft, "admin host").shell('scp -p "${TEST_NODE:?a node of the test cluster}:"cib.restored.xml .\n'
                                       'cibtools diff "$BACKUP/cib.full.xml" cib.restored.xml')),
        "the runbook restore has been followed once, away from production",
        Duration(nominal=3600, limit=7200, hard=7200, basis="a drill"),
        level=RiskLevel.NONE,
    ))  # fmt: skip


def _gateway(draft: Draft) -> TestCase:
    each = on(draft, "each node")
    away = seconds(timers(draft.survey.cluster), "deadping", 30) + 5
    return case(draft, "T-17", "the host that all nodes ping is down for maintenance",
                "all domUs stop, and return by themselves: that is what the rules say, and the owners know it",
                "times from the log; the owners' word", Recipe(
        "all nodes",
        (answers(each, draft, "-I"), gone(draft, draft.nodes[0], away + 60),
         *waited(draft),
         answers(each, draft, "-D"), *waited(draft)),
        "no node satisfies the rule: every domU stops, and starts again when the rule is gone",
        Duration(nominal=away + 600, limit=away + 1800, hard=away + 1800,
                 basis="deadping, stops, starts with their delays"),
        (heard_again(each, draft),), "the rules are gone", "outage of all domUs",
        RiskLevel.HIGH, ("an outage of all domUs is announced: ____",), second=True,
    ))  # fmt: skip


def _cold_start(draft: Draft) -> TestCase:
    known = timers(draft.survey.cluster)
    initdead = seconds(known, "initdead", 60)
    delays = [guest.op("start").delay for guest in draft.survey.guests if not guest.stopped]
    last = initdead + 10 + max(delays, default=0) + draft.survey.parameters.start_domu
    nodes = draft.nodes
    return case(draft, "T-13", "the whole cluster starts from nothing", "no node is fenced, all domUs run, in order "
                f"of their delays; the last after about {as_words(last)}", "the times of the starts", Recipe(
        f"all nodes in order {', '.join(nodes)}",
        (*(stack(draft, node, "stop") for node in reversed(nodes)),
         on(draft, "each node").shell("xm list; mount -t ocfs2"),
         *(stack(draft, node, "start") for node in nodes),
         *(seen(draft, node, "online", 2 * initdead + 60) for node in nodes), *waited(draft)),
        f"all nodes are started within {as_words(initdead)} of each other, and nobody is fenced",
        Duration(nominal=last + 300, limit=last + 1800, hard=last + 1800,
                 basis="initdead, election, starts with their delays"),
        tuple(stack(draft, node, "start") for node in nodes), "the stack runs on every node",
        "outage of all domUs", RiskLevel.HIGH, ("an outage of all domUs is announced: ____",), second=True,
    ))  # fmt: skip
