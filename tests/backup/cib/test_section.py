"""The list of sections against the schemas that Pacemaker brings along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from cibtools.backup.cib.section import CONFIGURED_TAGS, FRAGMENT_HOME, SECTION_TAGS

SCHEMAS = Path("/usr/share/pacemaker")
RNG = "{http://relaxng.org/ns/structure/1.0}"


def elements_of(file: Path) -> Iterator[etree._Element]:
    """The elements that a grammar may start with."""
    grammar = etree.parse(str(file)).getroot()
    defined = {found.get("name"): found for found in grammar.iter(f"{RNG}define")}
    waiting = [grammar.find(f"{RNG}start")]
    seen = set()
    while waiting:
        node = waiting.pop()
        if node.tag == f"{RNG}element":
            yield node
        elif node.tag == f"{RNG}ref" and node.get("name") not in seen:
            seen.add(node.get("name"))
            waiting.append(defined[node.get("name")])
        else:
            waiting += node.iterchildren(f"{RNG}*")


def sections_of(schema: Path) -> Iterator[etree._Element]:
    """The elements below `configuration` in one release's schema."""
    configuration = etree.parse(str(schema)).find(f".//{RNG}element[@name='configuration']")
    assert configuration is not None
    for outside in configuration.iter(f"{RNG}externalRef"):
        yield from elements_of(SCHEMAS / outside.get("href", ""))


@pytest.mark.parametrize("schema", sorted(SCHEMAS.glob("pacemaker-*.rng")), ids=lambda path: path.stem)
def test_every_section_of_every_release_is_listed(schema: Path) -> None:
    names = {found.get("name") for found in sections_of(schema)}
    assert {"crm_config", "nodes", "resources", "constraints"} <= names <= set(CONFIGURED_TAGS)


def test_every_object_has_a_section_for_its_home() -> None:
    assert set(FRAGMENT_HOME.values()) < set(SECTION_TAGS)
