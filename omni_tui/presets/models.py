"""A preset: export settings in a form that works for several dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from omni_tui.errors import OmniTuiError
from omni_tui.options.spec import Format, Kind, OptionSpec, OptionValue
from omni_tui.options.table import BY_NAME, OPTIONS

# Options of one dashboard or user; a preset has them in another form, or not at all.
_OWN_KINDS = frozenset({Kind.TILE, Kind.FILTERS, Kind.TEXT, Kind.USER})
PORTABLE: tuple[OptionSpec, ...] = tuple(spec for spec in OPTIONS if spec.kind not in _OWN_KINDS)
"""The options that a preset has under their wire name."""


class PresetError(OmniTuiError):
    """A preset can't be created, found or saved; the message says why."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A named set of options for any dashboard.

    `tile` is a tile's name. `tile_key` distinguishes tiles with the same name, or identifies one without a
    name. If both are empty, the preset is for the whole dashboard. `options` are by wire name, without tile,
    filters, file name and user. `filters` are texts (see `options.filters.text_syntax`) by the filter's label
    or ID, so that a relative date stays relative. `each` is the label or ID of the filter that makes one file
    per value; empty for one file. `name_template` is empty for the dashboard's own name.
    """

    name: str
    format: Format
    tile: str = ""
    options: Mapping[str, OptionValue] = field(default_factory=lambda: MappingProxyType({}))
    filters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    name_template: str = ""
    tile_key: str = ""
    each: str = ""

    @property
    def is_one_tile(self) -> bool:
        """Return whether it is for one tile and not for the whole dashboard."""
        return bool(self.tile or self.tile_key)

    @property
    def summary(self) -> str:
        """Return a summary: "PDF, letter; tile “Sessions by day”; Status: complete, pending"."""
        changes = (option_words(BY_NAME[name], value) for name, value in self.options.items())
        parts = [", ".join([self.format.label, *filter(None, changes)])]
        if self.is_one_tile:
            parts.append(f"tile “{self.tile}”" if self.tile else f"tile {self.tile_key}")
        parts += [f"{label}: {text}" for label, text in self.filters.items()]
        parts += [f"one file per {self.each}"] if self.each else []
        return "; ".join([*parts, f"as {self.name_template}"] if self.name_template else parts)


def option_words(spec: OptionSpec, value: OptionValue) -> str:
    """Return an option's setting in short: "letter", "hide title", "show filters off", "row limit 5,000"."""
    if spec.kind is Kind.SWITCH:
        return spec.label.lower() if value else f"{spec.label.lower()} off"
    if spec.kind is Kind.INTEGER and isinstance(value, int):
        return f"{spec.label.lower()} {value:,}"
    return str(value)
