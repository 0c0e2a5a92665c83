"""Pages of PDFs and pictures: which differ, where, and in what text."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from omni_tui.compare.files import compare_files
from omni_tui.compare.models import Area
from omni_tui.compare.pages import compare_pages, differing_areas
from omni_tui.preview.errors import PreviewError


def pdf_of(path: Path, *pages: tuple[str, float]) -> Path:
    """Return a PDF with a line of text and a bar of some width on each page."""
    canvas = Canvas(str(path), pagesize=(600, 800))
    for text, width in pages:
        canvas.drawString(60, 700, "Sales by region")
        canvas.drawString(60, 680, text)
        canvas.setFillColorRGB(0.2, 0.4, 1)
        canvas.rect(60, 100, width, 60, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return path


def test_it_finds_the_page_the_area_and_the_text_that_changed(tmp_path: Path) -> None:
    old = pdf_of(tmp_path / "old.pdf", ("North 1,204", 200), ("South 17", 300))
    new = pdf_of(tmp_path / "new.pdf", ("North 1,204", 200), ("South 19", 300))
    diff = compare_pages(old, new)
    assert [page.page for page in diff.pages] == [2]
    page = diff.pages[0]
    assert (page.removed, page.added) == (("South 17",), ("South 19",))
    assert len(page.areas) == 1
    area = page.areas[0]
    # the last digit: 60 + about 45 points from the left, 680 from the bottom of 800
    assert 0.1 < area.left < area.right < 0.25
    assert 0.12 < area.top < area.bottom < 0.17


def test_a_chart_that_changed_without_its_text_is_found(tmp_path: Path) -> None:
    old, new = pdf_of(tmp_path / "old.pdf", ("x", 200)), pdf_of(tmp_path / "new.pdf", ("x", 320))
    page = compare_pages(old, new).pages[0]
    assert (page.removed, page.added) == ((), ())
    [area] = page.areas
    assert (area.left, area.right) == pytest.approx((260 / 600, 380 / 600), abs=0.02)
    assert (area.top, area.bottom) == pytest.approx((640 / 800, 700 / 800), abs=0.02)
    assert page.share == pytest.approx(120 * 60 / (600 * 800), rel=0.05)


def test_pages_that_one_file_lacks_are_counted(tmp_path: Path) -> None:
    old = pdf_of(tmp_path / "old.pdf", ("x", 200))
    new = pdf_of(tmp_path / "new.pdf", ("x", 200), ("y", 200))
    diff = compare_pages(old, new)
    assert (diff.old_pages, diff.new_pages) == (1, 2)
    assert [(page.page, page.share) for page in diff.pages] == [(2, None)]


def test_the_same_pages_with_other_bytes_are_equal(tmp_path: Path) -> None:
    old, new = pdf_of(tmp_path / "old.pdf", ("x", 200)), pdf_of(tmp_path / "new.pdf", ("x", 200))
    new.write_bytes(new.read_bytes() + b"\n% saved later\n")
    diff = compare_files(old, new)
    assert not diff.is_identical
    assert diff.is_same


def test_pictures_differ_in_one_area_for_each_place(tmp_path: Path) -> None:
    for name, marks in (("old", []), ("new", [(100, 50), (300, 180)])):
        image = Image.new("RGBA", (400, 200), (255, 255, 255, 0))
        for x, y in marks:
            ImageDraw.Draw(image).rectangle((x, y, x + 9, y + 9), fill=(200, 0, 0, 255))
        image.save(tmp_path / f"{name}.png")
    [page] = compare_pages(tmp_path / "old.png", tmp_path / "new.png").pages
    assert page.share == pytest.approx(200 / (400 * 200))
    assert set(page.areas) == {Area(0.25, 0.25, 0.275, 0.3), Area(0.75, 0.9, 0.775, 0.95)}


def test_a_single_pixel_and_a_picture_that_grew_are_found() -> None:
    old = Image.new("RGB", (200, 100), "white")
    new = old.copy()
    new.putpixel((150, 50), (0, 0, 0))
    share, areas = differing_areas(old, new)
    assert (share, len(areas)) == (1 / 20_000, 1)
    grown = Image.new("RGB", (200, 120), "white")
    grown.paste("navy", (0, 100, 200, 120))
    assert differing_areas(old, grown)[1] == [Area(0, 100 / 120, 1, 1)]


def test_pictures_with_16_bits_are_compared(tmp_path: Path) -> None:
    for name, level in (("old", 0x8000), ("new", 0xFF00)):
        Image.new("I;16", (40, 20), level).save(tmp_path / f"{name}.png")
    [page] = compare_pages(tmp_path / "old.png", tmp_path / "new.png").pages
    assert page.share == 1.0


def test_a_damaged_pdf_is_an_error(tmp_path: Path) -> None:
    old = pdf_of(tmp_path / "old.pdf", ("x", 200))
    (tmp_path / "new.pdf").write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(PreviewError, match=r"new\.pdf can't be shown: it is damaged"):
        compare_pages(old, tmp_path / "new.pdf")
