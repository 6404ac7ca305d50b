"""The kinds of files in a backup, and what can be wrong with a file as a file."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from cibtools.backup.record.source import Span


class Kind(Struct, frozen=True):
    """What a file is, found out from its content.

    Those below have a name in the code because something asks for them; a side file may declare one more.
    """

    value: str
    """The word for it in output and in `--kind`."""

    CIB: ClassVar[Kind]
    CIB_SECTION: ClassVar[Kind]
    CIB_FRAGMENT: ClassVar[Kind]
    CIB_DIFF: ClassVar[Kind]
    PE_GRAPH: ClassVar[Kind]
    OTHER_XML: ClassVar[Kind]
    CRM_MON: ClassVar[Kind]
    XEND: ClassVar[Kind]
    SXP_DOMAIN: ClassVar[Kind]
    XM: ClassVar[Kind]
    OCFS2: ClassVar[Kind]
    HA_CF: ClassVar[Kind]
    AUTHKEYS: ClassVar[Kind]
    LOGD: ClassVar[Kind]
    HARESOURCES: ClassVar[Kind]
    HOSTCACHE: ClassVar[Kind]
    MULTIPATH: ClassVar[Kind]
    EVMS: ClassVar[Kind]
    DRBD: ClassVar[Kind]
    MDADM: ClassVar[Kind]
    LVM: ClassVar[Kind]
    COROSYNC: ClassVar[Kind]
    O2CB: ClassVar[Kind]
    NTP_SYSCONFIG: ClassVar[Kind]
    SYSCONFIG: ClassVar[Kind]
    HOSTS: ClassVar[Kind]
    NTP: ClassVar[Kind]
    LOGROTATE: ClassVar[Kind]
    HB_REPORT: ClassVar[Kind]
    LISTED: ClassVar[Kind]
    """Recorded by a report and not looked into: logs, inputs of the policy engine."""
    ARCHIVE: ClassVar[Kind]
    PRIVATE_KEY: ClassVar[Kind]
    UNREAD: ClassVar[Kind]
    """Could not be opened or decompressed, or is larger than the limit."""
    BINARY: ClassVar[Kind]
    EMPTY: ClassVar[Kind]
    UNCLASSIFIED: ClassVar[Kind]

    @property
    def is_known(self) -> bool:
        """False for what is no file of a cluster backup, or cannot be looked into."""
        return self not in _FOREIGN

    @property
    def is_cib(self) -> bool:
        """True for a CIB, a section of one, or fragments."""
        return self in (Kind.CIB, Kind.CIB_SECTION, Kind.CIB_FRAGMENT)


Kind.CIB = Kind("cib")
Kind.CIB_SECTION = Kind("cib-section")
Kind.CIB_FRAGMENT = Kind("cib-fragment")
Kind.CIB_DIFF = Kind("cib-diff")
Kind.PE_GRAPH = Kind("pe-graph")
Kind.OTHER_XML = Kind("other-xml")
Kind.CRM_MON = Kind("crm-mon-text")
Kind.XEND = Kind("sxp-xend")
Kind.SXP_DOMAIN = Kind("sxp-domain")
Kind.XM = Kind("xm-domu")
Kind.OCFS2 = Kind("ocfs2-cluster")
Kind.HA_CF = Kind("ha-cf")
Kind.AUTHKEYS = Kind("authkeys")
Kind.LOGD = Kind("logd-cf")
Kind.HARESOURCES = Kind("haresources")
Kind.HOSTCACHE = Kind("hostcache")
Kind.MULTIPATH = Kind("multipath")
Kind.EVMS = Kind("evms")
Kind.DRBD = Kind("drbd")
Kind.MDADM = Kind("mdadm")
Kind.LVM = Kind("lvm")
Kind.COROSYNC = Kind("corosync")
Kind.O2CB = Kind("o2cb")
Kind.NTP_SYSCONFIG = Kind("ntp-sysconfig")
Kind.SYSCONFIG = Kind("sysconfig")
Kind.HOSTS = Kind("hosts")
Kind.NTP = Kind("ntp")
Kind.LOGROTATE = Kind("logrotate")
Kind.HB_REPORT = Kind("hb-report-desc")
Kind.LISTED = Kind("listed")
Kind.ARCHIVE = Kind("archive")
Kind.PRIVATE_KEY = Kind("private-key")
Kind.UNREAD = Kind("unread")
Kind.BINARY = Kind("binary")
Kind.EMPTY = Kind("empty")
Kind.UNCLASSIFIED = Kind("unclassified")

_FOREIGN = frozenset((
    Kind.OTHER_XML, Kind.LISTED, Kind.ARCHIVE, Kind.PRIVATE_KEY, Kind.UNREAD, Kind.BINARY, Kind.EMPTY,
    Kind.UNCLASSIFIED,
))  # fmt: skip


class Defect(Struct, frozen=True):
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
