"""A preset as a table of plain values, as it stands in TOML and JSON; and what can be wrong with one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from omni_tui.options.file_names.template import parts_of
from omni_tui.options.file_names.validate import template_problem
from omni_tui.options.spec import Format, Kind, OptionSpec, OptionValue
from omni_tui.options.table import OPTIONS
from omni_tui.options.validators import value_problem
from omni_tui.presets.models import PORTABLE, Preset

FORMAT, TILE, TILE_KEY, NAME, EACH, FILTERS = "format", "tile", "tileKey", "name", "each", "filters"
_FORMATS = ", ".join(fmt.value for fmt in Format)
# What is said otherwise in a preset than in a request.
_SAID_OTHERWISE = {
    Kind.TILE: f'A tile is named by its title: {TILE} = "Sessions by day".',
    Kind.FILTERS: 'Filters stand in a table of their own: ["NAME".filters].',
    Kind.TEXT: f'The file\'s name is written as {NAME} = "{{dashboard}} {{date}}".',
    Kind.USER: "Whom it runs as is chosen for each export.",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong with a table: at which of its keys (none: the table), and the way out."""

    keys: tuple[str, ...]
    message: str
    hint: str = ""


def table_of(preset: Preset) -> dict[str, Any]:
    """The preset as a table, without its name; what says nothing is left out."""
    texts = {TILE: preset.tile, TILE_KEY: preset.tile_key, NAME: preset.name_template, EACH: preset.each}
    table: dict[str, Any] = {FORMAT: preset.format.value}
    table |= {key: text for key, text in texts.items() if text} | dict(preset.options)
    return table | {FILTERS: dict(preset.filters)} if preset.filters else table


def read_table(name: str, table: Mapping[str, Any]) -> tuple[Preset | None, tuple[Mistake, ...]]:
    """The preset that a table describes, or None and all that is wrong with it. Takes any plain values."""
    fmt, mistakes = _format(table)
    values: dict[str, OptionValue] = {}
    for key, value in table.items():
        spec = spec_of(key)
        if spec is None or spec.kind in _SAID_OTHERWISE:
            mistakes += [] if key in _CHECKS else [_stranger(key, value, spec, name)]
        elif spec.wire_name in values:
            mistakes.append(Mistake((key,), f"{spec.wire_name} is set twice, in two spellings."))
        else:
            values[spec.wire_name] = value
            mistakes += _option_mistakes(key, spec, value, fmt)
    for key, check in _CHECKS.items():
        mistakes += check(key, table[key]) if key in table else ()
    if fmt is None and not mistakes:
        mistakes.append(Mistake((), "format is missing.", f"There are: {_FORMATS}."))
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
    """The option of a key: its name on the wire, or that in kebab-case or snake_case."""
    return _BY_SPELLING.get(key)


def _format(table: Mapping[str, Any]) -> tuple[Format | None, list[Mistake]]:
    if FORMAT not in table:
        return None, []
    word = table[FORMAT]
    if not isinstance(word, str):
        return None, [Mistake((FORMAT,), "The format is a word in quotes.", f"There are: {_FORMATS}.")]
    try:
        return Format(word.lower()), []
    except ValueError:
        hint = _did_you_mean(word, [fmt.value for fmt in Format]) or f"There are: {_FORMATS}."
        return None, [Mistake((FORMAT,), f"“{word}” is no format.", hint)]


def _option_mistakes(key: str, spec: OptionSpec, value: object, fmt: Format | None) -> Iterator[Mistake]:
    if fmt is not None and fmt not in spec.formats:
        others = " and ".join(other.label for other in Format if other in spec.formats)
        yield Mistake((key,), f"{fmt.label} has no {key}.", f"It is for {others}.")
    elif problem := value_problem(spec, value):
        yield Mistake((key,), problem.message, _did_you_mean(value, spec.choices))


def _stranger(key: str, value: object, spec: OptionSpec | None, name: str) -> Mistake:
    """A key that a preset does not have."""
    if spec is not None:
        return Mistake((key,), f"A preset has no {key}.", _SAID_OTHERWISE[spec.kind])
    if isinstance(value, Mapping):
        hint = _did_you_mean(key, [FILTERS])
        hint = hint or f'A dot in the name of a preset needs quotes: ["{name}.{key}"].'
        return Mistake((key,), f"A preset has no table “{key}”.", hint)
    hint = _did_you_mean(key, [*_OWN_KEYS, *(spec.wire_name for spec in PORTABLE)])
    hint = hint or f"There are: {', '.join([*_OWN_KEYS, *(spec.wire_name for spec in PORTABLE)])}."
    return Mistake((key,), f"There is no option called “{key}”.", hint)


def _text_mistakes(key: str, value: object) -> Iterator[Mistake]:
    if not isinstance(value, str):
        yield Mistake((key,), f"{key} is a text in quotes.")
    elif not value.strip():
        yield Mistake((key,), f"{key} is empty.", "Leave the line out.")


def _name_mistakes(key: str, value: object) -> Iterator[Mistake]:
    yield from _text_mistakes(key, value)
    if isinstance(value, str) and (problem := template_flaw(value)):
        yield Mistake((key,), problem)


def template_flaw(template: str) -> str:
    """What is wrong with a name template whatever filters a dashboard has, in a sentence; or ""."""
    return template_problem(template, [part.label for part in parts_of(template) if part.label])


def _filter_mistakes(key: str, value: object) -> Iterator[Mistake]:
    if not isinstance(value, Mapping):
        yield Mistake((key,), "Filters are a table of their own.", _SAID_OTHERWISE[Kind.FILTERS])
        return
    for label, text in value.items():
        if isinstance(text, Mapping):
            hint = f'A dot in the name of a filter needs quotes: "{label}.{next(iter(text), "")}".'
            yield Mistake((key, label), f"The filter “{label}” is not a text.", hint)
        elif not isinstance(text, str):
            hint = "Put it in quotes."
            yield Mistake((key, label), f"The filter “{label}” is not a text.", hint)


_CHECKS = {
    FORMAT: lambda _key, _value: (),  # looked at first: the options depend on it
    TILE: _text_mistakes,
    TILE_KEY: _text_mistakes,
    NAME: _name_mistakes,
    EACH: _text_mistakes,
    FILTERS: _filter_mistakes,
}
_OWN_KEYS = tuple(_CHECKS)


def _did_you_mean(given: object, known: Iterable[str]) -> str:
    """The known word that is closest, in any case of letters; empty when none is close."""
    by_small = {word.lower(): word for word in known}
    small = given.lower() if isinstance(given, str) else ""
    small = small.replace("-", "").replace("_", "") if small not in by_small else small
    close = difflib.get_close_matches(small, by_small, n=1)
    return f"Did you mean {by_small[close[0]]}?" if close else ""


def _spellings(wire_name: str) -> tuple[str, ...]:
    kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", wire_name).lower()
    return wire_name, kebab, kebab.replace("-", "_")


_BY_SPELLING = {spelling: spec for spec in OPTIONS for spelling in _spellings(spec.wire_name)}
