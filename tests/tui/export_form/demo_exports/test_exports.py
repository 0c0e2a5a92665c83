"""Every format exported from the screens by keyboard, and opened with a library for it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from pypdf import PdfReader

from omni_tui.demo.server import DemoServer
from omni_tui.downloads.job.truncation import CutOff
from tests.tui.programs import Program, kept_server, running
from tests.tui.waiting import wait_for, wait_for_text

DASHBOARD = "9c27e415"
NAME = "Sales Overview"


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with kept_server() as kept:
        yield kept


async def tiles_of(program: Program) -> tuple[list[str], str]:
    """Return the tiles' names in order, and the key of the last one, which has all rows."""
    tiles = await program.services.client.tiles(DASHBOARD)
    assert tiles[-1].key
    return [tile.name for tile in tiles], tiles[-1].key


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


def page_points(path: Path) -> set[tuple[int, int]]:
    boxes = [page.mediabox for page in PdfReader(path).pages]
    return {(round(float(box.width)), round(float(box.height))) for box in boxes}


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


async def test_a_pdf_has_the_selected_page_size(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, exports, monkeypatch) as program:
        await program.open(DASHBOARD)
        await program.reach("paperFormat")
        await program.press("l")
        await program.reach("paperOrientation")
        await program.press("l")
        path = await program.saved()
        assert path.name == f"{NAME}.pdf"
        assert page_points(path) == {(792, 612)}
        assert NAME in PdfReader(path).pages[0].extract_text()


async def test_a_pdf_of_one_tile_without_its_title(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, exports, monkeypatch) as program:
        (*others, last), key = await tiles_of(program)
        await program.open(DASHBOARD)
        await program.choose_tile(key)
        await program.reach("paperFormat")
        await program.press("end")
        path = await program.saved()
        assert page_points(path) in ({(595, 842)}, {(842, 595)})
        text = PdfReader(path).pages[0].extract_text()
        charts = [name for name in others if " by " in name]  # a number's name is a column's too
        assert charts
        assert last in text
        assert [name for name in charts if name in text] == []


@pytest.mark.parametrize("is_tile", [False, True])
async def test_a_png_has_the_selected_orientation(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch, is_tile: bool
) -> None:
    async with running(server, exports, monkeypatch) as program:
        _, key = await tiles_of(program)
        await program.open(DASHBOARD)
        await program.press("right")
        if is_tile:
            await program.choose_tile(key)
        await program.reach("paperFormat")
        await program.press("a")
        await program.reach("paperOrientation")
        await program.press("l" if is_tile else "p")
        path = await program.saved()
        with Image.open(path) as image:
            image.load()
            assert image.format == "PNG"
            assert (image.width > image.height) == is_tile


async def test_a_workbook_has_one_sheet_per_tile_and_respects_the_row_limit(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, exports, monkeypatch) as program:
        tiles, _ = await tiles_of(program)
        await program.open(DASHBOARD)
        await program.press("x")
        await program.reach("maxRowLimit")
        await program.press("7")
        path = await program.saved()
        book = openpyxl.load_workbook(path, read_only=True)
        assert len(book.sheetnames) == len(tiles)
        # a workbook takes 31 characters of a name, and not all of them
        assert [sheet[:10] for sheet in book.sheetnames] == [name[:10] for name in tiles]
        counts = [len(list(book[sheet].iter_rows(values_only=True))) - 1 for sheet in book.sheetnames]
        assert max(counts) == counts[-1] == 7
        book.close()


async def test_the_suggested_fix_lifts_the_servers_row_limit_in_a_workbook(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, exports, monkeypatch) as program:
        _, key = await tiles_of(program)
        await program.open(DASHBOARD)
        await program.press("x")
        await program.reach("overrideRowLimit")
        await program.press("space", "f5")
        assert (program.jobs, program.files) == ((), [])
        assert len(program.problems) == 1
        await program.press("f6")
        await program.choose_tile(key)
        await program.reach("maxRowLimit")
        await program.press(*"1,100")
        assert program.problems == []
        path = await program.saved()
        book = openpyxl.load_workbook(path, read_only=True)
        (sheet,) = book.worksheets
        assert len(list(sheet.iter_rows())) == 1 + 1100
        book.close()


