"""M001, M004 and M005: the root element and the wrappers that Pacemaker's language does without."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.backup.cib.dialect import Mark
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import SET_TAGS, Draft
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import decide, dissolve, drop


def ask_about_mixture(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M001: ask about a CIB in two dialects.

    Source: no release reads both. Trigger: a sign of either language. Changes: nothing; asks. It is read as
    one of heartbeat 2.1; a CIB that is Pacemaker's never comes here.
    """
    if draft.signs is not None:
        old, new = draft.signs
        yield decide(
            "M001",
            None,
            f"The CIB speaks two languages: heartbeat 2.1's ({_where(old)}) and Pacemaker's ({_where(new)}). cibtools "
            "read it as one of heartbeat 2.1, which did not read the other parts. Was it running with heartbeat?",
            ("take the CIB from the running cluster: cibadmin -Q", "correct the parts in the wrong language by hand"),
            # The place in the input: another step may drop the element, and the question stays.
            spot=draft.cluster.place(new.element),
        )


def ask_about_the_old(draft: Draft, old: Mark, new: Mark | None) -> Iterator[Note]:
    """Ask about words of heartbeat 2.1 in a CIB that is Pacemaker's and therefore left alone."""
    other = f" ({_where(new)})" if new is not None else ""
    yield decide(
        "M001",
        None,
        f"The CIB speaks two languages: Pacemaker's{other} and heartbeat 2.1's ({_where(old)}). cibtools "
        "took it for Pacemaker's and changed nothing. Pacemaker does not read the other parts.",
        (
            "if the cluster runs heartbeat 2.1: cibtools migrate --dialect heartbeat-2.1",
            "if it runs Pacemaker: correct the parts in the wrong language by hand",
        ),
        spot=draft.cluster.place(old.element),
    )


def _where(mark: Mark) -> str:
    identity = mark.element.get("id")
    return f"{mark.what}, at {mark.element.tag} {identity}" if identity else mark.what


def flatten_attributes(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M004: move nvpairs directly below their set.

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
    """M005: remove nvpairs that never had an effect.

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
