"""Documents: one parsed file each, with the defects that reading it brought to light; a backup is a tuple of them.

A file that cannot be read is a document with a fatal defect, never a crash: the other files are still worth reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cibtools.backup.record.kind import Defect, Kind

if TYPE_CHECKING:
    from cibtools.backup.cib.tree import CibTree
    from cibtools.backup.files.hb_report import HbReport
    from cibtools.backup.record.source import Source
    from cibtools.backup.sniff.declaration import SideContent


class Document(Struct, frozen=True, eq=False):
    """One file: what it is, why we think so, and what it says."""

    kind: Kind
    source: Source
    content: CibTree | SideContent | None = None
    """The parsed form, for the kinds that have a parser."""
    reason: str = ""
    """The evidence for the kind, in words."""
    host: str | None = None
    """The cluster node whose copy this is, from the path; None for files that hold for all nodes."""
    defects: tuple[Defect, ...] = ()
    excerpt: bool = False
    """True if a marker such as `-snip-` says that parts are left out: absence proves nothing then."""

    copy_of: str | None = None
    """For a copy beside a live file, the path of that file below the backup; nothing is decided from a copy."""

    sample: bool = False
    """True for a file that a package ships to be copied, such as `xmexample1`: it describes nothing of the site."""

    @property
    def path(self) -> str:
        """The path of the source."""
        return self.source.path

    @property
    def unreadable(self) -> Defect | None:
        """The defect that kept the file from being read, if any."""
        return next((defect for defect in self.defects if defect.fatal), None)


class Backup(Struct, frozen=True, eq=False):
    """All documents that describe one cluster, in byte order of their paths."""

    root: str
    """The directory or file that was given, for titles."""
    documents: tuple[Document, ...]
    report: HbReport | None = None
    """The report of hb_report or crm_report that it is, if it is one."""

    def of_kind(self, *kinds: Kind) -> tuple[Document, ...]:
        """The live documents of these kinds, in order; copies of them are left out."""
        return tuple(one for one in self.documents if one.kind in kinds and one.copy_of is None)

    def copies_of_kind(self, kind: Kind) -> tuple[Document, ...]:
        """The copies that lie beside live documents of this kind, in order."""
        return tuple(one for one in self.documents if one.kind == kind and one.copy_of is not None)
