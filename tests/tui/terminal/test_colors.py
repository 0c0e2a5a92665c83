"""With few or no colors, the selection and the focus are still visible."""

from __future__ import annotations

from typing import Any

import pytest
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.pilot import Pilot

from omni_tui.tui.terminal.colors import StyleFilter, has_no_colors, is_light, nearest_colors
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import wait_for, wait_for_text

ALL = [document("Blob Web Traffic"), document("Churn Cohorts")]
FEW = {
    "16 colors": {"TERM": "xterm", "COLORTERM": ""},
    "a console": {"TERM": "linux", "COLORTERM": ""},
    "no color": {"NO_COLOR": "1"},
    "a VT220": {"TERM": "vt220", "COLORTERM": ""},
}
NONE = ("no color", "a VT220")


def segments(pilot: Pilot[Any]) -> list[Segment]:
    """Return the segments on the screen."""
    strips = pilot.app.screen._compositor.render_strips()
    return [segment for strip in strips for segment in strip if segment.style is not None]


def attributes_of(pilot: Pilot[Any], text: str) -> set[str]:
    """Return the attributes of a text."""
    styles = [segment.style for segment in segments(pilot) if text in segment.text]
    return {name for style in styles for name in ("reverse", "underline") if style and getattr(style, name)}


@pytest.mark.parametrize("case", FEW)
async def test_the_focus_is_visible(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FEW[case].items():
        monkeypatch.setenv(name, value)
    async with fake_app(FakeServices(documents=ALL)).run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        await pilot.press("escape")
        await wait_for(pilot, lambda: attributes_of(pilot, "Blob Web") == {"reverse"}, "the cursor")
        assert attributes_of(pilot, "Churn") == set()
        await pilot.press("slash")
        await wait_for(pilot, lambda: attributes_of(pilot, "Blob Web") == {"underline"}, "the cursor to fade")
        assert "reverse" in attributes_of(pilot, "earch by name")


@pytest.mark.parametrize("case", FEW)
async def test_no_unsupported_color_is_sent(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FEW[case].items():
        monkeypatch.setenv(name, value)
    async with fake_app(FakeServices(documents=ALL)).run_test(size=(120, 40)) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        await pilot.press("enter")
        await wait_for_text(pilot, "Orientation")
        styles = [segment.style for segment in segments(pilot) if segment.style]
        colors = [color for style in styles for color in (style.color, style.bgcolor) if color]
        kinds = {color.type for color in colors}
        assert kinds <= ({ColorType.DEFAULT} if case in NONE else {ColorType.DEFAULT, ColorType.STANDARD})
        assert {color.number for style in styles if (color := style.bgcolor)} == {None}  # the terminal's own


async def test_dark_grays_stay_gray_with_256_colors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "")
    async with fake_app(FakeServices(documents=ALL)).run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        grounds = {s.style.bgcolor.number for s in segments(pilot) if s.style and s.style.bgcolor}
        assert grounds
        assert all(number is not None and 232 <= number <= 255 for number in grounds)


@pytest.mark.parametrize(
    ("wanted", "number"), [("#ff0000", 196), ("#5f8700", 64), ("#080808", 232), ("#fff", 231)]
)
def test_the_nearest_color_is_used(wanted: str, number: int) -> None:
    style = Style(color=Color.parse(wanted).rich_color, bold=True, link="https://x")
    (shown,) = StyleFilter(nearest_colors).apply([Segment("a", style)], Color.parse("#000"))
    assert shown.style is not None
    assert shown.style.color is not None
    assert (shown.style.color.number, shown.style.bold, shown.style.link) == (number, True, "https://x")


@pytest.mark.parametrize(
    ("said", "light"), [("0;15", True), ("0;default;15", True), ("15;0", False), ("", False)]
)
def test_a_reported_light_background_is_used(said: str, light: bool) -> None:
    assert is_light({"COLORFGBG": said}) is light


def test_an_empty_no_color_is_ignored() -> None:
    assert not has_no_colors({"NO_COLOR": ""})
    assert has_no_colors({"NO_COLOR": "0"})


async def test_foot_has_24_bit_colors_without_colorterm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "foot")
    monkeypatch.delenv("COLORTERM")
    app = fake_app(FakeServices(documents=ALL))
    assert app.console.color_system == "truecolor"
    assert app.theme == "omni-dark"
