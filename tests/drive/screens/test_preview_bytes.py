"""How many bytes a terminal receives for a page, and for a dialog over it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.preview import bytes_of, draw_page


@pytest.mark.slow
@pytest.mark.parametrize(("size", "most"), [((80, 24), 7_000), ((120, 40), 12_000)])
def test_a_page_and_the_help_over_it_take_few_bytes(tmp_path: Path, size: tuple[int, int], most: int) -> None:
    path = tmp_path / "page.pdf"
    draw_page(path)
    opened, scrolled, covered = bytes_of(path, size)
    assert opened <= most
    assert scrolled <= 3_000
    assert covered <= 2_000
