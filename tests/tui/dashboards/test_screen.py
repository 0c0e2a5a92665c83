"""The first screen: finding, marking and opening dashboards."""

from __future__ import annotations

import pytest
from textual import events

from omni_tui.launch_options import Arguments
from tests.tui.fake_engine import START
from tests.tui.fake_services import FakeServices, document
from tests.tui.starts import ALL, BLOBS, CHANNELS, CHURN, started
from tests.tui.waiting import screen_text, wait_for

# search and list are one


async def test_the_list_follows_what_is_typed_and_the_edge_counts() -> None:
    async with started() as start:
        assert start.note == "3"
        await start.press("slash", *"web tra")
        assert sorted(start.names) == [
            "Blob Web Traffic",
            "Web Traffic by Channel",
        ]  # the beginning is better
        assert start.note == "2 of 3"
        await start.press(*" blob")
        assert start.names == ["Blob Web Traffic"]
        assert start.note == "1 of 3"


async def test_the_key_that_leads_to_the_search_is_no_part_of_what_is_searched_for() -> None:
    async with started() as start:
        await start.press("slash", "slash", "slash", *"a/b")
        assert start.search.value == "a/b"


async def test_letter_list_detail_and_count_come_in_one_paint(monkeypatch: pytest.MonkeyPatch) -> None:
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


async def test_a_misspelled_word_shows_the_closest_spelling_and_says_so() -> None:
    async with started() as start:
        await start.press("slash", *"trafic")
        assert sorted(start.names) == ["Blob Web Traffic", "Web Traffic by Channel"]
        assert "No dashboards match trafic. Showing traffic" in screen_text(start.pilot)
        await start.press(*["backspace"] * 6)
        assert "No dashboards match" not in screen_text(start.pilot)


async def test_what_was_searched_is_highlighted() -> None:
    async with started() as start:
        plain = start.rows.render_line(1)
        await start.press("slash", *"traf")
        (part,) = [segment for segment in start.rows.render_line(2) if segment.text == "Traf"]
        assert part.style is not None
        assert part.style.bold
        assert "Traf" not in [segment.text for segment in plain]


async def test_another_text_puts_the_cursor_on_the_best_hit() -> None:
    async with started() as start:
        await start.press("end", "slash", "w")
        assert start.rows.current == CHANNELS


async def test_a_page_that_comes_between_a_key_and_its_search_does_not_keep_the_cursor() -> None:
    async with started() as start:
        start.search.value = "web"
        start.screen._show()  # as a page does that comes before the search has heard of the key
        await start.pilot.pause()
        assert start.names == ["Web Traffic by Channel", "Blob Web Traffic"]
        assert start.rows.current == CHANNELS


async def test_escape_shows_all_again_and_gives_the_keys_to_the_list() -> None:
    async with started() as start:
        await start.press("slash", *"churn", "escape")
        assert (start.search.value, len(start.names)) == ("", 3)
        assert start.focused is start.rows


async def test_escape_gives_the_keys_to_the_list_also_when_nothing_was_found() -> None:
    async with started() as start:
        await start.press("slash", *"zzz")
        await start.shows("No dashboards match in")
        await start.press("escape")
        await wait_for(start.pilot, lambda: start.focused is start.rows, "the list has the keys")
        assert start.names == [each.name for each in ALL]


async def test_escape_in_the_list_clears_the_search_before_the_marks() -> None:
    async with started() as start:
        await start.press("space", "slash", "w", "down", "escape")
        assert (start.search.value, len(start.rows.selection)) == ("", 1)
        await start.press("escape")
        assert not start.rows.selection
        assert start.note == "3"


async def test_down_leads_from_the_search_into_the_list_and_up_from_its_top_back() -> None:
    async with started() as start:
        await start.press("slash", "w", "down")
        assert start.focused is start.rows
        assert start.rows.cursor == 0
        await start.press("down", "up")
        assert start.focused is start.rows
        await start.press("up")
        assert start.search.has_focus


async def test_letters_that_act_in_the_list_are_letters_in_the_search() -> None:
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


