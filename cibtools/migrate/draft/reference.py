"""Whom a name in a constraint means.

The policy engine of heartbeat 2.1 looks among the top-level resources first and then among the members of groups, in
document order. What is inside a clone it knows only as `child:0`, `child:1` and so on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from lxml import etree

from cibtools.migrate.draft.draft import RESOURCE_TAGS, Draft

REFERRING = {
    "rsc_location": ("rsc",),
    "rsc_order": ("first", "then"),
    "rsc_colocation": ("rsc", "with-rsc"),
}
"""The attributes of the new syntax that name a resource, by tag."""
_INSTANCE = re.compile(r"(.+):(\d+)")


class Directory:
    """Resources by name; those that the id steps have renamed stand under the name that they had before."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        section = draft.section("resources")
        self._tops = [] if section is None else [*section.iterchildren(*RESOURCE_TAGS)]

    def name(self, resource: etree._Element) -> str:
        """What constraints call a resource."""
        return self._draft.former_ids.get(resource) or resource.get("id") or ""

    @cached_property
    def addressable(self) -> dict[str, etree._Element]:
        """What a constraint of 2.1 reaches by a plain name."""
        members = [member for top in self._tops if top.tag == "group" for member in top.iterchildren("primitive")]
        # Backwards, so that the first of a name is what stays.
        return {self.name(resource): resource for resource in reversed([*self._tops, *members])}

    @cached_property
    def cloned(self) -> dict[str, etree._Element]:
        """The outermost clone or master of everything inside one."""
        found: dict[str, etree._Element] = {}
        for top in self._tops:
            if top.tag in ("clone", "master"):
                for resource in top.iterdescendants(*RESOURCE_TAGS):
                    found.setdefault(self.name(resource), top)
        return found

    @cached_property
    def everything(self) -> dict[str, tuple[etree._Element, ...]]:
        """All resources of each name, the one that a reference means first."""
        found: dict[str, tuple[etree._Element, ...]] = {}
        order = [*reversed(self.addressable.values()), *self._draft.resources()]
        for resource in dict.fromkeys(order):
            name = self.name(resource)
            found[name] = (*found.get(name, ()), resource)
        return found

    def instance_of(self, name: str) -> etree._Element | None:
        """The clone or master that `child:N` names an instance of, if that is what a name does."""
        match = _INSTANCE.fullmatch(name)
        return None if match is None or name in self.everything else self.cloned.get(match[1])


def references(draft: Draft) -> Iterator[tuple[etree._Element, str, str]]:
    """Constraint, attribute and name of each reference that the constraints make."""
    for constraint in draft.constraints():
        for attribute in REFERRING[str(constraint.tag)]:
            name = constraint.get(attribute)
            if name is not None:
                yield constraint, attribute, name
