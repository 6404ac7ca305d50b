"""M002 to M005: the root element and the wrappers that Pacemaker's language does without."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.migrate.answers import Answers
from cibtools.migrate.change import ChangeKind, Note
from cibtools.migrate.draft import SET_TAGS, Draft
from cibtools.migrate.edit import dissolve, drop


def flatten_attributes(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M004: put the nvpairs of a set directly below it.

    Source: pacemaker-1.0 RelaxNG, which knows no `attributes`. Trigger: an `attributes` element in a set, several of
    them too. Changes: the wrapper goes; nvpairs and comments keep their order and ids.
    """
    for wrapper in [*draft.top.iter("attributes")]:
        parent = wrapper.getparent()
        if parent is not None and parent.tag in SET_TAGS:
            dissolve(wrapper)
            yield Note(
                "M004", ChangeKind.DROPPED, wrapper, "", "<attributes>", "", "nvpairs stand directly in their set"
            )


def clean_nvpairs(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M005: drop nvpairs that never had an effect.

    Source: policy engine 0.6 (`unpack_instance_attributes`): a pair without name or value, or with `#default`, is
    passed over; Pacemaker 1.0 lets `#default` erase what a stronger set says. Trigger: such an nvpair.
    Changes: it goes.
    """
    for pair in draft.iter("nvpair"):
        value = pair.get("value")
        if not pair.get("name"):
            yield drop("M005", pair, "an nvpair without a name says nothing")
        elif value is None:
            yield drop("M005", pair, "an nvpair without a value had no effect")
        elif value == "#default":
            yield drop("M005", pair, "#default meant nothing in 2.1; Pacemaker 1.0 would erase other values with it")
