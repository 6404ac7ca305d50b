"""Which rules run: codes, prefixes of codes, names and ALL, chosen and left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cibtools.cluster.vocabulary.spelling import nearest
from cibtools.errors import ConfigError
from cibtools.lint.record.rule import Rule


class UnknownSelectorError(ConfigError):
    """A selector fits no rule."""

    def __init__(self, selector: str, hint: str) -> None:
        super().__init__(f'no rule has the code, prefix or name "{selector}"', hint=hint)
        self.selector = selector


def select_rules(
    rules: Sequence[Rule], select: Iterable[str], ignore: Iterable[str], persona: str = "regular"
) -> tuple[Rule, ...]:
    """The rules to run; raise UnknownSelectorError for a selector that fits no rule.

    Without `select` these are the rules for everybody, and those for the persona; naming a code or a prefix also wakes
    rules that are meant for pedants or for migrations.
    """
    readers = {"regular", persona}
    chosen = _expand(rules, select) or frozenset(rule.code for rule in rules if rule.persona in readers)
    left_out = _expand(rules, ignore)
    return tuple(rule for rule in rules if rule.code in chosen and rule.code not in left_out)


def _expand(rules: Sequence[Rule], selectors: Iterable[str]) -> frozenset[str]:
    codes: set[str] = set()
    for text in selectors:
        for selector in (part.strip() for part in text.split(",")):
            if not selector:
                if text.strip(" ,"):
                    continue  # a comma too many
                raise UnknownSelectorError(text, "name a rule, or leave the option out")
            found = {rule.code for rule in rules if _fits(rule, selector)}
            if not found:
                near = nearest(selector, (name for rule in rules for name in (rule.code, rule.name)))
                hint = f"did you mean {near}?" if near else "`cibtools rules` lists them"
                raise UnknownSelectorError(selector, hint)
            codes |= found
    return frozenset(codes)


def _fits(rule: Rule, selector: str) -> bool:
    return selector.upper() == "ALL" or rule.code.startswith(selector.upper()) or rule.name == selector.lower()
