"""The help topics on the screen: reached from F1 and the palette, read with the keys, at any width."""

from __future__ import annotations

from omni_tui.help.topic import all_topics
from omni_tui.tui.common.screens.help_screen import HelpScreen
from omni_tui.tui.dashboards.screen import DashboardsScreen
from omni_tui.tui.export_form.screen import ExportScreen
from omni_tui.tui.help.topics_screen import TopicList, TopicReader, TopicsScreen
from tests.tui.starts import Start, started
from tests.tui.waiting import screen_text, wait_for, wait_for_text, widget_lines


async def open_topics(start: Start) -> TopicsScreen:
    await start.press("f1")
    await start.shows("t all help topics")
    await start.press("t")
    await start.shows("omni-tui help keys")
    assert isinstance(start.app.screen, TopicsScreen)
    return start.app.screen


async def test_f1_has_the_keys_first_and_then_the_topics() -> None:
    async with started(size=(120, 40)) as start:
        await start.press("f1")
        await wait_for(start.pilot, lambda: isinstance(start.app.screen, HelpScreen))
        await start.shows("F3, ctrl+t")
        await start.press("escape")
        await open_topics(start)
        text = screen_text(start.pilot)
        assert [topic.name for topic in all_topics() if f" {topic.name} " not in text] == []
        await start.press("escape")
        await wait_for(start.pilot, lambda: isinstance(start.app.screen, DashboardsScreen))


async def test_the_cursor_shows_a_topic_and_enter_scrolls_it() -> None:
    async with started() as start:
        screen = await open_topics(start)
        await start.press("k")
        await start.shows("omni-tui help filters")
        reader = screen.query_one(TopicReader)
        assert "contains web" in "\n".join(widget_lines(start.pilot, reader)), (
            "no backticks, and from the top"
        )
        await start.press("pagedown")
        await wait_for(start.pilot, lambda: reader.scroll_y > 0, "the topic is scrolled from the list")
        await start.press("enter")
        await wait_for(start.pilot, lambda: screen.focused is reader)
        await start.press("G")
        await start.shows("with the value in its")
        await start.press("g")
        await wait_for(start.pilot, lambda: reader.scroll_y == 0)
        await start.press("escape")
        await wait_for(start.pilot, lambda: isinstance(screen.focused, TopicList))
        assert start.app.screen is screen


async def test_a_topic_is_laid_out_anew_for_another_width() -> None:
    async with started(size=(120, 40)) as start:
        screen = await open_topics(start)
        reader = screen.query_one(TopicReader)
        wide = widget_lines(start.pilot, reader)
        await start.pilot.resize_terminal(62, 40)
        await wait_for(start.pilot, lambda: reader.size.width < 50)
        await wait_for(start.pilot, lambda: widget_lines(start.pilot, reader) != wide)
        words = " ".join("\n".join(widget_lines(start.pilot, reader)).split())
        assert "name for `[keymap]`" not in words
        assert "The last column is the name for [keymap], see below." in words


async def test_the_palette_has_the_topics_and_they_open_over_any_screen() -> None:
    async with started() as start:
        await start.press("enter")
        await wait_for(start.pilot, lambda: isinstance(start.app.screen, ExportScreen))
        form = start.app.screen
        titles = {command.title: command for command in start.app.get_system_commands(form)}
        await titles["Help topics"].callback()
        await wait_for(start.pilot, lambda: isinstance(start.app.screen, TopicsScreen))
        await start.press("q")
        await wait_for(start.pilot, lambda: start.app.screen is form)
        await titles["Help: Schedule downloads"].callback()
        await wait_for_text(start.pilot, "omni-tui help schedules")
