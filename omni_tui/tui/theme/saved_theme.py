"""Saves the theme that the user chooses in the palette to config.toml."""

from __future__ import annotations

import asyncio
from functools import partial

from omni_tui.errors import OmniTuiError
from omni_tui.tui.common.work import run_in_background
from omni_tui.tui.terminal.terminal_app import TerminalApp


class SavedThemeApp(TerminalApp):
    """An application that saves its theme. `profile_in_use` is the settings' profile, or empty."""

    profile_in_use = ""

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
