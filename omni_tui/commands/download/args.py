"""Parse and check the command line of `omni-tui download`, before anything is sent."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from omni_tui.commands.download.flags.after_save_flags import AfterSave, after_of
from omni_tui.commands.download.flags.option_flags import (
    EACH,
    FILTER,
    FILTERS,
    NAME,
    PRESET,
    TILE,
    TILE_NAME,
    flag_of,
    problem_line,
    short_number_notes,
    values_of,
)
from omni_tui.commands.download.flags.parser import PROGRAM, build_parser
from omni_tui.commands.download.output_target import Target, target_of
from omni_tui.commands.shared.dashboard_ids import Reference, references_of
from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.commands.shared.log_flags import connection_of
from omni_tui.launch_options import Arguments
from omni_tui.options.spec import Format, OptionValue, Problem

if TYPE_CHECKING:
    from omni_tui.commands.download.flags.filter_flags import TypedFilter
    from omni_tui.presets.models import Preset


# Flags that can't be used together, why, and a hint.
_CONFLICTS = (
    ("--json", "--output -", ": both write to standard output", ""),
    ("--output -", "--manifest", ": no file is saved", ""),
    ("--detach", "--fail-if-empty", "", "Use --fail-if-empty with omni-tui resume, which fetches the files."),
    ("--detach", "--output -", ": nothing would be left to read it", ""),
    ("--detach", "--demo", ": the demo ends with this program", "Start omni-tui demo-server separately."),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to download, where the files go, and how to report them.

    `values` are the options by wire name, including those of a preset, except the file's name: that is the
    template `name`, None if there is none. `filters`, `each`, and the remaining filters and tile of the
    `preset` are resolved for each dashboard later. `notes` are warnings to show first, `remarks` explain how
    something was parsed. If `tile_name` is set, the tile option holds that name until its key is known.
    """

    references: tuple[Reference, ...]
    format: Format
    values: Mapping[str, OptionValue] = field(default_factory=dict)
    filters: tuple[TypedFilter, ...] = ()
    each: TypedFilter | None = None
    preset: Preset | None = None
    name: str | None = None
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    tile_name: str = ""
    target: Target = field(default_factory=Target)
    arguments: Arguments = field(default_factory=Arguments)
    as_json: bool = False
    is_quiet: bool = False
    has_typed_name: bool = True
    is_detached: bool = False
    is_dry_run: bool = False
    has_manifest: bool | None = None  # None: use the settings
    fails_if_empty: bool = False
    after: AfterSave = field(default_factory=AfterSave)

    @property
    def dashboard_ids(self) -> tuple[str, ...]:
        """Return the IDs of the dashboards, in order and without repetition."""
        return tuple(dict.fromkeys(each.id for each in self.references))

    @property
    def has_url_filters(self) -> bool:
        """Return whether to apply filters from a URL."""
        return FILTERS not in self.values and any(each.url for each in self.references)

    @property
    def is_fan_out(self) -> bool:
        """Return whether each value of a filter makes a file."""
        return self.each is not None or bool(self.preset and self.preset.each)

    @property
    def needs_dashboard_details(self) -> bool:
        """Return whether something must be resolved for each dashboard before anything can start."""
        return bool(self.filters or self.each or self.preset or self.has_url_filters)

    def describe_problem(self, problem: Problem) -> str:
        """Format a problem as one line, with the flag that it is about."""
        if problem.field == NAME and self.preset is not None and not self.has_typed_name:
            return f"{PRESET} {self.preset.name!r}: name: {problem.message}"
        return problem_line(problem, self.flag)

    def flag(self, wire_name: str) -> str:
        """Return the flag that an option was typed with. Filters have two."""
        is_typed_by_label = wire_name == FILTERS and FILTERS not in self.values
        if wire_name == TILE and self.tile_name:
            return TILE_NAME
        return FILTER if is_typed_by_label else flag_of(wire_name)


