"""Near names: which known name a mistyped one probably stands for."""

from __future__ import annotations

from collections.abc import Iterable

_MANY = 100
"""More names than this are not compared one by one."""
_LONGEST = 64
"""A longer name is not looked for among many."""


def distance(one: str, other: str, limit: int = 2) -> int:
    """Edits between two words (insert, delete, replace, swap neighbours); limit + 1 if there are more than limit."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        previous, before = before, row
        row = [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


class Names:
    """Known names, prepared once where thousands are asked for: each look takes the time of one name, not of all."""

    def __init__(self, candidates: Iterable[str]) -> None:
        self.known = tuple(sorted(set(candidates)))
        self._same: dict[str, list[str]] = {}
        for word in self.known:
            self._same.setdefault(_folded(word), []).append(word)
        self._shortened: dict[str, list[str]] | None = None

    def __contains__(self, name: str) -> bool:
        return name in self._same.get(_folded(name), ())

    def nearest(self, name: str, limit: int = 2) -> str | None:
        """The name that is equal but for case, `-` and `_`, else the nearest within limit edits, else None.

        Two edits on a word of three or four letters make any word of any other, so short words get one. Among very
        many names something is always two edits away, so there it is one edit, too.
        """
        same = next((word for word in self._same.get(_folded(name), ()) if word != name), None)
        if same:
            return same
        allowed = min(limit, 1 if len(name) < 5 or len(self.known) > _MANY else 2)
        near = self.known if len(self.known) <= _MANY else self._within_one(name)
        best = min(((distance(name, word, allowed), word) for word in near if word != name), default=(allowed + 1, ""))
        return best[1] if best[0] <= allowed else None

    def _within_one(self, name: str) -> set[str]:
        """The names that may be one edit away: they and the name are alike if each lacks at most one letter."""
        if self._shortened is None:
            self._shortened = {}
            for word in self.known:
                for short in _without_a_letter(word):
                    self._shortened.setdefault(short, []).append(word)
        return {word for short in _without_a_letter(name) for word in self._shortened.get(short, ())[:_MANY]}


def nearest(name: str, candidates: Iterable[str] | Names, limit: int = 2) -> str | None:
    """The candidate that `name` probably stands for, as `Names.nearest` finds it."""
    return (candidates if isinstance(candidates, Names) else Names(candidates)).nearest(name, limit)


def _without_a_letter(word: str) -> set[str]:
    """A word itself and each of its forms that lacks one letter; none of a word that nobody mistypes."""
    if len(word) > _LONGEST:
        return set()
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _folded(word: str) -> str:
    return word.lower().replace("_", "-")
