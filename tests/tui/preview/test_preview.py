"""The preview screen: from a saved download to its rows, pages and cells, and back."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from textual.pilot import Pilot

from omni_tui.downloads.job.models import JobState
from omni_tui.preview.grids.sorting import SortedGrid
from omni_tui.preview.pages.document import PageCells, PageDocument
from omni_tui.tui.downloads.detail_screen import JobScreen
from omni_tui.tui.downloads.list import JobList
from omni_tui.tui.messages import OpenPreview
from omni_tui.tui.preview import table_content
from omni_tui.tui.preview.page_view import PageView
from omni_tui.tui.preview.screen import PreviewScreen
from omni_tui.tui.preview.table_view import TableView
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import screen_lines, screen_text, wait_for, wait_for_text

SIZE = (80, 24)


@asynccontextmanager
async def shown(path: Path, size: tuple[int, int] = SIZE) -> AsyncIterator[Pilot[Any]]:
    """The preview of a file."""
    app = fake_app(FakeServices(documents=[document("Board")]))
    async with app.run_test(size=size) as pilot:
        await wait_for_text(pilot, "Board")
        app.post_message(OpenPreview(path))
        await wait_for(pilot, lambda: isinstance(app.screen, PreviewScreen), "the preview")
        yield pilot


def table(pilot: Pilot[Any]) -> TableView:
    return pilot.app.screen.query_one(TableView)


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    lines = (f"{number},Region {number % 7},{number * 1.5:.2f},{'long text ' * 9}" for number in range(5000))
    path = tmp_path / "sales.csv"
    path.write_text("id,region,revenue,note\n" + "\n".join(lines) + "\n")
    return path


async def test_enter_or_p_on_a_saved_download_shows_its_file_and_i_the_details(csv: Path) -> None:
    services = FakeServices(documents=[document("Board")])
    job = services.engine.add(name="Sales")
    services.engine.move(job.id, JobState.DONE, path=csv, rows=5000)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await wait_for_text(pilot, "Board")
        await pilot.press("f3")
        await wait_for(pilot, lambda: isinstance(pilot.app.focused, JobList), "the downloads")
        for key in ("enter", "p"):
            await pilot.press(key)
            await wait_for_text(pilot, "5,000 rows × 4 columns")
            assert "Sales" in screen_text(pilot)  # what it was made from
            await pilot.press("escape")
            await wait_for(pilot, lambda: len(pilot.app.screen_stack) == 1, "the list")
        await pilot.press("i")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, JobScreen), "the details")
        await pilot.press("p")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, PreviewScreen), "the preview")


async def test_any_row_can_be_reached(csv: Path) -> None:
    async with shown(csv) as pilot:
        await wait_for_text(pilot, "row 1 · 5,000 rows")
        assert "next part" not in screen_text(pilot)
        assert screen_lines(pilot)[2].split() == ["│", "id", "region", "revenue", "note", "│"]
        await pilot.press("G")
        await wait_for_text(pilot, "row 5,000 ·")
        assert "7498.50" in screen_text(pilot)
        await pilot.press("colon", *"1234", "enter")
        await wait_for_text(pilot, "row 1,234 ·")
        assert "1849.50" in screen_text(pilot)
        await pilot.press("g", "pagedown", "down")
        await wait_for(pilot, lambda: table(pilot).row == table(pilot).size.height - 1, "the second screen")


async def test_search_finds_rows_and_marks_them(csv: Path) -> None:
    async with shown(csv) as pilot:
        await wait_for_text(pilot, "5,000 rows")
        await pilot.press("slash", *"region 3", "enter")
        await wait_for(pilot, lambda: table(pilot).row == 3, "the first match")
        await pilot.press("n")
        await wait_for(pilot, lambda: table(pilot).row == 10, "the next match")
        await pilot.press("N")
        await wait_for(pilot, lambda: table(pilot).row == 3, "the match before")
        await pilot.press("slash", *"zzz", "enter")
        await wait_for_text(pilot, "not found")


async def test_columns_are_frozen_scrolled_sorted_and_read_in_full(csv: Path) -> None:
    async with shown(csv, (60, 24)) as pilot:
        await wait_for_text(pilot, "rows ×")
        await pilot.press("f", "right", "right", "right")
        await wait_for(pilot, lambda: screen_lines(pilot)[2].split() == ["│", "id│", "revenue", "note", "│"])
        await pilot.press("enter")
        await wait_for_text(pilot, "row 1 · 90 characters")
        await pilot.press("escape", "0", "s", "s")
        await wait_for(pilot, lambda: table(pilot).sorted_by == (0, True), "the order")
        await wait_for(pilot, lambda: "4999" in screen_lines(pilot)[3], "the last row on top")
        await pilot.press("s")
        await wait_for(pilot, lambda: table(pilot).sorted_by is None, "the file's order")


async def test_a_second_sort_key_counts_while_the_rows_are_sorted(
    csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_pressed = threading.Event()

    def wait_and_sort(*args: Any, **options: Any) -> SortedGrid:
        assert both_pressed.wait(30)
        return SortedGrid(*args, **options)

    monkeypatch.setattr(table_content, "SortedGrid", wait_and_sort)
    async with shown(csv, (60, 24)) as pilot:
        await wait_for_text(pilot, "rows ×")
        await pilot.press("s")
        await wait_for_text(pilot, "sorting …")
        await pilot.press("s")
        both_pressed.set()
        await wait_for(pilot, lambda: table(pilot).sorted_by == (0, True), "the descending order")


async def test_a_table_without_rows_says_what_to_check(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\r\n")
    async with shown(path) as pilot:
        await wait_for_text(pilot, "no rows: check the filters")


async def test_a_csv_in_another_encoding_than_utf_8_says_how_it_was_read(tmp_path: Path) -> None:
    """Omni sends UTF-8. Many other encodings can't be told from Windows-1252, so this is a guess."""
    path = tmp_path / "x.csv"
    path.write_bytes("名称\n销售\n".encode("gbk"))
    async with shown(path) as pilot:
        await wait_for_text(pilot, "not UTF-8: read as Windows-1252")


