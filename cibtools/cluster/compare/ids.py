"""Ids that break the schema: as handles they mean nothing, but with one id twice, or none where one is required,
Pacemaker refuses the whole CIB.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.compare.difference import Difference, DifferenceKind
from cibtools.cluster.compare.telling import Placer
from cibtools.cluster.vocabulary.grammar import FREE_IDS, grammar

Sections = Mapping[str, tuple[etree._Element, ...]]
_LEGAL = re.compile(r"[^\W\d][\w.-]*\Z")
_NONE = "each is legal and occurs once"
_FEW = 5


def id_differences(
    sections: Sequence[str], old: Sections, new: Sections, places: tuple[Placer, Placer]
) -> Iterator[Difference]:
    """Tell of ids that are lacking, illegal or repeated, if there are such on one side alone; a line per section."""
    faults = _faults(sections, old), _faults(sections, new)
    if bool(faults[0]) is bool(faults[1]):
        return
    for section in sections:
        before, after = (dict(side.get(section, ())) for side in faults)
        if before.keys() != after.keys():
            found = [
                next((place(side[words], "id") for words in side if words not in other), None)
                for side, other, place in ((before, after, places[0]), (after, before, places[1]))
            ]
            said = (_said(before.keys() - after.keys()), _said(after.keys() - before.keys()))
            yield Difference(DifferenceKind.CHANGED, section, "ids", (), "", *said, "", *found)


def _faults(sections: Iterable[str], side: Sections) -> dict[str, list[tuple[str, etree._Element]]]:
    """What is wrong with ids, in words, by section; an id that two sections share counts in the later one."""
    known = grammar(Dialect.P11)
    bearers = [
        (section, found, found.get("id", "").strip())
        for section in sections
        for top in side.get(section, ())
        for found in top.iter("*")
        if found.tag not in FREE_IDS
    ]
    counts = Counter(name for _, found, name in bearers if "id" in found.attrib)
    faults: dict[str, list[tuple[str, etree._Element]]] = {}
    for section, found, name in bearers:
        if "id" not in found.attrib:
            tag = str(found.tag)
            if "id-ref" not in found.attrib and tag in known and "id" in known[tag].required:
                faults.setdefault(section, []).append((f"{tag} without an id", found))
            continue
        if counts[name] > 1:
            faults.setdefault(section, []).append((f"{name} occurs {counts[name]} times", found))
        if not _LEGAL.match(name):
            faults.setdefault(section, []).append((f"{name} is not legal", found))
    return faults


def _said(words: Iterable[str]) -> str:
    told = sorted(words)
    return ", ".join(told[:_FEW]) + (", …" if len(told) > _FEW else "") if told else _NONE
