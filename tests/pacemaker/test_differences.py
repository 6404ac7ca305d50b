"""`diff` against the real scheduler: an edit that changes a decision is a difference, one that reformats is none."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.source import Source
from cibtools.cluster.compare.compare import Side, compare, side_of
from cibtools.cluster.model.cluster import Cluster

pytestmark = [pytest.mark.pacemaker, pytest.mark.slow]

CIBS, EDITS = 60, 12
NODES = ("alder", "birch", "cedar")
SCORES = ("INFINITY", "-INFINITY", "100", "-100", "0", "50")
META = {
    "target-role": ("Started", "Stopped"), "resource-stickiness": ("0", "100"), "priority": ("0", "5"),
    "is-managed": ("true", "false"), "migration-threshold": ("1", "0"),
}  # fmt: skip
OPTIONS = {
    "symmetric-cluster": ("true", "false"), "default-resource-stickiness": ("0", "100"),
    "stop-all-resources": ("false", "true"), "maintenance-mode": ("false", "true"),
    "no-quorum-policy": ("ignore", "stop"),
}  # fmt: skip


class Maker:
    """Makes small clusters whose ids are all different."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._count = 0
        self._metas: list[str] = []

    def _id(self) -> str:
        self._count += 1
        return f"i{self._count}"

    def _nvset(self, tag: str, words: dict[str, tuple[str, ...]], identity: str = "") -> str:
        names = self.random.choices(sorted(words), k=self.random.randint(1, 2))
        pairs = "".join(
            f'<nvpair id="{self._id()}" name="{name}" value="{self.random.choice(words[name])}"/>' for name in names
        )
        identity = identity or self._id()
        if tag == "meta_attributes":
            self._metas.append(identity)
        score = f' score="{self.random.randint(1, 2)}"' if self.random.random() < 0.3 else ""
        return f'<{tag} id="{identity}"{score}>{pairs}</{tag}>'

    def _metas_of(self) -> str:
        if self._metas and self.random.random() < 0.2:
            return f'<meta_attributes id-ref="{self.random.choice(self._metas)}"/>'
        return "".join(self._nvset("meta_attributes", META) for _ in range(self.random.choice((0, 1, 1, 2))))

    def _primitive(self) -> str:
        monitor = f'<operations><op id="{self._id()}" name="monitor" interval="10s"/></operations>'
        inside = self._metas_of() + (monitor if self.random.random() < 0.3 else "")
        return f'<primitive id="{self._id()}" class="ocf" provider="pacemaker" type="Dummy">{inside}</primitive>'

    def _resource(self) -> str:
        match self.random.randint(0, 4):
            case 0:
                members = "".join(self._primitive() for _ in range(2))
                return f'<group id="{self._id()}">{self._metas_of()}{members}</group>'
            case 1:
                return f'<clone id="{self._id()}">{self._metas_of()}{self._primitive()}</clone>'
            case _:
                return self._primitive()

    def _set(self, names: list[str]) -> str:
        free = ' sequential="false"' if self.random.random() < 0.3 else ""
        refs = "".join(f'<resource_ref id="{name}"/>' for name in names)
        return f'<resource_set id="{self._id()}"{free}>{refs}</resource_set>'

    def _constraint(self, names: list[str]) -> str:
        one, two = self.random.sample(names, 2)
        score = self.random.choice(SCORES)
        match self.random.randint(0, 4):
            case 0 | 1:
                node = self.random.choice(NODES)
                return f'<rsc_location id="{self._id()}" rsc="{one}" node="{node}" score="{score}"/>'
            case 2:
                return f'<rsc_colocation id="{self._id()}" rsc="{one}" with-rsc="{two}" score="{score}"/>'
            case 3:
                return f'<rsc_order id="{self._id()}" first="{one}" then="{two}"/>'
            case _:
                chosen = self.random.sample(names, min(4, len(names)))
                sets = self._set(chosen[:2]) + (self._set(chosen[2:]) if chosen[2:] else "")
                tag = self.random.choice(('rsc_order id="{}"', 'rsc_colocation id="{}" score="INFINITY"'))
                return f"<{tag.format(self._id())}>{sets}</{tag.partition(' ')[0]}>"

    def cib(self) -> etree._Element:
        """One cluster of three nodes that are online."""
        sets = self._nvset("cluster_property_set", OPTIONS, "cib-bootstrap-options")
        sets = "".join([self._nvset("cluster_property_set", OPTIONS), sets] if self.random.random() < 0.5 else [sets])
        resources = "".join(self._resource() for _ in range(self.random.randint(3, 6)))
        names = [found.get("id", "") for found in etree.fromstring(f"<x>{resources}</x>")]
        constraints = "".join(self._constraint(names) for _ in range(self.random.randint(2, 5)))
        nodes = "".join(f'<node id="{name}" uname="{name}"/>' for name in NODES)
        states = "".join(
            f'<node_state id="{name}" uname="{name}" in_ccm="true" crmd="online" join="member" expected="member">'
            f'<lrm id="{name}"><lrm_resources/></lrm></node_state>'
            for name in NODES
        )
        fencing = (
            '<cluster_property_set id="f"><nvpair id="f1" name="stonith-enabled" value="false"/></cluster_property_set>'
        )
        return etree.fromstring(
            '<cib validate-with="none" crm_feature_set="3.0.1" epoch="1" num_updates="0" admin_epoch="0" '
            'have-quorum="1">'
            f"<configuration><crm_config>{sets}{fencing}</crm_config><nodes>{nodes}</nodes><resources>{resources}"
            f"</resources><constraints>{constraints}</constraints></configuration><status>{states}</status></cib>"
        )