async def test_the_tables_of_a_zip_are_listed_and_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("One.csv", "a\n1\n")
        archive.writestr("Two.csv", "b\n\x1b[31m2\x9b\n")
    async with shown(path, (100, 24)) as pilot:
        await wait_for_text(pilot, "2 tables")
        await wait_for(pilot, lambda: "enter open" in screen_lines(pilot)[-1], "a list's keys")
        assert "freeze" not in screen_lines(pilot)[-1]
        await pilot.press("down", "enter")
        await wait_for_text(pilot, "Two.csv (2 of 2)")
        await wait_for(
            pilot, lambda: "enter whole cell  f freeze" in screen_lines(pilot)[-1], "a table's keys"
        )
        await wait_for_text(pilot, "] next part")
        await pilot.press("left_square_bracket")
        await wait_for_text(pilot, "One.csv (1 of 2)")
        await pilot.press("escape")
        await wait_for_text(pilot, "2 tables")
        await pilot.press("escape")
        await wait_for(pilot, lambda: len(pilot.app.screen_stack) == 1, "the list")


async def test_json_is_a_table_or_a_tree(tmp_path: Path) -> None:
    rows, tree = tmp_path / "rows.json", tmp_path / "tree.json"
    rows.write_text(json.dumps([{"name": "Ann", "total": 5}]))
    tree.write_text(json.dumps({"model": {"name": "orders", "fields": [1, None]}}))
    async with shown(rows) as pilot:
        await wait_for_text(pilot, "1 row × 2 columns")
    async with shown(tree) as pilot:
        await wait_for_text(pilot, "fields: 2 items")
        assert "[2]: null" in screen_text(pilot)


