"""The first screen: finding, selecting and opening dashboards."""

from __future__ import annotations

import pytest
from textual import events

from omni_tui.launch_options import Arguments
from tests.tui.fake_engine import START
from tests.tui.fake_services import FakeServices, document
from tests.tui.starts import ALL, BLOBS, CHANNELS, CHURN, started
from tests.tui.waiting import screen_text, wait_for

# search and list are one


async def test_the_list_and_the_count_follow_the_search() -> None:
    async with started() as start:
        assert start.note == "3"
        await start.press("slash", *"web tra")
        assert sorted(start.names) == [
            "Blob Web Traffic",
            "Web Traffic by Channel",
        ]  # a match at the beginning ranks higher
        assert start.note == "2 of 3"
        await start.press(*" blob")
        assert start.names == ["Blob Web Traffic"]
        assert start.note == "1 of 3"


async def test_the_search_key_is_not_typed_into_the_search() -> None:
    async with started() as start:
        await start.press("slash", "slash", "slash", *"a/b")
        assert start.search.value == "a/b"


async def test_a_letter_updates_everything_in_one_paint(monkeypatch: pytest.MonkeyPatch) -> None:
    async with started(size=(120, 40)) as start:
        await start.press("slash")
        paints: list[str] = []
        monkeypatch.setattr(start.app, "post_display_hook", lambda: paints.append(screen_text(start.pilot)))
        await start.press("k")
        await wait_for(start.pilot, lambda: paints, "a paint")
        assert start.names == ["Web Traffic by Channel"]
        first = paints[0]
        assert "│  k " in first
        assert "Churn" not in first
        assert f"ID       {CHANNELS.identifier}" in first
        assert "1 of 3" in first


async def test_a_misspelled_word_shows_matches_for_the_closest_spelling() -> None:
    async with started() as start:
        await start.press("slash", *"trafic")
        assert sorted(start.names) == ["Blob Web Traffic", "Web Traffic by Channel"]
        assert "No dashboards match trafic. Showing traffic" in screen_text(start.pilot)
        await start.press(*["backspace"] * 6)
        assert "No dashboards match" not in screen_text(start.pilot)


async def test_matches_are_highlighted() -> None:
    async with started() as start:
        plain = start.rows.render_line(1)
        await start.press("slash", *"traf")
        (part,) = [segment for segment in start.rows.render_line(2) if segment.text == "Traffic"]
        assert part.style is not None
        assert part.style.bold
        assert "Traffic" not in [segment.text for segment in plain]


async def test_a_new_search_moves_the_cursor_to_the_best_match() -> None:
    async with started() as start:
        await start.press("end", "slash", "w")
        assert start.rows.current == CHANNELS


async def test_a_page_that_arrives_during_a_search_does_not_keep_the_cursor() -> None:
    async with started() as start:
        start.search.value = "web"
        start.screen._show()  # like a page that arrives before the search handles the key
        await start.pilot.pause()
        assert start.names == ["Web Traffic by Channel", "Blob Web Traffic"]
        assert start.rows.current == CHANNELS


async def test_escape_clears_the_search_and_focuses_the_list() -> None:
    async with started() as start:
        await start.press("slash", *"churn", "escape")
        assert (start.search.value, len(start.names)) == ("", 3)
        assert start.focused is start.rows


async def test_escape_focuses_the_list_when_nothing_matches() -> None:
    async with started() as start:
        await start.press("slash", *"zzz")
        await start.shows("No dashboards match this")
        await start.press("escape")
        await wait_for(start.pilot, lambda: start.focused is start.rows, "the list has the keys")
        assert start.names == [each.name for each in ALL]


async def test_escape_in_the_list_clears_the_search_before_the_selection() -> None:
    async with started() as start:
        await start.press("space", "slash", "w", "down", "escape")
        assert (start.search.value, len(start.rows.selection)) == ("", 1)
        await start.press("escape")
        assert not start.rows.selection
        assert start.note == "3"


async def test_down_enters_the_list_and_up_at_its_top_returns() -> None:
    async with started() as start:
        await start.press("slash", "w", "down")
        assert start.focused is start.rows
        assert start.rows.cursor == 0
        await start.press("down", "up")
        assert start.focused is start.rows
        await start.press("up")
        assert start.search.has_focus


async def test_list_keys_are_typed_in_the_search() -> None:
    async with started() as start:
        await start.press("slash", "r", "space", "slash", "question_mark")
        assert start.search.value == "r /?"
        assert not start.rows.selection
        assert start.services.catalog.refreshed_count == 1
        await start.press("escape", "r")
        await wait_for(start.pilot, lambda: start.services.catalog.refreshed_count == 2)
        await start.press("space")
        assert list(start.rows.selection) == ["12db1a0a"]
        assert start.search.value == ""


