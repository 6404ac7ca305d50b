"""Documents: one parsed file each, with the defects that reading it brought to light; a backup is a tuple of them.

A file that cannot be read is a document with a fatal defect, never a crash: the other files are still worth reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cibtools.backup.authkeys import Authkeys
    from cibtools.backup.cib import CibTree
    from cibtools.backup.hacf import HaCf
    from cibtools.backup.source import Source, Span
    from cibtools.backup.xm import XmConfig


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
    ARCHIVE = "archive"
    PRIVATE_KEY = "private-key"
    UNREAD = "unread"
    """Could not be opened or decompressed, or is larger than the limit."""
    BINARY = "binary"
    EMPTY = "empty"
    UNCLASSIFIED = "unclassified"

    @property
    def is_cib(self) -> bool:
        """True for a CIB, a section of one, or fragments."""
        return self in (Kind.CIB, Kind.CIB_SECTION, Kind.CIB_FRAGMENT)


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


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One file: what it is, why we think so, and what it says."""

    kind: Kind
    source: Source
    content: CibTree | XmConfig | HaCf | Authkeys | None = None
    """The parsed form, for the kinds that have a parser."""
    reason: str = ""
    """The evidence for the kind, in words."""
    host: str | None = None
    """The cluster node whose copy this is, from the path; None for files that hold for all nodes."""
    defects: tuple[Defect, ...] = ()
    excerpt: bool = False
    """True if a marker such as `-snip-` says that parts are left out: absence proves nothing then."""

    @property
    def path(self) -> str:
        """The path of the source."""
        return self.source.path

    @property
    def unreadable(self) -> Defect | None:
        """The defect that kept the file from being read, if any."""
        return next((defect for defect in self.defects if defect.fatal), None)


@dataclass(frozen=True, slots=True, eq=False)
class Backup:
    """All documents that describe one cluster, in byte order of their paths."""

    root: str
    """The directory or file that was given, for titles."""
    documents: tuple[Document, ...]

    def of_kind(self, *kinds: Kind) -> tuple[Document, ...]:
        """The documents of these kinds, in order."""
        return tuple(document for document in self.documents if document.kind in kinds)
