"""The kinds of files in a backup, and what can be wrong with a file as a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cibtools.backup.record.source import Span


class Kind(Enum):
    """What a file is, found out from its content."""

    CIB = "cib"
    CIB_SECTION = "cib-section"
    CIB_FRAGMENT = "cib-fragment"
    CIB_DIFF = "cib-diff"
    PE_GRAPH = "pe-graph"
    OTHER_XML = "other-xml"
    CRM_MON = "crm-mon-text"
    XEND = "sxp-xend"
    SXP_DOMAIN = "sxp-domain"
    XM = "xm-domu"
    OCFS2 = "ocfs2-cluster"
    HA_CF = "ha-cf"
    AUTHKEYS = "authkeys"
    LOGD = "logd-cf"
    HARESOURCES = "haresources"
    HOSTCACHE = "hostcache"
    MULTIPATH = "multipath"
    EVMS = "evms"
    LVM = "lvm"
    COROSYNC = "corosync"
    O2CB = "o2cb"
    NTP_SYSCONFIG = "ntp-sysconfig"
    SYSCONFIG = "sysconfig"
    HOSTS = "hosts"
    NTP = "ntp"
    LOGROTATE = "logrotate"
    HB_REPORT = "hb-report-desc"
    LISTED = "listed"
    """Recorded by a report and not looked into: logs, inputs of the policy engine."""
    ARCHIVE = "archive"
    PRIVATE_KEY = "private-key"
    UNREAD = "unread"
    """Could not be opened or decompressed, or is larger than the limit."""
    BINARY = "binary"
    EMPTY = "empty"
    UNCLASSIFIED = "unclassified"

    @property
    def is_known(self) -> bool:
        """False for what is no file of a cluster backup, or cannot be looked into."""
        return self not in _FOREIGN

    @property
    def is_cib(self) -> bool:
        """True for a CIB, a section of one, or fragments."""
        return self in (Kind.CIB, Kind.CIB_SECTION, Kind.CIB_FRAGMENT)


_FOREIGN = frozenset((
    Kind.OTHER_XML, Kind.LISTED, Kind.ARCHIVE, Kind.PRIVATE_KEY, Kind.UNREAD, Kind.BINARY, Kind.EMPTY,
    Kind.UNCLASSIFIED,
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing wrong with a file as a file, before any question of what it configures."""

    variant: str
    """Which kind of damage: `damaged`, `repaired`, `encoding`, `entities`, `too-large`, `ambiguous`, `unclassified`…"""
    message: str
    """What is wrong, one sentence without the file name."""
    span: Span
    hint: str = ""
    """What to do about it."""
    fatal: bool = False
    """True if nothing could be read from the file."""
