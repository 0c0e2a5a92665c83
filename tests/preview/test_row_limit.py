"""Rows of untrusted files are read in bounded memory."""

from __future__ import annotations

import zipfile
from itertools import repeat
from pathlib import Path

from omni_tui.preview.grids.grid import MAX_BYTES, rows_within_memory
from omni_tui.preview.tables import tables_in


def test_ordinary_rows_are_all_read() -> None:
    assert len(list(rows_within_memory(repeat(["Region", "1,204.50"] * 50), 300))) == 300


def test_huge_rows_are_read_until_they_take_too_much() -> None:
    assert len(list(rows_within_memory(repeat(["x" * MAX_BYTES]), 300))) == 1
    assert 5 < len(list(rows_within_memory(repeat([""] * 50_000), 300))) < 9


def test_a_small_zip_of_huge_rows_is_previewed(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", "a,b\n" + f"{'x' * 3_000_000},1\n" * 12)
    [table] = tables_in(path)
    rows = table.grid().rows(0, 200)
    assert 8 <= len(rows) < 12
