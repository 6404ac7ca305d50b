"""The change log as Markdown, for a ticket or a wiki page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cibtools.report.changelog import Entry, LogView
from cibtools.report.printable import counted, visible


def render(views: Sequence[LogView]) -> str:
    """One chapter per migration."""
    return "\n\n".join("\n".join(_log(view)) for view in views) + "\n"


def _log(view: LogView) -> Iterator[str]:
    yield f"# Migration of {visible(view.title or '.')} to Pacemaker 1.0"
    yield ""
    yield f"{counted(view.total, 'change')}, {counted(len(view.decisions), 'decision')} for a human."
    if view.decisions:
        yield ""
        yield "## To decide"
        for entry in view.decisions:
            yield ""
            must = " — must be answered" if entry.inhibits else ""
            yield f"- [ ] **{entry.step}** {_code(entry.subject)}{_place(entry)}{must}"
            yield f"  {_plain(entry.reason)}"
            if entry.before or entry.after:
                yield f"  {'Done for now' if entry.after else 'About'}: {_arrow(entry)}."
            yield from (f"  Or: {_plain(text)}" for text in entry.alternatives)
    for step in view.steps:
        yield ""
        yield f"## {step.number} {_plain(step.title)}"
        yield ""
        yield "| kind | object | before | after | why |"
        yield "| --- | --- | --- | --- | --- |"
        for entry in step.entries:
            cells = (entry.kind.value, _code(entry.subject) + _place(entry), _code(entry.before), _code(entry.after))
            yield "| " + " | ".join((*cells, _plain(entry.reason))) + " |"
    if view.renames:
        yield ""
        yield "## Resources with a new id"
        yield ""
        yield from (f"- {_code(old)} → {_code(new)}" for old, new in view.renames)


def _arrow(entry: Entry) -> str:
    return " → ".join(_code(text) for text in (entry.before, entry.after) if text)


def _place(entry: Entry) -> str:
    return f" ({_plain(entry.where)})" if entry.where else ""


def _code(text: str) -> str:
    """Inline code that no backtick or table border in the text can end."""
    if not text:
        return ""
    shown = visible(text).replace("|", "\\|")
    fence = "``" if "`" in shown else "`"
    return f"{fence}{shown}{fence}"


def _plain(text: str) -> str:
    """Text in which nothing is markup."""
    shown = visible(text)
    for char in "\\`*_[]<>|#":
        shown = shown.replace(char, f"\\{char}")
    return shown
