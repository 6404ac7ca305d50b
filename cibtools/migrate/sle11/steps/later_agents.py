"""M129 and M130: parameters that the agents of SLE HA 11 read otherwise, and agents that are not there any more."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import parse_boolean
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.nvset import drop_pair, parameters
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide, rewrite, shown

_NUMBERS = ("0", "1")
_O2CB_GONE = frozenset(("netdev", "port", "ocfs2_cluster"))


def fit_fencing(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M129: fit the parameters of fencing plugins to their later releases.

    Source: cluster-glue against heartbeat 2.1.3. Trigger: `ilo_can_reset` of external/riloe as a word, and
    external/rackpdu. Changes: `0` or `1`; the later plugin takes every text but `0` for yes. The parameters of
    rackpdu are asked for.
    """
    if not answers.converts_stack:
        return
    for primitive in draft.iter("primitive"):
        if primitive.get("class") != "stonith":
            continue
        if primitive.get("type") == "external/riloe":
            yield from _fit_riloe(primitive)
        elif primitive.get("type") == "external/rackpdu":
            yield from _ask_rackpdu(primitive)


def _fit_riloe(primitive: etree._Element) -> Iterator[Note]:
    for pair in parameters(primitive):
        before = pair.get("value", "")
        can = parse_boolean(before)
        if pair.get("name") != "ilo_can_reset" or can is None or before.strip() in _NUMBERS:
            continue
        number = _NUMBERS[can]
        yield rewrite("M129", pair, "value", number, "the plugin of SLE HA 11 compares with the text 0")
        if not can:
            yield decide(
                "M129", pair,
                f"{primitive.get('id')} has ilo_can_reset={before}. The plugin of SLE HA 11 would take that for yes, "
                "so 0 was written. Can the board reset the machine by now?",
                ("write 1 if it can: only the first iLO boards cannot",),
                attribute="value", before=shown("value", before), after=shown("value", number),
            )  # fmt: skip


def _ask_rackpdu(primitive: etree._Element) -> Iterator[Note]:
    pairs = {pair.get("name", ""): pair for pair in parameters(primitive)}
    old = [name for name in ("host", "outlet") if name in pairs]
    if not old and "hostlist" in pairs:
        return
    lacking = "" if "hostlist" in pairs else ", and needs a hostlist"
    yield decide(
        "M129", primitive,
        f"{primitive.get('id')} is configured for the external/rackpdu of heartbeat 2.1; that of SLE HA 11 calls host "
        f"pduip and outlet outlet_config{lacking}. The parameters were left as they are, and the device will not work "
        "with them.",
        ("after the migration write pduip, hostlist and either outlet_config (a file with `node outlet` lines) or "
         "names_oid, and try the device with stonith -t external/rackpdu",),
        before=" ".join(shown(name, pairs[name].get("value", "")) for name in old),
    )  # fmt: skip


def replace_agents(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M130: rename agents to those of SLE HA 11; ask about removed ones.

    Source: resource-agents against heartbeat 2.1.3. Trigger: ocf:heartbeat:o2cb, ocf:heartbeat:drbd. Changes: o2cb is
    that of ocfs2-tools and loses the parameters it does not have; drbd is asked for.
    """
    if not answers.converts_stack:
        return
    for primitive in draft.iter("primitive"):
        if primitive.get("class") != "ocf" or primitive.get("provider") != "heartbeat":
            continue
        if primitive.get("type") == "o2cb":
            yield from _replace_o2cb(primitive)
        elif primitive.get("type") == "drbd":
            yield _ask_drbd(primitive)


def _replace_o2cb(primitive: etree._Element) -> Iterator[Note]:
    before = shown("provider", "heartbeat")
    yield rewrite("M130", primitive, "provider", "ocfs2", "o2cb of SLE HA 11 comes with ocfs2-tools")
    for pair in [pair for pair in parameters(primitive) if pair.get("name") in _O2CB_GONE]:
        yield drop_pair("M130", pair, "ocf:ocfs2:o2cb has no such parameter")
    yield decide(
        "M130", primitive,
        f"{primitive.get('id')} was ocf:heartbeat:o2cb, which never worked, and is ocf:ocfs2:o2cb now. Is it wanted?",
        ("take it out if /etc/ocfs2/cluster.conf was meant: SLE HA 11 does without that file",),
        attribute="provider", before=before, after=shown("provider", "ocfs2"),
    )  # fmt: skip


def _ask_drbd(primitive: etree._Element) -> Note:
    return decide(
        "M130", primitive,
        f"{primitive.get('id')} uses ocf:heartbeat:drbd, which SLE HA 11 still has but drops later. Is it to become "
        "ocf:linbit:drbd?",
        ('if the drbd packages are of release 8.3 or later: provider="linbit", no clone_overrides_hostname, and its '
         "master with notify=true, clone-max=2 and master-max=1",),
        attribute="provider", before=shown("provider", "heartbeat"),
    )  # fmt: skip
