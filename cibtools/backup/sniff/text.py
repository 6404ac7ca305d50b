"""Recognising the plain-text files of a cluster node by the words their lines begin with.

Each recogniser sees the same outline of the text, made once: compiling a pattern per kind would cost more than all
the rest of sniffing. Prose and scripts quote configuration, so a recogniser asks how much of a file it can explain.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from cibtools.backup.lines.ha_directives import CORE_DIRECTIVES, DIRECTIVES, LOGD_DIRECTIVES, split_lost_blank
from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.outline import Outline, is_prose, outline_of

_XM_STRONG = frozenset(("disk", "kernel", "bootloader", "builder"))
_XM_KEYS = _XM_STRONG | frozenset(
    ("name", "memory", "vif", "extra", "root", "uuid", "vcpus", "on_reboot", "on_crash", "on_poweroff")
)
_XEND_HEADS = (
    "xend-",
    "dom0-min-mem",
    "dom0-cpus",
    "network-script",
    "vif-script",
    "enable-dump",
    "vnc-listen",
    "vncpasswd",
    "logfile",
    "loglevel",
    "console-limit",
)
_MULTIPATH = frozenset(("multipaths", "blacklist", "devnode_blacklist", "blacklist_exceptions", "defaults", "devices"))
_EVMS = frozenset(("engine", "sysfs_devices", "csm", "activate", "legacy_devices", "clustering"))
_LVM = frozenset(("devices", "allocation", "log", "backup", "shell", "global", "activation", "tags", "dmeventd"))
_REPORTED_BY = ("By: hb_report", "By: crm_report")
_NTP = frozenset(("server", "peer", "restrict", "driftfile", "fudge", "pool"))


Recogniser = Callable[[Outline], tuple[int, str] | None]


def recognise(outline: Outline) -> list[tuple[Kind, int, str]]:
    """Ask every recogniser; an earlier one wins a tie. Text that quotes configuration is none."""
    report = _hb_report(outline)
    if report is not None:
        return [(Kind.HB_REPORT, *report)]
    if not outline.lines or "```" in outline.text or outline.share(sum(map(is_prose, outline.lines))) > 0.1:
        return []
    return [(kind, *found) for kind, ask in _RECOGNISERS if (found := ask(outline)) is not None]


def _crm_mon(outline: Outline) -> tuple[int, str] | None:
    text = outline.text
    counted = "odes configured" in text
    if re.search(r"^Last updated:", text, re.MULTILINE) and ("Current DC:" in text or counted):
        return 95, "it has the header of crm_mon"
    # hb_report takes the line with the time out, so that the texts of all nodes are equal.
    if counted and "Current DC:" in outline.text and "Current" in outline.words:
        return 90, "it has the header of crm_mon without the time"
    return None


def _sxp(outline: Outline) -> str:
    """The first name of an s-expression that opens the text, or nothing."""
    first = outline.lines[0].lstrip() if outline.lines else ""
    return first[1:].lstrip().partition(" ")[0].rstrip(")") if first.startswith("(") else ""


def _xend(outline: Outline) -> tuple[int, str] | None:
    head = _sxp(outline)
    return (95, f"it begins with ({head}") if head.startswith(_XEND_HEADS) else None


def _sxp_domain(outline: Outline) -> tuple[int, str] | None:
    head = _sxp(outline)
    return (95, f"it begins with ({head}") if head in ("domain", "vm") else None


def _xm(outline: Outline) -> tuple[int, str] | None:
    keys = {key for key, line in zip(outline.keys, outline.lines, strict=True) if key in _XM_KEYS and line[0] == key[0]}
    if not keys or _explained_as_python(outline) < 0.6:
        return None
    if len(keys) > 1 and keys & _XM_STRONG:
        return 90, f"it sets {', '.join(sorted(keys)[:4])}"
    return (35 if len(keys) > 1 else 30), f"it sets {', '.join(sorted(keys))}"


def _explained_as_python(outline: Outline) -> float:
    """The part of the lines that could be a domU file's: assignments, continued or indented lines, statements."""
    starts = (
        "import ",
        "from ",
        "if ",
        "elif ",
        "else:",
        "for ",
        "def ",
        "print",
        "del ",
        "try:",
        "except",
        " ",
        "\t",
        "]",
        ")",
        "'",
        '"',
        "[",
    )
    return outline.share(
        sum(
            key.rstrip("+ ").isidentifier() or line.startswith(starts)
            for key, line in zip(outline.keys, outline.lines, strict=True)
        )
    )


def _ocfs2(outline: Outline) -> tuple[int, str] | None:
    stanza = next((line.strip() for line in outline.lines if line.strip() in ("node:", "cluster:", "heartbeat:")), None)
    told = sum(bool(key) or word.endswith(":") for key, word in zip(outline.keys, outline.words, strict=True))
    if stanza and outline.share(told) > 0.7 and ("ip_port" in outline.keys or "node_count" in outline.keys):
        return 95, f"it has stanzas {stanza}"
    return None


def _ha_cf(outline: Outline) -> tuple[int, str] | None:
    words = [split_lost_blank(word) for word in outline.words]
    known = [word for word in words if word in DIRECTIVES]
    core = next((word for word in known if word in CORE_DIRECTIVES), None)
    if core is None or outline.share(len(known)) < 0.5:
        return None
    return (85 if len(known) > 1 else 35), f"it has the directive {core}"


def _authkeys(outline: Outline) -> tuple[int, str] | None:
    if "auth" not in outline.words and not outline.words[0].isdigit():
        return None
    split = [line.split() for line in outline.lines]
    auths = sum(len(parts) == 2 and parts[0] == "auth" and parts[1].isdigit() for parts in split)
    keys = sum(len(parts) > 1 and parts[0].isdigit() and parts[1] in ("crc", "md5", "sha1") for parts in split)
    if outline.share(auths + keys) < 0.6:
        return (30, "it has an auth line") if auths and len(outline.lines) < 4 else None
    if auths and keys:
        return 95, "it has an auth line and a numbered key"
    return (60, "it has numbered keys") if keys else (45, "it has an auth line")


