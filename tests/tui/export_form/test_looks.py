"""The form's layout: nothing is cut, and columns are aligned."""

from __future__ import annotations

import pytest

from tests.tui.export_form.forms import BLOBS, SALES, open_form


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_the_chosen_tiles_key_is_not_cut(size: tuple[int, int]) -> None:
    async with open_form(size=size) as form:
        await form.press("c", "down", "right", "down")
        await form.shows("Top channels")
        await form.press(*"top", "enter")
        await form.shows("key 2")
        assert "Top channels" in form.line("Tile")
        assert form.widget.query_one("#field-queryIdentifierMapKey-search").size.width >= 28


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_all_fields_begin_in_one_column(size: tuple[int, int]) -> None:
    async with open_form(BLOBS, SALES, size=size) as form:
        await form.focus("filename")
        await form.shows("→")
        begins = {
            form.line(label).index(value) for label, value in (("Folder", "~"), ("Name", "{dashboard}"))
        }
        assert begins == {form.line("Run as").index("myself")}
