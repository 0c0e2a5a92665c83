"""PDF and PNG, read by other libraries than those that wrote them: paper, title, filters, layout, rows."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from omni_tui.demo.files.drawing import png as picture
from omni_tui.demo.files.drawing.layout import Arrangement, arrange
from omni_tui.demo.files.drawing.pdf import PAPER_SIZES
from omni_tui.demo.sample_data import names
from tests.demo.conftest import content_of

PAPERS = {
    "letter": (612, 792),
    "legal": (612, 1008),
    "tabloid": (792, 1224),
    "a3": (841.89, 1190.55),
    "a4": (595.28, 841.89),
}


def pdf_of(body: dict[str, Any], dashboard: str = "12db1a0a") -> PdfReader:
    return PdfReader(io.BytesIO(content_of({"format": "pdf", **body}, dashboard)))


def size_of(reader: PdfReader, page: int = 0) -> tuple[float, float]:
    box = reader.pages[page].mediabox
    return float(box.width), float(box.height)


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def picture_of(body: dict[str, Any], dashboard: str = "12db1a0a") -> Image.Image:
    return Image.open(io.BytesIO(content_of({"format": "png", **body}, dashboard)))


@pytest.mark.parametrize("paper", sorted(PAPERS))
@pytest.mark.parametrize("orientation", ["portrait", "landscape", None])
def test_every_page_has_the_requested_paper(paper: str, orientation: str | None) -> None:
    body = {"paperFormat": paper, "queryIdentifierMapKey": "4"}
    reader = pdf_of(body if orientation is None else {**body, "paperOrientation": orientation})
    short, long = PAPERS[paper]
    expected = (long, short) if orientation == "landscape" else (short, long)
    for page in range(len(reader.pages)):
        assert size_of(reader, page) == pytest.approx(expected, abs=0.1)
    assert set(PAPER_SIZES) == set(PAPERS)


def test_fit_page_is_one_page_and_the_default_paper() -> None:
    unset, fitting = pdf_of({}), pdf_of({"paperFormat": "fit_page"})
    assert len(unset.pages) == len(fitting.pages) == 1
    assert size_of(unset) == size_of(fitting)


@pytest.mark.parametrize("dashboard", ["12db1a0a", names.EVERYTHING_ID])
def test_fit_page_keeps_the_orientation(dashboard: str) -> None:
    width, height = size_of(pdf_of({"paperOrientation": "landscape"}, dashboard))
    assert width > height
    width, height = size_of(pdf_of({"paperOrientation": "portrait"}, dashboard))
    assert height > width


def test_thirty_tiles_flow_over_pages_and_none_is_lost() -> None:
    reader = pdf_of({"paperFormat": "letter"}, names.EVERYTHING_ID)
    assert len(reader.pages) > 3
    text = text_of(reader)
    assert "All orders" in text
    assert f"Page 1 of {len(reader.pages)}" in text


def test_title_can_be_hidden() -> None:
    assert "Blob Web Traffic" in text_of(pdf_of({}))
    assert "Blob Web Traffic" not in text_of(pdf_of({"hideTitle": True, "paperFormat": "a4"}))


def test_filters_are_printed_with_their_values_unless_hidden() -> None:
    changed = {"web_sessions.channel": {"type": "string", "kind": "EQUALS", "values": ["Direct", "Email"]}}
    text = text_of(pdf_of({"filterConfig": changed}))
    assert "is Direct, Email" in text
    assert "past 12 months" in text
    hidden = text_of(pdf_of({"filterConfig": changed, "showFilters": False}))
    assert "is Direct, Email" not in hidden
    assert "12 months ago" not in hidden


def test_filters_change_the_numbers() -> None:
    assert "5,000" in text_of(pdf_of({"queryIdentifierMapKey": "1"}))
    changed = {"web_sessions.channel": {"type": "string", "kind": "EQUALS", "values": ["Nowhere"]}}
    nothing = text_of(pdf_of({"filterConfig": changed}))
    assert "No rows" in nothing
    assert "5,000" not in nothing


def test_expanded_tables_show_up_to_a_thousand_rows() -> None:
    table = {"queryIdentifierMapKey": "8", "paperFormat": "letter", "paperOrientation": "landscape"}
    short = pdf_of(table)
    assert len(short.pages) == 1
    assert "Rows 1 to 10 of 5,000" in text_of(short)
    long = pdf_of({**table, "expandTablesToShowAllRows": True})
    assert len(long.pages) > 20
    assert "to 1,000 of 5,000" in long.pages[-1].extract_text()
    whole = pdf_of({"queryIdentifierMapKey": "7", "expandTablesToShowAllRows": True})
    assert "54 rows" in text_of(whole)


def test_the_longest_page_of_a_pdf_is_not_exceeded() -> None:
    width, height = size_of(pdf_of({"expandTablesToShowAllRows": True, "singleColumnLayout": True}))
    assert height == pytest.approx(14_400)
    assert width < 760


def test_single_column_puts_one_tile_in_a_row() -> None:
    wide, narrow = size_of(pdf_of({})), size_of(pdf_of({"singleColumnLayout": True}))
    assert narrow[0] < wide[0]
    assert narrow[1] > wide[1]


def test_a_single_tile_is_alone_on_the_page() -> None:
    text = text_of(pdf_of({"queryIdentifierMapKey": "5"}))
    assert "Sessions by country" in text
    assert "Sessions by device" not in text


def test_the_hostile_name_is_drawn_without_its_controls() -> None:
    reader = pdf_of({"queryIdentifierMapKey": "1"}, names.HOSTILE_ID)
    text = text_of(reader)
    assert "[/bold] [red]" in text
    assert "\x1b" not in text + str(reader.metadata)


@pytest.mark.parametrize("width", [595.0, 976.0])
@pytest.mark.parametrize("columns", [1, 2, 3])
def test_no_two_cards_overlap_and_none_leaves_the_page(width: float, columns: int) -> None:
    from omni_tui.demo.files.exported_content import filled_tiles
    from omni_tui.demo.files.models import RenderTask
    from tests.demo.conftest import NOW, dashboard_of

    task = RenderTask(dashboard_of(names.EVERYTHING_ID), {"format": "pdf"}, NOW, 1)
    tiles = filled_tiles(task)
    plan = Arrangement(width, 842.0, columns, expands_tables=True, header_height=90.0)
    pages = arrange(tiles, plan)
    for boxes in pages.boxes:
        for box in boxes:
            assert box.x >= 0
            assert box.x + box.width <= width
            assert box.y + box.height <= 842.0
        for one, other in pairwise(boxes):
            assert one.x + one.width <= other.x or one.y + one.height <= other.y
    drawn = [box.filled.tile.key for boxes in pages.boxes for box in boxes if box.first_row == 0]
    assert drawn == [filled.tile.key for filled in tiles]


def test_a_png_has_the_shape_of_the_page_and_two_pixels_per_point() -> None:
    width, height = size_of(pdf_of({}))
    made = picture_of({})
    assert made.format == "PNG"
    assert made.size == pytest.approx((2 * width, 2 * height), abs=2)


def test_the_pages_of_a_png_are_stacked_vertically() -> None:
    body = {"paperFormat": "letter", "paperOrientation": "landscape"}
    pages = len(pdf_of(body).pages)
    assert pages > 1
    assert picture_of(body).size == (2 * 792, 2 * 612 * pages)


def test_a_png_is_not_blank() -> None:
    colours = picture_of({"queryIdentifierMapKey": "6"}).convert("RGB").getcolors(1 << 24) or []
    counted = {colour: count for count, colour in colours}
    assert counted[(0x3B, 0x6E, 0xF5)] > 5000  # the bars
    assert counted[(0xFF, 0xFF, 0xFF)] > 50_000  # its card


def test_filters_change_the_png() -> None:
    changed = {"web_sessions.device": {"type": "string", "kind": "EQUALS", "values": ["Tablet"]}}
    body = {"queryIdentifierMapKey": "6", "showFilters": False}
    assert picture_of(body).tobytes() != picture_of({**body, "filterConfig": changed}).tobytes()


def test_a_very_long_png_has_fewer_pixels_per_point(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "MAX_PIXELS", 1_000_000)
    body = {"queryIdentifierMapKey": "7", "expandTablesToShowAllRows": True}
    width, height = picture_of(body).size
    assert width * height == pytest.approx(1_000_000, rel=0.01)
    page_width, page_height = size_of(pdf_of(body))
    assert width / height == pytest.approx(page_width / page_height, rel=0.01)
