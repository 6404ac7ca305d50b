"""M002: the attributes of the `cib` element, and the sections that must be there."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import parse_boolean, parse_count
from cibtools.migrate.answers import Answers, StatusChoice
from cibtools.migrate.draft.draft import Draft, Shape
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import add_attribute, drop, drop_attribute, move, rename, rewrite

_VERSION = ("admin_epoch", "epoch", "num_updates")
_RUNTIME = ("cib_feature_revision", "ccm_transition", "num_peers", "generated", "ignore_dtd", "crm-debug-origin")
_NEEDED = ("crm_config", "nodes", "resources", "constraints")
_SCHEMA = "pacemaker-1.0"
_INT_END, _PORT_END = 2**31, 2**16


def rewrite_root(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M002: rewrite the attributes of the root element.

    Source: pacemaker-1.0 RelaxNG; the cib and crmd of 2.1 for what they write. Trigger: a whole CIB. Changes: three
    version numbers, `validate-with`, dashes in the names that stay, no record of the moment that the file was written;
    the four sections that must exist are there, and none twice; the status stands last.
    """
    if draft.shape is not Shape.WHOLE:
        return
    top = draft.top
    for name in _VERSION:
        yield from _version(top, name)
    for name in _RUNTIME:
        if name in top.attrib:
            yield drop_attribute("M002", top, name, "a record of the running cluster; Pacemaker 1.0 keeps none")
    if "crm_feature_set" in top.attrib:
        yield drop_attribute("M002", top, "crm_feature_set", "the DC writes its own")
    yield from _runtime_state(top, answers.status is StatusChoice.KEEP)
    yield from _port(top)
    yield from _boolean(top, "no-quorum-panic", "no-quorum-panic")
    stated = top.get("validate-with")
    if stated is None:
        yield add_attribute("M002", top, "validate-with", _SCHEMA, "names the schema, and with it the language")
    elif stated != _SCHEMA:
        yield rewrite("M002", top, "validate-with", _SCHEMA, "the language that it is written in now")
    yield from _sections(draft)


def _version(top: etree._Element, name: str) -> Iterator[Note]:
    text = top.get(name)
    if text is None:
        yield add_attribute("M002", top, name, "0", "2.1 takes 0 for a missing number; the schema wants it written")
    else:
        number = parse_count(text)
        if number is None or number >= _INT_END:
            what = "no number" if number is None else "larger than any number that a cluster has counted to"
            yield rewrite("M002", top, name, "0", f"0 stands for what is {what}")


def _runtime_state(top: etree._Element, kept: bool) -> Iterator[Note]:
    for old, new in (("have_quorum", "have-quorum"), ("dc_uuid", "dc-uuid")):
        for name in (old, new):
            if name in top.attrib and not kept:
                yield drop_attribute("M002", top, name, "belongs to the status, which is left out")
    yield from _boolean(top, "have_quorum", "have-quorum")
    yield from _boolean(top, "have-quorum", "have-quorum")
    if "dc_uuid" in top.attrib:
        yield rename("M002", top, "dc_uuid", "dc-uuid", "Pacemaker's name of the attribute")


def _boolean(top: etree._Element, old: str, new: str) -> Iterator[Note]:
    text = top.get(old)
    if text is None:
        return
    value = parse_boolean(text)
    plain = str(bool(value)).lower()
    if old != new:
        yield rename("M002", top, old, new, "Pacemaker's name of the attribute, with true or false", plain)
    elif plain != text:
        yield rewrite("M002", top, new, plain, "the schema takes true or false")


def _port(top: etree._Element) -> Iterator[Note]:
    text = top.get("remote_access_port")
    if text is None:
        return
    port = parse_count(text)
    if port and port < _PORT_END:
        reason = "Pacemaker's name of the attribute"
        yield rename("M002", top, "remote_access_port", "remote-tls-port", reason, str(port))
    else:
        yield drop_attribute("M002", top, "remote_access_port", "no port, so that nothing listened")


def _sections(draft: Draft) -> Iterator[Note]:
    seen = set()
    for section in draft.configuration.findall("*"):
        if section.tag in seen:
            yield drop("M002", section, f"2.1 read the first {section.tag} alone")
        seen.add(section.tag)
    for parent, tag in ((draft.top, "configuration"), (draft.top, "status")):
        for extra in parent.findall(tag)[1:]:
            yield drop("M002", extra, f"2.1 read the first {tag} alone")
    status = draft.section("status")
    if status is not None and draft.configuration in status.itersiblings("configuration"):
        yield move("M002", status, draft.top, "the schema wants it behind the configuration")
    for name in _NEEDED:
        if name not in seen:
            made = draft.need_section(name, draft.top)
            yield Note("M002", ChangeKind.ADDED, made, "", "", f"<{name}/>", "the schema wants the section")
    if draft.configuration in draft.created:
        reason = "the schema wants it"
        yield Note("M002", ChangeKind.ADDED, draft.configuration, "", "", "<configuration>", reason)
