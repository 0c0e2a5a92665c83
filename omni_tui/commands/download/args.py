"""Parse and check the command line of `omni-tui download`, before anything is sent."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from omni_tui.commands.download.flags.after_save_flags import AFTER_HELP, After, add_after_flags, after_of
from omni_tui.commands.download.flags.option_flags import (
    EACH,
    FILTER,
    FILTERS,
    NAME,
    PRESET,
    TILE,
    TILE_NAME,
    add_option_flags,
    flag_of,
    in_words,
    numbers_in_words,
    values_of,
)
from omni_tui.commands.download.output_target import Target, target_of
from omni_tui.commands.shared.argparse_ext import Parser, add_connection_flags, positive_number
from omni_tui.commands.shared.dashboard_ids import Reference, references_of, roots_of
from omni_tui.commands.shared.errors import UsageError
from omni_tui.commands.shared.log_flags import add_log_flags, connection_of
from omni_tui.launch_options import Arguments
from omni_tui.options.spec import Format, OptionValue, Problem, Section

if TYPE_CHECKING:
    from omni_tui.commands.download.flags.filter_flags import TypedFilter
    from omni_tui.presets.models import Preset

PROGRAM = "omni-tui download"

_USAGE = f"{PROGRAM} DASHBOARD... (--format FORMAT | --preset NAME) [options]"
_DESCRIPTION = "Export dashboards to files, without screens. Several are downloaded concurrently."
_EPILOG = """\
setting filters:
  --filter takes LABEL=TEXT, or the filter's ID instead of its label:
    'Status=complete,shipped'  'Status=not complete'  'Name=contains web'  'Price>=10'
    'Created=past 6 months'  'Created=2026-01-01..2026-02-01'  'Paid=yes'  'Status=any'
    'Created=last quarter'   'Created=2026 Q3'   'Created=on Monday'
  The end of START..END is exclusive: 'Created=2026-03-01..today' ends with yesterday.
  omni-tui describe DASHBOARD lists a dashboard's filters, ready to copy.
  If one filter is changed, all are sent, the others unchanged; otherwise none is sent.
  A URL's filters are applied as in the browser; --filter overrides them.
  --each 'Region=EMEA,APAC' makes one file for each value, with the value in its name.

naming files:
  --filename may contain {dashboard} {tile} {format} {date} {time} {profile}
  {filter:LABEL} and {filter:ID}; write a literal brace twice.

choosing where files go:
  --output FOLDER   into that folder, which is created if it ends in /
  --output FILE     under that name, as typed; for one file
  --output -        to standard output, byte for byte; for one file
  The default is the setting download_dir, or the current folder. An existing file is
  never replaced: " (2)" is added to the new file's name.

with --json, one JSON object per finished download, each on its own line:
  dashboard, format, id (ours), job_id (the server's), state (done, failed, cancelled,
  unchanged, empty; others are left for omni-tui resume), path, bytes, sha256, seconds, error,
  rows, is_empty (no rows at all), may_be_cut_off_at (the row limit, if a table has exactly
  as many rows), and filters: {label: text} of the changed ones, as --filter takes them.
  For a ZIP or a workbook also empty_tables and cut_off_tables, with the names of tables.

what --dry-run shows:
  For each file the JSON body, a curl command (without the API key) and the path; with --json
  one object each: dashboard, format, filters, state (dry_run), method, url, body, curl, path,
  manifest. It requests the same details as a download, and the dashboard's name. The exit
  status is the download's, as far as it can be known.

incomplete files:
  Each tile has a row limit, usually 1,000. A table with exactly that many rows may be cut
  off, and a filter may match nothing: both are reported, and the file is kept.
  --override-row-limit lifts the limit; --fail-if-empty exits with 1 if a table has no rows.

AFTER_HELP

using a preset:
  --preset sets the options of a preset; flags override them, and --filter-config
  replaces all its filters. omni-tui presets lists the presets.

when it is interrupted:
  ctrl+c cancels running downloads. After any other end (SIGTERM, a lost connection, kill -9),
  omni-tui resume finishes what was started, and so does the same command if it is run again
  within ten minutes.

