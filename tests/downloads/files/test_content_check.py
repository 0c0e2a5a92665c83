"""Real demo files, complete and cut off: a cut-off file never gets its name."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.demo.server import DemoServer
from omni_tui.downloads.errors import WrongFile
from omni_tui.downloads.files.row_count import Table
from omni_tui.downloads.files.writer import FileWriter, SavedFile
from tests.demo.conftest import BLOB, Caller
from tests.downloads.fakes import PNG, inline, zip_of
from tests.examples import examples

ONE_TILE = {"queryIdentifierMapKey": "4"}
BODIES = {
    "pdf": {"format": "pdf"},
    "png": {"format": "png"},
    "xlsx": {"format": "xlsx"},
    "zip": {"format": "csv"},
    "csv": {"format": "csv", "maxRowLimit": 5, **ONE_TILE},
    "json": {"format": "json", "maxRowLimit": 5, **ONE_TILE},
}


@cache
def real_files() -> dict[str, bytes]:
    """One file of each kind, as the demo makes them."""
    server = DemoServer(speed=500, limit=10_000)
    server.start()
    caller = Caller(server)
    try:
        return {extension: caller.downloaded(body, BLOB).content for extension, body in BODIES.items()}
    finally:
        caller.http.close()
        server.stop()


async def save(
    folder: Path, extension: str, data: bytes, expected_size: int | None = None, *, is_last_try: bool = True
) -> SavedFile:
    async with FileWriter(
        folder,
        f"Sales.{extension}",
        extension,
        content_type="",
        expected_size=expected_size,
        run_blocking=inline,
        is_last_try=is_last_try,
    ) as writer:
        for start in range(0, len(data), 5000):
            await writer.write(data[start : start + 5000])
        return await writer.finish()


@pytest.mark.parametrize("extension", BODIES)
async def test_a_complete_file_gets_its_name(tmp_path: Path, extension: str) -> None:
    data = real_files()[extension]
    saved = await save(tmp_path, extension, data)
    assert os.listdir(tmp_path) == [f"Sales.{extension}"]
    assert saved.path.read_bytes() == data


@pytest.mark.parametrize("extension", ["pdf", "png", "xlsx", "zip", "json"])
@examples(25)
@given(st.data())
def test_a_cut_file_never_gets_the_good_name(extension: str, data: st.DataObject) -> None:
    whole = real_files()[extension].rstrip(b"\r\n")
    kept = data.draw(st.integers(0, len(whole) - 1) | st.integers(len(whole) - 40, len(whole) - 1))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with pytest.raises(WrongFile) as wrong:
            asyncio.run(save(folder, extension, whole[:kept]))
        assert os.listdir(folder) == ([f"Sales.{extension}.broken"] if kept else [])
        if kept:
            broken = folder / f"Sales.{extension}.broken"
            assert broken.read_bytes() == whole[:kept]
            assert broken.stat().st_mode & 0o777 == 0o600
            assert wrong.value.message.endswith(f"kept as {broken.name}.")


@pytest.mark.parametrize("extension", BODIES)
@examples(10)
@given(st.data())
def test_a_file_shorter_than_announced_gets_no_name(extension: str, data: st.DataObject) -> None:
    whole = real_files()[extension]
    kept = data.draw(st.integers(1, len(whole) - 1))
    with tempfile.TemporaryDirectory() as name:
        with pytest.raises(WrongFile):
            asyncio.run(save(Path(name), extension, whole[:kept], len(whole)))
        assert os.listdir(name) == [f"Sales.{extension}.broken"]


@pytest.mark.parametrize("extension", ["png", "xlsx", "zip"])
@examples(25)
@given(st.data())
def test_a_flipped_bit_where_data_is_does_not_pass(extension: str, data: st.DataObject) -> None:
    whole = bytearray(real_files()[extension])
    at = data.draw(st.integers(len(whole) // 4, len(whole) // 2))
    if extension == "png":
        whole[at] ^= 1
    else:
        whole[60] ^= 1  # in the first member's data, behind its header
    with tempfile.TemporaryDirectory() as name, pytest.raises(WrongFile):
        asyncio.run(save(Path(name), extension, bytes(whole)))


async def test_a_broken_file_replaces_nothing_and_is_left_only_by_the_last_try(tmp_path: Path) -> None:
    (tmp_path / "Sales.png.broken").write_text("mine")
    with pytest.raises(WrongFile):
        await save(tmp_path, "png", PNG[:-1], is_last_try=False)
    assert os.listdir(tmp_path) == ["Sales.png.broken"]
    with pytest.raises(WrongFile):
        await save(tmp_path, "png", PNG[:-1])
    assert sorted(os.listdir(tmp_path)) == ["Sales (2).png.broken", "Sales.png.broken"]
    assert (tmp_path / "Sales.png.broken").read_text() == "mine"


@pytest.mark.parametrize(
    ("extension", "data"),
    [
        ("json", b'[{"a": 1,}]'),
        ("json", b'[{"a": 1}] [2]'),
        ("json", b'[{"a": "\xff"}]'),
        ("xlsx", zip_of("a.xml")),
        ("csv", b'a,b\n1,"2'),
        ("pdf", b"%PDF-1.4\nstartxref\n0\n%%EOF\n1 0 obj"),
        ("pdf", b"%PDF-1.4\nstartxref\n99999\n%%EOF\n"),
    ],
)
async def test_damaged_content_is_rejected(tmp_path: Path, extension: str, data: bytes) -> None:
    with pytest.raises(WrongFile):
        await save(tmp_path, extension, data)
    assert os.listdir(tmp_path) == [f"Sales.{extension}.broken"]


@pytest.mark.parametrize("extension", ["csv", "json"])
async def test_the_rows_of_real_data_files(tmp_path: Path, extension: str) -> None:
    data = real_files()[extension]
    count = len(json.loads(data)) if extension == "json" else data.count(b"\n") - 1
    saved = await save(tmp_path, extension, data)
    assert saved.tables == (Table("", count),)
    assert count == 5


async def test_the_rows_of_an_archive_by_member(tmp_path: Path) -> None:
    saved = await save(tmp_path, "zip", zip_of("A.csv", "B.csv"))
    assert saved.tables == (Table("A.csv", 1), Table("B.csv", 1))


async def test_a_number_of_5000_digits_is_json(tmp_path: Path) -> None:
    saved = await save(tmp_path, "json", b'[{"a": ' + b"9" * 5000 + b"}]")
    assert saved.tables == (Table("", 1),)
