"""Write the XSDs of Pacemaker 1.1 and later from their one description: `python -m tests.cluster.schema.written`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
_XS = "{http://www.w3.org/2001/XMLSchema}"
_BOUNDS = {"": "", "?": ' minOccurs="0"', "*": ' minOccurs="0" maxOccurs="unbounded"', "+": ' maxOccurs="unbounded"'}
_TOKEN = re.compile(r"[\w-]+(?:@[\d.]+(?:-[\d.]+)?)?|[(),|*+?&]")
_TYPES = {"boolean": "xs:boolean", "integer": "xs:integer", "count": "xs:nonNegativeInteger", "text": "xs:string"}
_NAMED_TYPES = """  <xs:simpleType name="identifier"><xs:restriction base="xs:NCName"/></xs:simpleType>
  <xs:simpleType name="reference"><xs:restriction base="xs:NCName"/></xs:simpleType>
  <xs:simpleType name="infinity"><xs:restriction base="xs:token"><xs:enumeration value="INFINITY"/>
    <xs:enumeration value="+INFINITY"/><xs:enumeration value="-INFINITY"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="score"><xs:union memberTypes="xs:integer infinity"/></xs:simpleType>
  <xs:simpleType name="range"><xs:restriction base="xs:string">
    <xs:pattern value="([0-9\\-]+)"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="devices"><xs:restriction base="xs:string">
    <xs:pattern value="([a-zA-Z0-9_\\.\\-]+)(,[a-zA-Z0-9_\\.\\-]+)*"/></xs:restriction></xs:simpleType>
"""
_STATUS = """  <xs:element name="status"><xs:annotation><xs:documentation>What the cluster has recorded: written by the
    daemons, never by hand, and not checked.</xs:documentation></xs:annotation>
    <xs:complexType mixed="true"><xs:sequence>
    <xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/></xs:sequence>
    <xs:anyAttribute processContents="skip"/></xs:complexType></xs:element>
  <xs:element name="no-children" abstract="true"><xs:annotation><xs:documentation>Stands for no element at all: content
    that may hold this and nothing else allows a line break.</xs:documentation></xs:annotation></xs:element>
