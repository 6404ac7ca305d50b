"""What a migration changed, as a unified diff of the two documents; secrets are masked."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from lxml import etree

from cibtools.backup.record.secret import mask_text
from cibtools.migrate.record.outcome import Migration
from cibtools.report.shared.printable import visible_char


def render(migration: Migration) -> str:
    """Compare the input, indented as the result is, with the result; blank space in the input is no difference."""
    old = "\n".join(_indented(root) for root in migration.input_roots())
    new = "\n".join(_indented(root) for root in migration.roots())
    name = migration.input_name or "."
    lines = difflib.unified_diff(
        mask_text(old).split("\n"),
        mask_text(new).split("\n"),
        f"{name} (heartbeat 2.1)",
        f"{name} (Pacemaker 1.0)",
        lineterm="",
    )
    return "".join(f"{line}\n" for line in _shown(lines))


def _indented(root: etree._Element) -> str:
    if callable(root.tag):
        # A comment between the objects of a fragment; nothing in it to indent, and no document by itself.
        return etree.tostring(root, encoding="unicode", with_tail=False)
    copy = etree.fromstring(
        etree.tostring(root, encoding="utf-8", with_tail=False), etree.XMLParser(remove_blank_text=True)
    )
    etree.indent(copy, space="  ")
    return etree.tostring(copy, encoding="unicode")


def _shown(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield "".join(visible_char(char) for char in line)
