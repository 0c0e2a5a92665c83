"""The part of the application that applies the theme, and saves one that is chosen in the palette."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING

from omni_tui.errors import OmniTuiError
from omni_tui.tui.common.work import run_in_background
from omni_tui.tui.terminal.colors import OMNI_ANSI, is_light
from omni_tui.tui.terminal.terminal_app import TerminalApp

if TYPE_CHECKING:
    from omni_tui.settings.models import Settings


class ThemeApp(TerminalApp):
    """An application with a theme, which it saves. `profile_in_use` is the settings' profile, or empty."""

    profile_in_use = ""
    saves_next_theme = False
    """Whether the next theme change is the user's choice in the palette."""

    @property
    def default_theme(self) -> str:
        """The theme for this terminal if the settings name none."""
        if self.has_few_colors:
            return OMNI_ANSI.name
        return "omni-light" if is_light(os.environ) else "omni-dark"

    def use_theme_settings(self, settings: Settings) -> list[str]:
        """Register the settings' themes and apply the chosen one; return warnings about them."""
        self.saves_next_theme = False
        if not (settings.themes or settings.theme):
            return []
        from omni_tui.tui.theme.custom_themes import custom_theme, unknown_theme_message

        warnings: list[str] = []
        for name, wanted in settings.themes.items():
            theme, wrong = custom_theme(name, wanted, self.available_themes)
            warnings += wrong
            if theme is not None:
                self.register_theme(theme)
        if settings.theme and settings.theme not in self.available_themes:
            warnings.append(unknown_theme_message(settings.theme, self.available_themes))
        elif settings.theme and not self.no_color:
            self.theme = settings.theme
        return warnings

    def action_change_theme(self) -> None:
        """Show the themes, and save the chosen one."""
        self.saves_next_theme = True
        super().action_change_theme()

    def watch_theme(self, theme: str) -> None:
        """Save a theme that was chosen in the palette."""
        if self.saves_next_theme:
            self.saves_next_theme = False
            run_in_background(self, partial(self._save_theme, theme))

    async def _save_theme(self, theme: str) -> None:
        from omni_tui.settings.config_file.save import save_theme

        try:
            await asyncio.to_thread(save_theme, theme, self.profile_in_use)
        except OmniTuiError as error:
            self.notify(f"{error} The theme applies until you quit.", severity="warning", markup=False)
