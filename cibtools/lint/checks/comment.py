"""Comments that silence rules, where they name a rule that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cibtools.backup.cib.tree import CibTree
from cibtools.backup.document import Document
from cibtools.backup.record.source import Span
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.cluster.vocabulary.spelling import nearest
from cibtools.lint.engine.suppression import MARK, fits, words_of
from cibtools.lint.record.finding import Hit

_XML_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_LINE_COMMENT = re.compile(r"#(.*)")


def unknown_rule(cluster: Cluster, known: Mapping[str, str]) -> Iterator[Hit]:
    """Report words in such comments that fit no rule (CIB006); known holds the names of all rules by their codes."""
    for document in cluster.backup.documents:
        for span, codes in _marks(document):
            place = Place(document, spot=span, item="comment")
            words = words_of(codes)
            if not words:
                yield Hit(place, {"word": "", "hint": "Name a rule."}, "empty")
            for word in words:
                if not any(fits(word, code, name) for code, name in known.items()):
                    near = nearest(word, (*known, *known.values()))
                    hint = f'Did you mean "{near}"?' if near else "`cibtools rules` lists the rules."
                    yield Hit(place, {"word": word, "hint": hint}, subject=word, discriminator=word)


def _marks(document: Document) -> Iterator[tuple[Span, str]]:
    """The comments of a file that mean cibtools, by their place in the file, with what stands in the brackets."""
    if "cibtools:" not in document.source.text:
        return
    source = document.source
    pattern = _XML_COMMENT if isinstance(document.content, CibTree) else _LINE_COMMENT
    for comment in pattern.finditer(source.text):
        mark = MARK.search(comment[1])
        if mark:
            start = comment.start(1) + mark.start()
            before = len(source.text[:start].encode(source.encoding, "replace"))
            length = len(mark[0].partition("]")[0].encode(source.encoding, "replace")) + 1
            yield Span(len(source.bom) + before, len(source.bom) + before + length), mark[1]