def _logd(outline: Outline) -> tuple[int, str] | None:
    words = {split_lost_blank(word) for word in outline.words}
    return (80, "it has directives of ha_logd only") if words and words <= LOGD_DIRECTIVES else None


def _haresources(outline: Outline) -> tuple[int, str] | None:
    joined = outline.text.replace("\\\r\n", " ").replace("\\\n", " ") if "\\" in outline.text else ""
    lines = outline_of(joined).lines if joined else outline.lines
    fits = bool(lines) and all(_haresources_line(line.split()) for line in lines)
    return (60, "its lines name a node and its resources") if fits else None


def _haresources_line(tokens: list[str]) -> bool:
    host = len(tokens) > 1 and re.fullmatch(r"[A-Za-z][\w.-]*", tokens[0]) is not None
    return host and any("::" in token or _is_address(token.split("/")[0]) for token in tokens[1:])


def _is_address(token: str) -> bool:
    parts = token.split(".")
    if len(parts) == 4:
        return all(part.isdigit() and len(part) < 4 for part in parts)
    return token.count(":") > 1 and not token.strip("0123456789abcdefABCDEF:.%") if ":" in token else False


def _hostcache(outline: Outline) -> tuple[int, str] | None:
    if not outline.lines or "\t" not in outline.lines[0]:
        return None
    pattern = r"\S+\t+[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?:\t\d+(?:\t\S+)?)?\s*"
    if all(re.fullmatch(pattern, line) for line in outline.lines):
        return 95, "its lines are host names and uuids"
    return None


def _multipath(outline: Outline) -> tuple[int, str] | None:
    section = min(outline.sections & _MULTIPATH, default=None)
    if section is None or any(key.isidentifier() for key in outline.keys):
        return None
    return (95 if "wwid" in outline.words else 85), f"it has a section {section}"


def _evms(outline: Outline) -> tuple[int, str] | None:
    section = min(outline.sections & _EVMS, default=None)
    return (85, f"it has a section {section}") if section and any(outline.keys) else None


def _lvm(outline: Outline) -> tuple[int, str] | None:
    section = min(outline.sections & _LVM, default=None)
    known = {"filter", "locking_type", "dir"} & {key.rpartition("/")[2] for key in outline.keys}
    return (85, f"it has a section {section}") if section and known else None


def _corosync(outline: Outline) -> tuple[int, str] | None:
    if "totem" in outline.sections and any(word.endswith(":") for word in outline.words):
        return 95, "it has a section totem"
    return None


@cache
def _shell_name() -> re.Pattern[str]:
    return re.compile(r"(?:export\s+)?[A-Z_][A-Z0-9_]*")


def _shell_names(outline: Outline) -> set[str]:
    """Names assigned, if the text holds nothing but shell assignments to names in capitals."""
    first = outline.keys[0]
    if not first or first[-1].islower() or not all(_shell_name().fullmatch(key) for key in outline.keys):
        return set()
    return {key.split()[-1] for key in outline.keys}


def _sysconfig(prefix: str, confidence: int) -> Recogniser:
    def ask(outline: Outline) -> tuple[int, str] | None:
        name = min((name for name in _shell_names(outline) if name.startswith(prefix)), default=None)
        return (confidence, f"it assigns {name}") if name else None

    return ask


def _hosts(outline: Outline) -> tuple[int, str] | None:
    fitting = sum(
        _is_address(word) and len(line.split()) > 1 for word, line in zip(outline.words, outline.lines, strict=True)
    )
    return (70, "its lines are addresses and names") if outline.share(fitting) >= 0.5 else None


def _ntp(outline: Outline) -> tuple[int, str] | None:
    known = [word for word in outline.words if word in _NTP]
    foreign = CORE_DIRECTIVES.intersection(outline.words)
    return (75, f"it has the keyword {known[0]}") if not foreign and outline.share(len(known)) >= 0.4 else None


def _logrotate(outline: Outline) -> tuple[int, str] | None:
    path = next((name for name in outline.sections if name.startswith("/")), None)
    return (80, "it rotates log files") if path and "rotate" in outline.words else None


def _hb_report(outline: Outline) -> tuple[int, str] | None:
    tool = next((line[4:].split()[0] for line in outline.lines if line.startswith(_REPORTED_BY)), None)
    return (100, f"{tool} wrote it") if tool else None


_RECOGNISERS: tuple[tuple[Kind, Recogniser], ...] = (
    (Kind.CRM_MON, _crm_mon),
    (Kind.XEND, _xend),
    (Kind.SXP_DOMAIN, _sxp_domain),
    (Kind.XM, _xm),
    (Kind.OCFS2, _ocfs2),
    (Kind.HA_CF, _ha_cf),
    (Kind.AUTHKEYS, _authkeys),
    (Kind.LOGD, _logd),
    (Kind.HARESOURCES, _haresources),
    (Kind.HOSTCACHE, _hostcache),
    (Kind.MULTIPATH, _multipath),
    (Kind.EVMS, _evms),
    (Kind.LVM, _lvm),
    (Kind.COROSYNC, _corosync),
    (Kind.O2CB, _sysconfig("O2CB_", 95)),
    (Kind.NTP_SYSCONFIG, _sysconfig("NTPD_", 95)),
    (Kind.SYSCONFIG, _sysconfig("", 60)),
    (Kind.HOSTS, _hosts),
    (Kind.NTP, _ntp),
    (Kind.LOGROTATE, _logrotate),
)
