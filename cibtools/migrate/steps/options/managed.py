"""M013 once more: a resource's own is-managed under a default that manages nothing."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import parse_boolean
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.option import named
from cibtools.migrate.heartbeat.nvset import find_pair, pairs_named
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide, rewrite

_NAME = "is-managed"
_META = "meta_attributes"


def keep_unmanaged(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M013: keep resources unmanaged under is-managed-default=false.

    Source: `common_unpack` in complex.c of heartbeat 2.1.3 (January 2008): the flag starts as is_managed_default, and
    the option can only clear it. Pacemaker lets the option set it again, so the resource would be started and stopped
    by surprise. Trigger: is-managed-default=false, and a resource with is-managed=true. Changes: the option becomes
    false, as it was; asks. If the default depends on a rule, it only asks.
    """
    section = draft.section("rsc_defaults")
    defaults = [] if section is None else [*pairs_named(section, _META, _NAME)]
    if not any(parse_boolean(pair.get("value")) is False for pair in defaults):
        return
    lasting = None if section is None else find_pair(section, _META, _NAME)
    certain = lasting is not None and len(defaults) == 1
    for resource in draft.resources():
        own = [pair for pair in pairs_named(resource, _META, _NAME) if parse_boolean(pair.get("value"))]
        for pair in own if certain else ():
            yield rewrite("M013", pair, "value", "false", "with is_managed_default=false heartbeat 2.1 managed nothing")
        if own:
            yield _ask(resource, own[0], certain=certain)


def _ask(resource: etree._Element, pair: etree._Element, *, certain: bool) -> Note:
    identity = resource.get("id", "")
    done = "cibtools wrote is-managed=false" if certain else "The default depends on a rule; cibtools kept the option"
    return decide(
        "M013",
        pair,
        f"{named(resource)} has is_managed=true under is_managed_default=false. heartbeat 2.1 did not manage it all "
        f"the same; Pacemaker would start and stop it. {done}.",
        (
            f'accept = ["M013:{identity}"] if it stays unmanaged',
            f"to have {identity!r} managed, write is-managed=true into the new CIB once its place is known",
        ),
        attribute="value",
    )
