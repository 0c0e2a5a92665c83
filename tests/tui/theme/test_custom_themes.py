"""Themes from the settings: derived from others; invalid colors are reported."""

from __future__ import annotations

from typing import Any

from textual.command import CommandPalette
from textual.theme import BUILTIN_THEMES

from omni_tui.settings.locations import config_folder
from omni_tui.settings.models import load_settings
from omni_tui.tui.theme.custom_themes import custom_theme
from omni_tui.tui.theme.theme import OMNI_DARK, OMNI_LIGHT
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import wait_for, wait_for_text

KNOWN = {**BUILTIN_THEMES, "omni-dark": OMNI_DARK, "omni-light": OMNI_LIGHT}


def test_other_colors_come_from_the_base_theme() -> None:
    theme, told = custom_theme(
        "sea", {"primary": "teal", "base": "omni-light", "cursor-line": "#112233"}, KNOWN
    )
    assert told == []
    assert theme is not None
    assert (theme.primary, theme.background, theme.dark) == ("teal", OMNI_LIGHT.background, False)
    assert theme.variables == {"cursor-line": "#112233"}


def test_invalid_colors_are_reported_and_ignored() -> None:
    wanted = {"primary": "blu ish", "primry": "teal", "base": "nrod", "error": "red"}
    theme, told = custom_theme("sea", wanted, KNOWN)
    assert told == [
        "[themes.sea] base: unknown theme 'nrod'. Did you mean nord?",
        "[themes.sea] primary: 'blu ish' isn't a color. Use one such as #7dcfff or teal.",
        "[themes.sea] primry: unknown color name. Did you mean primary?",
    ]
    assert theme is not None
    assert (theme.primary, theme.error) == (OMNI_DARK.primary, "red")


def test_an_invalid_theme_name_is_reported() -> None:
    assert custom_theme("my sea!", {}, KNOWN) == (
        None,
        ["[themes.my sea!]: use letters, digits and hyphens for the name, as in sea-light."],
    )


async def used(**settings: object) -> tuple[str, list[str], set[str]]:
    """Return the final theme, the messages, and all themes."""
    services = FakeServices(documents=[document("Blob Web Traffic")])
    app = fake_app(services)
    async with app.run_test(size=(120, 40)) as pilot:
        await wait_for_text(pilot, "Blob Web Traffic")
        for name, value in settings.items():
            setattr(services.settings, name, value)
        fake: Any = services.settings
        told = app.use_theme_settings(fake)
        await pilot.pause()
        await wait_for_text(pilot, "Blob Web Traffic")
        return app.theme, told, set(app.available_themes)


async def test_a_theme_of_ones_own_is_used() -> None:
    theme, told, known = await used(
        themes={"sea": {"primary": "#00aabb", "background": "#001020"}}, theme="sea"
    )
    assert (theme, told) == ("sea", [])
    assert {"sea", "nord", "omni-light"} <= known


async def test_textuals_own_can_be_chosen() -> None:
    assert (await used(theme="nord"))[:2] == ("nord", [])


async def test_an_unknown_theme_is_reported() -> None:
    theme, told, _ = await used(theme="nrod")
    assert theme == "omni-dark"
    assert told == ["theme: unknown theme 'nrod'. Did you mean nord?"]


async def test_a_theme_chosen_in_the_palette_is_kept_for_the_next_start() -> None:
    app = fake_app(FakeServices(documents=[document("Blob Web Traffic")]))
    async with app.run_test(size=(120, 40)) as pilot:
        await wait_for_text(pilot, "Blob Web Traffic")
        app.action_change_theme()
        await wait_for(pilot, lambda: isinstance(app.screen, CommandPalette), "the palette")
        await pilot.press(*"nord")
        await wait_for_text(pilot, "nord")
        await pilot.press("down", "enter")
        path = config_folder() / "config.toml"
        await wait_for(pilot, path.exists, "the file")
        assert app.theme == "nord"
    assert load_settings().theme == "nord"


async def test_a_theme_from_the_settings_is_not_written_back() -> None:
    await used(theme="nord")
    assert not (config_folder() / "config.toml").exists()
