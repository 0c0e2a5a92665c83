"""Pages and pictures as cells: text positions, whole numbers, distinct colors, and malicious files."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject
from reportlab.pdfgen.canvas import Canvas

from omni_tui.preview.errors import PreviewError, Stopped
from omni_tui.preview.grids.cell_width import cell_width
from omni_tui.preview.pages import document as pages_module
from omni_tui.preview.pages.document import FEW_COLORS, FULL_COLORS, NO_COLORS, PageCells, PageDocument
from omni_tui.preview.pages.drawable import open_png
from omni_tui.preview.pages.page_text import Phrase, placed, shortened
from omni_tui.preview.pages.pixels import Canvas as CellCanvas
from omni_tui.preview.pages.pixels import reduced

TABLE = [
    ("Region", "Revenue", "Orders"),
    ("North America", "$184,356.64", "390"),
    ("EMEA", "$65,177.05", "140"),
]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A PDF with two pages: a table, and a bar without text."""
    path = tmp_path / "report.pdf"
    canvas = Canvas(str(path), pagesize=(612, 792))
    canvas.setFont("Helvetica", 9)
    for number, (region, revenue, orders) in enumerate(TABLE):
        canvas.drawString(50, 700 - 14 * number, region)
        canvas.drawRightString(300, 700 - 14 * number, revenue)
        canvas.drawRightString(400, 700 - 14 * number, orders)
    canvas.showPage()
    canvas.setFillColorRGB(0.2, 0.4, 1)
    canvas.rect(100, 300, 300, 60, stroke=0, fill=1)
    canvas.save()
    return path


@pytest.fixture
def document(report: Path) -> Iterator[PageDocument]:
    with closing(PageDocument(report)) as opened:
        yield opened


def lines_of(page: PageCells) -> list[str]:
    return [line for row in range(len(page.rows)) if (line := page.line(row).strip(" ▀▄"))]


def test_a_pages_text_is_in_its_cells(document: PageDocument) -> None:
    page = document.page(0, 100)
    assert [line.split() for line in lines_of(page)] == [" ".join(row).split() for row in TABLE]
    text = [page.line(row) for row in range(len(page.rows))]
    ends = {line.index(number) for line in text for number in ("390", "140") if number in line}
    assert len(ends) == 1  # right-aligned, as on the page
    assert page.has_text
    assert page.cut == 0


def test_every_row_has_as_many_cells(document: PageDocument) -> None:
    page = document.page(0, 77)
    assert {cell_width(page.line(row)) for row in range(len(page.rows))} == {77}
    used = {part for row in page.rows for _, ink, ground in row for part in (ink, ground)}
    assert max(used) < len(page.palette)


def test_a_number_is_whole_or_missing(document: PageDocument) -> None:
    for columns in range(4, 60, 3):
        for line in lines_of(document.page(0, columns)):
            digits = [word for word in line.split() if any(map(str.isdigit, word))]
            assert set(digits) <= {word for row in TABLE for word in row}


def test_a_page_without_text_is_reported(document: PageDocument) -> None:
    page = document.page(1, 60)
    assert not page.has_text
    assert any(blue > red + 100 for red, _, blue in page.palette)
    assert (document.pages, document.text(0).startswith("Region")) == (2, True)


def test_without_color_the_picture_consists_of_characters(document: PageDocument) -> None:
    page = document.page(1, 60, NO_COLORS)
    text = "\n".join(map(page.line, range(len(page.rows))))
    assert text.isascii()
    assert set(text) > {" ", "\n"}


@pytest.mark.parametrize("turns", range(4))
def test_text_is_where_a_rotated_and_cropped_page_shows_it(tmp_path: Path, turns: int) -> None:
    drawn, path = tmp_path / "drawn.pdf", tmp_path / "page.pdf"
    canvas = Canvas(str(drawn), pagesize=(400, 400))
    canvas.translate(200, 200)
    canvas.rotate(90 * turns)  # so that it is upright on the rotated page
    canvas.drawString(-90, 60, "top left 1,234")
    canvas.drawRightString(90, -70, "bottom right")
    canvas.drawString(-190, 150, "cropped")
    canvas.save()
    writer = PdfWriter()
    page = writer.add_page(PdfReader(drawn).pages[0])
    page.cropbox = RectangleObject((100, 100, 300, 300))
    page.rotate(90 * turns)
    writer.write(path)
    with closing(PageDocument(path)) as document:
        cells = document.page(0, 40)
    lines = {text: row for row in range(len(cells.rows)) if (text := cells.line(row).rstrip())}
    assert list(lines) == ["  top left 1,234", f"{'bottom right':>37}"]
    assert list(lines.values()) == [3, 16]


@pytest.mark.parametrize("turn", [30, 45, 90, 180, 270])
def test_turned_text_is_shown_upright_in_reading_order(tmp_path: Path, turn: int) -> None:
    """As the titles of axes and the labels below bars are; numbers would have their digits mixed up."""
    path = tmp_path / "page.pdf"
    canvas = Canvas(str(path), pagesize=(400, 300))
    for number, text in enumerate(["Total 1,234.50", "Jan 2026"]):
        canvas.saveState()
        canvas.translate(120 + 160 * number, 150)
        canvas.rotate(turn)
        canvas.drawCentredString(0, 0, text)
        canvas.restoreState()
    canvas.drawString(20, 280, "Upright 999")
    canvas.save()
    with closing(PageDocument(path)) as document:
        page = document.page(0, 80)
    lines = [page.line(row).strip() for row in range(len(page.rows))]
    shown = [text for line in lines for text in re.split("  +", line) if text]
    assert shown[0] == "Upright 999"
    assert sorted(shown[1:]) == ["Jan 2026", "Total 1,234.50"]


