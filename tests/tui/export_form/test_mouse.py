"""The form used with the mouse."""

from __future__ import annotations

from tests.tui.export_form.forms import Form, open_form
from tests.tui.waiting import screen_lines, screen_text, wait_for


async def click(form: Form, text: str) -> None:
    """Click the first occurrence of this text on the screen."""
    lines = screen_lines(form.pilot)
    y = next(i for i, line in enumerate(lines) if text in line)
    await form.pilot.click(offset=(lines[y].index(text), y))
    await form.pilot.pause()


async def test_a_click_selects_a_format_and_its_content() -> None:
    async with open_form() as form:
        await click(form, "CSV")
        await click(form, "One tile")
        assert "● CSV" in screen_text(form.pilot)
        assert "● One tile" in screen_text(form.pilot)
        await click(form, "Whole dashboard")
        await click(form, "Export  F5")
        assert form.bodies == [{"format": "csv"}]


async def test_a_click_toggles_and_a_click_on_an_arrow_changes_the_value() -> None:
    async with open_form() as form:
        await click(form, "Hide title")
        await click(form, "›")
        await click(form, "›")
        await click(form, "‹")
        await form.press("f5")
        assert form.bodies == [{"format": "pdf", "paperFormat": "letter", "hideTitle": True}]


async def test_a_click_applies_the_fix() -> None:
    async with open_form() as form:
        await click(form, "Single column")
        await click(form, "use letter")
        assert form.problems == []
        assert "letter" in form.line("Paper")


async def test_a_click_selects_a_tile() -> None:
    async with open_form() as form:
        await click(form, "JSON")
        await click(form, "Search by name or key")
        await form.shows("Top channels")
        await click(form, "Top channels")
        await wait_for(form.pilot, lambda: "key 2" in form.line("Tile"))
