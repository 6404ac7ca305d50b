"""What is known about fencing plugins: how each reads its list of hosts, which parameters it takes, what it is worth.

A list that one plugin splits at commas is a single odd host name to another, and no release complains about it. The
facts come from the scripts in heartbeat 2.1.3 and cluster-glue 1.0 (`gethosts`, `getconfignames`, `getinfo-xml`) and
from the host list helper of the plugins written in C, which lowers the case of every name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.vocabulary.data import PluginRow, plugin_rows


class Reader(Enum):
    """How a plugin comes to the names of the hosts it can fence."""

    BUILTIN = "builtin"
    """Blanks and commas separate; every name is lowered."""
    COMMAS = "commas"
    """The script turns commas into blanks."""
    BLANKS = "blanks"
    """Printed as written; the daemon splits at white space only."""
    CONFIGS = "configs"
    """As COMMAS; what follows a colon is not part of the name."""
    FIRST = "first"
    """The first word is the one host."""
    PAIRS = "pairs"
    """`host=machine` pairs, separated by semicolons."""
    OUTLETS = "outlets"
    """A serial device, then host and outlet in turn."""
    PACEMAKER = "pacemaker"
    """`pcmk_host_list`: any mix of blanks, commas and semicolons."""
    PACEMAKER_MAP = "pacemaker-map"
    """`pcmk_host_map`: `host:port` or `host=port`, separated by blanks or semicolons; a comma separates ports."""
    EVERYONE = "everyone"
    """No list: every node is a target."""
    DYNAMIC = "dynamic"
    """The device names its hosts when it is asked."""
    ITSELF = "itself"
    """Only the node it runs on."""


class Quality(Enum):
    """What the word of a plugin is worth."""

    REAL = "real"
    TEST = "test-only"
    """Works only while the target still answers, or waits for a person."""
    FAKE = "fake"
    """Claims success and does nothing."""
    HELPER = "helper"
    """Checks something on behalf of other devices."""
    CUSTOM = "custom"
    """Not among the plugins we know."""


class Plugin(Struct, frozen=True):
    """One fencing plugin."""

    type: str
    parameter: str
    """The parameter that names the targets; empty if there is none."""
    reader: Reader
    one_host: bool
    """True for a device that is built into, or wired to, a single host."""
    quality: Quality
    required: tuple[str, ...]
    optional: tuple[str, ...]
    closed: bool
    """True if required and optional together are all the parameters it knows in any release."""

    @property
    def separators(self) -> str:
        """What separates hosts, in words."""
        if self.reader in (Reader.BLANKS, Reader.FIRST):
            return "blanks"
        if self.reader in (Reader.PAIRS, Reader.PACEMAKER_MAP):
            return "semicolons"
        return "blanks or commas"


LIKELY_LISTS = ("hostlist", "hostname", "nodename", "HOSTLIST", "host_list")
"""What plugins call their list; where one we do not know probably names its hosts."""


@lru_cache(maxsize=64)
def find_plugin(kind: str, dialect: Dialect) -> Plugin:
    """Return the plugin behind a device's `type`; one that is not known is of custom quality."""
    row = _rows().get(kind)
    if row is None:
        # Fence agents are real hardware drivers; they have no list of their own, Pacemaker keeps it.
        quality = Quality.REAL if kind.startswith("fence_") else Quality.CUSTOM
        return Plugin(kind, "", Reader.DYNAMIC, False, quality, (), (), False)
    reader, sysconfig = Reader(row["reader"]), row.get("sysconfig")
    if kind == "external/ipmi" and dialect.is_pacemaker:
        reader = Reader.BLANKS  # cluster-glue 1.0 prints the parameter as it stands
    return Plugin(
        kind,
        row.get("parameter", ""),
        reader,
        row.get("one_host", False),
        Quality(row.get("quality", "real")),
        # Since Pacemaker 1.1 a file of the host says what the parameters leave out.
        () if sysconfig and dialect is Dialect.P11 else tuple(row.get("required", "").split()),
        tuple(row.get("optional", "").split()),
        "optional" in row,
    )


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, PluginRow]:
    return plugin_rows()


def read_hosts(reader: Reader, raw: str) -> tuple[str, ...]:
    """The host names a plugin takes out of a parameter, as it reads them."""
    match reader:
        case Reader.BUILTIN:
            return tuple(re.split(r"[\s,]+", raw.strip(" \t\r\n,").lower())) if raw.strip(" \t\r\n,") else ()
        case Reader.COMMAS:
            return tuple(raw.replace(",", " ").split())
        case Reader.CONFIGS:
            return tuple(word.partition(":")[0] for word in raw.replace(",", " ").split())
        case Reader.BLANKS:
            return tuple(raw.split())
        case Reader.FIRST:
            return tuple(raw.split()[:1])
        case Reader.PAIRS:
            return tuple(pair.partition("=")[0].strip() for pair in raw.split(";") if pair.strip())
        case Reader.OUTLETS:
            return tuple(word.lower() for word in raw.split()[1::2])
        case Reader.PACEMAKER:
            return tuple(re.findall(r"[^\s,;]+", raw))
        case Reader.PACEMAKER_MAP:
            return tuple(re.split(r"[:=]", pair, maxsplit=1)[0] for pair in re.findall(r"[^\s;]+", raw))
        case Reader.EVERYONE | Reader.DYNAMIC | Reader.ITSELF:
            return ()


def intended_hosts(raw: str) -> tuple[str, ...]:
    """The words a person may have meant as host names, whatever separates them."""
    return tuple(re.findall(r"[^\s,;:=]+", raw))