exit codes:
  0 all saved   1 a download failed, or has a table without rows (--fail-if-empty)
  2 the command line or the options are invalid, nothing was started
  3 no API key, or a rejected one   130 interrupted (143 by SIGTERM)

The API key comes from OMNI_API_TOKEN or the settings, never from the command line.
"""


FAIL_IF_EMPTY = "Exit with 1 if a saved file, or a table in it, has no rows. The file is kept."


@dataclass(frozen=True, slots=True)
class Plan:
    """What to download, where the files go, and how to report them.

    `values` are the options by wire name, including those of a preset, except the file's name: that is the
    template `name`, None if there is none. `filters`, `each`, and the remaining filters and tile of the
    `preset` are resolved for each dashboard later. `notes` are warnings to show first, `remarks` explain how
    something was parsed. If `tile_name` is set, the tile option holds that name until its key is known.
    `roots` are the API roots of the dashboards that were given as URLs.
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
    roots: frozenset[str] = frozenset()
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
    after: After = field(default_factory=After)

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
    def asks_about_dashboards(self) -> bool:
        """Return whether something must be resolved for each dashboard before anything can start."""
        return bool(self.filters or self.each or self.preset or self.has_url_filters)

    def told(self, problem: Problem) -> str:
        """Format a problem as one line, with the flag that it is about."""
        if problem.field == NAME and self.preset is not None and not self.has_typed_name:
            return f"{PRESET} {self.preset.name!r}: name: {problem.message}"
        return in_words(problem, self.flag)

    def flag(self, wire_name: str) -> str:
        """Return the flag that an option was typed with. Filters have two."""
        is_typed_by_label = wire_name == FILTERS and FILTERS not in self.values
        if wire_name == TILE and self.tile_name:
            return TILE_NAME
        return FILTER if is_typed_by_label else flag_of(wire_name)


def read_plan(typed: Sequence[str]) -> Plan:
    """Parse the command line. Raises UsageError, AddressError, and SystemExit after `--help`."""
    arguments = build_parser().parse_intermixed_args(typed)
    references = references_of(arguments.dashboards, PROGRAM)
    filters, each = _typed_filters(FILTER, arguments.filter), _each(arguments.each)
    typed_format = Format(arguments.format) if arguments.format else None
    values = values_of(arguments)
    _take_tile_name(arguments.tile, values)
    preset, notes = _preset(arguments.preset, typed_format, values)
    is_fan_out = each is not None or bool(preset and preset.each)
    target = target_of(arguments.output, len(references), is_fan_out=is_fan_out)
    if target.is_standard_output and arguments.json:
        raise UsageError("--json and --output - can't be used together: both write to standard output.")
    _refuse_raw_and_typed_filters(values, filters, each)
    if arguments.detach and arguments.fail_if_empty:
        hint = "Use --fail-if-empty with omni-tui resume, which fetches the files."
        raise UsageError("--detach and --fail-if-empty can't be used together.", hint)
    if arguments.detach:
        _refuse_what_cannot_be_left(target, is_demo=arguments.demo)
    remarks = numbers_in_words(typed, values)
    fmt = typed_format or (preset.format if preset else None)
    if fmt is None:
        raise UsageError("The following arguments are required: --format.", f"See {PROGRAM} --help.")
    if preset is not None:
        values = {**preset.options, **values}
    notes += _about_unused_url_filters(references, values)
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
        roots=roots_of(arguments.dashboards),
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


