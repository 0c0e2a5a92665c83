"""Resizing at any time loses no input, and a window that is too small shows a message."""

from __future__ import annotations

import random
import re

import pytest
from textual.geometry import Size

from omni_tui.tui.export_form.draft.field_names import NAME
from omni_tui.tui.export_form.fields.base import field_id
from omni_tui.tui.terminal.min_size import MIN_COLUMNS, MIN_ROWS, is_too_small, too_small_picture
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.starts import started
from tests.tui.waiting import wait_for, wait_for_text

SEED = 20261125


def test_the_minimum_size_is_enough() -> None:
    assert not is_too_small(Size(MIN_COLUMNS, MIN_ROWS))
    assert is_too_small(Size(MIN_COLUMNS - 1, MIN_ROWS))
    assert is_too_small(Size(MIN_COLUMNS, MIN_ROWS - 1))
    assert not is_too_small(Size(0, 0))  # not known yet


@pytest.mark.parametrize("size", [Size(59, 16), Size(20, 5), Size(5, 3), Size(1, 1)])
def test_a_smaller_window_shows_only_the_message(size: Size) -> None:
    rows = re.findall(r"\x1b\[(\d+);1H([^\x1b]*)", too_small_picture(size))
    assert 0 < len(rows) <= size.height
    assert all(len(words) <= size.width for _, words in rows)


async def test_resizing_while_typing_loses_nothing() -> None:
    dice = random.Random(SEED)
    app = fake_app(FakeServices(documents=[document("Blob Web Traffic", "12db1a0a")]))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Blob Web Traffic")
        await pilot.press("enter")
        await wait_for_text(pilot, "Orientation")
        name = app.screen.query_one(f"#{field_id(NAME)}")
        name.focus()
        typed = "the quick"
        for letter in typed:
            await pilot.resize_terminal(dice.randint(60, 200), dice.randint(16, 60))
            await pilot.press("space" if letter == " " else letter)
        await pilot.resize_terminal(80, 24)
        await wait_for(pilot, lambda: getattr(name, "value", "") == typed)
        assert app.focused is name
        await wait_for_text(pilot, "the quick")


async def test_a_window_that_is_too_small_ignores_keys_and_keeps_the_state() -> None:
    async with started() as start:
        await start.press("slash", "b", "l", "o")
        before = start.names
        for columns, rows in ((40, 10), (1, 1), (59, 40), (200, 15)):
            await start.pilot.resize_terminal(columns, rows)
            await start.press("x", "escape", "enter", "down")
        await start.pilot.resize_terminal(80, 24)
        await start.shows("Blob Web Traffic")
        assert start.search.value == "blo"
        assert start.search.has_focus
        assert start.names == before
        await start.press("b")
        assert start.search.value == "blob"


async def test_ctrl_q_works_in_a_window_that_is_too_small() -> None:
    async with started() as start:
        await start.pilot.resize_terminal(30, 8)
        await start.press("ctrl+q")
        await wait_for(start.pilot, lambda: start.app._exit)
