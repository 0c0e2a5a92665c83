"""Keeps the theme that somebody chooses in the palette, in config.toml."""

from __future__ import annotations

import asyncio
from functools import partial

from omni_tui.errors import OmniTuiError
from omni_tui.tui.common.work import run_in_background
from omni_tui.tui.terminal.terminal_app import TerminalApp


class SavedThemeApp(TerminalApp):
    """An application whose theme lasts. `profile_in_use` is the settings' profile, empty for none."""

    profile_in_use = ""

    def action_change_theme(self) -> None:
        """Show the themes; the one that is chosen is kept."""
        self.saves_next_theme = True
        super().action_change_theme()

    def watch_theme(self, theme: str) -> None:
        """Keep a theme that was chosen in the palette."""
        if self.saves_next_theme:
            self.saves_next_theme = False
            run_in_background(self, partial(self._save_theme, theme))

    async def _save_theme(self, theme: str) -> None:
        from omni_tui.settings.saving import save_theme

        try:
            await asyncio.to_thread(save_theme, theme, self.profile_in_use)
        except OmniTuiError as error:
            self.notify(f"{error} The theme lasts until you quit.", severity="warning", markup=False)
