"""M040: what a resource has too many or too few of."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import RESOURCE_TAGS, Draft
from cibtools.migrate.draft.option import named
from cibtools.migrate.heartbeat.nvset import CONTAINERS
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide, drop

_IN_CONTAINERS = etree.XPath("resources/*[not(self::primitive)]//operations[not(parent::primitive)]")
_FURTHER = etree.XPath(
    "resources/primitive/operations[position() > 1]"
    " | resources/*[not(self::primitive)]//primitive/operations[position() > 1]"
)
_REFERRING = ("rsc", "from", "to", "with-rsc", "first", "then")


def drop_extra_operations(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M040: remove what a resource has too much of.

    Source: policy engine 0.6, which reads the first one of a primitive and none of a container; pacemaker-1.0 RelaxNG.
    Trigger: any other. Changes: it goes.
    """
    for operations in draft.select(_IN_CONTAINERS):
        yield drop("M040", operations, "operations of a container were never read")
    for operations in draft.select(_FURTHER):
        yield drop("M040", operations, "only the first operations of a primitive were read")


def settle_children(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M040: remove children that heartbeat 2.1 did not run, and empty containers.

    Source: policy engine 0.6 (`clone_unpack`: the first group, else the first primitive; `group_unpack`: primitives);
    pacemaker-1.0 RelaxNG. Trigger: other children; a container with none. Changes: they go, together with the
    constraints about them; asks, except for a group without members, which never did anything.
    """
    for container in draft.iter(*CONTAINERS):
        if draft.is_live(container):
            yield from _drop_unread_children(draft, container)
    for container in reversed([*draft.iter(*CONTAINERS)]):
        if next(container.iterchildren(*RESOURCE_TAGS), None) is not None:
            continue
        yield from drop_resource("M040", draft, container, f"there is nothing in the {container.tag}")
        if container.tag != "group":
            yield decide(
                "M040",
                container,
                f"{named(container)} has nothing in it. heartbeat 2.1 refused it; it is left out, with the constraints "
                "about it.",
                ("put a primitive or group into it in the input",),
            )


def _drop_unread_children(draft: Draft, container: etree._Element) -> Iterator[Note]:
    children = [*container.iterchildren(*RESOURCE_TAGS)]
    primitives = [child for child in children if child.tag == "primitive"]
    groups = [child for child in children if child.tag == "group"]
    read = primitives if container.tag == "group" else (groups or primitives)[:1]
    for child in children:
        if child in read:
            continue
        yield from drop_resource("M040", draft, child, f"{named(container)} does not run it")
        instead = f"runs {named(read[0])} only" if read else "cannot hold it"
        yield decide(
            "M040",
            child,
            f"{named(child)} is in {named(container)}, which {instead}. heartbeat 2.1 did not run it; it is left out.",
            ("give it a place of its own in the input, if it is meant to run",),
        )


def drop_resource(step: str, draft: Draft, resource: etree._Element, reason: str) -> Iterator[Note]:
    """Take a resource out, and every constraint about it or what is in it."""
    gone = {found.get("id", "") for found in resource.iter(*RESOURCE_TAGS)}
    yield drop(step, resource, reason)
    gone -= {found.get("id", "") for found in draft.resources()}
    for constraint in draft.constraints():
        about = next((name for key in _REFERRING if (name := constraint.get(key, "")) in gone), None)
        if about is not None:
            yield drop(step, constraint, f"{about!r} is gone: {reason}")
