"""What `omni-tui download` was asked for, read and checked before anything is sent."""

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
from omni_tui.launch_options import Arguments
from omni_tui.options.spec import Format, OptionValue, Problem, Section

if TYPE_CHECKING:
    from omni_tui.commands.download.flags.filter_flags import TypedFilter
    from omni_tui.presets.models import Preset

PROGRAM = "omni-tui download"

_USAGE = f"{PROGRAM} DASHBOARD... (--format FORMAT | --preset NAME) [options]"
_DESCRIPTION = "Save dashboards as files, without a screen. Several are downloaded side by side."
_EPILOG = """\
how filters are set:
  --filter is LABEL=TEXT, or the filter's id in place of its label:
    'Status=complete,shipped'  'Status=not complete'  'Name=contains web'  'Price>=10'
    'Created=past 6 months'  'Created=2026-01-01..2026-02-01'  'Paid=yes'  'Status=any'
    'Created=last quarter'   'Created=2026 Q3'   'Created=on Monday'
  The end of START..END is not included: 'Created=2026-03-01..today' ends with yesterday.
  omni-tui describe DASHBOARD lists a dashboard's filters as they stand, ready to be copied.
  One filter that is changed sends them all, as they stand; otherwise none is sent.
  A URL's filters are applied as in the browser; --filter wins over them.
  --each 'Region=EMEA,APAC' makes one file for each value, with the value in its name.

how files are named:
  --filename may hold {dashboard} {tile} {format} {date} {time} {profile} {filter:LABEL}
  and {filter:ID}; a brace of its own is written twice.

where files go:
  --output FOLDER   into that folder; one that ends in / is made when it is missing
  --output FILE     under that name, as typed; for one file
  --output -        to standard output, byte for byte; for one file
  Without it: the setting download_dir, else the current folder. A file that exists is
  never replaced: " (2)" is added to the new one's name.

with --json, one object a download, on a line of its own, when it has ended:
  dashboard, format, id (ours), job_id (the server's), state (done, failed, cancelled,
  unchanged, empty; any other: it is left for omni-tui resume), path, bytes, sha256, seconds, error, rows,
  is_empty (no rows at all), may_be_cut_off_at (the row limit, where a table has exactly
  as many rows), and filters: {label: text} of those that were set, as --filter takes them.
  For a ZIP or a workbook also empty_tables and cut_off_tables, by their names in it.

what --dry-run shows:
  For each file the JSON body, a cURL line (without the token) and the path; with --json one
  object each: dashboard, format, filters, state (dry_run), method, url, body, curl, path,
  manifest. It reads what a download reads first, and the dashboard's name. The exit status
  is the download's, as far as it can be known.

files that hold less than they seem to:
  A tile has a row limit of its own, usually 1,000. A table that ends exactly there may be
  cut off, and a filter may match nothing: both are reported, and the file is kept.
  --override-row-limit lifts the limit; --fail-if-empty exits with 1 if a table has no rows.

AFTER_HELP

what a preset gives:
  --preset takes the options of a preset; what is typed beside it wins, and
  --filter-config is taken in place of all its filters. omni-tui presets lists them.

what happens when it is ended:
  ctrl+c cancels what runs. Whatever else ends it (SIGTERM, a lost connection, kill -9), what
  was started is kept: omni-tui resume finishes it, and so does the same command again if it
  comes within ten minutes.

exit status:
  0 all saved   1 a download failed, or has a table without rows (--fail-if-empty)
  2 the command line or the options are refused, nothing was started
  3 no credentials, or refused ones   130 interrupted (143 by SIGTERM)

The token comes from OMNI_API_TOKEN or the settings, never from the command line.
"""


FAIL_IF_EMPTY = "Exit with 1 if a saved file, or a table in it, has no rows. The file is kept."


