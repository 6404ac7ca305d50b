from __future__ import annotations

import pytest

from cibtools.migrate.draft.drafting import draft_of
from cibtools.migrate.draft.identity import legal_id
from tests.migrate.lab import cluster_of, whole


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("web", "web"), ("web:1", "web-1"), ("1:web", "id-1-web"), ("a b", "a-b"), ("z@1", "z-1"), ("-x", "id--x"),
        ("_x.y-2", "_x.y-2"), ("größe", "größe"), ("vg+1", "vg-1"), ("", "id-"),
        ("a\U0001f600", "a-"), ("\u0663", "id-\u0663"), ("\u65e5", "\u65e5"),
    ],
)  # fmt: skip
def test_an_id_becomes_the_nearest_legal_one(old: str, new: str) -> None:
    assert legal_id(old) == new


def test_a_new_id_takes_none_that_is_or_was_in_the_draft() -> None:
    cib = whole('<primitive id="web" $D><meta_attributes id="web-m"/></primitive>')
    draft = draft_of(cluster_of(cib))
    web = draft.resources()[0]
    assert draft.book("web", "meta_attributes") == "web-meta_attributes"
    web.remove(web[0])
    assert draft.book("web-m", "nvpair") == "web-m-nvpair"
    assert draft.book("web-m", "nvpair") == "web-m-nvpair-2"
    draft.create(web, "operations", [("id", "web-ops")], cause=web)
    assert draft.book("web-ops", "operations") == "web-ops-operations"
    assert draft.book("web:ops", "x") == "web-ops-x"
