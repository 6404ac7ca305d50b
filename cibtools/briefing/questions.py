"""The open questions of a migration as a form: every way to answer, as the line of the answers file that says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from operator import attrgetter

from cibtools.backup.record.secret import mask_text
from cibtools.briefing.record import ACCEPT, EVMS, Given, Question, Way
from cibtools.migrate.answers import Answers
from cibtools.migrate.record.change import Change
from cibtools.migrate.record.outcome import Migration

_KEYED = re.compile(
    r'\b(threshold|compare|ping-agent|stray-enabled|two-node-policy|order-clone-primitive) = ("[^"]*"|\d+)'
)
_ACCEPTED = re.compile(r'\baccept = \["(M\d+(?::[^"]*)?)"\]')
_DEVICE = re.compile(r'"(/[^"]+)" = "(/[^"]+)"')

_OWNERS = {
    "storage admin": ("M124", "M125", "M126", "M127", "M128"),
    "network team": ("M123", "M131", "M132"),
}
"""Who can answer the questions of a step; those of all other steps are for the owner of the cluster."""
OWNER = "owner of the cluster"


def questions(migration: Migration) -> tuple[Question, ...]:
    """The open questions, what is in the way of writing first; those that one answer settles are one question."""
    alike: dict[tuple[bool, str, tuple[str, ...], bool], list[Change]] = {}
    for change in migration.decisions:
        anyone = tuple(_ACCEPTED.sub(r'accept = ["\1"]', _no_id(text)) for text in change.alternatives)
        # What has no object of its own in the CIB is settled by one word for the whole step.
        whole = not _identity(change)
        kept = () if whole and not _table(change) else anyone
        alike.setdefault((not change.inhibits, change.step, kept, _table(change)), []).append(change)
    numbers: dict[str, int] = {}
    found = []
    for (_, step, _, _), changes in sorted(alike.items(), key=lambda item: item[0][0]):
        numbers[step] = numbers.get(step, 0) + 1
        found.append(_question(migration, f"{step}-{numbers[step]}", changes))
    return tuple(found)


def _no_id(text: str) -> str:
    """The text of an alternative without the object that it names, so that like ones can be put together."""
    return _DEVICE.sub('"" = ""', re.sub(r'"(M\d+):[^"]*"', r'"\1"', text))


def _identity(change: Change) -> str:
    """The id of the object by which `accept` can name a question; empty if there is none."""
    element = change.place.element if change.place else None
    return element.get("id", "") if element is not None else ""


def _table(change: Change) -> bool:
    """True if lines of the table [evms] answer it."""
    return any("[evms]" in text for text in change.alternatives)


def _question(migration: Migration, identity: str, changes: list[Change]) -> Question:
    first = changes[0]
    ways = tuple(dict.fromkeys(_ways(changes)))
    return Question(
        identity,
        first.step,
        migration.titles.get(first.step, ""),
        next((who for who, steps in _OWNERS.items() if first.step in steps), OWNER),
        first.inhibits,
        tuple((mask_text(change.reason), _where(change)) for change in changes),
        ways,
        dict(_devices(migration, changes)) if _table(first) else {},
    )


def _where(change: Change) -> str:
    if change.place is None:
        return ""
    place = change.place.location
    return f"{place.path}:{place.line}:{place.column}"


def _ways(changes: list[Change]) -> Iterator[Way]:
    """Every way to answer; what `accept` names is named for all of these questions."""
    first = changes[0]
    texts = list(dict.fromkeys(text for change in changes for text in change.alternatives))
    accepted = tuple(dict.fromkeys(_entry(change) for change in changes))
    said = False
    by_hand: list[str] = []
    for text in texts:
        label = mask_text(text)
        keyed, taken = _KEYED.search(text), _ACCEPTED.search(text)
        if "[evms]" in text:
            yield Way("the devices below: correct the names, then choose this", EVMS, ())
        elif taken:
            if not said:
                yield Way(_ACCEPTED.sub("", label).strip(" :") or "take it as it is", ACCEPT, accepted)
            said = True
        elif keyed:
            said = said or "(default)" in text
            yield Way(label, keyed[1], (keyed[2],))
        else:
            by_hand.append(label)
    # Of several points that one word settles, only one way could be ticked: what is done by hand is one of them.
    yield from [Way("; ".join(by_hand))] if len(changes) > 1 and by_hand else map(Way, by_hand)
    if not said and not (first.inhibits or _table(first)):
        yield Way(_written(changes), ACCEPT, accepted)


def _entry(change: Change) -> str:
    proposed = next((found[1] for text in change.alternatives for found in _ACCEPTED.finditer(text)), "")
    identity = _identity(change)
    return proposed or (f"{change.step}:{identity}" if identity else change.step)


def _written(changes: Iterable[Change]) -> str:
    """The default in words: what the migration wrote."""
    after = list(dict.fromkeys(mask_text(change.after) for change in changes if change.after))
    return f"take what cibtools wrote: {'; '.join(after)}" if after else "leave it as cibtools wrote it"


def _devices(migration: Migration, changes: list[Change]) -> Iterator[tuple[str, str]]:
    """The EVMS devices of these questions with the names that they probably get."""
    asked = {found for change in changes for found in _DEVICE.findall(" ".join(change.alternatives))}
    if any(not change.inhibits for change in changes):
        others = {
            found[0]
            for change in migration.decisions
            if change.inhibits
            for found in _DEVICE.findall(" ".join(change.alternatives))
        }
        items = " ".join(item for reminder in migration.reminders for item in reminder.items)
        asked |= {found for found in _DEVICE.findall(items) if found[0] not in others}
    yield from sorted(asked)


_PLAIN = ("ping_agent", "threshold", "compare", "stray_enabled", "two_node_policy", "order_clone_primitive")


def given(answers: Answers) -> Given:
    """What was answered before, so that a page can save it together with what is answered now."""
    plain = []
    for name in _PLAIN:
        key = name.replace("_", "-")
        if key in answers.given:
            value = attrgetter(name)(answers)
            plain.append(f"{key} = {value}" if isinstance(value, int) else f'{key} = "{value}"')
    return Given(tuple(plain), tuple(sorted(answers.accept)), tuple(sorted(answers.evms.items())))
