"""Archives as input: formats.md 1.1 and 18 of the specification, and what hostile ones try."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cibtools.backup.files.archive import is_archive, unpack
from cibtools.backup.files.archive_member import MIB, ArchiveLimits, BombError, Member, Reason, Refused
from cibtools.backup.files.raw import Limits, Raw
from cibtools.backup.files.walk import walk_input, walk_stream
from cibtools.backup.reader import gather, read_file
from cibtools.backup.record.kind import Kind
from tests.backup.archives import PACKERS, member, packed, tar, zipped

FORMS = (*PACKERS, "zip")
CIB = b'<cib have_quorum="true"><configuration><crm_config/><nodes/><resources/><constraints/></configuration></cib>'
FILES = {"b/cib.xml": CIB, "b/nodes/host1/etc/ha.d/ha.cf": b"node host1 host2\nbcast eth0\n", "./a.txt": b"x"}


def everything(_name: str) -> bool:
    return True


def read(data: bytes, limits: ArchiveLimits | None = None) -> tuple[dict[str, bytes | None], list[Refused]]:
    members, refused = unpack(io.BytesIO(data), limits or ArchiveLimits(), everything)
    assert all(isinstance(found, Member) for found in members)
    return {found.name: found.data for found in members}, list(refused)


def walk(path: Path, data: bytes) -> list[Raw]:
    path.write_bytes(data)
    return list(walk_input(str(path), Limits()))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read(form: str, tmp_path: Path) -> None:
    data = packed(form, FILES)
    assert is_archive(io.BytesIO(data))
    assert read(data) == ({"b/cib.xml": CIB, "b/nodes/host1/etc/ha.d/ha.cf": FILES["b/nodes/host1/etc/ha.d/ha.cf"],
                           "a.txt": b"x"}, [])  # fmt: skip
    path = tmp_path / f"backup.{form}"
    raws = walk(path, data)
    assert [raw.source.path for raw in raws] == [
        f"{path}/a.txt",
        f"{path}/b/cib.xml",
        f"{path}/b/nodes/host1/etc/ha.d/ha.cf",
    ]
    (backup,) = gather(read_file(raw, {}) for raw in raws)
    assert [(document.kind, document.host) for document in backup.documents] == [
        (Kind.UNCLASSIFIED, None),
        (Kind.CIB, None),
        (Kind.HA_CF, "host1"),
    ]
    assert list(walk_stream("<stdin>", io.BytesIO(data), Limits()))[1].source.data == CIB


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_and_foreign_names(form: int) -> None:
    names = ["d" * 90 + "/" + "n" * 90, "ü.xml"] + (["e/" * 150 + "f"] if form != tarfile.USTAR_FORMAT else [])
    files, refused = read(tar(dict.fromkeys(names, b"x"), form=form))
    assert (list(files), refused) == (names, [])


def test_of_two_members_with_one_name_the_later_counts() -> None:
    assert read(tar({"./a": b"1", "a": b"2"})) == ({"a": b"2"}, [])


def test_a_compressed_file_is_no_archive() -> None:
    assert not is_archive(io.BytesIO(gzip.compress(CIB * 50)))
    assert not is_archive(io.BytesIO(b"\x1f\x8b\x08\0damaged"))


def test_noise_and_records_are_not_read(tmp_path: Path) -> None:
    files = {
        "r/cib.xml": CIB,
        "r/cib.xml~": CIB,
        "r/.env": b"SECRET=1",
        "r/.git/config": b"x",
        "r/h/ha-log.gz": b"x" * 5_000_000,
        "r/h/pengine/pe-input-1.bz2": b"x",
    }
    raws = walk(tmp_path / "a.tar", tar(files))
    assert [(raw.name, raw.listed) for raw in raws] == [
        ("r/cib.xml", False),
        ("r/h/ha-log.gz", True),
        ("r/h/pengine/pe-input-1.bz2", True),
    ]
    assert [read_file(raw, {}).document.kind for raw in raws] == [Kind.CIB, Kind.LISTED, Kind.LISTED]
    assert [raw.source.data for raw in raws[1:]] == [b"", b""]


def test_a_compressed_member_is_unpacked_and_an_archive_in_an_archive_is_not(tmp_path: Path) -> None:
    raws = walk(tmp_path / "a.tar", tar({"cib.xml.gz": gzip.compress(CIB), "in.tar": tar({"cib.xml": CIB})}))
    assert raws[0].source.data == CIB
    assert read_file(raws[1], {}).document.kind is Kind.ARCHIVE


# --- what hostile archives try ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "a/..", "//x", "a/" * 2100 + "b"])
@pytest.mark.parametrize("form", FORMS)
def test_no_name_leads_out(form: str, name: str, tmp_path: Path) -> None:
    files, refused = read(packed(form, {"cib.xml": CIB, name: b"x"}))
    assert list(files) == ["cib.xml"]
    assert [entry.reason for entry in refused] == [Reason.OUTSIDE]
    good, bad = walk(tmp_path / "a", packed(form, {"cib.xml": CIB, name: b"x"}))
    assert good.failure is None
    assert bad.failure is not None
    assert bad.failure.fatal
    assert "leads out of it" in bad.failure.message
    assert len(bad.failure.message) < 300


@pytest.mark.parametrize(
    ("info", "reasons"),
    [
        (member("l", tarfile.SYMTYPE, "/etc/passwd"), [Reason.LINK]),
        (member("d/l", tarfile.SYMTYPE, "../../x"), [Reason.LINK]),
        (member("d/l", tarfile.SYMTYPE, "a/../../../d/cib.xml"), [Reason.LINK]),
        (member("d/l", tarfile.SYMTYPE, "../cib.xml"), []),
        (member("l", tarfile.LNKTYPE, "/etc/passwd"), [Reason.LINK]),
        (member("l", tarfile.LNKTYPE, "missing"), [Reason.LINK]),
        (member("null", tarfile.CHRTYPE), [Reason.DEVICE]),
        (member("sda", tarfile.BLKTYPE), [Reason.DEVICE]),
        (member("pipe", tarfile.FIFOTYPE), [Reason.DEVICE]),
        (member("d", tarfile.DIRTYPE), []),
        (member("../l", tarfile.SYMTYPE, "x"), [Reason.OUTSIDE]),
    ],
)
def test_links_and_devices_are_not_read(info: tarfile.TarInfo, reasons: list[Reason]) -> None:
    files, refused = read(tar({"cib.xml": CIB}, info))
    assert list(files) == ["cib.xml"]
    assert [entry.reason for entry in refused] == reasons


def test_a_hard_link_to_an_earlier_member_is_that_file() -> None:
    files, refused = read(tar({"a/cib.xml": CIB}, member("b/cib.xml", tarfile.LNKTYPE, "a/cib.xml")))
    assert (files, refused) == ({"a/cib.xml": CIB, "b/cib.xml": CIB}, [])


def test_links_and_devices_in_a_zip_and_encrypted_members() -> None:
    data = zipped({"l": b"/etc/passwd", "p": b"", "cib.xml": CIB}, {"l": stat.S_IFLNK | 0o777, "p": stat.S_IFIFO})
    files, refused = read(data)
    assert list(files) == ["cib.xml"]
    assert [entry.reason for entry in refused] == [Reason.LINK, Reason.DEVICE]
    locked = bytearray(zipped({"cib.xml": CIB}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert read(bytes(locked)) == ({}, [Refused("cib.xml", Reason.ENCRYPTED)])


def test_a_cause_is_told_once_however_many_members_have_it(tmp_path: Path) -> None:
    links = [member(f"l{number}", tarfile.SYMTYPE, "/etc/passwd") for number in range(500)]
    outside = {f"../x{number}": b"" for number in range(500)}
    good, bad, link = walk(tmp_path / "a.tar", tar({"cib.xml": CIB, **outside}, *links))
    assert good.failure is None
    assert bad.failure is not None
    assert bad.failure.message == "the archive has 500 members whose name leads out of it, '../x0'"
    assert link.failure is not None
    assert link.failure.message == "a link that leads out of the archive, as are 499 more members"
    assert not link.failure.fatal


SMALL = ArchiveLimits(total=3 * MIB, members=5, ratio=10, member=MIB)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a": b"\0" * 2 * MIB}, "more than 10 times"),
        ({f"f{number}": b"" for number in range(6)}, "more than 5 members"),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_bombs_are_refused(form: str, files: dict[str, bytes], message: str) -> None:
    if form == "tar" and "times" in message:
        pytest.skip("a plain tar archive is as large as what it holds")
    with pytest.raises(BombError, match=message):
        read(packed(form, files), SMALL)


def test_the_total_counts_what_is_declared_and_what_comes_out() -> None:
    with pytest.raises(BombError, match="more than 3 MiB"):
        read(tar({name: bytes(MIB) for name in "abcd"}), SMALL)
    with pytest.raises(BombError, match="more than 3 MiB"):
        read(zipped({"a": bytes(range(256)) * (MIB // 64)}), ArchiveLimits(3 * MIB, 5, 10_000, MIB))
    sparse = member("a", tarfile.REGTYPE)
    sparse.size = 1 << 40
    with pytest.raises(BombError, match="more than 3 MiB"):
        read(sparse.tobuf(), SMALL)


def test_a_large_member_is_passed_over() -> None:
    files, refused = read(tar({"a": bytes(2 * MIB), "b": b"x"}), ArchiveLimits(member=MIB))
    assert (files, refused) == ({"a": None, "b": b"x"}, [])


def test_a_bomb_is_one_error(tmp_path: Path) -> None:
    (raw,) = walk(tmp_path / "a.tar.gz", gzip.compress(tar({"cib.xml": CIB, "a": bytes(64 * MIB)})))
    assert raw.failure is not None
    assert raw.failure.message == "the archive holds more than 200 times as large when unpacked, which no backup does"


@pytest.mark.parametrize("form", FORMS)
def test_a_damaged_archive_gives_what_stands_before_the_damage(form: str) -> None:
    noise = bytes(index * index * 7919 % 251 for index in range(300_000))
    data = packed(form, {"cib.xml": CIB, "noise": noise})
    files, refused = read(data[: len(data) * 2 // 3])
    assert [entry.reason for entry in refused] == [Reason.DAMAGED]
    assert files.get("cib.xml", CIB) == CIB
    assert "noise" not in files


def test_a_damaged_header_is_no_end() -> None:
    data = bytearray(tar({"a": b"x", "b": b"y"}))
    data[1024 + 150] ^= 0xFF
    files, refused = read(bytes(data))
    assert files == {"a": b"x"}
    assert [entry.reason for entry in refused] == [Reason.DAMAGED]


def test_an_archive_without_files(tmp_path: Path) -> None:
    (raw,) = walk(tmp_path / "a.tar.gz", gzip.compress(tar({}, member("d", tarfile.DIRTYPE))))
    assert raw.failure is not None
    assert raw.failure.message == "the archive holds no files"


def test_extended_headers_take_no_time() -> None:
    info = member("x", tarfile.XHDTYPE)
    info.size = 1 << 20
    start = time.perf_counter()
    _, refused = read(info.tobuf() + b"1" * (1 << 20))
    assert [entry.reason for entry in refused] == [Reason.DAMAGED]
    info.size = 512
    _, refused = read((info.tobuf() + b"10 a=bcde\n" + bytes(502)) * 3_000)
    assert [entry.reason for entry in refused] == [Reason.DAMAGED]
    assert time.perf_counter() - start < 20


SEEDS = [packed(form, FILES) for form in FORMS] + [
    tar({"a" * 300: b"x"}, member("l", tarfile.SYMTYPE, "b" * 200), form=form)
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT)
]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=8), st.data())
def test_no_archive_raises(seed: bytes, edits: list[tuple[int, int]], data: st.DataObject) -> None:
    mangled = bytearray(seed[: data.draw(st.integers(1, len(seed)))] if edits else seed)
    for place, value in edits:
        mangled[place % len(mangled)] = value
    for raw in walk_stream("<stdin>", io.BytesIO(bytes(mangled)), Limits()):
        document = read_file(raw, {}).document
        assert not raw.name.startswith("/")
        assert ".." not in raw.name.split("/")
        assert document.source.location(raw.failure.span if raw.failure else document.source.line_span(1)).line == 1
