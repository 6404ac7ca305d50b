"""Making findings of hits: messages filled in, subjects named, and what makes the identity of a finding.

Identity outlasts edits: it is made of the rule, of ids and names, and of nothing that a message, a line or the company
of a finding could change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from cibtools.backup.cib.section import SECTION_TAGS
from cibtools.cluster.model.place import Place
from cibtools.errors import RuleError
from cibtools.lint.catalogue.template import fill
from cibtools.lint.record.finding import Finding, Hit, Note
from cibtools.lint.record.rule import Rule, Variant
from cibtools.location import Location


def broken(rule: Rule, message: str) -> RuleError:
    """Make the error for a rule file that cannot be used."""
    return RuleError(f"rule {rule.code}: {message}", location=Location(rule.path, 1, 1, 1, 1))


def remedy_of(rule: Rule, hit: Hit) -> str:
    """Fill in what to do about a hit; raise RuleError if the rule file does not fit its check."""
    return _filled(rule, _variant(rule, hit).remedy, hit)


def make_finding(rule: Rule, group: Sequence[Hit], root: str) -> Finding:
    """Make one finding of one hit, or of several that are folded together; root is the backup's path."""
    hit, variant = group[0], _variant(rule, group[0])
    subjects: tuple[str, ...] = ()
    if len(group) == 1:
        message, notes = _filled(rule, variant.message, hit), hit.notes
        route, discriminator = _route(hit, root), hit.discriminator
    else:
        subjects = _subjects(group)
        counted = replace(hit, values={**hit.values, "count": len(group), "subjects": ", ".join(subjects)})
        message = _filled(rule, variant.folded or f"{rule.summary}: {{subjects}}", counted)
        notes = tuple(Note(other.place, _filled(rule, variant.each or "{subject}", other)) for other in group)
        # No single object leads to a folded finding; one more or less of them makes it another finding.
        route, discriminator = "", ", ".join(sorted({other.subject or _route(other, root) for other in group}))
    return Finding(
        rule.code,
        rule.name,
        hit.variant,
        rule.severity_of(hit.variant, hit.severity),
        rule.confidence,
        message,
        remedy_of(rule, hit),
        hit.place,
        notes,
        route,
        discriminator,
        subjects,
        fixes=tuple(one.fix for one in group if one.fix is not None),
    )


def subject_of(hit: Hit) -> str:
    """The name a check gives, or what people would call the place; never nothing."""
    return hit.subject or _described(hit.place)


def _subjects(group: Sequence[Hit]) -> tuple[str, ...]:
    """The subjects of several hits, each once; those of one name in different objects with their places."""
    objects: dict[str, set[object]] = {}
    for hit in group:
        objects.setdefault(subject_of(hit), set()).add(_object(hit.place))
    names = set()
    for hit in group:
        name, location = subject_of(hit), hit.place.location
        names.add(name if len(objects[name]) == 1 else f"{name} ({location.line}:{location.column})")
    return tuple(sorted(names))


def _object(place: Place) -> object:
    """The primitive around an element, or else what of its section it is in; what is no XML is one object."""
    if place.spot is not None or place.element is None:
        return None
    for above in (place.element, *place.element.iterancestors("*")):
        parent = above.getparent()
        if above.tag == "primitive" or parent is None or parent.tag in SECTION_TAGS:
            return above
    return place.element


def _described(place: Place) -> str:
    """An element by its tag and the nearest object around it that has a name; what has none by its line."""
    line = f"line {place.location.line}"
    if place.spot is not None or place.element is None:
        return f"{place.item} in {line}" if place.item else line
    tag = place.element.tag
    for above in (place.element, *place.element.iterancestors("*")):
        name = above.get("uname") or above.get("id") or above.get("name")
        if name:
            return f"{tag} '{name}'" if above is place.element else f"{tag} of {above.tag} '{name}'"
    return f"{tag} in {line}"


def _route(hit: Hit, root: str) -> str:
    if hit.about:
        return hit.about.route(root)
    places = [hit.place, *(note.place for note in hit.notes if hit.mutual)]
    return " + ".join(sorted(place.route(root) for place in places))


def _variant(rule: Rule, hit: Hit) -> Variant:
    found = rule.variants.get(hit.variant) or rule.variants.get("")
    if found is None:
        raise broken(rule, f"there is no variant `{hit.variant}`")
    return found


def _filled(rule: Rule, template: str, hit: Hit) -> str:
    values = {**hit.values, "subject": subject_of(hit)} if "{subject}" in template else hit.values
    try:
        text = fill(template, values, hit.place.element)
    except KeyError as error:
        raise broken(rule, f"the message names {error}, which the check does not give") from error
    return _NAMELESS.sub(r"\1 without id", text) if "''" in text else text


_NAMELESS = re.compile(r"\b([a-z][a-z_-]+) ''(?=[:,. ])")
"""A kind of object with an empty name behind it, as rules and checks write `primitive '{id}'`."""


def number_twins(findings: Iterable[Finding]) -> list[Finding]:
    """Tell findings apart that rule, route and discriminator do not, by counting them in the order of what they hold.

    Their order in the file counts only for those that are equal, so that siblings may change places.
    """
    return [numbered for _, numbered in paired_twins(findings)]


def paired_twins(findings: Iterable[Finding]) -> Iterator[tuple[Finding, Finding]]:
    """Give each finding with the same finding numbered, as `number_twins` does."""
    twins: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in in_order(findings):
        twins.setdefault((finding.code, finding.route, finding.discriminator), []).append(finding)
    for same in twins.values():
        if len(same) > 1:
            same.sort(key=lambda finding: (_content(finding.place), finding.variant))
        for count, finding in enumerate(same):
            yield finding, replace(finding, ordinal=count) if count else finding


def _content(place: Place) -> str:
    """What stands at a place, in an order of its own: attributes of the element and of all below, or the bytes."""
    if place.spot is not None or place.element is None:
        return repr(place.document.source.data[place.span.start : place.span.end])
    return repr([(found.tag, sorted(found.attrib.items())) for found in place.element.iter("*")])


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by path, position, code and variant."""

    def key(finding: Finding) -> tuple[str, int, str, str, str]:
        return (finding.place.document.path, finding.place.span.start, finding.code, finding.variant, finding.message)

    return tuple(sorted(findings, key=key))
