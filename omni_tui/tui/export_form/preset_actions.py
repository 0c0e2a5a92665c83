"""Fills the form from a dashboard's last settings or a preset, and saves the form as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from textual.widget import Widget

from omni_tui.errors import OmniTuiError
from omni_tui.options.spec import Problem, Severity
from omni_tui.presets.fitting import Fitted, fit, preset_of
from omni_tui.presets.models import Preset, PresetError
from omni_tui.presets.recent_and_favorites import LastUsed, RecentChanges
from omni_tui.tui.common.work import start_work
from omni_tui.tui.export_form.dashboard_data import DashboardData
from omni_tui.tui.export_form.draft.draft import Draft
from omni_tui.tui.export_form.draft.field_names import NAME, NO_FIELD, USER

# A name template without one of these fits only this dashboard, so it isn't reused for the next one.
REQUIRED_FIELDS = ("{dashboard}", "{tile}")


class FormPresets:
    """The presets of one form. `changed` is called with what to report after a preset was applied."""

    def __init__(
        self,
        screen: Widget,
        draft: Draft,
        contents: DashboardData,
        changed: Callable[[list[Problem]], None],
    ) -> None:
        self._screen = screen
        self._draft = draft
        self._contents = contents
        self._changed = changed

    @property
    def last(self) -> LastUsed | None:
        """The last settings of the form's dashboard; with several, the latest of any; None without any."""
        services = self._contents.services
        known = services.remembered.last_used if services else {}
        found = [known[each.identifier] for each in self._draft.documents if each.identifier in known]
        return max(found, key=lambda last: last.at, default=None)

    @property
    def last_summary(self) -> str:
        """`Last time, 20 Nov: PDF, letter; Status: complete`, or empty."""
        last = self.last
        if last is None:
            return ""
        return f"Last time, {datetime.fromtimestamp(last.at):%-d %b}: {last.preset.summary}"

    def apply(self, preset: Preset) -> None:
        """Fill the form from a preset, once the tiles and filters it needs are loaded."""
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
        """Return the preset fitted to the dashboard. Raises OmniTuiError if its data can't be loaded."""
        filters = self._draft.filters
        tiles = self._contents.tiles
        fitted = fit(preset, tiles, filters.offered if filters.is_loaded else None)
        if fitted.needs_tiles:
            tiles = await self._contents.fetch_tiles()
        if fitted.needs_filters:
            await self._contents.filters_loaded.wait()
        return fit(preset, tiles, filters.offered)

    def preset(self, name: str) -> Preset:
        """Return the form as a preset. Raises PresetError if a field is invalid or missing."""
        draft = self._draft
        return preset_of(
            name,
            draft.state.request,
            tiles=self._contents.tiles,
            filters=draft.filters.offered,
            edits=draft.filters.edits,
            name_template=str(draft.values.get(NAME.wire_name, "")),
            wants_tile=draft.is_one_tile,
            fan_out=draft.filters.fan_out if draft.filters.fan_out_values else "",
        )

    def remember(self, folder: Path | None) -> None:
        """Save the form as the last settings. `folder` is None unless one was chosen."""
        try:
            preset = self.preset("")
        except PresetError:
            return  # the export has started; a form that can't be a preset isn't remembered
        template = preset.name_template
        is_reusable = not template or any(field in template for field in REQUIRED_FIELDS)
        if (services := self._contents.services) is not None:
            news = RecentChanges(
                folder=folder,
                name_template=template if is_reusable else None,
                used={document.identifier: preset for document in self._draft.documents},
                at=services.clock.time(),
            )
            start_work(self._screen.app, "remember", partial(services.remember, news))

    # the presets file

    def choose(self, *, has_folder: bool) -> None:
        """Show the presets, and carry out what the user chooses. `has_folder`: a folder is chosen."""
        start_work(self._screen, "presets", partial(self._choose, has_folder))

    async def _choose(self, has_folder: bool) -> None:
        from omni_tui.presets.file import read_presets
        from omni_tui.presets.saving import delete_preset, save_preset
        from omni_tui.tui.presets.screen import ApplyPreset, Delete, PresetsScreen, Save

        file = await asyncio.to_thread(read_presets)
        screen = PresetsScreen(file, self.last, self._draft.state.summary)
        match await self._screen.app.push_screen_wait(screen):
            case ApplyPreset(preset):
                self.apply(preset)
            case Save(name):
                done = f"Saved as “{name}”{self._not_saved(has_folder)}."
                await self._change_file(done, lambda: save_preset(self.preset(name)))
            case Delete(name):
                await self._change_file(f"Deleted “{name}”.", lambda: delete_preset(name))

    def _not_saved(self, has_folder: bool) -> str:
        """Return what the form has and presets can't hold: `, without the folder and Run as`; or empty."""
        left = [*(["the folder"] if has_folder else []), *([USER.label] if self._draft.user_id else [])]
        return f", without {' and '.join(left)}" if left else ""

    async def _change_file(self, done: str, change: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(change)
        except PresetError as error:
            self._changed([Problem(NO_FIELD, Severity.ERROR, str(error))])
        else:
            self._screen.notify(done, markup=False)
