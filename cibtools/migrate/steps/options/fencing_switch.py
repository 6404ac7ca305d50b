"""M011: stonith-enabled, whose default turned from false to true."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.derived.option import BOOTSTRAP
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.nvset import conditional_pair, find_pair, put_pair
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide, shown

_NAME = "stonith-enabled"


def state_stonith_enabled(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M011: write stonith-enabled explicitly.

    Source: the default is false in 2.1 and true in Pacemaker 1.0, where nothing starts if it is true without a stonith
    resource. Trigger: no unconditional value, in a crm_config that is known in full; or true without a resource of
    class stonith. Changes: `stonith-enabled=false` is added; asks in both cases.
    """
    section = draft.section("crm_config")
    if section is None or "crm_config" not in draft.known:
        return
    pair = find_pair(section, "cluster_property_set", _NAME)
    if pair is None:
        yield from _write_false(draft, section)
    elif pair.get("value") == "true" and "resources" in draft.known and not _has_stonith(draft):
        yield decide(
            "M011",
            pair,
            'stonith-enabled="true", but there is no fencing device (stonith resource). heartbeat 2.1 started '
            "resources all the same; Pacemaker 1.0 and later start nothing. cibtools kept true.",
            ("add a fencing device before the first start", "set stonith-enabled=false"),
            attribute="value",
        )


def _write_false(draft: Draft, section: etree._Element) -> Iterator[Note]:
    """Write the default of heartbeat 2.1, and ask."""
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
        f"crm_config: stonith-enabled is not set{_unread(draft)}. cibtools wrote false, the default of heartbeat "
        "2.1: failed nodes are not fenced, and two nodes can write to shared disks.",
        ("to fence failed nodes, configure and test a fencing device, then set stonith-enabled=true",),
    )


def _unread(draft: Draft) -> str:
    """Words for a stonith-enabled that stands where no engine reads it, or holds under a rule alone; or nothing."""
    for root in draft.originals:
        for pair in root.iter("nvpair"):
            if pair.get("name") in (_NAME, _NAME.replace("-", "_")) and _is_option(pair):
                told = shown(pair.get("name", ""), pair.get("value", ""))
                where = f" (nvpair {pair.get('id', '')!r})" if pair.get("id") else ""
                return f" where it would always be read; the {told}{where} is not"
    return ""


def _is_option(pair: etree._Element) -> bool:
    return next(pair.iterancestors("crm_config", "cluster_property_set"), None) is not None


def _has_stonith(draft: Draft) -> bool:
    return any(_is_stonith(resource) for resource in draft.resources())


def _is_stonith(resource: etree._Element) -> bool:
    return (resource.get("class") or "").lower() == "stonith"
