"""Near names: which known name a mistyped one probably stands for."""

from __future__ import annotations

from collections.abc import Iterable


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


def nearest(name: str, candidates: Iterable[str], limit: int = 2) -> str | None:
    """The candidate that is equal but for case, `-` and `_`, else the nearest within limit edits, else None.

    Two edits on a word of three or four letters make any word of any other, so short words get one.
    """
    known = sorted(set(candidates) - {name})
    same = next((word for word in known if _folded(word) == _folded(name)), None)
    if same:
        return same
    allowed = min(limit, 1 if len(name) < 5 else 2)
    scored = [(distance(name, word, allowed), word) for word in known]
    best = min(scored, default=(allowed + 1, ""))
    return best[1] if best[0] <= allowed else None


def _folded(word: str) -> str:
    return word.lower().replace("_", "-")