def build_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = Parser(
        PROGRAM,
        usage=_USAGE,
        description=_DESCRIPTION,
        epilog=_EPILOG.replace("AFTER_HELP", AFTER_HELP.rstrip()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    help_text = "What to download: an ID, a URL, or a name if no other dashboard has it."
    parser.add_argument("dashboards", nargs="+", metavar="DASHBOARD", help=help_text)
    formats = [fmt.value for fmt in Format]
    help_text = "The file's format; required without a preset."
    parser.add_argument("--format", choices=formats, help=help_text)
    parser.add_argument(PRESET, metavar="NAME", help="Use the options of this preset; see below.")
    help_text = "Where the files go; see below."
    parser.add_argument("--output", "-o", metavar="FOLDER|FILE|-", help=help_text)
    help_text = "Write one JSON object per download to standard output, instead of the path."
    parser.add_argument("--json", action="store_true", help=help_text)
    help_text = "Don't show progress on standard error, only errors and warnings."
    parser.add_argument("--quiet", "-q", action="store_true", help=help_text)
    help_text = "Show the requests and the file names; start nothing and save nothing. See below."
    parser.add_argument("--dry-run", action="store_true", help=help_text)
    help_text = "How long the server may take to make one file. The default is in the settings."
    parser.add_argument("--timeout", type=positive_number, metavar="SECONDS", help=help_text)
    help_text = "Start the exports, print their IDs and exit; omni-tui resume fetches the files."
    parser.add_argument("--detach", action="store_true", help=help_text)
    help_text = "Write a small JSON file next to each file, which records how it was made."
    parser.add_argument("--manifest", action=argparse.BooleanOptionalAction, help=help_text)
    parser.add_argument("--fail-if-empty", action="store_true", help=FAIL_IF_EMPTY)
    groups = add_option_flags(parser)
    help_text = "Export only the tile with this name. If several have it, use its key."
    groups[Section.CONTENT].add_argument(TILE_NAME, metavar="NAME", help=help_text)
    filters = groups[Section.FILTERS]
    help_text = "Set one filter of the dashboard, by label or ID; repeat for others. See below."
    filters.add_argument(FILTER, action="append", default=[], metavar="LABEL=TEXT", help=help_text)
    help_text = "Make one file for each of these values of a filter."
    filters.add_argument(EACH, action="append", default=[], metavar="LABEL=VALUE,VALUE", help=help_text)
    add_after_flags(parser)
    add_connection_flags(parser)
    add_log_flags(parser)
    return parser


def _take_tile_name(name: str | None, values: dict[str, OptionValue]) -> None:
    """Use a tile's name as the value of the tile option until its key is known."""
    if name is None:
        return
    if TILE in values:
        raise UsageError(f"{TILE_NAME} and {flag_of(TILE)} can't be used together.")
    if not name.strip():
        raise UsageError(f"{TILE_NAME}: the name is empty.")
    values[TILE] = name


def _refuse_what_cannot_be_left(target: Target, *, is_demo: bool) -> None:
    if target.is_standard_output:
        raise UsageError("--detach and --output - can't be used together: nothing would be left to read it.")
    if is_demo:
        raise UsageError(
            "--detach and --demo can't be used together: the demo ends with this program.",
            "Start omni-tui demo-server separately.",
        )


def _preset(
    name: str | None, typed_format: Format | None, typed: Collection[str]
) -> tuple[Preset | None, list[str]]:
    """Return the preset without the options that flags override, and sentences about what was ignored."""
    if name is None:
        return None, []
    from omni_tui.commands.download.flags.preset_flag import beside_flags, preset_of

    preset = preset_of(name)
    return beside_flags(preset, typed_format or preset.format, typed)


def _about_unused_url_filters(
    references: Sequence[Reference], values: Mapping[str, OptionValue]
) -> list[str]:
    """Warn that filters as JSON replace those in URLs: JSON is sent exactly as typed."""
    is_unused = FILTERS in values and any(each.url is not None and each.url.texts for each in references)
    return [f"The filters in the URL are ignored: {flag_of(FILTERS)} replaces them."] if is_unused else []


def _typed_filters(flag: str, typed: Sequence[str]) -> tuple[TypedFilter, ...]:
    if not typed:
        return ()
    from omni_tui.commands.download.flags.filter_flags import typed_filter

    return tuple(typed_filter(flag, text) for text in typed)


def _each(typed: Sequence[str]) -> TypedFilter | None:
    if len(typed) > 1:
        raise UsageError(f"{EACH} can be used once: one filter, with all its values.")
    return next(iter(_typed_filters(EACH, typed)), None)


def _refuse_raw_and_typed_filters(
    values: Mapping[str, OptionValue], filters: Sequence[TypedFilter], each: TypedFilter | None
) -> None:
    """Refuse filters beside JSON: JSON is sent exactly as typed, so they can't be combined."""
    typed = FILTER if filters else EACH if each else ""
    if typed and FILTERS in values:
        hint = f"Use either {typed} or {flag_of(FILTERS)}, not both."
        raise UsageError(f"{flag_of(FILTERS)} and {typed} can't be used together.", hint)
