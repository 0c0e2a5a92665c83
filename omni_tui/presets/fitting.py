"""Make a preset from one dashboard's export, and apply a preset to another dashboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, TypeVar

from omni_tui.options.file_names.template import FILTER, parts_of
from omni_tui.options.file_names.validate import template_problem
from omni_tui.options.filters.editing import edit_of, edit_problem, is_changed, values_for_fan_out
from omni_tui.options.filters.text_syntax import FilterTextError, find, parse, text_of
from omni_tui.options.filters.types import Edit, Filter
from omni_tui.options.rules import applicable
from omni_tui.options.spec import ExportRequest, Format, Kind, OptionValue
from omni_tui.options.table import BY_NAME, OPTIONS
from omni_tui.options.validators import value_problem
from omni_tui.presets.models import PORTABLE, Preset, PresetError
from omni_tui.presets.serialization import template_flaw

_TILE = next(spec for spec in OPTIONS if spec.kind is Kind.TILE)


class Tile(Protocol):
    """A tile of a dashboard: its name, and its key if the server reports it."""

    @property
    def name(self) -> str: ...

    @property
    def key(self) -> str | None: ...


AnyTile = TypeVar("AnyTile", bound=Tile)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A preset applied to one dashboard. `misfits` are sentences about what can't be applied.

    `tile_key` is empty if the preset's tile isn't found. `values` are options by wire name, without tile,
    filters, name and user; `edits` are by filter ID; `fan_out` is the ID of the filter that makes one file
    per value. If `needs_tiles` or `needs_filters` is set, load these and call `fit` again.
    """

    format: Format
    wants_tile: bool = False
    tile_key: str = ""
    values: Mapping[str, OptionValue] = field(default_factory=lambda: MappingProxyType({}))
    edits: Mapping[str, Edit] = field(default_factory=lambda: MappingProxyType({}))
    name_template: str = ""
    fan_out: str = ""
    misfits: tuple[str, ...] = ()
    needs_tiles: bool = False
    needs_filters: bool = False


# from a dashboard to a preset


def preset_of(
    name: str,
    request: ExportRequest,
    *,
    tiles: Sequence[Tile] | None = None,
    filters: Sequence[Filter] = (),
    edits: Mapping[str, Edit] | None = None,
    name_template: str = "",
    wants_tile: bool = False,
    fan_out: str = "",
) -> Preset:
    """Return a request as a preset for any dashboard.

    It has only options that are set and that its format has, and only filters that are edited or that make
    one file per value (`fan_out`, an ID). Raises PresetError if something in the request is invalid or
    missing.
    """
    if problem := template_flaw(name_template):
        raise PresetError(problem, "Fix it first.")
    tile, tile_key = _tile_of(request, tiles or (), wants_tile)
    fanned = next((each for each in filters if each.id == fan_out), None)
    return Preset(
        name=name,
        format=request.format,
        tile=tile,
        options=_portable_values(request),
        filters=_filter_texts(filters, edits or {}, fan_out),
        name_template=name_template.strip(),
        tile_key=tile_key,
        each=_clear_label(fanned, filters) if fanned else "",
    )


def _portable_values(request: ExportRequest) -> dict[str, OptionValue]:
    values = {}
    for spec in applicable(request.format):
        value = request.values.get(spec.wire_name)
        if spec not in PORTABLE or value is None:
            continue
        if problem := value_problem(spec, value):
            raise PresetError(problem.message, "Fix it first.")
        values[spec.wire_name] = value
    return values


def _tile_of(request: ExportRequest, tiles: Sequence[Tile], wants_tile: bool) -> tuple[str, str]:
    """Return the chosen tile's name, and its key if the name isn't unique."""
    key = request.values.get(_TILE.wire_name)
    if not wants_tile and key is None and request.format not in _TILE.required_for:
        return "", ""
    if not isinstance(key, str) or not key:
        raise PresetError("No tile is chosen.", "Choose a tile first.")
    name = next((tile.name for tile in tiles if tile.key == key), "")
    is_clear = bool(name.strip()) and tiles_named(name, tiles)[1:] == []
    return (name, "") if is_clear else (name if name.strip() else "", key)


def _filter_texts(filters: Sequence[Filter], edits: Mapping[str, Edit], fan_out: str) -> dict[str, str]:
    texts = {}
    for each in filters:
        edit = edits.get(each.id) or edit_of(each)
        if each.id != fan_out and not is_changed(each, edit):
            continue
        if problem := edit_problem(each, edit):
            raise PresetError(f"{each.label}: {problem}", "Fix it first.")
        texts[_clear_label(each, filters)] = text_of(each, edit)
    return texts


def _clear_label(wanted: Filter, filters: Sequence[Filter]) -> str:
    """Return the filter's label, or its ID if the label isn't unique."""
    try:
        return wanted.own_label if find(filters, wanted.own_label) == wanted else wanted.id
    except FilterTextError:
        return wanted.id


# from a preset to a dashboard