async def test_a_tree_with_wrapped_lines_is_searched_from_match_to_match(tmp_path: Path) -> None:
    path = tmp_path / "tree.json"
    path.write_text(json.dumps({"query": "select " * 300, "names": ["orders", "users", "orders_2"]}))
    async with shown(path) as pilot:
        await wait_for_text(pilot, "JSON · 5 lines")
        await pilot.press("slash", *"orders", "enter")
        await wait_for_text(pilot, "found in line 3")
        assert "[1]: orders" in screen_text(pilot)
        await pilot.press("n")
        await wait_for_text(pilot, "found in line 5")
        await pilot.press("n")
        await wait_for_text(pilot, "“orders” not found below")
        await pilot.press("N")
        await wait_for_text(pilot, "found in line 3")
        await pilot.press("g")
        await wait_for_text(pilot, "query: select")


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    canvas = Canvas(str(path), pagesize=(612, 792))
    for text in ("Revenue 1,204.50", "Orders by region"):
        canvas.drawString(60, 400, text)
        canvas.showPage()
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.save()
    return path


async def test_pages_are_read_searched_and_zoomed(pdf: Path) -> None:
    async with shown(pdf) as pilot:
        await wait_for_text(pilot, "page 1 of 3")
        view = pilot.app.screen.query_one(PageView)
        await pilot.press("slash", *"by region", "enter")
        await wait_for_text(pilot, "Orders by region")
        assert "page 2 of 3" in screen_text(pilot)
        await pilot.press("right_square_bracket")
        await wait_for_text(pilot, "no text layer")
        await pilot.press("colon", "1", "enter")
        await wait_for_text(pilot, "page 1 of 3")
        assert "zoom out" not in screen_lines(pilot)[-1]
        await pilot.press("plus")
        await wait_for_text(pilot, "1.5×")
        await wait_for_text(pilot, "- zoom out")
        assert view.page is not None
        assert view.page.columns == round(1.5 * view.size.width)
        await pilot.press("slash", *"1,204", "enter")
        await wait_for_text(pilot, "1,204.50")


async def test_a_search_while_the_larger_page_is_drawn_keeps_its_match_visible(
    pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_draw = threading.Event()
    draw = PageDocument.page

    def wait_and_draw(document: PageDocument, number: int, columns: int, colors: int) -> PageCells:
        assert columns < SIZE[0] or may_draw.wait(30)
        return draw(document, number, columns, colors)

    monkeypatch.setattr(PageDocument, "page", wait_and_draw)
    async with shown(pdf) as pilot:
        await wait_for_text(pilot, "page 1 of 3")
        view = pilot.app.screen.query_one(PageView)
        await pilot.press("slash", *"1,204", "enter")
        await wait_for(pilot, lambda: view.top > 0, "the match on the first page")
        await pilot.press("g", "plus", "n")
        await wait_for(pilot, lambda: view.top > 0, "the match again")
        may_draw.set()
        await wait_for_text(pilot, "1.5×")
        assert "1,204.50" in screen_text(pilot)


async def test_a_picture_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    Image.new("RGB", (300, 200), (51, 102, 255)).save(path)
    async with shown(path) as pilot:
        await wait_for(pilot, lambda: pilot.app.screen.query(PageView), "the page")
        view = pilot.app.screen.query_one(PageView)
        await wait_for(pilot, lambda: view.page is not None, "the picture")
        assert {segment.style.bgcolor.name for segment in view.render_line(3) if segment.style} == {"#3366ff"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.pdf", b"%PDF-1.7", "x.pdf can't be shown: it is damaged"),
        ("x.zip", b"PK\3\4", "x.zip is damaged"),
        ("x.bin", b"\0", "x.bin can't be previewed"),
        ("a file of another kind.bin", b"\0", "PDF or PNG file."),  # at the end of a long sentence
        ("x.json", b"[1,", "isn't"),
        ("x.zip", b"PK\5\6" + bytes(18), "x.zip has no tables"),
    ],
)
async def test_a_file_that_cannot_be_shown_shows_the_reason(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    async with shown(path) as pilot:
        await wait_for_text(pilot, words)
        *above, note, _ = screen_lines(pilot)
        assert words in "\n".join(above)  # not in a message that disappears
        assert "enter open" not in note
        assert "opening" not in note
        await pilot.press("escape")
        await wait_for(pilot, lambda: len(pilot.app.screen_stack) == 1, "the list")
