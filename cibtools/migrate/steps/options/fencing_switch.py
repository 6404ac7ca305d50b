"""M011: stonith-enabled, whose default turned from false to true."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.derived.option import BOOTSTRAP
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.nvset import conditional_pair, find_pair, put_pair
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide

_NAME = "stonith-enabled"


def state_stonith_enabled(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M011: write out whether failed nodes are fenced.

    Source: the default is false in 2.1 and true in Pacemaker 1.0, where nothing starts if it is true without a stonith
    resource. Trigger: no unconditional value, in a crm_config that is known in full; or true without a resource of
    class stonith. Changes: `stonith-enabled=false` is added; asks in both cases.
    """
    section = draft.section("crm_config")
    if section is None or "crm_config" not in draft.known:
        return
    pair = find_pair(section, "cluster_property_set", _NAME)
    if pair is None:
        rule = conditional_pair(section, "cluster_property_set", _NAME)
        yield from put_pair(
            "M011",
            draft,
            section,
            "cluster_property_set",
            (_NAME, "false"),
            "2.1's default; Pacemaker's would be true",
            identity="{set}-" + _NAME,
            # The bootstrap set would win over a set with a rule.
            new_set=BOOTSTRAP if rule is None else "cluster-defaults",
            cause=section,
        )
        yield decide(
            "M011",
            section,
            "crm_config: stonith-enabled is not set. 2.1 ran without fencing then, Pacemaker would demand it, so false "
            "was written. A cluster with shared data should fence: will you turn it on?",
            ("define and test stonith resources, then set stonith-enabled=true",),
        )
    elif pair.get("value") == "true" and "resources" in draft.known and not _has_stonith(draft):
        yield decide(
            "M011",
            pair,
            'stonith-enabled="true", but there is no stonith resource: Pacemaker 1.0 and later start nothing at all '
            "then, 2.1 did not mind. Which of the two do you want?",
            ("add a stonith resource before the first start", "set stonith-enabled=false"),
            attribute="value",
        )


def _has_stonith(draft: Draft) -> bool:
    return any(_is_stonith(resource) for resource in draft.resources())


def _is_stonith(resource: etree._Element) -> bool:
    return (resource.get("class") or "").lower() == "stonith"
