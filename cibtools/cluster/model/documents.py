"""The documents of one backup as a cluster: which of them are in use, what dialect they speak, where elements stand.

What no input tells stays unknown: `has("nodes")` says whether anybody backed the nodes up.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from lxml import etree

from cibtools.backup.cib.dialect import Detection, Dialect, detect_dialect
from cibtools.backup.cib.tree import CibTree
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.kind import Kind
from cibtools.cluster.model.assembly import Assembly, assemble
from cibtools.cluster.model.place import Place

if TYPE_CHECKING:
    from cibtools.backup.heartbeat.ha_cf import HaCf


class CibDocuments:
    """The documents of one cluster."""

    def __init__(self, backup: Backup, dialect: Dialect | None = None, *, merge_fragments: bool = False) -> None:
        self.backup = backup
        self._forced = dialect
        self._merge_fragments = merge_fragments

    @cached_property
    def assembly(self) -> Assembly:
        """The XML objects in use."""
        return assemble(self.backup, merge_fragments=self._merge_fragments)

    @cached_property
    def dialect(self) -> Dialect:
        """The one forced, else that of the CIB in use, else heartbeat 2.1."""
        if self._forced:
            return self._forced
        return self.detection.dialect or Dialect.HB2

    @cached_property
    def detection(self) -> Detection:
        """The signs of a dialect in the CIB in use, or in all files that make it up."""
        documents = (self.assembly.base,) if self.assembly.base else self.cib_documents
        trees = [document.content for document in documents if isinstance(document.content, CibTree)]
        if len(trees) == 1:
            return trees[0].detection
        return detect_dialect(root for tree in trees for root in tree.roots)

    @property
    def forced_dialect(self) -> Dialect | None:
        """The dialect that the user named, whatever the files say."""
        return self._forced

    def dialect_of(self, document: Document) -> Dialect:
        """A document's own dialect; one without any sign speaks that of the cluster it lies in."""
        if self._forced or not isinstance(document.content, CibTree):
            return self.dialect
        return document.content.detection.dialect or self.dialect

    # --- documents -------------------------------------------------------------------------------------------------

    @cached_property
    def cib_documents(self) -> tuple[Document, ...]:
        """All documents that hold parsed CIB XML, used or not."""
        return tuple(document for document in self.backup.documents if isinstance(document.content, CibTree))

    @cached_property
    def _document_by_top(self) -> dict[etree._Element, Document]:
        return {
            document.content.tree.top: document
            for document in self.cib_documents
            if isinstance(document.content, CibTree)
        }

    @cached_property
    def _only_document(self) -> Document | None:
        documents = set(self._document_by_top.values())
        return documents.pop() if len(documents) == 1 else None

    def document_of(self, element: etree._Element) -> Document:
        """The document an element stands in; all elements that are asked for are of this cluster."""
        return self._only_document or self._document_by_top[element.getroottree().getroot()]

    def place(self, element: etree._Element, attribute: str | None = None) -> Place:
        """The place of an element, or of the value of one of its attributes."""
        return Place(self.document_of(element), element, attribute)

    @cached_property
    def ha_cfs(self) -> tuple[tuple[Document, HaCf], ...]:
        """Every ha.cf with its document."""
        documents = self.backup.of_kind(Kind.HA_CF)
        if not documents:
            return ()
        # Only a backup that holds one needs to know what is in it.
        from cibtools.backup.heartbeat.ha_cf import HaCf

        return tuple((document, document.content) for document in documents if isinstance(document.content, HaCf))

    def has(self, section: str) -> bool:
        """True if some input holds that section of the CIB, be it empty."""
        return section in self.assembly.sections or section in self.assembly.headers

    def has_all(self, section: str) -> bool:
        """True if what the section does not hold does not exist: not known from snippets alone, nor an excerpt."""
        headers = self.assembly.headers.get(section, ())
        return bool(headers) and not any(self.document_of(header).excerpt for header in headers)

    def objects(self, section: str) -> tuple[etree._Element, ...]:
        """The XML objects of a section."""
        return self.assembly.sections.get(section, ())
