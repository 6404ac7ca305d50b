"""Which files are copies of others: what editors, package managers, YaST and administrators leave beside a live file.

The file at its real path is the live one. A copy may be years old, so nothing that is decided from it holds; one
function decides for the files of nodes and of domUs alike, by names alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_WORDS = (
    r"old|bak|bakup|backup|bckup|bkup|bkp|bck|save|saved|sav|orig|original|copy|prev|previous|before|yast2save|"
    r"rpm(?:save|new|orig)|dpkg-(?:old|new|dist|bak|tmp)|ucf-(?:old|dist)|augsave|swp"
)
"""What is put behind a name, or before it."""
_DATE = r"(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])(?:[-_.T]?\d\d[-_.:]?\d\d(?:[-_.:]?\d\d)?)?"
_MARKED = re.compile(rf"(?P<live>.+?)(?:\.?~\d*~?|,v|\.(?:{_WORDS})\d*)$", re.IGNORECASE)
_NUMBERED = re.compile(
    rf"(?P<live>.+?)(?:\.\d{{1,3}}|[-_](?:{_WORDS})\d*|[-_.]?{_DATE}|[-_.](?:19|20)\d\d|\.(?:new|neu|tmp|org|alt))$",
    re.IGNORECASE,
)
_ENDED = re.compile(r".+\.(?:xm|cfg|conf|cf|sxp)$", re.IGNORECASE)
"""A name with an ending of its own: what is put behind it marks a copy, as no domU file is called `web.xm.1`."""
_PACKED = (".gz", ".bz2", ".xz")
_INSIDE = re.compile(rf"(?P<head>.+?)[-_.](?:(?:{_WORDS})\d*|{_DATE})(?P<tail>\.\w+)$", re.IGNORECASE)
_BEFORE = re.compile(rf"(?:(?:{_WORDS})[-_.](?:of[-_.])?|copy of |#|{_DATE}[-_.])(?P<live>.+?)#?$", re.IGNORECASE)
_FOLDER = re.compile(
    rf"[._]?(?:(?:{_WORDS}|archive|attic|backups|snapshots?)(?:[-_.]?\d*|[-_.].+)|{_DATE})$", re.IGNORECASE
)
_SYSTEM = frozenset({"etc", "xen", "vm", "ha.d", "nodes", "sysconfig", "lvm", "domains"})
"""Folders of a node: a folder of copies below one of them is one, whatever else the backup holds."""
_SAMPLE = re.compile(r"(?:^|/)x[ml]example[^/]*$|(?:^|/)usr/share/(?:doc/|xen/)", re.IGNORECASE)
_DEEPEST = 4
"""Markers that one name may carry: `ha.cf.bak.old.1` has three."""


def is_sample(path: str) -> bool:
    """Tell whether a domU file is one that Xen ships to be copied."""
    return _SAMPLE.search(path) is not None


def original_of(path: str, present: Collection[str], names: Collection[str] = ()) -> str | None:
    """Return the path of the live file that a file is a copy of, whether it is there or not; None for a live file.

    `present` has the paths of all files, `names` the base names, in small letters, that files of its kind have.
    A number, a date, a word before the name or behind a dash mark a copy only if the live file is there, has one of
    `names`, or has an ending before them; so does a folder called `backup`, unless it lies within the file system of a
    node.
    """
    directory, slash, base = path.rpartition("/")
    if base.lower() in names and directory and slash:
        bases: list[tuple[str, bool]] = []
    else:
        bases = list(_live_names(base, names))
    homes = list(_live_folders(directory))
    found = [(f"{home}{slash}{live}" if home else live, sure) for home in (directory, *homes) for live, sure in bases]
    found += [(f"{home}/{base}" if home else base, _in_system(directory, home)) for home in homes]
    there = next((live for live, _ in found if live in present), None)
    return there or next((live for live, sure in found if sure), None)


def _live_names(base: str, names: Collection[str]) -> Iterator[tuple[str, bool]]:
    """The names without their markers, and whether the marker alone proves the copy."""
    base = next((base.removesuffix(ending) for ending in _PACKED if base.endswith(ending)), base)
    open_ends, sure = {base}, {base: True}
    for _ in range(_DEEPEST):
        further = set()
        for name in open_ends:
            for live, certain in _without_marker(name):
                if live not in sure:
                    sure[live] = sure[name] and certain
                    further.add(live)
        open_ends = further
    del sure[base]
    # The shortest name is the one without any marker.
    for live in sorted(sure, key=len):
        yield live, sure[live] or live.lower() in names


def _without_marker(name: str) -> Iterator[tuple[str, bool]]:
    for pattern, certain in ((_MARKED, True), (_NUMBERED, False), (_BEFORE, False)):
        found = pattern.match(name)
        if found:
            yield found["live"], certain or (pattern is _NUMBERED and _ENDED.match(found["live"]) is not None)
    inside = _INSIDE.match(name)
    if inside:
        yield inside["head"] + inside["tail"], False


def _live_folders(directory: str) -> Iterator[str]:
    """The folders that a folder of copies may have been copied from, the one without any such part first."""
    parts = directory.split("/") if directory else []
    plain = [part for before, part in zip(("", *parts), parts, strict=False) if before == "nodes" or not _copied(part)]
    if plain != parts:
        yield "/".join(plain)
    stripped = [_stripped(before, part) for before, part in zip(("", *parts), parts, strict=False)]
    if stripped not in (parts, plain):
        yield "/".join(part for part in stripped if part)


def _copied(part: str) -> bool:
    return _FOLDER.match(part) is not None


def _stripped(before: str, part: str) -> str:
    """A part of a path without its marker: `xen.old` is a copy of `xen`, `old` of the folder above it."""
    if before == "nodes":
        return part
    if _copied(part):
        return ""
    found = _MARKED.match(part) or _NUMBERED.match(part)
    return found["live"] if found and not found["live"].isdigit() else part


def _in_system(directory: str, home: str) -> bool:
    """True if the first part that marks copies lies below a folder of a node's file system."""
    parts, live = directory.split("/"), home.split("/") if home else []
    same = next((at for at, pair in enumerate(zip(parts, live, strict=False)) if pair[0] != pair[1]), len(live))
    return not _SYSTEM.isdisjoint(parts[:same])