def _swap_siblings(top: etree._Element, rnd: random.Random) -> None:
    parents = [found for found in top.iter("*") if len(found) > 1]
    parent = rnd.choice(parents)
    at = rnd.randrange(len(parent) - 1)
    parent.insert(at, parent[at + 1])


def _alike(top: etree._Element, rnd: random.Random) -> tuple[etree._Element, etree._Element]:
    """Two elements of one tag."""
    while True:
        one, two = rnd.sample([*top.iter("*")], 2)
        if one.tag == two.tag and one not in two.iterancestors() and two not in one.iterancestors():
            return one, two


def _swap_ids(top: etree._Element, rnd: random.Random) -> None:
    one, two = _alike(top, rnd)
    if "id" in one.attrib and "id" in two.attrib:
        one.attrib["id"], two.attrib["id"] = two.attrib["id"], one.attrib["id"]


def _swap_contents(top: etree._Element, rnd: random.Random) -> None:
    one, two = _alike(top, rnd)
    inside = [*one], [*two]
    for parent, children in ((one, inside[1]), (two, inside[0])):
        parent.extend(children)


def _rename(top: etree._Element, rnd: random.Random) -> None:
    rnd.choice([found for found in top.iter("*") if "id" in found.attrib]).set("id", "renamed")


def _delete(top: etree._Element, rnd: random.Random) -> None:
    found = rnd.choice([found for found in top.iter("*") if found.getparent() is not top and found is not top])
    found.getparent().remove(found)


def _change(top: etree._Element, rnd: random.Random) -> None:
    found = rnd.choice([found for found in top.iter("*") if found.attrib])
    name = rnd.choice([str(name) for name in found.attrib])
    others = [each.get(name) for each in top.iter(str(found.tag)) if each.get(name)]
    found.set(name, rnd.choice([*others, "100000000000000005", "true", "infinity", "Stopped"]))


EDITS_OF_MEANING = (_swap_siblings, _swap_siblings, _swap_ids, _swap_contents, _rename, _delete, _change, _change)


def _side(root: etree._Element) -> Side:
    source = Source("cib.xml", etree.tostring(root))
    tree, defects, kind = parse_cib(source)
    assert tree is not None
    return side_of(Cluster(Backup("cib.xml", (Document(kind, source, tree, defects=defects),))))


def _decision(crm_simulate: str, root: etree._Element, path: Path) -> str:
    path.write_bytes(etree.tostring(root))
    done = subprocess.run([crm_simulate, "-x", path, "-S"], capture_output=True, text=True, check=False)
    return f"{done.returncode}\n{done.stdout}"


def _edited(seed: int) -> Iterator[tuple[str, etree._Element, etree._Element]]:
    root = Maker(seed).cib()
    rnd = random.Random(seed)
    for _ in range(EDITS):
        edit = rnd.choice(EDITS_OF_MEANING)
        other = deepcopy(root)
        edit(other[0], rnd)
        yield edit.__name__, root, other


def test_every_edit_that_changes_a_decision_is_told(pacemaker: Callable[[str], str], tmp_path: Path) -> None:
    crm_simulate = pacemaker("crm_simulate")
    unseen, changed = [], 0
    for seed in range(CIBS):
        before = ""
        for name, root, other in _edited(seed):
            before = before or _decision(crm_simulate, root, tmp_path / "old.xml")
            if _decision(crm_simulate, other, tmp_path / "new.xml") == before:
                continue
            changed += 1
            if not compare(_side(root), _side(other)).differences:
                unseen.append(f"{seed} {name}")
    assert unseen == []
    assert changed > CIBS


@pytest.mark.parametrize("seed", range(CIBS))
def test_no_edit_that_only_reformats_is_told(seed: int) -> None:
    root = Maker(seed).cib()
    other = deepcopy(root)
    etree.indent(other)
    for element in [*other.iter("*")]:
        attributes = sorted(element.attrib.items(), reverse=True)
        element.attrib.clear()
        element.attrib.update(attributes)
        element.insert(0, etree.Comment("new"))
    other.set("epoch", "77")
    assert compare(_side(root), _side(other)).differences == ()
