"""The same again: what was last asked of a dashboard, and presets, brought into the form and kept from it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.widget import Widget

from omni_tui.errors import OmniTuiError
from omni_tui.options.spec import Problem, Severity
from omni_tui.presets.errors import PresetError
from omni_tui.presets.fitting import Fitted, fit, preset_of
from omni_tui.presets.models import Preset
from omni_tui.presets.recent import LastUsed, News, Remembered
from omni_tui.tui.common.work import start_work
from omni_tui.tui.export_form.dashboard_data import DashboardData
from omni_tui.tui.export_form.draft.draft import NAME, NO_FIELD, USER, Draft

if TYPE_CHECKING:
    from omni_tui.services import Services

# A template that names no dashboard is the name of one file, and not wanted for the next dashboard.
REQUIRED_FIELDS = ("{dashboard}", "{tile}")


class FormPresets:
    """Presets of one form. `changed` is called with sentences to say when a preset was brought in.

    `has_folder` tells whether a folder was chosen in the form.
    """

    def __init__(
        self,
        screen: Widget,
        draft: Draft,
        contents: DashboardData,
        changed: Callable[[list[Problem]], None],
        has_folder: Callable[[], bool],
    ) -> None:
        self._has_folder = has_folder
        self._screen = screen
        self._draft = draft
        self._contents = contents
        self._changed = changed
        self._services: Services | None = None

    def set_services(self, services: Services) -> None:
        """Remember with these from now on."""
        self._services = services

    @property
    def remembered(self) -> Remembered:
        """What is remembered for this Omni and profile, as far as it was read."""
        return self._services.remembered if self._services else Remembered()

    @property
    def last(self) -> LastUsed | None:
        """What was last asked of the form's dashboard; of several, what was last asked of any."""
        known = self.remembered.last_used
        found = [known[each.identifier] for each in self._draft.documents if each.identifier in known]
        return max(found, key=lambda last: last.at, default=None)

    @property
    def last_summary(self) -> str:
        """`Last time, 20 Nov: PDF, letter; Status: complete`, or nothing."""
        last = self.last
        if last is None:
            return ""
        return f"Last time, {datetime.fromtimestamp(last.at):%-d %b}: {last.preset.summary}"

    def apply_last(self) -> None:
        """Set all as it was the last time."""
        if self.last is not None:
            self.apply(self.last.preset)

    def apply(self, preset: Preset) -> None:
        """Set all as the preset has it, when what it needs to know of the dashboard is there."""
        start_work(self._screen, "preset", partial(self._apply, preset))

    async def _apply(self, preset: Preset) -> None:
        try:
            fitted = await self._fitted(preset)
        except OmniTuiError as error:
            self._changed([Problem(NO_FIELD, Severity.ERROR, str(error))])
            return
        self._draft.apply_preset(fitted)
        self._changed([Problem(NO_FIELD, Severity.WARNING, misfit) for misfit in fitted.misfits])

    async def _fitted(self, preset: Preset) -> Fitted:
        """The preset as it fits here. Raises OmniTuiError when what it needs cannot be read."""
        filters = self._draft.filters
        tiles = self._contents.tiles
        fitted = fit(preset, tiles, filters.offered if filters.is_loaded else None)
        if fitted.needs_tiles:
            tiles = await self._contents.fetch_tiles()
        if fitted.needs_filters:
            await self._contents.filters_loaded.wait()
        return fit(preset, tiles, filters.offered)

    def preset(self, name: str) -> Preset:
        """What stands in the form, as a preset. Raises PresetError for what is wrong or missing in it."""
        draft = self._draft
        return preset_of(
            name,
            draft.state.request,
            tiles=self._contents.tiles,
            filters=draft.filters.offered,
            edits=draft.filters.edits,
            name_template=str(draft.values.get(NAME.wire_name, "")),
            wants_tile=draft.is_one_tile,
            fan_out=draft.filters.fan_out,
        )

    def remember(self, folder: Path | None) -> None:
        """Keep what was asked for. `folder` is one that was chosen, or None."""
        try:
            preset = self.preset("")
        except PresetError:
            return  # it was exported all the same: what cannot be said in a preset is not remembered
        template = preset.name_template
        is_telling = not template or any(place in template for place in REQUIRED_FIELDS)
        if self._services is not None:
            news = News(
                folder=folder,
                name_template=template if is_telling else None,
                used={document.identifier: preset for document in self._draft.documents},
                at=self._services.clock.time(),
            )
            start_work(self._screen.app, "remember", partial(self._services.remember, news))

    # the presets' file

    def choose(self) -> None:
        """Show the presets, and do what is chosen there."""
        start_work(self._screen, "presets", self._choose)

    async def _choose(self) -> None:
        from omni_tui.presets.file import read_presets
        from omni_tui.presets.saving import delete_preset, save_preset
        from omni_tui.tui.presets.screen import Apply, Delete, PresetsScreen, Save

        file = await asyncio.to_thread(read_presets)
        screen = PresetsScreen(file, self.last, self._draft.state.summary)
        match await self._screen.app.push_screen_wait(screen):
            case Apply(preset):
                self.apply(preset)
            case Save(name):
                done = f"Saved as “{name}”{self._not_saved}."
                await self._change_file(done, lambda: save_preset(self.preset(name)))
            case Delete(name):
                await self._change_file(f"“{name}” is deleted.", lambda: delete_preset(name))

    @property
    def _not_saved(self) -> str:
        """What stands in the form and no preset holds: `, without the folder and Run as`; or nothing."""
        left = [
            *(["the folder"] if self._has_folder() else []),
            *([USER.label] if self._draft.user_id else []),
        ]
        return f", without {' and '.join(left)}" if left else ""

    async def _change_file(self, done: str, change: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(change)
        except PresetError as error:
            self._changed([Problem(NO_FIELD, Severity.ERROR, str(error))])
        else:
            self._screen.notify(done, markup=False)
