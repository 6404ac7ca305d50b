"""Loading rule files: TOML in, `Rule` values out, every mistake in a rule file named with the file and the key.

Parsing is apart from building, since parsing forty TOML files takes longer than linting a cluster: whoever wants may
keep the tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from cibtools.backup.cib.dialect import Dialect
from cibtools.errors import ConfigError, RuleError
from cibtools.lint.catalogue.table import Table, TableReader
from cibtools.lint.record.finding import Severity
from cibtools.lint.record.rule import INPUTS, Example, Fix, Match, Rule, Variant
from cibtools.toml import SIZE_LIMIT, parse_toml

_KEYS = (
    "code", "name", "summary", "severity", "confidence", "dialects", "persona", "requires",
    "what", "rationale", "remedy", "help", "sources", "match", "check", "context", "message",
    "folded", "each", "variants", "fix", "supersedes", "suppress", "bad", "good",
)  # fmt: skip
_REQUIRED = ("code", "name", "summary", "severity", "rationale", "bad", "good")
_CODE = re.compile(r"[A-Z]{2,8}[0-9]{3}$")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PERSONAS = ("regular", "pedantic", "migration")
_SAFETIES = ("safe", "unsafe", "shown")
_CONFIDENCES = ("high", "medium", "low")


def load_tables(files: Iterable[Path]) -> dict[str, Table]:
    """Parse rule files; raise RuleError for one that is no TOML, or larger than any rule."""
    tables: dict[str, Table] = {}
    hint = "`cibtools rules test DIR` shows what is wrong"
    for path in files:
        try:
            with path.open("rb") as file:
                data = file.read(SIZE_LIMIT + 1)
            if len(data) > SIZE_LIMIT:
                raise RuleError(f"{path}: larger than {SIZE_LIMIT >> 10} KiB", hint="leave it out of the directory")
            tables[str(path)] = parse_toml(data.decode("utf-8").replace("\r\n", "\n"), str(path), hint)
        except (UnicodeDecodeError, OSError) as error:
            raise RuleError(f"{path}: not a TOML file ({error})", hint=hint) from error
        except ConfigError as error:
            raise RuleError(error.message, hint=error.hint, location=error.location) from error
    return tables


def build_catalogue(tables: Mapping[str, Table]) -> tuple[Rule, ...]:
    """Turn parsed rule files into rules, ordered by code; raise RuleError for the first mistake."""
    rules: dict[str, Rule] = {}
    for path, table in tables.items():
        rule = _Reader(path, table).rule()
        twin = rules.get(rule.code)
        if twin:
            raise RuleError(f"{path}: code {rule.code} is taken by {twin.path}", hint="give the rule a code of its own")
        rules[rule.code] = rule
    _refuse_circles(rules)
    return tuple(rules[code] for code in sorted(rules))


def _refuse_circles(rules: Mapping[str, Rule]) -> None:
    """Raise RuleError for rules that supersede each other, so that neither would ever be reported."""
    done: set[str] = set()

    def visit(code: str, way: tuple[str, ...]) -> None:
        if code in way:
            names = " → ".join((*way[way.index(code) :], code))
            raise RuleError(f"{rules[code].path}: rules supersede each other: {names}", hint="remove one `supersedes`")
        if code in rules and code not in done:
            for other in rules[code].supersedes:
                visit(other, (*way, code))
            done.add(code)

    for code in rules:
        visit(code, ())


class _Reader(TableReader):
    """Reads one rule file's table."""

    def rule(self) -> Rule:
        self.check_keys(self.table, _KEYS)
        for key in _REQUIRED:
            if key not in self.table:
                raise self.fail(f"`{key}` is missing")
        code, name = self.text(self.table, "code"), self.text(self.table, "name")
        if not _CODE.match(code):
            raise self.fail(f'code "{code}" is not letters and three digits')
        if not _NAME.fullmatch(name):
            raise self.fail(f'name "{name}" is not small letters and digits, joined by dashes')
        matches, check = self.matches(), self.text(self.table, "check")
        if bool(matches) == bool(check):
            raise self.fail("give either [[match]] or `check`")
        return Rule(
            code,
            name,
            self.text(self.table, "summary"),
            self.severity(self.table),
            self.choice("confidence", _CONFIDENCES),
            self.dialects(self.table) or tuple(Dialect),
            self.choice("persona", _PERSONAS),
            self.requires(),
            self.text(self.table, "what").strip(),
            self.text(self.table, "rationale").strip(),
            self.text(self.table, "remedy").strip(),
            self.text(self.table, "help").strip(),
            self.texts(self.table, "sources"),
            matches,
            check,
            self.texts(self.table, "context"),
            self.variants(),
            self.fix(),
            self.supersedes(code),
            self.text(self.table, "suppress") == "every-place",
            self.examples("bad"),
            self.examples("good"),
            self.path,
        )

    def severity(self, table: Table) -> Severity:
        value = self.text(table, "severity")
        try:
            return Severity(value)
        except ValueError:
            raise self.fail(f'severity "{value}" is none of error, warning, info') from None

    def dialects(self, table: Table) -> tuple[Dialect, ...]:
        names = self.texts(table, "dialects")
        try:
            return tuple(Dialect(name) for name in names)
        except ValueError:
            raise self.fail(f"dialects {names} are not among hb2, p10, p11") from None

    def requires(self) -> tuple[str, ...]:
        names = self.texts(self.table, "requires")
        for name in names:
            if name not in INPUTS:
                raise self.fail(f'`requires` names "{name}"', f"inputs are {', '.join(INPUTS)}")
        return names

    def supersedes(self, own: str) -> tuple[str, ...]:
        codes = self.texts(self.table, "supersedes")
        for code in codes:
            if not _CODE.match(code) or code == own:
                raise self.fail(f'`supersedes` names "{code}"', "give codes of other rules")
        return codes

    def matches(self) -> tuple[Match, ...]:
        found = []
        for table in self.tables("match"):
            self.check_keys(table, ("context", "test", "variant", "at", "dialects", "message"))
            if not table.get("context") or not table.get("test"):
                raise self.fail("[[match]] needs `context` and `test`")
            found.append(
                Match(
                    self.texts(table, "context"),
                    self.text(table, "test"),
                    self.text(table, "variant"),
                    self.text(table, "at"),
                    self.dialects(table),
                )
            )
        return tuple(found)

    def variants(self) -> dict[str, Variant]:
        found = {}
        own = self.variant(self.table, "")
        if own.message:
            found[""] = own
        named = self.table.get("variants", {})
        if not isinstance(named, dict):
            raise self.fail("`variants` must be a table of tables")
        for name, table in named.items():
            self.check_keys(table, ("message", "remedy", "severity", "folded", "each"))
            found[name] = self.variant(table, own.message)
            if not found[name].message:
                raise self.fail(f"variant {name} has no message")
        if not found:
            raise self.fail("`message` is missing")
        return found

    def variant(self, table: Table, inherited: str) -> Variant:
        """A variant, or the rule's own message; what a variant does not say it takes from the rule."""
        message = self.text(table, "message") or inherited
        if table is self.table:
            texts = (self.text(match, "message") for match in self.tables("match") if "message" in match)
            message = message or next(texts, "")
        own = "" if table is self.table else self.text(table, "remedy")
        remedy = own or self.text(self.table, "help") or self.text(self.table, "remedy") or self.fix_words()
        severity = self.severity(table) if "severity" in table and table is not self.table else None
        return Variant(message, remedy.strip(), severity, self.text(table, "folded"), self.text(table, "each"))

    def fix_words(self) -> str:
        """What the fix of a rule without a remedy amounts to."""
        fix = self.fix()
        if fix is None:
            return ""
        steps = [f'Set {name}="{value}".' for name, value in fix.set.items()]
        return " ".join([*steps, *(f"Remove {name}." for name in fix.remove)])

    def fix(self) -> Fix | None:
        table = self.table.get("fix")
        if table is None:
            return None
        if not isinstance(table, dict):
            raise self.fail("`fix` must be a table")
        self.check_keys(table, ("safety", "set", "remove"))
        safety, values = self.text(table, "safety"), table.get("set", {})
        if safety not in _SAFETIES:
            raise self.fail(f'safety "{safety}" is none of {", ".join(_SAFETIES)}')
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            raise self.fail("`set` of a fix must map attributes to values")
        return Fix(safety, values, self.texts(table, "remove"))

    def examples(self, key: str) -> tuple[Example, ...]:
        found = []
        for table in self.tables(key):
            self.check_keys(table, ("cib", "files", "dialect", "variant", "note"))
            files = table.get("files", {})
            if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
                raise self.fail(f"`files` of a {key} example must map paths to texts")
            files = dict(files)
            if "cib" in table:
                files["cib.xml"] = self.text(table, "cib")
            if not files:
                raise self.fail(f"a {key} example has neither `cib` nor `files`")
            dialect = self.text(table, "dialect")
            if dialect and dialect not in {found.value for found in Dialect}:
                raise self.fail(f'dialect "{dialect}" is none of hb2, p10, p11')
            found.append(
                Example(
                    files, Dialect(dialect) if dialect else None, self.text(table, "variant"), self.text(table, "note")
                )
            )
        if not found:
            raise self.fail(f"there is no [[{key}]] example")
        return tuple(found)
