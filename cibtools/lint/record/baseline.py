"""The baseline: findings that somebody has looked at and lives with, so that only new ones count.

One line a finding, sorted by code and object, so that a review shows what was accepted and what was mended. Only the
fingerprints decide; the words beside them are for people, and may change from release to release.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from msgspec import Struct

from cibtools.errors import ConfigError
from cibtools.lint.record.finding import Finding
from cibtools.location import Location

VERSION = 1


class Entry(Struct, frozen=True):
    """One accepted finding."""

    code: str
    """The code of the rule."""
    where: str
    """The ids that lead to the object, for people."""
    fingerprint: str
    message: str = ""


def entry_of(finding: Finding) -> Entry:
    """Make the entry for a finding."""
    return Entry(finding.code, finding.route or finding.discriminator, finding.fingerprint, finding.message)


def render_baseline(entries: Iterable[Entry]) -> str:
    """Write entries as they are kept."""
    ordered = sorted(set(entries), key=lambda entry: (entry.code, entry.where, entry.fingerprint))
    lines = [json.dumps(_object(entry), ensure_ascii=True) for entry in ordered]
    body = ",\n".join(f"    {line}" for line in lines)
    return f'{{\n  "version": {VERSION},\n  "findings": [\n{body}\n  ]\n}}\n' if lines else _EMPTY


_EMPTY = f'{{\n  "version": {VERSION},\n  "findings": []\n}}\n'


def _object(entry: Entry) -> dict[str, str]:
    return {
        "code": entry.code,
        "where": entry.where,
        "fingerprint": entry.fingerprint,
        "message": entry.message,
    }


def parse_baseline(text: str, path: str) -> tuple[Entry, ...]:
    """Read a baseline; raise ConfigError, with the line where it can be told, if it is none."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        place = Location(path, error.lineno, error.colno, error.lineno, error.colno)
        raise ConfigError(f"no baseline: {error.msg}", hint=_AGAIN, location=place) from error
    except RecursionError as error:
        raise ConfigError(f"{path}: no baseline: nested too deep", hint=_AGAIN) from error
    if not isinstance(found, dict) or found.get("version") != VERSION or not isinstance(found.get("findings"), list):
        raise ConfigError(f'{path}: no baseline: it lacks "version": {VERSION} or "findings"', hint=_AGAIN)
    return tuple(_entry(row, path) for row in found["findings"])


_AGAIN = "write it anew with --update-baseline"


def _entry(row: object, path: str) -> Entry:
    if isinstance(row, dict):
        words = [row.get(name, "") for name in ("code", "where", "fingerprint", "message")]
        if all(isinstance(word, str) for word in words) and row.get("fingerprint") and row.get("code"):
            return Entry(*words)
    raise ConfigError(f"{path}: no baseline: an entry lacks code or fingerprint: {str(row)[:80]}", hint=_AGAIN)


def gone(entries: Sequence[Entry], seen: Iterable[Finding], asked: Iterable[str]) -> tuple[Entry, ...]:
    """Tell which entries were found no more, of the rules that were asked."""
    fingerprints, codes = {finding.fingerprint for finding in seen}, set(asked)
    return tuple(entry for entry in entries if entry.code in codes and entry.fingerprint not in fingerprints)
