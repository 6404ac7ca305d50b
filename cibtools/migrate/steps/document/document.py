"""M001, M004 and M005: the root element and the wrappers that Pacemaker's language does without."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.backup.cib.dialect import Mark
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import SET_TAGS, Draft
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import decide, dissolve, drop


def ask_about_mixture(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M001: read a CIB in two languages as one of heartbeat 2.1, and say so.

    Source: no release reads both. Trigger: a sign of either language. Changes: nothing; asks. A CIB in Pacemaker's
    language alone never comes here.
    """
    if draft.signs is not None:
        old, new = draft.signs
        yield decide(
            "M001",
            draft.copy_of(new.element),
            f"The CIB speaks two languages: heartbeat 2.1's ({_where(old)}) and Pacemaker's ({_where(new)}). It was "
            "read as one of heartbeat 2.1, which did not understand the other parts. Was it running with heartbeat?",
            ("take the CIB from the running cluster: cibadmin -Q", "correct the parts in the wrong language by hand"),
        )


def _where(mark: Mark) -> str:
    identity = mark.element.get("id")
    return f"{mark.what}, at {mark.element.tag} {identity}" if identity else mark.what


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
