"""Messages: `{name}` is filled from a check's values, `{@id}` and other XPaths from the element itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from lxml import etree

from cibtools.backup.record.secret import mask_text

_FIELD = re.compile(r"\{([^{}]+)\}")
_NAME = re.compile(r"[a-z_][a-z0-9_]*$")


@lru_cache(maxsize=512)
def compiled(xpath: str) -> etree.XPath:
    """An XPath, compiled once; raises etree.XPathSyntaxError."""
    return etree.XPath(xpath)


def is_xpath(field: str) -> bool:
    """True for fields that are looked up in the element, not among the values."""
    return not _NAME.match(field)


def fill(template: str, values: Mapping[str, object], element: etree._Element | None) -> str:
    """Put values into a template; raise KeyError for a name that has none."""

    def value(match: re.Match[str]) -> str:
        field = match[1]
        if not is_xpath(field):
            return str(values[field])
        return "" if element is None else str(compiled(f"string({field})")(element))

    return mask_text(_FIELD.sub(value, template)).strip()