async def test_the_csv_of_a_whole_dashboard_is_a_zip_with_one_file_per_tile(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, exports, monkeypatch) as program:
        tiles, _ = await tiles_of(program)
        await program.open(DASHBOARD)
        await program.press("c")
        await program.reach("maxRowLimit")
        await program.press("3")
        path = await program.saved()
        assert path.name == f"{NAME}.zip"
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            members = archive.namelist()
            counts = [len(rows_of(archive.read(name).decode("utf-8-sig"))) - 1 for name in members]
        assert len(members) == len(tiles)
        assert max(counts) == counts[-1] == 3


async def test_a_tiles_csv_with_a_row_limit_and_its_hidden_fields_left_out(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, exports, monkeypatch) as program:
        _, key = await tiles_of(program)
        await program.open(DASHBOARD)
        await program.press("c")
        await program.choose_tile(key)
        usual = await program.saved()
        await program.reach("hideHiddenFields")
        await program.press("space")
        await program.reach("maxRowLimit")
        await program.press("5")
        path = await program.saved()
        assert (usual.name, path.name) == (f"{NAME}.csv", f"{NAME} (2).csv")
        usual_rows, rows = rows_of(usual.read_text("utf-8-sig")), rows_of(path.read_text("utf-8-sig"))
        assert (len(usual_rows), len(rows)) == (1 + 1000, 1 + 5)
        assert set(rows[0]) < set(usual_rows[0])


async def test_a_tile_cut_off_at_its_own_limit_is_shown_and_a_key_lifts_it(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, exports, monkeypatch) as program:
        _, key = await tiles_of(program)
        await program.open(DASHBOARD)
        await program.press("c")
        await program.choose_tile(key)
        usual = await program.saved()
        assert len(rows_of(usual.read_text("utf-8-sig"))) == 1 + 1000
        await wait_for_text(program.pilot, "may be cut off at 1,000 rows")
        assert program.jobs[-1].cut_off == (CutOff("", 1000, key),)
        await wait_for_text(program.pilot, "F6 get up to 1,000,000 rows")
        await program.press("f6")
        await wait_for(program.pilot, lambda: "F6" not in program.text, "the warning to go")
        path = await program.saved()
        assert len(rows_of(path.read_text("utf-8-sig"))) > 1 + 1000
        assert program.jobs[-1].cut_off == ()
        assert "F6" not in program.text


async def test_json_of_a_tile_under_a_name_that_was_typed(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, exports, monkeypatch) as program:
        _, key = await tiles_of(program)
        await program.open(DASHBOARD)
        await program.press("j")
        await program.choose_tile(key)
        await program.reach("maxRowLimit")
        await program.press(*"12")
        await program.reach("filename")
        await program.press(*"Zeilen ü/1")
        path = await program.saved()
        assert path.name == "Zeilen ü-1.json"
        rows = json.loads(path.read_text("utf-8"))
        assert len(rows) == 12
        assert all(isinstance(row, dict) for row in rows)


async def test_selected_dashboards_get_one_file_each_from_one_form(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, exports, monkeypatch) as program:
        await program.find("web traffic")
        await program.press("down", "space", "space", "space")
        await program.shows("3 selected")
        await program.press("enter")
        await program.shows("Export · 3 dashboards")
        await program.press("x")
        await program.reach("maxRowLimit")
        await program.press("2")
        jobs = await program.export()
        assert [job.failure for job in jobs] == [None] * 3
        assert program.files == [
            "Blob Web Traffic.xlsx",
            "Web Traffic by Channel.xlsx",
            "Weekly Web Traffic.xlsx",
        ]
        for name in program.files:
            book = openpyxl.load_workbook(program.folder / name, read_only=True)
            assert max(len(list(sheet.iter_rows())) for sheet in book.worksheets) == 1 + 2
            book.close()


async def test_a_strict_servers_rejection_is_shown_under_its_field_and_fixed_by_a_key(
    exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept_server(strict=True) as strict:
        async with running(strict, exports, monkeypatch) as program:
            await program.open(DASHBOARD)
            await program.reach("singleColumnLayout")
            await program.press("space")
            assert len(program.problems) == 1  # the warning, which doesn't block it
            (refused,) = await program.export()
            assert refused.failure is not None
            assert refused.failure.field == "paperFormat"
            await program.shows("✗ The server says: Single column layout")
            lines = program.text.splitlines()
            at = next(index for index, line in enumerate(lines) if "✗ The server says" in line)
            assert "Paper" in lines[at - 1]
            assert program.files == []
            await program.press("f6")
            assert program.problems == []
            path = await program.saved()
            assert page_points(path) <= {(612, 792), (792, 612)}
