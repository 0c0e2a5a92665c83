"""Convert presets to tables of plain values, as in TOML and JSON, and back, and find mistakes in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from omni_tui.options.file_names.template import parts_of
from omni_tui.options.file_names.validate import template_problem
from omni_tui.options.flags import format_list
from omni_tui.options.spec import Format, Kind, OptionSpec, OptionValue
from omni_tui.options.table import OPTIONS
from omni_tui.options.validators import value_problem
from omni_tui.presets.models import PORTABLE, Preset
from omni_tui.suggestions import did_you_mean

FORMAT, TILE, TILE_KEY, NAME, EACH, FILTERS = "format", "tile", "tileKey", "name", "each", "filters"
_FORMATS = ", ".join(fmt.value for fmt in Format)
# Options that are set differently in a preset than in a request, and how.
_SET_DIFFERENTLY = {
    Kind.TILE: f'Name a tile by its title: {TILE} = "Sessions by day".',
    Kind.FILTERS: 'Put filters in a table of their own: ["NAME".filters].',
    Kind.TEXT: f'Set the file name like this: {NAME} = "{{dashboard}} {{date}}".',
    Kind.USER: "Choose Run as for each export.",
}


@dataclass(frozen=True, slots=True)
class TableProblem:
    """A mistake in a table: the path of its key (empty: the table itself), a message and a hint."""

    keys: tuple[str, ...]
    message: str
    hint: str = ""


def table_of(preset: Preset) -> dict[str, Any]:
    """Return the preset as a table, without its name and empty values."""
    texts = {TILE: preset.tile, TILE_KEY: preset.tile_key, NAME: preset.name_template, EACH: preset.each}
    table: dict[str, Any] = {FORMAT: preset.format.value}
    table |= {key: text for key, text in texts.items() if text} | dict(preset.options)
    return table | {FILTERS: dict(preset.filters)} if preset.filters else table


def read_table(name: str, table: Mapping[str, Any]) -> tuple[Preset | None, tuple[TableProblem, ...]]:
    """Return the preset of a table, or None and all its mistakes. Accepts any plain values."""
    fmt, mistakes = _format(table)
    values: dict[str, OptionValue] = {}
    for key, value in table.items():
        spec = spec_of(key)
        if spec is None or spec.kind in _SET_DIFFERENTLY:
            mistakes += [] if key in _CHECKS else [_unknown_key(key, value, spec, name)]
        elif spec.wire_name in values:
            mistakes.append(TableProblem((key,), f"{spec.wire_name} is set twice, in two spellings."))
        else:
            values[spec.wire_name] = value
            mistakes += _option_mistakes(key, spec, value, fmt)
    for key, check in _CHECKS.items():
        mistakes += check(key, table[key]) if key in table else ()
    if fmt is None and not mistakes:
        mistakes.append(TableProblem((), "format is missing.", f"Use one of: {_FORMATS}."))
    if fmt is None or mistakes:
        return None, tuple(mistakes)
    preset = Preset(
        name=name,
        format=fmt,
        tile=table.get(TILE, ""),
        options=values,
        filters=table.get(FILTERS, {}),
        name_template=table.get(NAME, ""),
        tile_key=table.get(TILE_KEY, ""),
        each=table.get(EACH, ""),
    )
    return preset, ()


def spec_of(key: str) -> OptionSpec | None:
    """Return the option of a key: its wire name, in camelCase, kebab-case or snake_case."""
    return _BY_SPELLING.get(key)


def _format(table: Mapping[str, Any]) -> tuple[Format | None, list[TableProblem]]:
    if FORMAT not in table:
        return None, []
    word = table[FORMAT]
    if not isinstance(word, str):
        return None, [TableProblem((FORMAT,), "format must be in quotes.", f"Use one of: {_FORMATS}.")]
    try:
        return Format(word.lower()), []
    except ValueError:
        hint = did_you_mean(word, [fmt.value for fmt in Format], f"Use one of: {_FORMATS}.")
        return None, [TableProblem((FORMAT,), f"“{word}” isn't a format.", hint)]


def _option_mistakes(key: str, spec: OptionSpec, value: object, fmt: Format | None) -> Iterator[TableProblem]:
    if fmt is not None and fmt not in spec.formats:
        yield TableProblem((key,), f"{fmt.label} has no {key}.", f"It is for {format_list(spec.formats)}.")
    elif problem := value_problem(spec, value):
        yield TableProblem((key,), problem.message, did_you_mean(str(value), spec.choices))


def _unknown_key(key: str, value: object, spec: OptionSpec | None, name: str) -> TableProblem:
    """Return the mistake for a key that presets don't have."""
    if spec is not None:
        return TableProblem((key,), f"A preset has no {key}.", _SET_DIFFERENTLY[spec.kind])
    if isinstance(value, Mapping):
        hint = did_you_mean(key, [FILTERS], f'Quote a preset name that contains a dot: ["{name}.{key}"].')
        return TableProblem((key,), f"A preset has no table “{key}”.", hint)
    known = [*_OWN_KEYS, *(spec.wire_name for spec in PORTABLE)]
    hint = did_you_mean(key.replace("-", "").replace("_", ""), known, f"Options: {', '.join(known)}.")
    return TableProblem((key,), f"Unknown option “{key}”.", hint)


def _text_mistakes(key: str, value: object) -> Iterator[TableProblem]:
    if not isinstance(value, str):
        yield TableProblem((key,), f"{key} must be text in quotes.")
    elif not value.strip():
        yield TableProblem((key,), f"{key} is empty.", "Remove the line.")


def _name_mistakes(key: str, value: object) -> Iterator[TableProblem]:
    yield from _text_mistakes(key, value)
    if isinstance(value, str) and (problem := template_flaw(value)):
        yield TableProblem((key,), problem)


def template_flaw(template: str) -> str:
    """Return what is wrong with a name template on any dashboard, in a sentence, or an empty text."""
    return template_problem(template, [part.label for part in parts_of(template) if part.label])


def _filter_mistakes(key: str, value: object) -> Iterator[TableProblem]:
    if not isinstance(value, Mapping):
        yield TableProblem((key,), "filters must be a table.", _SET_DIFFERENTLY[Kind.FILTERS])
        return
    for label, text in value.items():
        if isinstance(text, Mapping):
            hint = f'Quote a filter name that contains a dot: "{label}.{next(iter(text), "")}".'
            yield TableProblem((key, label), f"The filter “{label}” isn't text.", hint)
        elif not isinstance(text, str):
            yield TableProblem((key, label), f"The filter “{label}” isn't text.", "Put it in quotes.")


_CHECKS = {
    FORMAT: lambda _key, _value: (),  # checked first, because the options depend on it
    TILE: _text_mistakes,
    TILE_KEY: _text_mistakes,
    NAME: _name_mistakes,
    EACH: _text_mistakes,
    FILTERS: _filter_mistakes,
}
_OWN_KEYS = tuple(_CHECKS)


def _spellings(wire_name: str) -> tuple[str, ...]:
    kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", wire_name).lower()
    return wire_name, kebab, kebab.replace("-", "_")


_BY_SPELLING = {spelling: spec for spec in OPTIONS for spelling in _spellings(spec.wire_name)}
