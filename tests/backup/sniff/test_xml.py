"""Sections and objects of every release are recognised, and other XML with the same words is not."""

from __future__ import annotations

import pytest

from cibtools.backup.cib.section import FRAGMENT_HOME, SECTION_TAGS
from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.xml import recognise_xml


@pytest.mark.parametrize("tag", SECTION_TAGS)
@pytest.mark.parametrize("before", ["", "Thu May  7 12:00:00 2009\n"])
def test_a_section_alone_is_recognised(tag: str, before: str) -> None:
    found = recognise_xml(f"{before}<{tag}>\n</{tag}>\n")
    assert found is not None
    assert found[0] is Kind.CIB_SECTION


@pytest.mark.parametrize("tag", FRAGMENT_HOME)
def test_an_object_alone_is_recognised(tag: str) -> None:
    found = recognise_xml(f'<{tag} id="a"/>\n')
    assert found is not None
    assert found[0] is Kind.CIB_FRAGMENT


@pytest.mark.parametrize(
    "text",
    [
        "<tags><tag>lxml</tag></tags>", '<alert level="1">on fire</alert>', "<template><p>hello</p></template>",
        "<templates/>", "<alerts>\n<alert>x</alert></alerts>",
    ],
)  # fmt: skip
def test_other_xml_with_everyday_words_is_no_part_of_a_cib(text: str) -> None:
    found = recognise_xml(text)
    assert found is not None
    assert found[0] is Kind.OTHER_XML
