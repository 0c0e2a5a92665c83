"""A page's cells are written in few bytes: changes of colors cost most of them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from omni_tui.preview.pages.document import PageCells, PageDocument
from omni_tui.tui.painting.screen_diff import ScreenDiff
from tests.bench.preview import draw_page


def painted(page: PageCells, rows: int) -> str:
    """Return what Textual writes for the first rows of a page in a frame."""
    parts = []
    for row, runs in enumerate(page.rows[:rows]):
        parts.append(f"\x1b[{row + 3};3H")
        for text, ink, ground in runs:
            colors = (*page.palette[ink], *page.palette[ground])
            parts.append("\x1b[38;2;{};{};{};48;2;{};{};{}m".format(*colors) + f"{text}\x1b[0m")
    return "".join(parts)


@pytest.mark.parametrize(("columns", "rows", "most"), [(80, 24, 4_200), (120, 40, 6_900)])
def test_a_page_with_text_takes_few_bytes(tmp_path: Path, columns: int, rows: int, most: int) -> None:
    path = tmp_path / "page.pdf"
    draw_page(path)
    with closing(PageDocument(path)) as document:
        page = document.page(0, columns - 4)
    screen = ScreenDiff(clears=True, scrolls=True)
    screen.resize(columns, rows)
    assert len(screen.reduced(painted(page, rows - 4)).encode()) <= most
