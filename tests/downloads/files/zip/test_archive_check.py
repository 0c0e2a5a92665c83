"""A malicious ZIP costs neither memory nor time, and never gets its final name."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile

import pytest

from omni_tui.downloads.errors import WrongFile
from omni_tui.downloads.files.row_count import Table
from omni_tui.downloads.files.zip import archive_check, open_zip
from omni_tui.downloads.files.zip.archive_check import Archive, CheckCanceled

BOMB_BYTES = 16 * 1024 * 1024


def packed(method: int, *names: str, unpacked: bytes = b"a,b\n1,2\n") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), unpacked, method)
    return held.getvalue()


def overlapping(members: int) -> bytes:
    """Return an archive with many names for the same data."""
    whole = packed(zipfile.ZIP_STORED, "a.csv")
    end = whole.rindex(b"PK\x05\x06")
    start = whole.rindex(b"PK\x01\x02", 0, end)
    entry = whole[start:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(entry) * members, start, 0)
    return whole[:start] + entry * members + tail


def check(data: bytes, extension: str = "zip") -> tuple[Table, ...]:
    return Archive(extension, lambda: True).finish(io.BytesIO(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_both_usual_methods_are_read(method: int) -> None:
    assert check(packed(method, "A.csv", "B.csv")) == (Table("A.csv", 1), Table("B.csv", 1))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("name", ["a.csv", "picture.bin"])
def test_no_other_method_is_unpacked(method: int, name: str) -> None:
    data = packed(method, name, unpacked=bytes(BOMB_BYTES))
    tracemalloc.start()
    try:
        with pytest.raises(WrongFile, match="other than Deflate") as wrong:
            check(data)
        assert tracemalloc.get_traced_memory()[1] < 2 * archive_check.PIECE_BYTES
    finally:
        tracemalloc.stop()
    assert not wrong.value.is_cut_short  # another try would bring the same


def test_a_deflate_bomb_takes_little_memory() -> None:
    data = packed(zipfile.ZIP_DEFLATED, "a.csv", unpacked=b'"' * BOMB_BYTES)
    tracemalloc.start()
    try:
        assert check(data) == (Table("a.csv", 0),)
        assert tracemalloc.get_traced_memory()[1] < 8 * archive_check.PIECE_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("members", "passes"), [(9, True), (12, False)])
def test_the_total_unpacked_size_is_limited(
    members: int, passes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_check, "ALWAYS_UNPACKED_BYTES", 10_000_000)
    names = [f"{number}.csv" for number in range(members)]
    data = packed(zipfile.ZIP_DEFLATED, *names, unpacked=bytes(1_000_000))
    if passes:
        assert len(check(data)) == members
    else:
        with pytest.raises(WrongFile, match="unpacks to far more"):
            check(data)


def test_a_large_archive_may_unpack_to_many_times_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_check, "ALWAYS_UNPACKED_BYTES", 0)
    row = "".join(f"{number},Organic,2026-01-01\n" for number in range(2000)).encode()
    assert check(packed(zipfile.ZIP_DEFLATED, "a.csv", unpacked=row)) == (Table("a.csv", 1999),)


def test_a_list_of_members_without_end_is_not_read() -> None:
    data = overlapping(open_zip.MAX_DIRECTORY_BYTES // 50)
    tracemalloc.start()
    try:
        with pytest.raises(WrongFile):
            check(data)
        assert tracemalloc.get_traced_memory()[1] < open_zip.MAX_DIRECTORY_BYTES
    finally:
        tracemalloc.stop()


def test_a_canceled_check_stops() -> None:
    with pytest.raises(CheckCanceled):
        Archive("zip", lambda: False).finish(io.BytesIO(packed(zipfile.ZIP_STORED, "a.csv")))
