"""Opening inputs: order, limits, compression, and what cannot be opened."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cibtools.backup.files.raw import MIB, Limits
from cibtools.backup.files.walk import walk_input, walk_stream
from cibtools.errors import InputError


def names(path: Path) -> list[str]:
    return [raw.name for raw in walk_input(str(path), Limits())]


def test_a_directory_is_walked_in_byte_order_without_noise(tmp_path: Path) -> None:
    for name in ("b.xml", "a.xml", "Z.xml", "sub/c.xml", "a.xml~", ".#b.xml", "x.xml.rpmsave", ".git/config"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("<cib/>")
    (tmp_path / "link.xml").symlink_to(tmp_path / "a.xml")
    assert names(tmp_path) == ["Z.xml", "a.xml", "b.xml", "sub/c.xml"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed_files_are_unpacked(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "cib.xml.packed"
    path.write_bytes(pack(b"<cib/>"))
    (raw,) = walk_input(str(path), Limits())
    assert raw.source.data == b"<cib/>"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_damaged_and_exploding_archives_are_told(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    short, bomb = tmp_path / "short", tmp_path / "bomb"
    short.write_bytes(pack(os.urandom(5000))[:-20])
    bomb.write_bytes(pack(b"\0" * 40 * MIB))
    for path, message in ((short, "damaged"), (bomb, "larger than")):
        (raw,) = walk_input(str(path), Limits())
        assert raw.failure is not None
        assert raw.failure.fatal
        assert message in raw.failure.message


@pytest.mark.parametrize(
    ("head", "size", "read"),
    [
        (b"<cib>", 2 * MIB, True),
        (b"<cib>", 17 * MIB, False),
        (b"name='x'", MIB // 2, True),
        (b"name='x'", 2 * MIB, False),
    ],
)
def test_limits_depend_on_the_kind(tmp_path: Path, head: bytes, size: int, read: bool) -> None:
    path = tmp_path / "file"
    path.write_bytes(head + b" " * size)
    (raw,) = walk_input(str(path), Limits())
    assert (raw.failure is None) is read


def test_an_input_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        list(walk_input(str(tmp_path / "nothing.xml"), Limits()))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<cib/>")
    (tmp_path / "b.xml").write_text("<cib/>")
    (tmp_path / "a.xml").chmod(0)
    first, second = walk_input(str(tmp_path), Limits())
    assert first.failure is not None
    assert second.failure is None


def test_standard_input_is_bounded_too() -> None:
    (good,) = walk_stream("<stdin>", io.BytesIO(b"<cib/>"), Limits())
    assert (good.source.path, good.source.data) == ("<stdin>", b"<cib/>")
    (large,) = walk_stream("<stdin>", io.BytesIO(b"x" * (MIB + 1)), Limits())
    assert large.failure is not None


def test_fifos_in_a_directory_are_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.xml")
    (tmp_path / "a.xml").write_text("<cib/>")
    assert names(tmp_path) == ["a.xml"]


def test_elements_are_limited_as_bytes_are() -> None:
    data = b"<resources>" + b"<a/>" * (Limits().elements + 1) + b"</resources>"
    (raw,) = walk_stream("cib.xml", io.BytesIO(data), Limits())
    assert raw.failure is not None
    assert raw.failure.message == "more than 262144 elements, which no CIB has"
    assert "--max-size" in raw.failure.hint
    (raw,) = walk_stream("cib.xml", io.BytesIO(data), Limits(cib=64 * MIB))
    assert raw.failure is None


def test_a_cib_over_the_limit_is_told_the_option_that_lifts_it() -> None:
    data = b"<cib>" + b" " * (2 * MIB)
    (raw,) = walk_stream("cib.xml", io.BytesIO(data), Limits(cib=MIB * 3 // 2))
    assert raw.failure is not None
    assert "--max-size" in raw.failure.hint
    (raw,) = walk_stream("cib.xml", io.BytesIO(gzip.compress(data)), Limits(cib=MIB * 3 // 2))
    assert raw.failure is not None
    assert "--max-size" in raw.failure.hint
