"""Reading a TOML table: values of the type that is wanted, or an error that names the file and the key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from cibtools.cluster.vocabulary.spelling import nearest
from cibtools.errors import RuleError
from cibtools.location import Location

Table = Mapping[str, object]


class TableReader:
    """Reads one rule file's table; whatever is wrong with it raises RuleError with the file's name."""

    def __init__(self, path: str, table: Table) -> None:
        self.path = path
        self.table = table

    def fail(self, message: str, hint: str = "") -> RuleError:
        """Make the error to raise."""
        return RuleError(f"rule file: {message}", hint=hint, location=Location(self.path, 1, 1, 1, 1))

    def check_keys(self, table: Table, allowed: Iterable[str]) -> None:
        """Refuse keys that nobody reads, with the known key that is nearest."""
        known = sorted(allowed)
        for key in table:
            if key not in known:
                near = nearest(key, known)
                raise self.fail(
                    f"unknown key `{key}`", f"did you mean `{near}`?" if near else f"known are {', '.join(known)}"
                )

    def text(self, table: Table, key: str) -> str:
        """Read a string; nothing if the key is absent."""
        value = table.get(key, "")
        if not isinstance(value, str):
            raise self.fail(f"`{key}` must be a string")
        return value

    def texts(self, table: Table, key: str) -> tuple[str, ...]:
        """Read a list of strings, or one string as a list of one."""
        value = table.get(key, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(f"`{key}` must be a string or a list of strings")
        return tuple(cast("list[str]", value))

    def tables(self, key: str) -> tuple[Table, ...]:
        """Read an array of tables, or one table as an array of one."""
        value = self.table.get(key, [])
        value = [value] if isinstance(value, dict) else value
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fail(f"`{key}` must be a table or an array of tables")
        return tuple(cast("list[Table]", value))

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """Read one of a few words; the first of them if the key is absent."""
        value = self.text(self.table, key) or allowed[0]
        if value not in allowed:
            raise self.fail(f'{key} "{value}" is none of {", ".join(allowed)}')
        return value
