"""The overview from its members: shared blockers first, and waves from the smallest ready cluster on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cibtools.fleet.record import Fleet, Member, Shared, State, Wave


def compose(target: str, members: Iterable[Member], titles: Mapping[str, str], per_wave: int) -> Fleet:
    """Put the overview together; `titles` says what a number means."""
    found = tuple(sorted(members, key=lambda member: member.name))
    return Fleet(target, found, _shared(found, titles), tuple(_waves(found, per_wave)))


def _shared(members: Iterable[Member], titles: Mapping[str, str]) -> tuple[Shared, ...]:
    """Conditions by number, or by text where they have none; what blocks more clusters goes first."""
    blocks: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    first: dict[str, tuple[str, str]] = {}
    for member in members:
        for key, one in {one.code or one.text: one for one in member.obstacles}.items():
            (blocks if member.state is State.STOP else others).setdefault(key, []).append(member.name)
            first.setdefault(key, (one.code, one.text))
    found = (
        Shared(code, titles.get(code, text), text, tuple(blocks.get(key, ())), tuple(others.get(key, ())))
        for key, (code, text) in first.items()
    )
    return tuple(sorted(found, key=lambda one: (-len(one.blocks), -len(one.others), one.code, one.title)))


def _waves(members: Iterable[Member], per_wave: int) -> Iterator[Wave]:
    """The smallest cluster without conditions goes first, alone, as the pilot; those with conditions come last."""
    ready = [member for member in members if member.state in (State.GO, State.LOOK) and member.evenings]
    ready.sort(key=lambda member: (member.state is not State.GO, member.domus, member.nodes, member.name))
    parts = [ready[:1], *(ready[at : at + per_wave] for at in range(1, len(ready), per_wave))]
    for number, part in enumerate(filter(None, parts), 1):
        yield Wave(
            number,
            tuple(member.name for member in part),
            max(member.evenings for member in part),
            max(member.longest for member in part),
        )
