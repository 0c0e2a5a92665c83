"""`--preset`: find the preset, and combine it with the flags that were typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from omni_tui.commands.download.flags.filter_flags import FanOut
from omni_tui.commands.download.flags.option_flags import FILTERS, NAME, PRESET, TILE, flag_of
from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.formatting import display_path
from omni_tui.options.filters.editing import edit_of, values_for_fan_out
from omni_tui.options.filters.text_syntax import FilterTextError, find
from omni_tui.options.filters.types import Condition, Edit, Filter
from omni_tui.options.flags import format_list
from omni_tui.options.spec import Format
from omni_tui.options.table import BY_NAME
from omni_tui.presets.file import PresetFile, read_presets
from omni_tui.presets.models import Preset
from omni_tui.suggestions import closest


def preset_of(name: str) -> Preset:
    """Return the preset with this name. Raises UsageError that lists the presets."""
    file = read_presets()
    found = file.find(name)
    if found is not None:
        return found
    for trouble in file.troubles:
        if trouble.is_unreadable or trouble.preset.casefold() == name.strip().casefold():
            raise UsageError(f"{PRESET} {name!r}: {trouble}")
    raise UsageError(f"{PRESET}: no preset is named {name!r}.", _available_presets(name, file))


def without_flags(preset: Preset, fmt: Format, typed: Collection[str]) -> tuple[Preset, list[str]]:
    """Return a preset without the options that were typed (wire names) or that the format doesn't have.

    Also returns sentences about the options that the format doesn't have.
    """
    options = {name: value for name, value in preset.options.items() if name not in typed}
    fitting = {name: value for name, value in options.items() if fmt in BY_NAME[name].formats}
    left = replace(preset, format=fmt, options=fitting)
    if TILE in typed:
        left = replace(left, tile="", tile_key="")
    if FILTERS in typed:
        left = replace(left, filters={}, each="")
    if NAME in typed:
        left = replace(left, name_template="")
    return left, [_left_out(preset, fmt, name) for name in options if name not in fitting]


def preset_fan_out(preset: Preset, filters: Sequence[Filter], edits: Mapping[str, Edit]) -> FanOut:
    """Return the filter of which the preset makes one file per value, and its values. Raises UsageError."""
    try:
        found = find(filters, preset.each)
    except FilterTextError as error:
        raise UsageError(f"{PRESET} {preset.name!r}: {error.message}", error.hint) from error
    edit = edits.get(found.id) or edit_of(found)
    values = values_for_fan_out(found, edit)
    if not isinstance(edit, Condition) or not values:
        words = f"{found.label} has no list of values, so it can't make one file per value."
        raise UsageError(f"{PRESET} {preset.name!r}: {words}")
    return FanOut(found, tuple(replace(edit, values=(value,)) for value in values))


def _left_out(preset: Preset, fmt: Format, name: str) -> str:
    formats = format_list(BY_NAME[name].formats)
    return (
        f"{flag_of(name)} of the preset {preset.name!r} is ignored: {fmt.label} doesn't have it, "
        f"only {formats}."
    )


def _available_presets(name: str, file: PresetFile) -> str:
    names = [preset.name for preset in file.presets]
    if not names:
        return f"There are no presets: save one from the form, or write one into {display_path(file.path)}."
    meant = closest(name, names)
    suggestion = f"Did you mean {meant!r}? " if meant else ""
    return f"{suggestion}Available presets: {', '.join(map(repr, names))}."