def test_search_finds_pages(document: PageDocument) -> None:
    assert document.find("north  america", 0) == 0
    assert document.find("$65,177", 1, backward=True) == 0
    assert document.find("nowhere", 0) is None


NUMBER = st.from_regex(r"\$?[0-9]{1,3}(,[0-9]{3}){0,2}(\.[0-9]{2})?%?", fullmatch=True)
TEXT = st.lists(st.one_of(NUMBER, st.sampled_from(["Revenue", "日本", "of", "é"])), min_size=1, max_size=4)


@given(TEXT, st.integers(0, 30))
def test_shortened_texts_have_no_part_of_a_number(words: list[str], room: int) -> None:
    text = " ".join(words)
    short = shortened(text, room)
    assert cell_width(short) <= room
    for word in short.removesuffix("…").split():
        assert word in words or not any(map(str.isdigit, word))


@given(
    st.lists(
        st.builds(
            Phrase, TEXT.map(" ".join), st.floats(0, 90), st.floats(90, 99), st.floats(0, 90), st.just(9.0)
        ),
        max_size=8,
    ),
    st.integers(3, 60),
)
def test_texts_do_not_overlap(phrases: list[Phrase], columns: int) -> None:
    taken: set[tuple[int, int]] = set()
    for each in placed(phrases, columns, 20, (100 / columns, 5.0)):
        cells = {(each.row, each.column + number) for number in range(cell_width(each.text))}
        assert not cells & taken
        assert all(0 <= column < columns and 0 <= row < 20 for row, column in cells)
        taken |= cells


def distance(one: tuple[int, int, int], other: tuple[int, int, int]) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


def test_series_keep_distinct_colors() -> None:
    series = [(51, 102, 255), (20, 184, 166), (244, 162, 52), (155, 114, 240), (240, 90, 120), (90, 180, 90)]
    image = Image.new("RGB", (120, 80), "white")
    draw = ImageDraw.Draw(image)
    for number, color in enumerate(series):
        draw.pieslice((20, 0, 100, 79), number * 60, number * 60 + 60, fill=color)
    for number in range(90):  # a gradient, which a palette by frequency would spend its colors on
        draw.line((0, number, 20, number), fill=(200 + number // 2, 210, 255 - number))
    canvas = CellCanvas(image, FULL_COLORS)
    for color in series:
        assert min(distance(each, color) for each in canvas.palette) < 30
    few = [reduced(Image.new("RGB", (1, 1), color), FEW_COLORS).getpixel((0, 0)) for color in series]
    assert len(set(few)) == len(series)
    assert not set(few) & {0, 7, 8, 15}  # no gray


def test_a_picture_is_reduced_to_few_colors(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    Image.radial_gradient("L").resize((900, 600)).convert("RGBA").save(path)
    with closing(PageDocument(path)) as document:
        picture = document.picture(300, 300)
        assert (picture.width, picture.height) == (300, 200)
        image = Image.open(io.BytesIO(picture.png))
        assert len(image.getcolors() or ()) <= 32
        assert not document.page(0, 40).has_text


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_picture_of_any_mode_is_opened_in_its_colors(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "x.png"
    made = Image.new(mode, (3, 2), 0x8080 if mode == "I;16" else 0)
    made.save(path, transparency=0) if mode == "P" else made.save(path)
    opened = open_png(path)
    white = {"P", "LA", "RGBA"}  # they are transparent
    level = 255 if mode in white else 128 if mode == "I;16" else 0
    assert (opened.mode, opened.size, opened.getpixel((1, 1))) == ("RGB", (3, 2), (level,) * 3)


# malicious files


def png(width: int, height: int) -> bytes:
    """Return a PNG that declares a size, with hardly any data."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("huge.png", png(60_000, 60_000)),
        ("cut.png", png(100, 100)[:60]),
        ("x.pdf", b"%PDF-1.7\nnothing else"),
    ],
)
def test_broken_files_are_reported(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with closing(PageDocument(path)) as document, pytest.raises(PreviewError, match="can't be shown"):
        document.page(0, 80)


def test_a_page_that_takes_too_long_times_out(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, "MAX_SECONDS", 0.0)
    with closing(PageDocument(report)) as document:
        with pytest.raises(PreviewError, match="too long"):
            document.page(0, 80)
        monkeypatch.undo()
        assert document.page(0, 80).has_text  # in a new process


def test_nothing_is_drawn_after_it_was_closed(report: Path) -> None:
    document = PageDocument(report)
    document.close()
    with pytest.raises(Stopped):
        document.page(0, 80)


def test_no_control_character_comes_from_a_page(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(100, 500, "a\x1b[31mb\x9bc\u202ed")
    canvas.save()
    with closing(PageDocument(path)) as document:
        page = document.page(0, 100)
    assert all(page.line(row).isprintable() for row in range(len(page.rows)))


def test_without_the_libraries_the_command_to_install_them_is_named(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(PreviewError, match=r"omni-tui\[preview\]"):
        PageDocument(report)
