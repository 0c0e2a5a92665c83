"""`omni-tui describe`: show a dashboard's parts in the syntax of `omni-tui download`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from omni_tui.commands.download.flags.option_flags import FILTER, TILE, USER, flag_of
from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.dashboard_ids import Reference, reference_of, reject_other_instances
from omni_tui.commands.shared.log_flags import add_server_flags, connection_of, open_services_logged
from omni_tui.commands.shared.signals import Interrupts
from omni_tui.commands.shared.stdout_lines import print_lines
from omni_tui.commands.shared.text_columns import columns
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import json_line, plain_line, shell_word
from omni_tui.options.filters.editing import edit_of, with_edit
from omni_tui.options.filters.text_syntax import flag_text, text_of
from omni_tui.options.filters.types import Filter, FilterType

if TYPE_CHECKING:
    from omni_tui.commands.download.prefetch import Dashboard

PROGRAM = "omni-tui describe"
_DESCRIPTION = "Show a dashboard's tiles with their keys, and its current filters."
_EPILOG = f"""\
A URL's filters are applied, as in omni-tui download.
A tile's key is for {flag_of(TILE)}. The FLAG column sets a filter to its current value: change
it and pass it to omni-tui download.

with --json, one object on one line:
  id, name        of the dashboard; the name is null if no list has it
  tiles           [{{key, name}}]; the key is null if the server doesn't report it
  filters         [{{id, label, type, value, required, hidden, flag, raw}}]; type is one of
                  {", ".join(each.value for each in FilterType)};
                  value is the text that {FILTER} takes, flag is LABEL=TEXT, and raw is the
                  server's own object, as --filter-config takes it by the filter's ID
  controls        [{{id, label}}]; exports don't change them

exit codes: as for omni-tui download
"""


def run_describe(typed: Sequence[str]) -> int:
    """Print the dashboard and return the exit code. Raises OmniTuiError."""
    with Interrupts() as interrupts:
        arguments = build_parser().parse_args(typed)
        reference = reference_of(arguments.dashboard)
        dashboard = interrupts.run(_read(arguments, reference))
        dashboard = _with_url(dashboard, reference)
        lines = [json_line(_object(dashboard))] if arguments.json else _lines(dashboard)
        return print_lines(lines)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = Parser(PROGRAM, description=_DESCRIPTION, epilog=_EPILOG)
    help_text = "The dashboard: its ID, URL or name."
    parser.add_argument("dashboard", metavar="DASHBOARD", help=help_text)
    parser.add_argument("--json", action="store_true", help="Write one JSON object; see below.")
    help_text = "Show what this user sees (membership ID; organization key only)."
    parser.add_argument("--user-id", metavar="ID", help=help_text)
    add_server_flags(parser)
    return parser


async def _read(arguments: argparse.Namespace, reference: Reference) -> Dashboard:
    from omni_tui.commands.shared.dashboard_names import resolve_names

    console = Console(PROGRAM)
    async with open_services_logged(connection_of(arguments, keeps_jobs=False), console) as services:
        reject_other_instances([reference], services.client.root)
        (id_,) = [each.id for each in await resolve_names(services, [reference], console)]
        from omni_tui.commands.download.prefetch import DetailsToLoad, read_all

        wanted = DetailsToLoad(name=True, fresh_name=True, tiles=True, filters=True)
        readings = await read_all(services, [id_], wanted, user_id=arguments.user_id)
        for failure in readings.failures.values():
            raise _with_flag(failure)
        return readings.dashboards[id_]


def _with_url(dashboard: Dashboard, reference: Reference) -> Dashboard:
    """Return the dashboard with its URL's filters applied; report those that can't be applied."""
    told = dashboard.filters
    if told is None or reference.url is None:
        return dashboard
    from omni_tui.options.filters.from_url import url_edits

    filters = dashboard.read_filters()
    found = url_edits(reference.url, filters)
    console = Console(PROGRAM)
    for sentence in found.sentences:
        console.warning(sentence)
    sent = {each.id: with_edit(each, found.edits.get(each.id) or edit_of(each)) for each in filters}
    return replace(dashboard, filters=replace(told, filters=sent))


def _with_flag(error: OmniTuiError) -> OmniTuiError:
    """Return the error, prefixed with the flag if it is about the user to run as."""
    from omni_tui.options.server_errors import problems_from_faults

    problem = problems_from_faults(getattr(error, "faults", ()))[0]
    if problem.field == USER:
        error.message = f"{flag_of(USER)}: {problem.message}"
    return error


# text


def _lines(dashboard: Dashboard) -> list[str]:
    filters = dashboard.read_filters()
    tiles = [("(not reported)" if tile.key is None else tile.key, tile.name) for tile in dashboard.tiles]
    return [
        plain_line(dashboard.name or dashboard.id),
        f"id {plain_line(dashboard.id)}",
        "",
        *_section("tile", tiles, ("KEY", "NAME")),
        "",
        *_section("filter", _filter_rows(filters), ("LABEL", "TYPE", "NOTES", "ID", "FLAG")),
        *_control_lines(_controls(dashboard)),
    ]


def _section(noun: str, rows: Sequence[Sequence[str]], heads: Sequence[str]) -> list[str]:
    if not rows:
        return [f"No {noun}s"]
    title = f"{len(rows)} {noun}{'' if len(rows) == 1 else 's'}"
    return [title, *(f"  {line}" for line in columns(heads, rows))]


def _filter_rows(filters: Sequence[Filter]) -> list[tuple[str, ...]]:
    return [
        (
            filter_.own_label,
            filter_.type.value.replace("_", "/"),
            ", ".join(["required"] * filter_.is_required + ["hidden"] * filter_.is_hidden),
            filter_.id,
            f"{FILTER} {shell_word(flag_text(filters, filter_, edit_of(filter_)))}",
        )
        for filter_ in filters
    ]


def _control_lines(controls: Sequence[tuple[str, str]]) -> list[str]:
    if not controls:
        return []
    names = ", ".join(plain_line(label) for _, label in controls)
    return ["", f"Controls, which exports don't change: {names}"]


# JSON


def _object(dashboard: Dashboard) -> dict[str, Any]:
    filters = dashboard.read_filters()
    return {
        "id": dashboard.id,
        "name": dashboard.name or None,
        "tiles": [{"key": tile.key, "name": tile.name} for tile in dashboard.tiles],
        "filters": [
            {
                "id": filter_.id,
                "label": filter_.own_label,
                "type": filter_.type.value,
                "value": text_of(filter_, edit_of(filter_)),
                "required": filter_.is_required,
                "hidden": filter_.is_hidden,
                "flag": flag_text(filters, filter_, edit_of(filter_)),
                "raw": filter_.raw,
            }
            for filter_ in filters
        ],
        "controls": [{"id": id_, "label": label} for id_, label in _controls(dashboard)],
    }


def _controls(dashboard: Dashboard) -> list[tuple[str, str]]:
    """Return the controls' IDs and names; servers list them, or map them by ID."""
    told = dashboard.filters.controls if dashboard.filters is not None else None
    if isinstance(told, Mapping):
        return [_control(str(id_), control) for id_, control in told.items()]
    return [_control("", control) for control in told] if isinstance(told, list) else []


def _control(id_: str, control: object) -> tuple[str, str]:
    known = control if isinstance(control, Mapping) else {}
    id_ = id_ or _text(known.get("id"))
    names = (_text(known.get(key)) for key in ("label", "name", "controlType"))
    return id_, next(filter(None, names), id_ or "(no name)")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
