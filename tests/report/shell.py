"""The real crm shell, and what two CIBs mean: all that remains when the ids which the shell gives are taken away."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

EMPTY = """<cib crm_feature_set="3.0.1" validate-with="pacemaker-1.0" admin_epoch="0" epoch="1" num_updates="0">
<configuration><crm_config/><nodes/><resources/><constraints/></configuration><status/></cib>
"""
LOADER = Path(__file__).with_name("crm_loader.py")
_UNNAMED = ("nvpair", "op", "expression", "date_expression", "date_spec", "duration", "resource_set")
_OBJECTS = (
    *("node", "primitive", "group", "clone", "master", "rsc_location", "rsc_order", "rsc_colocation"),
    *("cluster_property_set", "rsc_defaults", "op_defaults", "rsc_ticket", "tag"),
)
_DEFAULTS = {
    ("node", "type"): "normal",
    ("rule", "boolean-op"): "and",
    ("resource_set", "sequential"): "true",
    ("rsc_colocation", "score"): "0",
}
Meaning = tuple[object, ...]


class Shell:
    """crmsh, as it is installed."""

    def __init__(self, crm: str, folder: Path) -> None:
        self._python = Path(crm).read_text().splitlines()[0].removeprefix("#!").strip()
        self._folder = folder

    def load(self, texts: Mapping[str, str]) -> dict[str, bytes]:
        """The CIB that the shell makes of each text; raise if it refuses one."""
        for name, text in texts.items():
            (self._folder / f"{name}.crm").write_text(text, encoding="utf-8")
        (self._folder / "empty.xml").write_text(EMPTY, encoding="utf-8")
        words = [self._python, "-I", str(LOADER), str(self._folder)]
        ran = subprocess.run(words, capture_output=True, text=True, check=False, timeout=570)
        assert ran.returncode == 0, ran.stderr
        found = {name: self._folder / f"{name}.xml" for name in texts}
        refused = [name for name, path in found.items() if not path.exists()]
        assert not refused, f"the shell refuses {refused}: {ran.stderr}"
        return {name: path.read_bytes() for name, path in found.items()}


def meanings(cib: etree._Element) -> dict[tuple[str, str], Meaning]:
    """What each object of the configuration says, by its tag and id; objects within others count for themselves."""
    found = {}
    for section in cib.find("configuration").iterchildren("*"):
        objects = [section] if section.tag == "fencing-topology" else section.iter(*_OBJECTS, "meta_attributes")
        for element in objects:
            if element.tag != "meta_attributes" or element.getparent().tag in ("rsc_defaults", "op_defaults"):
                found[str(element.tag), element.get("id", "")] = _meaning(element)
    return {key: meaning for key, meaning in found.items() if key[0] not in ("rsc_defaults", "op_defaults")}


def comments(cib: etree._Element) -> list[str]:
    """The lines of all comments, without what marks them."""
    lines = (line for node in cib.iter(etree.Comment) for line in (node.text or "").splitlines())
    return sorted(text for line in lines if (text := line.strip().removeprefix("#").removesuffix("#").strip()))


def _meaning(element: etree._Element) -> Meaning:
    tag = str(element.tag)
    within = element.getparent().tag
    attributes = {name: _value(tag, name, value) for name, value in element.items()}
    if tag in _UNNAMED or within == "op":
        attributes.pop("id", None)
    if tag in ("lifetime", "cluster_property_set") or within in ("rsc_defaults", "op_defaults"):
        # crmsh 4 gives every lifetime an id, and forgets the score of a set of options.
        attributes.pop("id" if tag == "lifetime" else "score", None)
    if tag == "rsc_order":
        # The shell of 1.0 keeps the score; crmsh 4 says the same with a kind.
        score = attributes.pop("score", "INFINITY")
        attributes.setdefault("kind", "Optional" if score.lstrip("+-").strip("0") == "" else "Mandatory")
    for (owner, name), default in _DEFAULTS.items():
        if owner == tag and "score-attribute" not in attributes and "score-attribute-mangle" not in attributes:
            attributes.setdefault(name, default)
    if tag == "rule" and len([*element.iterchildren("*")]) < 2:
        attributes["boolean-op"] = "and"
    children = [_meaning(child) for child in element.iterchildren("*")]
    children = [child for child in children if not _says_nothing(child)]
    if tag in ("primitive", "group", "clone", "master"):
        # Sets of one kind keep their order among each other, and so do resources; no more than that matters.
        children.sort(key=lambda child: str(child[0]))
    return (tag, tuple(sorted(attributes.items())), tuple(children))


def _says_nothing(meaning: Meaning) -> bool:
    return meaning[0] in ("operations", "instance_attributes") and not meaning[1] and not meaning[2]


def _value(tag: str, name: str, value: str) -> str:
    if name in ("symmetrical", "sequential"):
        return {"1": "true", "0": "false"}.get(value, value)
    if name == "score":
        return {"+INFINITY": "INFINITY"}.get(value, value)
    return value
