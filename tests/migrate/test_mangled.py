"""However a CIB was mangled, its migration neither raises nor says nothing of what it changed."""

from __future__ import annotations

import copy
import random
from pathlib import Path

import pytest
from lxml import etree

from cibtools.migrate.answers import Answers, StatusChoice
from tests.migrate.claims import unclaimed
from tests.migrate.lab import migrated

HASI = Path(__file__).resolve().parents[2] / "fixtures/hasi/cib.bak.xml"
RNG = Path("/usr/share/pacemaker/pacemaker-1.0.rng")
VALUES = ("", "INFINITY", "-500", "abc", "No", "default", "#default", "1e3", "5s", "started", " 3 ", "OR")
ATTRIBUTES = ("foo", "description", "score", "resource_failure_stickiness", "boolean_op", "disabled", "interval")
NAMES = (
    "no_quorum_policy", "no-quorum-policy", "stonith_enabled", "stonith-enabled", "default_resource_stickiness",
    "default-resource-failure-stickiness", "resource_failure_stickiness", "resource_stickiness", "is_managed",
    "is-managed-default", "default_action_timeout", "dc-deadtime", "dc_deadtime", "target_role", "clone_max",
)  # fmt: skip


def mangle(cib: etree._Element, chance: random.Random) -> None:
    """Do one thing to a CIB that an editor, a script or a tired person might."""
    configuration = cib.find("configuration")
    assert configuration is not None
    found = chance.choice([*configuration.iterdescendants("*")])
    parent = found.getparent()
    assert parent is not None
    match chance.randrange(7):
        case 0 if found.attrib:
            found.attrib.pop(chance.choice([*found.attrib]))
        case 1 if found.attrib:
            found.set(str(chance.choice([*found.attrib])), chance.choice(VALUES))
        case 2:
            parent.append(copy.deepcopy(found))
        case 3:
            found.set(chance.choice(ATTRIBUTES), chance.choice(VALUES))
        case 4:
            found.text = f"{found.text or ''}stray"
        case 5:
            parent.remove(found)
        case _:
            pair = chance.choice([*configuration.iter("nvpair")])
            pair.set("name", chance.choice(NAMES))
            pair.set("value", chance.choice(VALUES))


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_a_mangled_cluster_is_migrated_or_refused(first: int) -> None:
    schema = etree.RelaxNG(file=str(RNG)) if RNG.exists() else None
    original = etree.parse(str(HASI)).getroot()
    for seed in range(first, first + 20):
        chance = random.Random(seed)
        cib = copy.deepcopy(original)
        for _ in range(chance.randint(1, 12)):
            mangle(cib, chance)
        migration = migrated(etree.tostring(cib, encoding="unicode"), Answers(status=chance.choice([*StatusChoice])))
        assert unclaimed(migration) == [], seed
        result = etree.fromstring(migration.document())
        assert migration.blocked or schema is None or schema.validate(result), (seed, schema.error_log)
