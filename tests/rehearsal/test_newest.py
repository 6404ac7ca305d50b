"""What is taken out and put back is what the scheduler's own rewriting makes of it."""

from __future__ import annotations

import pytest
from lxml import etree

from cibtools.cluster.scheduler import parse_answer
from cibtools.rehearsal.newest import Newest
from cibtools.rehearsal.reaction import Reaction
from tests.rehearsal.lab import run


def _sorted(cib: etree._Element) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every element with its attributes; where a set stands among its siblings means nothing."""
    found = [
        (str(one.tag), sorted((str(k), str(v)) for k, v in one.items())) for one in cib.iterfind("configuration//*")
    ]
    return sorted(found)


@pytest.mark.parametrize(
    "line",
    [
        "crm_standby -U alfa -v on",
        "crm_resource -r web --meta -p target_role -v stopped",
        "crm_resource -M -r web -H bravo",
    ],
)
def test_the_configuration_is_the_same_as_rewritten_at_once(line: str, cluster: Reaction) -> None:
    newest = Newest(cluster.scheduler)
    newest.rewritten(cluster.restated())
    run(cluster, line)
    changed = cluster.restated()
    whole = parse_answer(cluster.scheduler.run(etree.tostring(changed)).after)
    assert _sorted(newest.rewritten(changed)) == _sorted(whole)
