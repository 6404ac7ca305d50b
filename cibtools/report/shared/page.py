"""HTML pages that load nothing from elsewhere, drawn from templates; foreign text can neither be markup nor hide.

All pages share one style sheet, one script and one frame in `cibtools/report/pages/`. The policy of a page names the
digests of its style and its script, so that nothing else in it can act, whatever a foreign text holds.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cibtools.report.shared.printable import visible

if TYPE_CHECKING:
    from jinja2 import Environment


def draw(
    template: str, *, title: str, left: str, right: str, sheets: Iterable[tuple[str, str]] = (), **found: object
) -> str:
    """Draw a page.

    On paper, `left` and `right` head every page; each of `sheets`, the id of an element and a heading, begins a page of
    its own with that heading on the right.
    """
    drawing = _environment()
    style, script = (drawing.get_template(name).render() for name in ("style.css", "page.js"))
    style += _paper(left, right, sheets)
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    frame = {"title": title, "policy": policy, "style": _Markup(style), "script": _Markup(script)}
    return drawing.get_template(template).render(frame=frame, **found) + "\n"


def _environment() -> Environment:
    """Where the templates are drawn."""
    # Few runs write HTML, and Jinja2 takes longer to import than a small CIB to migrate.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("cibtools", "report/pages"),
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


class _Markup(str):
    """Text of ours that goes into a page as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def flag(names: Iterable[str]) -> dict[str, str]:
    """The class of a node's mark: two have a colour of their own, all others are told by their names."""
    return {name: f"n{index}" if index < 2 else "" for index, name in enumerate(names)}


def _shown(value: object) -> object:
    """Foreign text with nothing in it that could hide or reorder; line ends stay, for blocks of commands."""
    # What a macro gives back is text of ours already, and of another type.
    return "\n".join(map(visible, value.split("\n"))) if type(value) is str else value


def _digest(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _paper(left: str, right: str, sheets: Iterable[tuple[str, str]]) -> str:
    """The rules for the heads and feet of printed pages."""
    font = "font: 8.5pt system-ui, sans-serif"
    boxes = (
        ("top-left", _css(left)), ("top-right", _css(right)),
        ("bottom-left", _css("signed: ________________  time: ______")),
        ("bottom-right", '"page " counter(page) " of " counter(pages)'),
    )  # fmt: skip
    head = " ".join(f"@{box} {{ content: {text}; {font}; }}" for box, text in boxes)
    rules = [f"@page {{ size: A4; margin: 16mm 13mm 14mm; {head} }}"]
    for number, (identity, heading) in enumerate(sheets):
        rules += [
            f"@media print {{ [id={_css(identity)}] {{ page: sheet{number}; break-before: page; }} }}",
            f"@page sheet{number} {{ @top-right {{ content: {_css(heading)}; {font}; font-weight: bold; }} }}",
        ]
    return "\n".join(rules) + "\n"


def _css(text: str) -> str:
    """A string of CSS; whatever could end it, or the element around the sheet, is written as a number."""
    return '"' + re.sub(r"[^\w .,:;()/·–→-]", lambda found: f"\\{ord(found[0]):x} ", visible(text)) + '"'
