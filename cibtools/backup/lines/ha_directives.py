"""The directives of ha.cf and logd.cf as data: what each takes, and which may lose its blank in print.

One table, from the sources of heartbeat 2.1.3, serves the parser, the sniffer and whoever explains a directive.
"""

from __future__ import annotations

import re
from enum import Enum


class Form(Enum):
    """What a directive takes."""

    NAMES = "names"
    """A list; each name is applied by itself."""
    TIME = "time"
    """One time: seconds, or a number with `ms` or `us`."""
    BOOLEAN = "boolean"
    NUMBER = "number"
    WORD = "word"
    CRM = "crm"
    """A boolean, or one of the modes that some release knows."""
    REST = "rest"
    """The rest of the line is one argument, split by the directive itself."""


_WORDS: dict[Form, str] = {
    Form.NAMES: "node bcast udp serial ping hbaping openais tipc",
    Form.TIME: "keepalive deadtime warntime initdead deadping conn_logd_time",
    Form.BOOLEAN: "use_logd syslogmsgfmt log_badpack coredumps realtime nice_failback use_apphbd normalpoll"
    " traditional_compression record_config_changes record_pengine_inputs enable_config_writes",
    Form.NUMBER: "hopfudge baud udpport debug rtprio memreserve compression_threshold max_rexmit_delay",
    Form.WORD: "auto_failback watchdog cluster quorum_server autojoin uuidfrom logfile debugfile logfacility coreroot"
    " hbgenmethod msgfmt compression env",
    Form.CRM: "crm pacemaker",
    Form.REST: "stonith stonith_host apiauth respawn failfast ucast mcast mcast6 ping_group",
}
DIRECTIVES: dict[str, Form] = {name: form for form, names in _WORDS.items() for name in names.split()}
"""Every directive heartbeat knows; no release starts with any other."""

LATER: dict[str, str] = {"pacemaker": "3", "mcast6": "3"}
"""Directives that heartbeat 2.1 does not know and later releases do, with the release that brought them: `pacemaker` is
another name of `crm` (heartbeat 3.0, heartbeat/config.c)."""
CRM_DIRECTIVES = frozenset(("crm", "pacemaker"))
"""Directives that switch the cluster resource manager on; none switches it off again."""

CORE_DIRECTIVES = frozenset(("node", "keepalive", "deadtime", "ucast", "bcast", "mcast", "crm", "respawn"))
"""Directives that no other kind of file has: one of them makes a file an ha.cf."""

LOGD_DIRECTIVES = frozenset(
    ("debugfile", "logfile", "logfacility", "entity", "useapphbd", "sendqlen", "recvqlen", "logmode", "syslogmsgfmt")
)
"""Directives of logd.cf."""

NUMBER_RANGES: dict[str, tuple[int, int]] = {
    "hopfudge": (0, 255),
    "baud": (9600, 460_800),
    "udpport": (1, 65535),
    "debug": (0, 255),
    "rtprio": (1, 99),
    "memreserve": (1, 1 << 31),
    "compression_threshold": (1, 1 << 31),
    "max_rexmit_delay": (1, 1 << 31),
}
"""Least and greatest value of each number."""

BAUD_RATES = frozenset((9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800))
"""The rates that heartbeat has a word for; it refuses every other (config.c, StringToBaud)."""
ABOVE_ZERO = frozenset(("keepalive", "warntime", "conn_logd_time"))
"""Times that heartbeat refuses if they are zero."""
FACILITIES = frozenset((
    "auth", "authpriv", "cron", "daemon", "ftp", "kern", "lpr", "mail", "mark", "news", "security", "syslog", "user",
    "uucp", "none", *(f"local{number}" for number in range(8)),
))  # fmt: skip
"""Facilities of syslog by the names that the C library has for them, and heartbeat's `none`."""

WORD_CHOICES: dict[str, frozenset[str]] = {
    "autojoin": frozenset(("none", "other", "any")),
    "uuidfrom": frozenset(("file", "nodename")),
    "hbgenmethod": frozenset(("file", "time")),
    "msgfmt": frozenset(("classic", "netstring")),
    "compression": frozenset(("zlib", "bz2")),
    "logfacility": FACILITIES,
}

MEDIA = frozenset(("bcast", "udp", "mcast", "mcast6", "ucast", "serial", "openais", "tipc"))
"""Directives that name a way to the other nodes; `udp` is an old word for `bcast`."""

_TIME = re.compile(r"([0-9.]+)(?:(ms.*)|(us|usec))?", re.IGNORECASE | re.DOTALL)
_LOSING_BLANK = ("logfacility", "debugfile", "logfile")


def split_lost_blank(word: str) -> str:
    """Return the directive in a word that lost the blank behind it (`logfacilitylocal7`), else the word itself.

    The damage is that of the guide's published copy; only these directives are known to have suffered.
    """
    if word in DIRECTIVES or word in LOGD_DIRECTIVES:
        return word
    return next((name for name in _LOSING_BLANK if word.startswith(name)), word)


def parse_time(text: str) -> int | None:
    """Read a time as heartbeat does: seconds, or a number with `ms` or `us`, to milliseconds; None for all else."""
    found = _TIME.fullmatch(text)
    number = re.match(r"[0-9]{1,12}(?:\.[0-9]*)?|\.[0-9]+", found[1]) if found else None
    if found is None or number is None:
        return None
    factor = 1.0 if found[2] else 0.001 if found[3] else 1000.0
    return int(float(number[0]) * factor)
