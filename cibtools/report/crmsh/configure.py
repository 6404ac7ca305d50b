"""A migrated CIB as `crm configure` text, for administrators who keep their cluster in the shell's language.

The text is for `crm configure load` of SLE HA 11, whose shell (Pacemaker 1.0 and 1.1) knows less than crmsh 4: no
rules, scores or references in sets of options, no op_params and op_meta, no node-attribute, no kind of an order. crmsh
4 in turn rewrites or refuses values that the old shell takes. So only what both read alike is written in the shell's
words. Any other object stands as XML behind the shell's own word for that, `xml`, and a comment and a warning say why;
nothing is left out. One loss is crmsh 4's own: of an XML set of cluster options or defaults it forgets the score.

Ids of objects, sets and rules are kept; nvpairs, operations, expressions, resource sets and the sets of operations get
theirs from the shell. XML comments become the shell's, before the object in which they stood; an operation's set of
parameters without any is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree
from msgspec import Struct

from cibtools.backup.cib.tree import is_comment
from cibtools.migrate.record.outcome import Migration
from cibtools.report.crmsh import constraint as crmsh_constraint
from cibtools.report.crmsh import resource as crmsh_resource
from cibtools.report.crmsh.words import Unsayable

_SECTIONS = ("nodes", "resources", "constraints", "crm_config", "rsc_defaults", "op_defaults")
"""In the order in which the shell can load them: what is referred to first."""
_RESOURCES = ("primitive", "group", "clone", "master")
_SAYINGS: dict[str, Callable[[etree._Element], str]] = {
    "node": crmsh_resource.node,
    "primitive": crmsh_resource.primitive,
    "group": crmsh_resource.container,
    "clone": crmsh_resource.container,
    "master": crmsh_resource.container,
    "rsc_location": crmsh_constraint.location,
    "rsc_order": crmsh_constraint.order,
    "rsc_colocation": crmsh_constraint.colocation,
    "cluster_property_set": crmsh_resource.properties,
    "meta_attributes": crmsh_resource.properties,
}
_NEWER = ("fencing-topology", "acls", "tags", "alerts", "template", "rsc_ticket", "bundle")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_SPECIAL = re.compile(r'[&<>"]|[^ -~]|^ | $|(?<= ) ')


class CrmshText(Struct, frozen=True):
    """What was written, and what an administrator should know about it."""

    text: str
    warnings: tuple[str, ...]
    """What the shell has no words for: one sentence for each cause."""


def render(migration: Migration) -> CrmshText:
    """All objects, in the order in which the shell can load them."""
    return _Writer().write(migration)


class _Writer:
    """Collects the lines, and what could not be said."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.as_xml: dict[str, list[str]] = {}
        self.left_out: list[str] = []

    def write(self, migration: Migration) -> CrmshText:
        """Write everything that the result holds."""
        configuration = migration.draft.configuration
        for text in migration.outer_comments():
            self._comment(text)
        for above in (migration.top, configuration):
            self._comments_of(child for child in above if is_comment(child))
        sections = migration.sections()
        known = [found for name in _SECTIONS for found in sections if found.tag == name]
        for section in (*known, *(found for found in sections if found.tag not in _SECTIONS)):
            self._section(section)
        for child in migration.loose():
            self._leave_out(f"<{child.tag}>, which belongs to no object", child)
        if migration.top.find("status/*") is not None:
            self.left_out.append("the status, which is no configuration: left out of the crm text")
        return CrmshText("".join(f"{line}\n" for line in self.lines), tuple(self._warnings()))

    def _section(self, section: etree._Element) -> None:
        if section.tag == "fencing-topology":
            self._object(section)
            return
        for child in section:
            if is_comment(child):
                self._comments_of([child])
            else:
                self._object(child)

    def _object(self, element: etree._Element) -> None:
        for child in element.iterchildren(*_RESOURCES) if element.tag in _RESOURCES else ():
            self._object(child)
        self._comments_of(_own_comments(element))
        try:
            self.lines.append(_said(element))
        except Unsayable as refusal:
            identity = element.get("id") or element.get("uname", "")
            self.as_xml.setdefault(str(refusal), []).append(f"{element.tag} '{identity}'")
            self._comment(f"as XML, since the shell has no words for {refusal}:")
            self.lines.append("xml " + " \\\n".join(_xml(_wrapped(element), "")))

    def _leave_out(self, what: str, element: etree._Element) -> None:
        self.left_out.append(f"{what}: left out of the crm text")
        self._comment(f"left out: {what}: {' '.join(line.strip() for line in _xml(element, ''))}")

    def _comments_of(self, nodes: Iterator[etree._Element] | list[etree._Element]) -> None:
        for node in nodes:
            self._comment(node.text or "")

    def _comment(self, text: str) -> None:
        for line in text.strip().splitlines():
            shown = f"# {line.strip()}"
            # A backslash would swallow the next line, and of a hyphen crmsh 4 can make no XML comment.
            self.lines.append(f"{shown} #" if shown.endswith(("\\", "-")) else shown)

    def _warnings(self) -> Iterator[str]:
        for reason, objects in self.as_xml.items():
            more = f" and {len(objects) - 5} more" if len(objects) > 5 else ""
            verb = "stands" if len(objects) == 1 else "stand"
            names = ", ".join(objects[:5])
            yield f"{names}{more} {verb} as XML in the crm text, since the shell has no words for {reason}"
        yield from self.left_out


def _said(element: etree._Element) -> str:
    saying = _SAYINGS.get(str(element.tag))
    if saying is None:
        raise Unsayable(f"<{element.tag}>" + (" in SLE HA 11" if element.tag in _NEWER else ""))
    return saying(element)


def _own_comments(element: etree._Element) -> Iterator[etree._Element]:
    """The comments within an object, without those in resources within it."""
    for child in element:
        if is_comment(child):
            yield child
        elif child.tag not in _RESOURCES:
            yield from _own_comments(child)


def _wrapped(element: etree._Element) -> etree._Element:
    """What stands behind `xml`; a set of defaults is known only by the section around it."""
    parent = element.getparent()
    if element.tag != "meta_attributes" or parent is None:
        return element
    wrapper = etree.Element(parent.tag)
    wrapper.append(etree.fromstring(etree.tostring(element, with_tail=False)))
    return wrapper


def _xml(element: etree._Element, indent: str) -> Iterator[str]:
    """An element in lines of plain ASCII, none of which the shell's splitting at blanks can change."""
    pairs = ((str(name), element.get(name, "")) for name in element.attrib)
    attributes = "".join(f' {name}="{_SPECIAL.sub(_escaped, value)}"' for name, value in pairs)
    children = [*element.iterchildren("*")]
    if not children:
        yield f"{indent}<{element.tag}{attributes}/>"
        return
    yield f"{indent}<{element.tag}{attributes}>"
    for child in children:
        yield from _xml(child, f"{indent}\t")
    yield f"{indent}</{element.tag}>"


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or f"&#{ord(found[0])};"
