"""The change log as Markdown, for a ticket or a wiki page: what a human must decide or do first, then the record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cibtools.migrate.record.product import Reminder
from cibtools.report.changes.changelog import (
    DIFFERENCES,
    REMINDERS,
    RENAMES,
    UPGRADES,
    Entry,
    LogView,
    Question,
    StepView,
)
from cibtools.report.shared.printable import counted, visible

SUFFIX = ".md"

LONGEST = 400
"""Characters of a value in a table; a whole status section in one cell helps nobody. The text format has it in full."""

_MARKUP = re.compile(r"[\\`*\[\]<>|#~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^[-+=](?=\s|$)|(?<=^\d)[.)]")
_NO_CODE = re.compile(r"[|`]")
_ENTITIES = re.compile(r"[\\`*_\[\]<>|#~&\"]")


def render(views: Sequence[LogView]) -> str:
    """One chapter per migration."""
    return "\n\n".join("\n".join(_log(view)) for view in views) + "\n"


def _log(view: LogView) -> Iterator[str]:
    yield f"# Migration of {plain(view.title or '.')} to Pacemaker 1.0"
    yield ""
    if view.message:
        yield plain(view.message)
    else:
        yield f"{counted(view.total, 'change')}, {counted(view.asked, 'decision')} for a human."
    if view.questions:
        yield from ("", "## To decide")
        for question in view.questions:
            yield from _question(question)
    yield from _reminders(DIFFERENCES, view.differences)
    yield from _reminders(REMINDERS, view.reminders)
    for step in view.steps:
        if step.by_reason:
            yield from _step(step)
    if view.renames:
        yield from ("", f"## {RENAMES}", "")
        yield from (f"- {code(old)} → {code(new)}" for old, new in view.renames)
    yield from _reminders(UPGRADES, view.upgrades)


def _question(question: Question) -> Iterator[str]:
    """Boxes to tick for what is answered alike, then the ways to answer it."""
    must = " **Must be answered:** nothing is written before." if question.inhibits else ""
    yield from ("", f"**{question.step}**{must}", "")
    for entry in question.entries:
        yield f"- [ ] {code(entry.subject)}{_place(entry)}: {plain(entry.reason)}"
        if entry.before or entry.after:
            yield f"  - {'done for now' if entry.after else 'about'}: {_arrow(entry)}"
    if question.alternatives:
        yield from ("", "Or:", "")
        yield from (f"- {plain(text)}" for text in question.alternatives)


def _reminders(title: str, reminders: Sequence[Reminder]) -> Iterator[str]:
    if not reminders:
        return
    yield from ("", f"## {title}", "")
    for reminder in reminders:
        yield f"- {plain(reminder.text)}"
        yield from (f"  - {code(item)}" for item in reminder.items)


def _step(step: StepView) -> Iterator[str]:
    """One table for each reason, so that it need not be read in every row."""
    yield from ("", f"## {step.number} {plain(step.title)}")
    for reason, entries in step.by_reason:
        yield from ("", plain(reason), "", "| kind | object | before | after |", "| --- | --- | --- | --- |")
        for entry in entries:
            cells = (entry.kind.value, code(entry.subject) + _place(entry), code(entry.before), code(entry.after))
            yield "| " + " | ".join(cells) + " |"


def _arrow(entry: Entry) -> str:
    return " → ".join(code(text) for text in (entry.before, entry.after) if text)


def _place(entry: Entry) -> str:
    return f" ({plain(entry.where)})" if entry.where else ""


def code(text: str) -> str:
    """Inline code, in a table too; where Markdown's own would end too early, HTML's with all markup as entities."""
    if not text:
        return ""
    shown = visible(text)
    left = len(shown) - LONGEST
    shown, more = (shown[:LONGEST], f" … (and {left} characters)") if left > 0 else (shown, "")
    if _NO_CODE.search(shown):
        return f"<code>{_ENTITIES.sub(lambda found: f'&#{ord(found[0])};', shown)}</code>{more}"
    # Markdown takes a blank from both ends, if there is more than blanks.
    padded = f" {shown} " if shown[0] == shown[-1] == " " and shown.strip() else shown
    return f"`{padded}`{more}"


def plain(text: str) -> str:
    """Text in which nothing is markup."""
    return _MARKUP.sub(r"\\\g<0>", visible(text))
