"""Small CIBs for the migration: fragments are set into a whole CIB, and found again in the result."""

from __future__ import annotations

import copy
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from cibtools.backup.cib.section import FRAGMENT_HOME
from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.migrate.answers import Answers, Stack, StatusChoice, parse_answers
from cibtools.migrate.pipeline import migrate
from cibtools.migrate.record.outcome import Migration

EXAMPLES = Path(__file__).parent / "examples"
DUMMY = 'class="ocf" provider="heartbeat" type="Dummy"'
SECTIONS = ("crm_config", "rsc_defaults", "op_defaults", "nodes", "resources", "constraints")
NO_FENCING = '<cluster_property_set id="lab-options"><attributes><nvpair id="lab-no-stonith" name="stonith-enabled" value="false"/></attributes></cluster_property_set>'  # noqa: E501


def cluster_of(cib: str, others: dict[str, str] | None = None) -> Cluster:
    """A cluster from the text of its CIB and of the files beside it."""
    texts = {"cib.xml": cib, **(others or {})}
    read = [
        Read(parse_source(Source(name, text.encode()), name), "", name, walked=True) for name, text in texts.items()
    ]
    (backup,) = gather(read)
    return Cluster(backup)


def migrated(cib: str, answers: Answers | None = None, others: dict[str, str] | None = None) -> Migration:
    """The migration of a CIB given as text."""
    return migrate(cluster_of(cib, others), answers or Answers())


def answers_of(table: dict[str, Any]) -> Answers:
    """Answers as an example states them: `stack` and `status` beside the keys of an answers file."""
    from msgspec.structs import replace

    lines = [f"{key} = {_toml(value)}" for key, value in table.items() if key not in ("stack", "status")]
    found = parse_answers("\n".join(lines), "answers.toml")
    return replace(
        found, stack=Stack(table.get("stack", "heartbeat")), status=StatusChoice(table.get("status", "drop"))
    )


def _toml(value: object) -> str:
    match value:
        case dict():
            return "{ " + ", ".join(f'"{key}" = "{new}"' for key, new in value.items()) + " }"
        case list():
            return "[" + ", ".join(f'"{item}"' for item in value) + "]"
        case int():
            return str(value)
        case _:
            return f'"{value}"'


def roots_of(text: str) -> list[etree._Element]:
    """The elements (and comments) of a text with several roots."""
    parser = etree.XMLParser(remove_blank_text=True)
    return list(etree.fromstring(f"<x>{text.replace('$D', DUMMY)}</x>", parser))


def whole(text: str) -> str:
    """A whole old CIB around a fragment; what the fragment does not say is filled in so that nothing else happens."""
    if "<cib" in text:
        return text.replace("$D", DUMMY)
    roots = roots_of(text)
    cib = etree.fromstring(
        f'<cib admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config>{NO_FENCING}</crm_config>'
        "<nodes><node id='u1' uname='n1' type='normal'/><node id='u2' uname='n2' type='normal'/></nodes>"
        "<resources/><constraints/></configuration><status/></cib>"
    )
    home = {section.tag: section for section in cib.find("configuration")}
    tags = {root.tag for root in roots}
    if tags & {"crm_config", "cluster_property_set"} or any(root.tag == "nvpair" for root in roots):
        home["crm_config"].clear()
    if tags & {"nodes", "node"}:
        home["nodes"].clear()
    needs_a = not tags & {"primitive", "group", "clone", "master_slave", "resources"}
    resources = home["resources"]
    if needs_a:
        resources.append(_dummy("a"))
        resources.append(_dummy("b"))
    for root in roots:
        if root.tag in SECTIONS:
            section = home[root.tag]
            section.getparent().replace(section, root)
            home[root.tag] = root
        elif root.tag in ("meta_attributes", "instance_attributes", "operations"):
            resources[0].append(root)
        elif root.tag == "nvpair":
            home["crm_config"].append(root)
        elif root.tag == "status":
            cib.replace(cib.find("status"), root)
        elif callable(root.tag):
            home["constraints"].append(root)
        else:
            home[FRAGMENT_HOME[root.tag]].append(root)
    return etree.tostring(cib, encoding="unicode")


def _dummy(identity: str) -> etree._Element:
    return etree.fromstring(f'<primitive id="{identity}" {DUMMY}/>')


def is_filled_in(route: str) -> bool:
    """True for what `whole` put around a fragment."""
    return route.startswith(("cluster_property_set[lab-options]", "node[u1]", "node[u2]"))


def excerpt(top: etree._Element, before: str, after: str) -> list[etree._Element]:
    """The parts of a result that an example shows: those in the places where its `before` and `after` have roots."""
    shown = [root.tag for root in roots_of(after)] or [root.tag for root in roots_of(before)]
    configuration = top.find("configuration")
    found: list[etree._Element] = []
    tags = set(shown)
    if "cib" in tags:
        return [top]
    for section in SECTIONS:
        node = configuration.find(section)
        if section in tags:
            found += [] if node is None else [node]
            continue
        if node is None or not any(FRAGMENT_HOME.get(tag) == section for tag in tags if isinstance(tag, str)):
            continue
        found += [child for child in node if section != "resources" or child.get("id") not in ("a", "b") or len(child)
                  or f'id="{child.get("id")}"' in before + after]  # fmt: skip
    if tags & {"meta_attributes", "instance_attributes", "operations"}:
        found += list(configuration.find("resources")[0])
    if "status" in tags:
        found.append(top.find("status"))
    return found


def canonical(element: etree._Element) -> str:
    """An element as text that does not depend on the order of attributes or on white space; comments count."""
    element = copy.deepcopy(element)
    element.tail = None
    for node in element.iter("*"):
        for part in (node, *node):
            part.tail = None
        node.text = None
        attributes = sorted(node.attrib.items())
        node.attrib.clear()
        node.attrib.update(attributes)
    return etree.tostring(element, encoding="unicode")


@dataclass(frozen=True)
class Example:
    """One before/after pair of a step."""

    step: str
    name: str
    before: str
    after: str
    answers: dict[str, Any]
    others: dict[str, str]
    decides: tuple[str, ...]
    drops: tuple[str, ...]


@dataclass(frozen=True)
class Untouched:
    """Something that looks like a case for a step and is none."""

    step: str
    name: str
    cib: str
    as_given: bool
    """True: the text is the whole input, a fragment remains one."""
    answers: dict[str, Any]
    others: dict[str, str]


def load() -> tuple[list[Example], list[Untouched]]:
    """Every example below `examples/`, one TOML file for each step."""
    examples: list[Example] = []
    untouched: list[Untouched] = []
    for path in sorted(EXAMPLES.glob("M*.toml")):
        table = tomllib.loads(path.read_text())
        step = path.stem
        for row in table.get("example", ()):
            known = {"name", "before", "after", "answers", "others", "decides", "drops"}
            assert set(row) <= known, f"{path.name}: {set(row) - known}"
            examples.append(
                Example(step, row["name"], row["before"], row["after"], row.get("answers", {}), row.get("others", {}),
                        tuple(row.get("decides", ())), tuple(row.get("drops", ())))
            )  # fmt: skip
        for row in table.get("untouched", ()):
            assert set(row) <= {"name", "cib", "as_given", "answers", "others"}, f"{path.name}: {set(row)}"
            untouched.append(
                Untouched(step, row["name"], row["cib"], row.get("as_given", False), row.get("answers", {}),
                          row.get("others", {}))
            )  # fmt: skip
    return examples, untouched
