"""Sorting, filtering and favorites, by keyboard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

from omni_tui.catalog.sort_filter import ListFilter, Part
from omni_tui.options.spec import Format
from omni_tui.presets.models import Preset
from omni_tui.presets.recent_and_favorites import LastUsed
from omni_tui.tui.common.titled_frame import TitledFrame
from omni_tui.tui.dashboards.browse_screen import BrowseScreen
from omni_tui.tui.dashboards.browse_tree import Branch, BranchList
from tests.tui.fake_engine import START
from tests.tui.fake_services import FakeServices, document
from tests.tui.starts import Start, started
from tests.tui.waiting import screen_text, wait_for

NOW = datetime.fromtimestamp(START, UTC)


def at(number: int) -> datetime:
    return NOW - timedelta(days=number)


ANT = document("Ant", "a", folder="team/web", labels=("Draft",), views=3, updated_at=at(3))
BEE = document("Bee", "b", folder="team/web/2019", views=9, updated_at=at(2))
COW = document("Cow", "c", folder="growth", labels=("Draft", "[red]"), views=1, updated_at=at(1))
DOG = document("Dog", "d", views=5, updated_at=at(4))
NEWEST_FIRST = (COW, BEE, ANT, DOG)


def title(start: Start) -> str:
    return start.screen.query_one("#dashboards-frame", TitledFrame).title


async def browse(start: Start) -> BranchList:
    """Open the dialog; return its list."""
    await start.press("b")
    await wait_for(start.pilot, lambda: isinstance(start.app.screen, BrowseScreen), "the parts")
    return start.app.screen.query_one(BranchList)


async def chosen(start: Start) -> None:
    await wait_for(start.pilot, lambda: start.app.screen is start.screen, "the list")


def lines(branches: BranchList) -> list[tuple[int, str, int]]:
    return [(row.depth, row.label, row.count) for row in cast("list[Branch]", branches.rows)]


# orders


async def test_s_sorts_by_name_then_by_last_use_then_by_last_update() -> None:
    async with started(*NEWEST_FIRST) as start:
        assert (start.names, start.note) == (["Cow", "Bee", "Ant", "Dog"], "4")
        await start.press("s")
        assert (start.names, start.note) == (["Ant", "Bee", "Cow", "Dog"], "4 · by name")
        await start.press("s")
        assert (start.names, start.note) == (["Bee", "Dog", "Ant", "Cow"], "4 · by last use")
        await start.press("s")
        assert (start.names, start.note) == (["Cow", "Bee", "Ant", "Dog"], "4")


async def test_sorting_keeps_the_cursor_on_its_dashboard() -> None:
    async with started(*NEWEST_FIRST) as start:
        await start.press("s")
        assert start.rows.current == COW
        assert start.rows.cursor == 2


async def test_recently_used_dashboards_come_first_among_equal_matches() -> None:
    services = FakeServices(
        documents=[document("Web A", "a"), document("Web B", "b"), document("Cobweb", "c")]
    )
    preset = Preset("", Format.PDF)
    services.remembered = type(services.remembered)(
        last_used={"c": LastUsed(preset, START), "b": LastUsed(preset, START - 9)}
    )
    async with started(services=services) as start:
        await start.press("slash", *"web")
        assert start.names == ["Web B", "Web A", "Cobweb"]
        await start.press("escape", "s", "s")
        assert start.names == ["Cobweb", "Web B", "Web A"]


# favorites


async def test_f_adds_a_favorite_that_ranks_first_and_f_again_removes_it() -> None:
    async with started(document("Web A"), document("Web B"), document("Web C")) as start:
        await start.press("down", "down", "f")
        await start.shows("★")
        assert start.services.remembered.favorites == {"web-c"}
        await start.press("slash", *"web")
        assert start.names == ["Web C", "Web A", "Web B"]
        await start.press("down", "f")
        await wait_for(start.pilot, lambda: not start.services.remembered.favorites)
        await wait_for(start.pilot, lambda: "★" not in screen_text(start.pilot), "no star")


async def test_a_selection_mark_replaces_the_star() -> None:
    async with started(*NEWEST_FIRST) as start:
        await start.press("f")
        await start.shows("★")
        await start.press("space")
        assert "✓" in screen_text(start.pilot)
        assert "★" not in screen_text(start.pilot)


async def test_shows_only_favorites_or_explains_why_there_are_none() -> None:
    async with started(*NEWEST_FIRST) as start:
        await browse(start)
        await start.press("down", "enter")
        await chosen(start)
        await start.shows("No favorites yet. Press f on a dashboard")
        await start.press("escape")
        await start.shows("Cow")
        await start.press("down", "f")
        await start.shows("★")
        await browse(start)
        await start.press("home", "down", "enter")
        await chosen(start)
        assert (start.names, start.note, title(start)) == (["Bee"], "1", "Dashboards · favorites")


# folders and labels


async def test_folders_are_a_tree_that_opens_and_closes() -> None:
    async with started(*NEWEST_FIRST) as start:
        branches = await browse(start)
        closed = [
            (0, "All dashboards", 4),
            (0, "Favorites", 0),
            (0, "growth", 1),
            (0, "team", 2),
            (0, "[red]", 1),
            (0, "Draft", 2),
        ]
        assert lines(branches) == closed
        await start.press("down", "down", "down", "right", "right", "right")
        assert lines(branches)[3:6] == [(0, "team", 2), (1, "web", 2), (2, "2019", 1)]
        assert branches.current is not None
        assert branches.current.label == "web"
        await start.press("left")
        assert lines(branches)[3:5] == [(0, "team", 2), (1, "web", 2)]
        await start.press("left")
        assert lines(branches) == closed
        assert branches.current.label == "team"


async def test_enter_shows_only_the_folder_and_its_subfolders() -> None:
    async with started(*NEWEST_FIRST) as start:
        await browse(start)
        await start.press("down", "down", "down", "enter")
        await chosen(start)
        assert (start.names, start.note, title(start)) == (["Bee", "Ant"], "2", "Dashboards · team")
        await start.press("slash", "z")
        await start.shows("Only the current")
        await start.press("backspace", "a")
        assert (start.names, start.note) == (["Ant", "Bee"], "2 of 2")
        await start.press("escape", "escape")
        assert (len(start.names), title(start)) == (4, "Dashboards")


async def test_the_cursor_starts_on_the_shown_part() -> None:
    async with started(*NEWEST_FIRST) as start:
        start.screen._apply_filter(ListFilter(Part.FOLDER, "team/web/2019"))
        branches = await browse(start)
        assert branches.current is not None
        assert branches.current.list_filter == ListFilter(Part.FOLDER, "team/web/2019")
        await start.press("escape")
        await chosen(start)
        assert start.names == ["Bee"]


async def test_a_label_and_its_name_is_plain_text() -> None:
    async with started(*NEWEST_FIRST) as start:
        await browse(start)
        await start.press("end", "up", "enter")
        await chosen(start)
        assert (start.names, title(start)) == (["Cow"], "Dashboards · label [red]")
        await start.shows("label [red]")