async def test_a_list_that_starts_to_load_has_no_count_yet() -> None:
    async with started() as start:
        await start.publish(*ALL, is_loading=True, loaded_count=100, total_count=1204)
        assert start.note == "3 · loading 100 of 1,204"
        await start.publish(is_loading=True, loaded_count=0, total_count=0)
        assert start.note == "loading"


async def test_an_old_list_shows_its_age() -> None:
    async with started() as start:
        await start.publish(*ALL, as_of=START - 7200)
        assert start.note == "3 · as of 2 h ago"


async def test_an_empty_list_explains_what_to_do() -> None:
    async with started(services=FakeServices(documents=())) as start:
        await start.shows("This API key can't see any dashboards. Ask its owner")


# selection


async def test_space_selects_and_enter_opens_one_form_for_all_selected() -> None:
    async with started() as start:
        await start.press("space", "down", "space")
        assert list(start.rows.selection) == ["12db1a0a", "90ab12cd"]
        assert start.note == "2 selected · 3"
        await start.press("slash", *"channel", "enter")
        await start.opens("12db1a0a", "90ab12cd")


async def test_space_deselects() -> None:
    async with started() as start:
        await start.press("space", "up", "space")
        assert (start.rows.selection, start.note) == ({}, "3")


async def test_a_selection_disappears_with_its_dashboard() -> None:
    async with started() as start:
        await start.press("space", "space")
        await start.publish(BLOBS, CHURN)
        assert start.note == "1 selected · 2"
        await start.press("enter")
        await start.opens("12db1a0a")


async def test_a_selected_dashboard_is_exported_under_its_latest_name() -> None:
    renamed = document("Blob Traffic, new", "12db1a0a")
    async with started() as start:
        await start.press("space")
        await start.publish(renamed, CHANNELS, CHURN)
        assert list(start.rows.selection.values()) == [renamed]


# IDs and URLs


@pytest.mark.parametrize("typed", ["90ab12cd", "https://blobsrus.omniapp.co/dashboards/90ab12cd?f=1"])
async def test_enter_opens_a_pasted_id_or_url_under_its_name(typed: str) -> None:
    async with started() as start:
        await start.press("slash")
        start.app.post_message(events.Paste(typed))
        await wait_for(start.pilot, lambda: start.search.value == typed)
        await start.press("enter")
        await start.opens("90ab12cd")
        await start.shows("Export · Churn Cohorts")


@pytest.mark.parametrize("typed", ["feed0042", "https://blobsrus.omniapp.co/w/feed0042/duplicate"])
async def test_a_dashboard_outside_the_list_opens_by_its_id(typed: str) -> None:
    async with started() as start:
        await start.press("slash")
        start.app.post_message(events.Paste(typed))
        await start.shows("enter opens feed0042")
        await start.press("enter")
        await start.opens("feed0042")


async def test_a_pasted_url_opens_instead_of_the_selection() -> None:
    async with started() as start:
        await start.press("space", "slash", *"feed0042")
        await start.shows("enter opens feed0042")
        await start.press("enter")
        await start.opens("feed0042")


async def test_enter_without_matches_opens_nothing() -> None:
    async with started() as start:
        await start.press("slash", *"nothing", "enter")
        assert start.app.screen is start.screen


async def test_a_dashboard_argument_opens_its_form() -> None:
    services = FakeServices(documents=ALL, opened_dashboard="90ab12cd")
    async with started(services=services) as start:
        await start.opens("90ab12cd")
        await start.shows("Export · Churn Cohorts")


async def test_command_line_words_are_searched() -> None:
    async with started(arguments=Arguments(search="web tra")) as start:
        assert start.search.value == "web tra"
        assert sorted(start.names) == ["Blob Web Traffic", "Web Traffic by Channel"]
        assert start.focused is start.rows
        await start.press("enter")
        await start.opens(start.rows.rows[0].identifier)


async def test_the_id_is_copied_and_shown() -> None:
    async with started() as start:
        await start.press("i")
        assert start.app.copied == BLOBS.identifier
        await start.shows(f"{BLOBS.identifier} Copied")


async def test_returning_from_the_form_focuses_the_list() -> None:
    async with started() as start:
        await start.press("slash", *"churn", "enter")
        await start.opens("90ab12cd")
        await start.press("escape")
        await wait_for(start.pilot, lambda: start.app.screen is start.screen)
        assert start.focused is start.rows
        await start.press("space")
        assert list(start.rows.selection) == ["90ab12cd"]