"""

Version = tuple[int, int]


@lru_cache(maxsize=1)
def said() -> dict[str, str]:
    """What elements and attributes mean: what the schema of 1.0 says, and what the description adds."""
    found: dict[str, str] = {}
    for path in (*(SCHEMAS / "pacemaker-1.0").glob("*.xsd"), SCHEMAS / "pacemaker-1.0.xsd"):
        for element in etree.parse(str(path)).iter(f"{_XS}element"):
            words = element.findtext(f"{_XS}annotation/{_XS}documentation")
            if element.get("name") and words:
                found[element.get("name", "")] = " ".join(words.split())
            for each in element.iter(f"{_XS}attribute"):
                words = each.findtext(f"{_XS}annotation/{_XS}documentation")
                if words:
                    found[f"{element.get('name')}/{each.get('name')}"] = " ".join(words.split())
    return found | described()["says"]


def described() -> Any:  # noqa: ANN401 -- JSON
    """The description."""
    return json.loads((SCHEMAS / "pacemaker.json").read_text(encoding="utf-8"))


def note(*keys: str) -> str:
    """The documentation of an element or attribute: what is said under the first key that says anything."""
    words = next(said()[key] for key in keys if key in said())
    return f"<xs:annotation><xs:documentation>{escape(words)}</xs:documentation></xs:annotation>"


def number(version: str) -> Version:
    """A version as something that sorts."""
    major, minor = version.split(".")
    return int(major), int(minor)


def there(word: str, version: str) -> str:
    """The word without its span, or nothing if the version does not have it."""
    name, _, span = word.partition("@")
    first, _, end = span.partition("-")
    if span and (number(version) < number(first) or (end and number(version) >= number(end))):
        return ""
    return name


class Content:
    """A content model for one version: what a version does not have drops out, and what it held together with it."""

    def __init__(self, text: str, version: str) -> None:
        self._tokens = _TOKEN.findall(text)
        self._version = version

    def xsd(self) -> str:
        """The model as XSD; nothing if it is empty."""
        return self._choice()

    def _peek(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def _choice(self) -> str:
        first = self._sequence()
        parts, joint = [first], self._peek()
        while self._peek() and self._peek() == joint and joint in "|&":
            self._tokens.pop(0)
            parts.append(self._sequence())
        kept = [part for part in parts if part]
        if len(parts) == 1 or not kept:
            return first
        return f"<xs:{'all' if joint == '&' else 'choice'}>{''.join(kept)}</xs:{'all' if joint == '&' else 'choice'}>"

    def _sequence(self) -> str:
        parts = [self._item()]
        while self._peek() == ",":
            self._tokens.pop(0)
            parts.append(self._item())
        kept = [part for part in parts if part]
        return kept[0] if len(parts) == 1 and kept else f"<xs:sequence>{''.join(kept)}</xs:sequence>" if kept else ""

    def _item(self) -> str:
        token = self._tokens.pop(0)
        if token == "(":
            inner = self._choice()
            self._tokens.pop(0)
        else:
            name = there(token, self._version)
            inner = f'<xs:element ref="{name}"/>' if name else ""
        bounds = _BOUNDS[self._tokens.pop(0) if self._peek() and self._peek() in "?*+" else ""]
        if not inner or not bounds:
            return inner
        return re.sub(r"^<xs:(\w+)([^>/]*)", rf"<xs:\1\2{bounds}", inner, count=1)


def attribute(owner: str, name: str, kind: str, version: str) -> str:
    """The declaration of an attribute; nothing if the version does not have it."""
    plain = there(name, version)
    if not plain:
        return ""
    words = [word for word in (there(word, version) for word in kind.split()) if word]
    use = ' use="required"' if "!" in words else ""
    words = [word for word in words if word != "!"]
    told = note(f"{owner}/{plain}", f"*/{plain}")
    head = f'<xs:attribute name="{plain}"{use}'
    if len(words) == 1 and (words[0] in _TYPES or f'name="{words[0]}"' in _NAMED_TYPES or words[0] == "level"):
        return f'    {head} type="{_TYPES.get(words[0], words[0])}">{told}</xs:attribute>\n'
    allowed = "".join(f'<xs:enumeration value="{word}"/>' for word in words)
    kind = f'<xs:simpleType><xs:restriction base="xs:token">{allowed}</xs:restriction></xs:simpleType>'
    return f"    {head}>{told}{kind}</xs:attribute>\n"


def elements(rows: Mapping[str, Any], version: str) -> Iterator[str]:
    """The declarations of all elements that the version has."""
    shapes = {name.partition("@")[0]: row for name, row in rows.items()}
    likened = {row["like"] for row in rows.values() if "like" in row}
    for key, row in rows.items():
        name = there(key, version)
        if not name or name in likened:
            continue
        shape = shapes[row["like"]] if "like" in row else row
        model = Content(shape["content"], version).xsd() if shape.get("content") else ""
        if not model:
            model = '<xs:sequence><xs:element ref="no-children" minOccurs="0"/></xs:sequence>'
        elif not model.startswith(("<xs:sequence", "<xs:choice", "<xs:all")):
            model = f"<xs:sequence>{model}</xs:sequence>"
        own = "".join(attribute(name, *pair, version) for pair in shape.get("attributes", {}).items())
        head = f'<xs:element name="{name}">{note(name)}<xs:complexType>'
        yield f"  {head}\n    {model}\n{own}  </xs:complexType></xs:element>\n"


def write(version: str) -> str:
    """The XSD of one version."""
    limit = '<xs:maxInclusive value="9"/>' if number(version) >= (4, 0) else ""
    level = (
        '  <xs:simpleType name="level"><xs:restriction base="xs:positiveInteger">'
        f"{limit}</xs:restriction></xs:simpleType>\n"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="unqualified">\n'
        "  <xs:annotation><xs:documentation>The CIB of Pacemaker with the schema "
        f"{version}, written from schemas/pacemaker.json.\n  Do not edit.</xs:documentation></xs:annotation>\n"
        f"{_NAMED_TYPES}{level}{''.join(elements(described()['elements'], version))}{_STATUS}</xs:schema>\n"
    )


def versions() -> list[str]:
    """The schemas from Pacemaker 1.1 on."""
    return str(described()["versions"]).split()


def main() -> int:
    """Write all of them."""
    for version in versions():
        (SCHEMAS / "pacemaker" / f"pacemaker-{version}.xsd").write_text(write(version), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