def read_plan(typed: Sequence[str]) -> Plan:
    """Parse the command line. Raises UsageError, AddressError, and SystemExit after `--help`."""
    arguments = build_parser().parse_words(typed)
    references = references_of(arguments.dashboards, PROGRAM)
    filters = _typed_filters(FILTER, arguments.filter)
    if len(arguments.each) > 1:
        raise UsageError(f"{EACH} can be used once: one filter, with all its values.")
    each = next(iter(_typed_filters(EACH, arguments.each)), None)
    typed_format = Format(arguments.format) if arguments.format else None
    values = values_of(arguments)
    _take_tile_name(arguments.tile, values)
    preset, notes = _preset(arguments.preset, typed_format, values)
    is_fan_out = each is not None or bool(preset and preset.each)
    target = target_of(arguments.output, len(references), is_fan_out=is_fan_out)
    _reject_conflicts(arguments, is_standard_output=target.is_standard_output)
    _reject_raw_and_typed_filters(values, filters, each)
    remarks = short_number_notes(typed, values)
    fmt = typed_format or (preset.format if preset else None)
    if fmt is None:
        raise UsageError("The following arguments are required: --format.", f"See {PROGRAM} --help.")
    if preset is not None:
        values = {**preset.options, **values}
    if FILTERS in values and any(each.url is not None and each.url.texts for each in references):
        notes.append(f"The filters in the URL are ignored: {flag_of(FILTERS)} replaces them.")
    name = values.pop(NAME, None)
    return Plan(
        references=references,
        format=fmt,
        values=values,
        filters=filters,
        each=each,
        preset=preset,
        name=str(name) if name is not None else (preset.name_template or None if preset else None),
        has_typed_name=name is not None,
        notes=tuple(notes),
        remarks=tuple(remarks),
        tile_name=arguments.tile or "",
        target=target,
        arguments=connection_of(
            arguments,
            job_timeout_seconds=arguments.timeout,
            keeps_jobs=not (target.is_standard_output or arguments.dry_run),
        ),
        as_json=arguments.json,
        is_quiet=arguments.quiet,
        is_detached=arguments.detach,
        is_dry_run=arguments.dry_run,
        has_manifest=arguments.manifest,
        fails_if_empty=arguments.fail_if_empty,
        after=after_of(arguments, fmt.value, is_standard_output=target.is_standard_output),
    )


def _take_tile_name(name: str | None, values: dict[str, OptionValue]) -> None:
    """Use a tile's name as the value of the tile option until its key is known."""
    if name is None:
        return
    if TILE in values:
        raise UsageError(f"{TILE_NAME} and {flag_of(TILE)} can't be used together.")
    if not name.strip():
        raise UsageError(f"{TILE_NAME}: the name is empty.")
    values[TILE] = name


def _reject_conflicts(arguments: argparse.Namespace, *, is_standard_output: bool) -> None:
    """Reject flags that can't be used together."""
    given = {
        "--output -": is_standard_output,
        "--detach": arguments.detach,
        "--json": arguments.json,
        "--manifest": arguments.manifest,
        "--fail-if-empty": arguments.fail_if_empty,
        "--demo": arguments.demo,
    }
    for one, other, reason, hint in _CONFLICTS:
        if given[one] and given[other]:
            raise UsageError(f"{one} and {other} can't be used together{reason}.", hint)


def _preset(
    name: str | None, typed_format: Format | None, typed: Collection[str]
) -> tuple[Preset | None, list[str]]:
    """Return the preset without the options that flags override, and sentences about what was ignored."""
    if name is None:
        return None, []
    from omni_tui.commands.download.flags.preset_flag import preset_of, without_flags

    preset = preset_of(name)
    return without_flags(preset, typed_format or preset.format, typed)


def _typed_filters(flag: str, typed: Sequence[str]) -> tuple[TypedFilter, ...]:
    if not typed:
        return ()
    from omni_tui.commands.download.flags.filter_flags import typed_filter

    return tuple(typed_filter(flag, text) for text in typed)


def _reject_raw_and_typed_filters(
    values: Mapping[str, OptionValue], filters: Sequence[TypedFilter], each: TypedFilter | None
) -> None:
    """Reject filters beside JSON: JSON is sent exactly as typed, so they can't be combined."""
    typed = FILTER if filters else EACH if each else ""
    if typed and FILTERS in values:
        hint = f"Use either {typed} or {flag_of(FILTERS)}, not both."
        raise UsageError(f"{flag_of(FILTERS)} and {typed} can't be used together.", hint)
