"""xm files with the new device paths: copies in which nothing but the paths differs, byte for byte."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.record.source import Span
from cibtools.backup.xm.file import Disk
from cibtools.cluster.derived.domu import DomU, xmfile_of
from cibtools.cluster.derived.domu_file import XmFile
from cibtools.cluster.derived.evms import is_evms
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.nvset import find_value
from cibtools.migrate.record.product import NewFile
from cibtools.migrate.sle11.evms import managed_domus, new_device
from cibtools.migrate.sle11.foundation import agents

_HOME = "/etc/xen/vm"
"""Where domU files lie on SLES, for those whose resource does not say."""


class DiskMove(Struct, frozen=True):
    """One disk entry of one file, with the path that it gets."""

    domu: DomU
    file: XmFile
    span: Span
    """Bytes of the path."""
    old: str
    new: str


def disk_moves(draft: Draft, answers: Answers) -> Iterator[DiskMove]:
    """Every disk of the cluster's domUs that has a new path and stands in its file as it is."""
    for domu in managed_domus(draft):
        for file in domu.files:
            for entry in file.config.disks:
                device = new_device(entry.path, answers) if is_evms(entry.path) else None
                span = _path_span(file, entry)
                if device and span:
                    yield DiskMove(domu, file, span, entry.path, device.path)


def kept_disks(draft: Draft, answers: Answers) -> Iterator[tuple[DomU, XmFile, str]]:
    """The disks that stay on EVMS: nobody can know their new path, or the file computes them."""
    for domu in managed_domus(draft):
        for file in domu.files:
            for entry in file.config.disks:
                if is_evms(entry.path) and not (new_device(entry.path, answers) and _path_span(file, entry)):
                    yield domu, file, entry.raw


def unseen_files(draft: Draft) -> tuple[str, ...]:
    """The files that Xen resources name and that are not in the input."""
    seen = {manager.element for domu in managed_domus(draft) for manager in domu.managers}
    unseen = (found for found in agents(draft, "Xen") if draft.origin(found) not in seen)
    paths = (find_value(found, "instance_attributes", "xmfile").strip() for found in unseen)
    return tuple(dict.fromkeys(path for path in paths if path))


def _path_span(file: XmFile, entry: Disk) -> Span | None:
    source = file.document.source
    for span, field in zip(entry.field_spans, entry.fields, strict=False):
        at = field.rfind(entry.path)
        if at >= 0:
            start = span.start + len(field[:at].encode(source.encoding, "replace"))
            return Span(start, start + len(entry.path.encode(source.encoding, "replace")))
    return None


def target_of(domu: DomU, file: XmFile) -> str:
    """The path of a domU's file on the nodes."""
    base = posixpath.basename(file.path)
    for pair in map(xmfile_of, domu.managers):
        if pair and posixpath.basename(pair.value.strip()) == base:
            return posixpath.normpath(posixpath.join("/", pair.value.strip()))
    return posixpath.join(_HOME, base)


def new_domu_files(draft: Draft, answers: Answers) -> Iterator[NewFile]:
    """The files with their new paths; copies that differ between the nodes stay apart."""
    moves: dict[XmFile, list[DiskMove]] = {}
    for move in disk_moves(draft, answers):
        moves.setdefault(move.file, []).append(move)
    written: dict[str, bytes] = {}
    for file, found in moves.items():
        data, target = _edited(file, found), target_of(found[0].domu, file)
        name = f"xm{target}"
        if written.get(name, data) != data:
            name = f"xm-{file.document.host or len(written)}{target}"
        if name not in written:
            written[name] = data
            paths = ", ".join(dict.fromkeys(move.new for move in found))
            yield NewFile(name, data, target, f"domU {found[0].domu.title} with its disks on LVM ({paths})")


def _edited(file: XmFile, moves: list[DiskMove]) -> bytes:
    source, pieces, at = file.document.source, list[bytes](), 0
    for move in sorted(moves, key=lambda move: move.span):
        pieces += [source.data[at : move.span.start], move.new.encode(source.encoding)]
        at = move.span.end
    return b"".join((*pieces, source.data[at:]))