def fit(preset: Preset, tiles: Sequence[Tile] | None, filters: Sequence[Filter] | None) -> Fitted:
    """Apply a preset to a dashboard with these tiles and filters (None: not loaded yet)."""
    misfits: list[str] = []
    template = preset.name_template
    values = _fitting_values(preset, misfits)
    needs_tiles = preset.is_one_tile and tiles is None
    tile_key = "" if tiles is None or not preset.is_one_tile else _tile_key(preset, tiles, misfits)
    is_about_filters = (
        preset.filters or preset.each or any(part.name == FILTER for part in parts_of(template))
    )
    needs_filters = filters is None and bool(is_about_filters)
    edits = _edits(preset.filters, filters or (), misfits) if not needs_filters else {}
    fan_out = _fan_out(preset, filters, edits, misfits) if filters is not None and preset.each else ""
    if not needs_filters and (problem := _name_misfit(template, filters or ())):
        misfits.append(problem)
        template = ""
    return Fitted(
        format=preset.format,
        wants_tile=preset.is_one_tile,
        tile_key=tile_key,
        values=values,
        edits=edits,
        name_template=template,
        fan_out=fan_out,
        misfits=tuple(misfits),
        needs_tiles=needs_tiles,
        needs_filters=needs_filters,
    )


def _name_misfit(template: str, filters: Sequence[Filter]) -> str:
    """Return why a name template can't be used on this dashboard, or an empty text."""
    labels = {each.id: each.label for each in filters}
    problem = template_problem(template, labels.values(), labels)
    return f"The file name “{template}” isn't used. {problem}" if problem else ""


def _fitting_values(preset: Preset, misfits: list[str]) -> dict[str, OptionValue]:
    """Return the options that exist; another version's preset may have unknown ones."""
    values = {}
    for name, value in preset.options.items():
        spec = BY_NAME.get(name)
        if spec is None or spec not in PORTABLE:
            misfits.append(f"Unknown option “{name}”.")
        elif preset.format not in spec.formats:
            misfits.append(f"{preset.format.label} has no option “{spec.label}”.")
        elif problem := value_problem(spec, value):
            misfits.append(problem.message)
        else:
            values[name] = value
    return values


def _tile_key(preset: Preset, tiles: Sequence[Tile], misfits: list[str]) -> str:
    """Return the tile's key; or an empty text, and add why. A key alone identifies only unnamed tiles."""
    if not preset.tile:
        return _key_alone(preset.tile_key, tiles, misfits)
    found = tiles_named(preset.tile, tiles)
    if preset.tile_key and len(found) > 1:
        found = [tile for tile in found if tile.key == preset.tile_key] or found
    if not found:
        misfits.append(f"This dashboard has no tile named “{preset.tile}”.")
    elif len(found) > 1:
        misfits.append(f"{len(found)} tiles are named “{preset.tile}”: choose one.")
    elif found[0].key is None:
        misfits.append(f"The server reports no key for the tile “{preset.tile}”: enter it.")
    else:
        return found[0].key
    return ""


def _key_alone(key: str, tiles: Sequence[Tile], misfits: list[str]) -> str:
    named = next((tile.name for tile in tiles if tile.key == key), None)
    if named:
        misfits.append(f"The preset's tile is known only by its key {key}, which is “{named}” here.")
    elif named is None and any(tile.key is not None for tile in tiles):
        misfits.append(f"This dashboard has no tile with the key {key}.")
        return ""
    return key


def tiles_named(name: str, tiles: Sequence[AnyTile]) -> list[AnyTile]:
    """Return the tiles with that name, or those that differ only in spaces and case."""
    exact = [tile for tile in tiles if tile.name == name]
    return exact or [tile for tile in tiles if _folded(tile.name) == _folded(name)]


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _edits(texts: Mapping[str, str], filters: Sequence[Filter], misfits: list[str]) -> dict[str, Edit]:
    edits: dict[str, Edit] = {}
    for name, text in texts.items():
        try:
            found = find(filters, name)
            edit = parse(found, text)
        except FilterTextError as error:
            misfits.append(_about_filter(name, error))
            continue
        if found.id in edits:
            misfits.append(f"“{name}” sets the filter {found.label} again: only the first value is used.")
        else:
            edits[found.id] = edit
    return edits


def _fan_out(preset: Preset, filters: Sequence[Filter], edits: Mapping[str, Edit], misfits: list[str]) -> str:
    """Return the ID of the filter that makes one file per value; or an empty text, and add why."""
    try:
        found = find(filters, preset.each)
    except FilterTextError as error:
        if preset.each not in preset.filters:  # otherwise it was reported already
            misfits.append(_about_filter(preset.each, error))
        return ""
    if values_for_fan_out(found, edits.get(found.id) or edit_of(found)):
        return found.id
    misfits.append(f"{found.label} has no list of values, so it can't make one file per value.")
    return ""


def _about_filter(name: str, error: FilterTextError) -> str:
    """Return the error's message, with the filter's name in front unless it has that."""
    words = str(error)
    return words if name in words else f"{name}: {words}"
