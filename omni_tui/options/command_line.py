"""An export as one `omni-tui download` line that asks for exactly the same requests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from omni_tui.errors import OmniTuiError
from omni_tui.formatting import shell_word
from omni_tui.options.filters.text_syntax import common_flag_text
from omni_tui.options.filters.types import Edit, Filter
from omni_tui.options.flags import EACH, FILTER, flag_of, flag_words
from omni_tui.options.rules import applicable
from omni_tui.options.spec import ExportRequest, Format, Kind, OptionSpec, OptionValue
from omni_tui.options.table import OPTIONS

PROGRAM = "omni-tui download"
_NAME = next(spec.wire_name for spec in OPTIONS if spec.kind is Kind.TEXT)


class NotACommand(OmniTuiError):
    """The export can't be written as one command."""


@dataclass(frozen=True, slots=True)
class FilterEdit:
    """An edit of one filter: `filters` holds that filter as each dashboard has it, in their order."""

    filters: tuple[Filter, ...]
    edit: Edit


@dataclass(frozen=True, slots=True)
class ParsedCommand:
    """What a command asks for.

    `values` are by wire name; the file's name among them is a template. With a raw `filterConfig` among them,
    `edits` and `fan_out` stay empty. `known` holds all filters of each dashboard. `output` is a folder that
    ends in a slash, or a file; empty for the folder of the settings. `connection` are the flags for it.
    """

    dashboard_ids: tuple[str, ...]
    format: Format
    values: Mapping[str, OptionValue] = field(default_factory=dict)
    known: tuple[Sequence[Filter], ...] = ()
    edits: tuple[FilterEdit, ...] = ()
    fan_out: FilterEdit | None = None
    output: str = ""
    connection: Sequence[str] = ()


def download_command(wanted: ParsedCommand) -> str:
    """Return the command in one line, quoted for a POSIX shell. Raises NotACommand."""
    return " ".join([PROGRAM, *map(shell_word, download_words(wanted))])


def download_words(wanted: ParsedCommand) -> list[str]:
    """Return the words after `omni-tui download`, not quoted. Raises NotACommand."""
    for id_ in wanted.dashboard_ids:
        if id_.startswith("-"):  # a server's odd ID must not set a flag, such as --then
            raise NotACommand(f"The dashboard's ID {id_!r} would be read as a flag.")
    words = [*wanted.dashboard_ids, "--format", wanted.format.value]
    for spec in applicable(wanted.format):
        if spec.wire_name in wanted.values:
            words += _option_words(spec, wanted.values[spec.wire_name])
    for each in wanted.edits:
        words += flag_words(FILTER, _filter_text(wanted, each))
    if wanted.fan_out is not None:
        words += flag_words(EACH, _filter_text(wanted, wanted.fan_out))
    if wanted.output:
        words += flag_words("--output", wanted.output)
    return [*words, *wanted.connection]


def request_command(request: ExportRequest, *, output: str = "", connection: Sequence[str] = ()) -> str:
    """Return the command for a request that was sent: with its file's name and its filters as they were.

    Raises NotACommand.
    """
    values = dict(request.values)
    if isinstance(name := values.get(_NAME), str):
        values[_NAME] = name.replace("{", "{{").replace("}", "}}")  # the template that makes this name
    ids = (request.dashboard_id,)
    return download_command(ParsedCommand(ids, request.format, values, output=output, connection=connection))


def _option_words(spec: OptionSpec, value: OptionValue) -> list[str]:
    flag = flag_of(spec.wire_name)
    if isinstance(value, bool):
        return [flag if value else f"--no-{flag.removeprefix('--')}"]
    return flag_words(flag, json.dumps(value) if isinstance(value, Mapping) else str(value))


def _filter_text(wanted: ParsedCommand, edited: FilterEdit) -> str:
    filters, edit = edited.filters, edited.edit
    if text := common_flag_text(wanted.known, filters, edit):
        return text
    label = filters[0].label
    pairs = zip(wanted.known, filters, strict=True)
    if all(common_flag_text([known], [filter_], edit) for known, filter_ in pairs):
        raise NotACommand(
            f"The dashboards name the filter “{label}” differently, so one command can't set it.",
            "Copy a command for each dashboard.",
        )
    raise NotACommand(f"The filter “{label}” can't be written after --filter.")
