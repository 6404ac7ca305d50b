"""M080, M046 and M090: locations, and descriptions where the new syntax has no place for them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.score import normal_score
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import drop, drop_attribute, shown

_DESCRIBED = frozenset({"primitive", "group", "clone", "master", "op", "node"})
_WITH_DESCRIPTION = etree.XPath("descendant::*[@description]")


def locations(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M080: keep of a location either node and score, or the rules.

    Source: policy engine 0.6 (`unpack_rsc_location`): with node and score the rules are not read; pacemaker-1.0 RelaxNG
    takes one or the other. Trigger: both, or only half of the first, or nothing. Changes: what was not read goes.
    """
    for location in draft.constraints("rsc_location"):
        rules = [*location.iterchildren("rule")]
        if "node" in location.attrib and "score" in location.attrib:
            yield from normal_score("M080", location)
            for rule in rules:
                yield drop("M080", rule, "a location with node and score never looked at its rules")
        elif not rules:
            yield drop("M080", location, "a location without a rule, or node and score, had no effect")
        else:
            for name in ("node", "score"):
                if name in location.attrib:
                    missing = "score" if name == "node" else "node"
                    yield drop_attribute("M080", location, name, f"without {missing} it was not read")


def descriptions(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M046: turn a description into a comment where the schema has no place for one. M090: turn the description of a
    constraint into a comment.

    Source: pacemaker-1.0 RelaxNG. Trigger: `description` on anything but resources, operations and nodes. Changes: it
    becomes a comment before the element.
    """
    section = draft.section("constraints")
    found = _WITH_DESCRIPTION(draft.configuration)
    for element in found if isinstance(found, list) else []:
        assert isinstance(element, etree._Element)
        parent = element.getparent()
        if element.tag in _DESCRIBED or parent is None:
            continue
        text = str(element.attrib.pop("description"))
        # Two dashes end a comment, and one must not stand at its end.
        comment = etree.Comment(f" description: {text.replace('--', '- -').replace('--', '- -')} ")
        parent.insert(parent.index(element), comment)
        after = etree.tostring(comment, encoding="unicode")
        reason = f"a description has no place on {element.tag}"
        before = shown("description", text)
        step = "M090" if section is not None and section in element.iterancestors("constraints") else "M046"
        yield Note(step, ChangeKind.REWRITTEN, element, "description", before, after, reason)
