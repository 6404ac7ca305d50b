from __future__ import annotations

import pytest

from cibtools.backup.record.source import Source
from cibtools.migrate.draft.mention import Mentions


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<op id="o" on_fail="stop"/>', True),
        ("<op id='o'\n  on_fail = 'stop'/>", True),
        ("<op id='o'\ton_fail='stop'/>", True),
        ('<nvpair name="on_fail" value="x"/>', True),
        ("<nvpair name='on_fail' value='x'/>", True),
        ('<op id="o" x_on_fail="stop"/>', False),
        ('<op id="on_failure" name="monitor"/>', False),
        ("", False),
        ('<nvpair name="on&#95;fail" value="x"/>', True),
    ],
)
def test_a_name_is_mentioned_or_not(text: str, said: bool) -> None:
    assert Mentions([Source("cib.xml", text.encode())]).attribute("on_fail", "on-fail") is said


def test_a_file_that_hides_its_words_mentions_everything() -> None:
    assert Mentions([Source("cib.xml", "<op/>".encode("utf-16"))]).attribute("on_fail")


def test_any_file_counts() -> None:
    sources = [Source("a.xml", b"<op/>"), Source("b.xml", b'<op role="Master"/>')]
    assert Mentions(sources).attribute("role")
    assert not Mentions(sources).attribute("rol")


def test_letters_beyond_ascii_may_be_spelled_in_the_way_of_the_file() -> None:
    assert Mentions([Source("cib.xml", '<op id="p\xe4"/>'.encode("latin-1"))]).value("p\xe4")
    assert not Mentions([Source("cib.xml", b'<op id="p"/>')]).value("p\xe4")