@dataclass(frozen=True, slots=True)
class Plan:
    """What is wanted of which dashboards, where the files go, and how to tell of them.

    `values` are the options by wire name, those of a preset among them, but for the file's name: that is the
    template `name`, None where none was given. `filters`, `each`, and the filters and the tile that are left
    of the `preset` are still to be found in each dashboard. `notes` are warnings to
    give before all else, and `remarks` how something was read.
    With a `tile_name`, the option for the tile holds that name until its key is known.
    `roots` are the API roots of the dashboards that were typed as addresses.
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
    has_manifest: bool | None = None  # None: as the settings say
    fails_if_empty: bool = False
    after: After = field(default_factory=After)

    @property
    def dashboard_ids(self) -> tuple[str, ...]:
        """The IDs of the dashboards, each once and in order."""
        return tuple(dict.fromkeys(each.id for each in self.references))

    @property
    def has_url_filters(self) -> bool:
        """Whether filters in a URL are to be applied."""
        return FILTERS not in self.values and any(each.url for each in self.references)

    @property
    def is_fan_out(self) -> bool:
        """Whether each value of a filter makes a file."""
        return self.each is not None or bool(self.preset and self.preset.each)

    @property
    def asks_about_dashboards(self) -> bool:
        """Whether something has to be found in each dashboard before anything can start."""
        return bool(self.filters or self.each or self.preset or self.has_url_filters)

    def told(self, problem: Problem) -> str:
        """A problem in one line, with the flag that it came by."""
        if problem.field == NAME and self.preset is not None and not self.has_typed_name:
            return f"{PRESET} {self.preset.name!r}: name: {problem.message}"
        return in_words(problem, self.flag)

    def flag(self, wire_name: str) -> str:
        """The flag that an option was typed with: filters have two."""
        is_typed_by_label = wire_name == FILTERS and FILTERS not in self.values
        if wire_name == TILE and self.tile_name:
            return TILE_NAME
        return FILTER if is_typed_by_label else flag_of(wire_name)


def read_plan(typed: Sequence[str]) -> Plan:
    """Read the command line. Raises UsageError, AddressError, and SystemExit after `--help`."""
    arguments = _parser().parse_intermixed_args(typed)
    references = references_of(arguments.dashboards, PROGRAM)
    filters, each = _typed_filters(FILTER, arguments.filter), _each(arguments.each)
    typed_format = Format(arguments.format) if arguments.format else None
    values = values_of(arguments)
    _take_tile_name(arguments.tile, values)
    preset, notes = _preset(arguments.preset, typed_format, values)
    is_fan_out = each is not None or bool(preset and preset.each)
    target = target_of(arguments.output, len(references), is_fan_out=is_fan_out)
    if target.is_standard_output and arguments.json:
        raise UsageError("--json and --output - cannot go together: both write to standard output.")
    _refuse_raw_and_typed_filters(values, filters, each)
    if arguments.detach and arguments.fail_if_empty:
        hint = "Give --fail-if-empty to omni-tui resume, which fetches the files."
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
        arguments=Arguments(
            demo=arguments.demo,
            profile=arguments.profile,
            base_url=arguments.base_url,
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


def _parser() -> argparse.ArgumentParser:
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
    help_text = "The kind of file; needed without a preset."
    parser.add_argument("--format", choices=formats, help=help_text)
    parser.add_argument(PRESET, metavar="NAME", help="The options of this preset; see below.")
    help_text = "Where the files go; see below."
    parser.add_argument("--output", "-o", metavar="FOLDER|FILE|-", help=help_text)
    help_text = "Write one JSON object a download to standard output, in place of the path."
    parser.add_argument("--json", action="store_true", help=help_text)
    help_text = "No progress on standard error; errors and warnings still come."
    parser.add_argument("--quiet", "-q", action="store_true", help=help_text)
    help_text = "Show the requests and the file names; start nothing and save nothing. See below."
    parser.add_argument("--dry-run", action="store_true", help=help_text)
    help_text = "How long the server may take to make one file; without it, as the settings say."
    parser.add_argument("--timeout", type=positive_number, metavar="SECONDS", help=help_text)
    help_text = "Start the exports, print their ids and leave; omni-tui resume fetches the files."
    parser.add_argument("--detach", action="store_true", help=help_text)
    help_text = "Write a small JSON file beside each, which says how it was made."
    parser.add_argument("--manifest", action=argparse.BooleanOptionalAction, help=help_text)
    parser.add_argument("--fail-if-empty", action="store_true", help=FAIL_IF_EMPTY)
    groups = add_option_flags(parser)
    help_text = "Export only the tile with this name. If several have it, use its key."
    groups[Section.CONTENT].add_argument(TILE_NAME, metavar="NAME", help=help_text)
    filters = groups[Section.FILTERS]
    help_text = "Set one filter of the dashboard, by label or id; once for each filter. See below."
    filters.add_argument(FILTER, action="append", default=[], metavar="LABEL=TEXT", help=help_text)
    help_text = "Make one file for each of these values of a filter."
    filters.add_argument(EACH, action="append", default=[], metavar="LABEL=VALUE,VALUE", help=help_text)
    add_after_flags(parser)
    add_connection_flags(parser)
    return parser


def _take_tile_name(name: str | None, values: dict[str, OptionValue]) -> None:
    """Put the name where the tile's key will be."""
    if name is None:
        return
    if TILE in values:
        raise UsageError(f"{TILE_NAME} and {flag_of(TILE)} can't be used together.")
    if not name.strip():
        raise UsageError(f"{TILE_NAME}: the name is empty.")
    values[TILE] = name


def _refuse_what_cannot_be_left(target: Target, *, is_demo: bool) -> None:
    if target.is_standard_output:
        raise UsageError("--detach and --output - cannot go together: nothing would be left to read it.")
    if is_demo:
        raise UsageError(
            "--detach and --demo cannot go together: the demo ends with this program.",
            "Start omni-tui demo-server beside it.",
        )


def _preset(
    name: str | None, typed_format: Format | None, typed: Collection[str]
) -> tuple[Preset | None, list[str]]:
    """What is left of the preset beside the flags, and what to tell of that."""
    if name is None:
        return None, []
    from omni_tui.commands.download.flags.preset_flag import beside_flags, preset_of

    preset = preset_of(name)
    return beside_flags(preset, typed_format or preset.format, typed)


def _about_unused_url_filters(
    references: Sequence[Reference], values: Mapping[str, OptionValue]
) -> list[str]:
    """JSON is sent as it was typed, and all of it: then nothing of a URL's filters is."""
    is_unused = FILTERS in values and any(each.url is not None and each.url.texts for each in references)
    return [f"The filters in the URL are not used: {flag_of(FILTERS)} replaces them."] if is_unused else []


def _typed_filters(flag: str, typed: Sequence[str]) -> tuple[TypedFilter, ...]:
    if not typed:
        return ()
    from omni_tui.commands.download.flags.filter_flags import typed_filter

    return tuple(typed_filter(flag, text) for text in typed)


def _each(typed: Sequence[str]) -> TypedFilter | None:
    if len(typed) > 1:
        raise UsageError(f"{EACH} can be given once: one filter, with all its values.")
    return next(iter(_typed_filters(EACH, typed)), None)


def _refuse_raw_and_typed_filters(
    values: Mapping[str, OptionValue], filters: Sequence[TypedFilter], each: TypedFilter | None
) -> None:
    """JSON is sent as it was typed: it would be a guess what the others are to do to it."""
    typed = FILTER if filters else EACH if each else ""
    if typed and FILTERS in values:
        hint = f"Say all of it with {typed}, or in JSON."
        raise UsageError(f"{flag_of(FILTERS)} and {typed} cannot go together.", hint)