async def test_reload_while_the_list_loads_looks_for_what_is_newest_and_begins_no_second_reading() -> None:
    async with started() as start:
        await start.publish(*ALL, is_loading=True, loaded_count=100, total_count=1204)
        assert start.note == "3 · loading 100 of 1,204"
        await start.press("r")
        assert start.services.catalog.looked_again_count == 1
        assert start.services.catalog.refreshed_count == 1


async def test_a_list_that_starts_to_load_has_no_count_yet() -> None:
    async with started() as start:
        await start.publish(is_loading=True, loaded_count=0, total_count=0)
        assert start.note == "loading"


async def test_an_old_list_says_how_old_it_is() -> None:
    async with started() as start:
        await start.publish(*ALL, as_of=START - 7200)
        assert start.note == "3 · as of 2 h ago"


async def test_no_dashboards_at_all_are_told_with_a_way_out() -> None:
    async with started(services=FakeServices(documents=())) as start:
        await start.shows("This API key can't see any dashboards. Ask its owner")


# marks


async def test_space_marks_goes_on_and_enter_opens_one_form_for_all_marked() -> None:
    async with started() as start:
        await start.press("space", "down", "space")
        assert list(start.rows.selection) == ["12db1a0a", "90ab12cd"]
        assert start.note == "2 selected · 3"
        await start.press("slash", *"channel", "enter")
        await start.opens("12db1a0a", "90ab12cd")


async def test_space_takes_a_mark_away_again() -> None:
    async with started() as start:
        await start.press("space", "up", "space")
        assert (start.rows.selection, start.note) == ({}, "3")


async def test_a_mark_goes_with_its_dashboard() -> None:
    async with started() as start:
        await start.press("space", "space")
        await start.publish(BLOBS, CHURN)
        assert start.note == "1 selected · 2"
        await start.press("enter")
        await start.opens("12db1a0a")


async def test_what_is_marked_is_exported_by_its_latest_name() -> None:
    renamed = document("Blob Traffic, new", "12db1a0a")
    async with started() as start:
        await start.press("space")
        await start.publish(renamed, CHANNELS, CHURN)
        assert list(start.rows.selection.values()) == [renamed]


# ids and addresses


@pytest.mark.parametrize("typed", ["90ab12cd", "https://blobsrus.omniapp.co/dashboards/90ab12cd?f=1"])
async def test_a_pasted_id_or_address_is_opened_by_enter_under_its_name(typed: str) -> None:
    async with started() as start:
        await start.press("slash")
        start.app.post_message(events.Paste(typed))
        await wait_for(start.pilot, lambda: start.search.value == typed)
        await start.press("enter")
        await start.opens("90ab12cd")
        await start.shows("Export · Churn Cohorts")


@pytest.mark.parametrize("typed", ["feed0042", "https://blobsrus.omniapp.co/w/feed0042/duplicate"])
async def test_a_dashboard_that_is_not_in_the_list_is_opened_by_its_id(typed: str) -> None:
    async with started() as start:
        await start.press("slash")
        start.app.post_message(events.Paste(typed))
        await start.shows("enter opens feed0042")
        await start.press("enter")
        await start.opens("feed0042")


async def test_an_address_that_the_screen_offers_to_open_goes_before_marks() -> None:
    async with started() as start:
        await start.press("space", "slash", *"feed0042")
        await start.shows("enter opens feed0042")
        await start.press("enter")
        await start.opens("feed0042")


async def test_enter_on_a_search_in_vain_opens_nothing() -> None:
    async with started() as start:
        await start.press("slash", *"nothing", "enter")
        assert start.app.screen is start.screen


async def test_the_dashboard_of_the_command_line_opens_its_form() -> None:
    services = FakeServices(documents=ALL, opened_dashboard="90ab12cd")
    async with started(services=services) as start:
        await start.opens("90ab12cd")
        await start.shows("Export · Churn Cohorts")


async def test_the_words_of_the_command_line_are_searched_for() -> None:
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


async def test_returning_from_the_form_gives_the_keys_to_the_list() -> None:
    async with started() as start:
        await start.press("slash", *"churn", "enter")
        await start.opens("90ab12cd")
        await start.press("escape")
        await wait_for(start.pilot, lambda: start.app.screen is start.screen)
        assert start.focused is start.rows
        await start.press("space")
        assert list(start.rows.selection) == ["90ab12cd"]
