"""Inputs that nobody would write, made from ones that somebody did: the same seed gives the same bytes."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable
from copy import deepcopy

from lxml import etree

ODD_TEXT = (
    "", " ", "\n", "0", "-1", "1e9", "9" * 40, "INFINITY", "-INFINITY", "true", "None", "é", "日本", "\u202e", "\u0085",
    "\u2028", "\ufffd", "a" * 5000, "a b", "a:0", "../../etc/passwd", "$(id)", "`id`", "%s%n", "{0}", "{x}", "[/b]",
    "|", "&amp;", "\\", "'", "PT10S", "10s", "0x10", "1.0", "٣", "²", "#default", "/dev/evms/lvm2//vg/lv", "phy:,,",
)  # fmt: skip
NAMES = (
    "id", "name", "value", "rsc", "from", "to", "first", "then", "score", "score-attribute", "boolean-op", "operation",
    "attribute", "type", "class", "provider", "interval", "timeout", "role", "id-ref", "with-rsc", "kind", "uname",
    "end", "validate-with", "admin_epoch", "epoch", "symmetrical", "sequential", "require-all", "disabled", "enabled",
)  # fmt: skip
TAGS = (
    "primitive", "group", "clone", "master_slave", "master", "rsc_order", "rsc_colocation", "rsc_location", "rule",
    "op", "expression", "date_expression", "date_spec", "duration", "nvpair", "instance_attributes", "meta_attributes",
    "node", "attributes", "operations", "cluster_property_set", "resource_set", "resource_ref", "lifetime", "cib",
    "configuration", "status", "node_state", "lrm", "lrm_resource", "lrm_rsc_op", "template", "tags", "tag", "obj_ref",
    "acls", "bundle", "fencing-topology", "fencing-level", "alerts", "rsc_ticket", "frobnicate",
)  # fmt: skip
ODD_BYTES = (
    b"\0", b"\x01", b"\x1b[31m", b"\xff", b"\xc2\x85", b"\xef\xbf\xbe", b"\xe2\x80\x9d", b"\xc2\xa0", b"<", b">", b"\"",
    b"&", b"&x;", b"<!ENTITY", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?x ", b"\r", b"\r\n", b"{", b"}", b"(", b")",
    b"[" * 300, b"=", b"'", b"\\", b"#", b"-snip-", b"...", b"\xef\xbb\xbf", b"\xff\xfe", b"0" * 5000, b"\t", b",",
)  # fmt: skip


def mangle_tree(data: bytes, chance: random.Random) -> bytes:
    """Change elements and attributes of an XML document; other data is given back as it is."""
    try:
        top = etree.fromstring(data)
    except (etree.XMLSyntaxError, ValueError):
        return data
    for _ in range(chance.randint(1, 6)):
        elements = [found for found in top.iter("*") if found is not top]
        if not elements:
            break
        one, other = chance.choice(elements), chance.choice(elements)
        chance.choice(_TREE)(one, other, chance)
    return etree.tostring(top, encoding=chance.choice(("utf-8", "utf-8", "utf-8", "utf-16", "iso-8859-1", "us-ascii")))


def _drop(one: etree._Element, _other: etree._Element, _chance: random.Random) -> None:
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _copy(one: etree._Element, other: etree._Element, chance: random.Random) -> None:
    other.insert(chance.randint(0, len(other)), _twin(one))


def _repeat(one: etree._Element, _other: etree._Element, _chance: random.Random) -> None:
    one.addnext(_twin(one))


def _twin(one: etree._Element) -> etree._Element:
    """Copy in memory: what an earlier step made of an element need not be well-formed as text."""
    twin = deepcopy(one)
    twin.tail = None
    return twin


def _move(one: etree._Element, other: etree._Element, _chance: random.Random) -> None:
    if one is not other and one not in other.iterancestors():
        other.append(one)


def _rename(one: etree._Element, _other: etree._Element, chance: random.Random) -> None:
    one.tag = chance.choice(TAGS)


def _set(one: etree._Element, other: etree._Element, chance: random.Random) -> None:
    name = chance.choice([*map(str, one.attrib), *NAMES])
    if ":" not in name:
        one.set(name, chance.choice([*ODD_TEXT, *map(str, other.attrib.values())]))


def _unset(one: etree._Element, _other: etree._Element, chance: random.Random) -> None:
    if one.attrib:
        del one.attrib[chance.choice(list(one.attrib))]


def _nest(one: etree._Element, _other: etree._Element, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 3, 30))):
        inner = etree.SubElement(one, chance.choice([str(one.tag), *TAGS]))
        inner.set("id", chance.choice(("a", "b", one.get("id", ""))))
        one = inner


def _say(one: etree._Element, _other: etree._Element, chance: random.Random) -> None:
    if chance.random() < 0.5:
        one.text = chance.choice(ODD_TEXT)
    else:
        one.append(
            etree.Comment(chance.choice(("cibtools: ignore", "cibtools: ignore[CIB999]", "x", " password is x ")))
        )


_TREE: tuple[Callable[[etree._Element, etree._Element, random.Random], None], ...] = (
    _drop, _copy, _repeat, _move, _rename, _set, _set, _set, _unset, _nest, _say,
)  # fmt: skip


def mangle_bytes(data: bytes, chance: random.Random) -> bytes:
    """Cut, repeat, exchange and spoil pieces of any file."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice((0, 1, 1, 2, 8, 60, 400)))
        match chance.randint(0, 5):
            case 0:
                data = data[:start] + data[end:]
            case 1:
                data = data[:start]
            case 2:
                data = data[:end] + data[start:end] * chance.choice((1, 3, 50)) + data[end:]
            case 3:
                data = data[:start] + bytes(chance.choices(range(256), k=end - start)) + data[end:]
            case _:
                data = data[:start] + chance.choice(ODD_BYTES) + data[end:]
    return data


_TOKEN = re.compile(rb"[A-Za-z0-9_./:-]+")


def mangle_lines(data: bytes, chance: random.Random) -> bytes:
    """Change lines and words of a file that is made of them."""
    lines = data.split(b"\n")
    for _ in range(chance.randint(1, 5)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randint(0, 5):
            case 0:
                lines[at] = b""
            case 1:
                lines.insert(at, lines[other])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = lines[at] + b" " + lines[other]
            case _:
                words = [*_TOKEN.finditer(lines[at])]
                if words:
                    word = chance.choice(words)
                    odd = chance.choice([text.encode() for text in ODD_TEXT] + [found[0] for found in words])
                    lines[at] = lines[at][: word.start()] + odd + lines[at][word.end() :]
    return b"\n".join(lines)


def mangle(data: bytes, chance: random.Random) -> bytes:
    """One of the ways, or two; now and then what comes out is compressed."""
    for _ in range(chance.choice((1, 1, 2))):
        # Most cases shall come further than to the parser.
        way = chance.choice((mangle_tree, mangle_tree, mangle_tree, mangle_tree, mangle_lines, mangle_bytes))
        if way is mangle_tree and not data.lstrip().startswith(b"<"):
            way = chance.choice((mangle_lines, mangle_lines, mangle_bytes))
        data = way(data, chance)
    return gzip.compress(data, mtime=0) if chance.random() < 0.02 else data
