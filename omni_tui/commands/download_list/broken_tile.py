"""`omni-tui downloads --find-broken-tile ID`: find the tiles that make a dashboard's export fail."""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from omni_tui.api.errors.types import ApiError
from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.download_ids import SEE_DOWNLOADS, only_with_id, with_id
from omni_tui.commands.shared.exit_codes import Status, UsageError
from omni_tui.commands.shared.log_flags import connection_of, open_services_logged
from omni_tui.commands.shared.signals import Interrupts
from omni_tui.commands.shared.stdout_lines import print_lines
from omni_tui.commands.shared.text_columns import columns
from omni_tui.downloads.broken_tiles.report import (
    TileReport,
    Verdict,
    can_be_searched,
    good_tile_orders,
    verdict_words,
)
from omni_tui.formatting import json_line

if TYPE_CHECKING:
    from omni_tui.commands.download.report import Report
    from omni_tui.downloads.engine import Engine
    from omni_tui.downloads.job.models import Job, Order
    from omni_tui.services import Services

EXPORT_FLAG = "--export-good-tiles"


def find_broken_tile(arguments: argparse.Namespace, program: str) -> int:
    """Search, print the results, and export the good tiles if requested; return the exit code.

    Raises UsageError, and OmniTuiError if the search can't be finished.
    """
    from omni_tui.commands.download.report import Report, ReportOptions

    if arguments.demo:
        raise UsageError("--demo: the demo's downloads end with it.")
    report = Report(ReportOptions(program, as_json=arguments.json, is_verbose=arguments.verbose))
    with Interrupts() as interrupts:
        return interrupts.run(_find(arguments, Console(program), report, interrupts))


async def _find(
    arguments: argparse.Namespace, console: Console, report: Report, interrupts: Interrupts
) -> Status:
    from omni_tui.commands.download.watch import follow, live_report

    connection = connection_of(arguments)
    async with open_services_logged(
        connection, console, needs_list="Nothing was searched.", tell=report.notice
    ) as services:
        engine = services.engine
        order = _wanted(engine, arguments.find_broken_tile).order

        def show(report: TileReport) -> None:
            """Print the results so far; the console skips those it has printed."""
            for number, tile in enumerate(report.tiles, start=1):
                if tile.state.is_final:
                    console.info(f"{number} of {len(report.tiles)}: {tile.name}: {tile.state.value}")

        found = await engine.find_broken_tiles(order, show)
        if not arguments.export_good_tiles:
            return _print(found, order, console, as_json=arguments.json)
        console.info(verdict_words(found))
        order = await _named(services, order)
        with live_report(engine, report):
            job_ids = [engine.submit(each) for each in good_tile_orders(order, found)]
            await follow(engine, job_ids, report, interrupts)
        return report.status() if found.good else Status.FAILED


async def _named(services: Services, order: Order) -> Order:
    """Return the order with the dashboard's name, for the file names, if it can be loaded."""
    if order.dashboard_name:
        return order
    id_ = order.request.dashboard_id
    known = services.catalog.find(id_)
    name = known.name if known is not None else ""
    with suppress(ApiError):  # an older server: the files are named after the ID
        name = name or await services.client.document_name(id_)
    return replace(order, dashboard_name=name)


def _wanted(engine: Engine, typed: str) -> Job:
    """Return the failed download with this ID, or its beginning. Raises UsageError."""
    elsewhere = "" if with_id(typed, engine.jobs()) else _elsewhere(typed)
    job = only_with_id(typed, engine.jobs(), f"No download with ID {typed}{elsewhere}.")
    if not can_be_searched(job):
        raise UsageError(f"Download {typed} isn't a whole dashboard that failed to render.", SEE_DOWNLOADS)
    return job


def _elsewhere(typed: str) -> str:
    """Return where such a download is, if it belongs to another server or profile."""
    from omni_tui.downloads.store.sqlite_file import read_journal

    places = {each.place for each in read_journal() if with_id(typed, [each.job])}
    return f" here; it belongs to {', '.join(sorted(places))}" if places else ""


def _print(report: TileReport, order: Order, console: Console, *, as_json: bool) -> Status:
    if as_json:
        tiles = [
            {"key": tile.key, "name": tile.name, "state": tile.state.value, "reason": tile.reason}
            for tile in report.tiles
        ]
        result = {
            "dashboard": order.request.dashboard_id,
            "format": report.format.value,
            "verdict": report.verdict.value,
            "tiles": tiles,
        }
        print_lines([json_line(result)])
    else:
        rows = [(tile.key, tile.state.value, tile.name, tile.reason) for tile in report.tiles]
        print_lines(columns(("KEY", "STATE", "TILE", "REASON"), rows))
        console.info(verdict_words(report))
        if report.broken and report.good:
            console.info(f"To export the good tiles, add {EXPORT_FLAG}.")
    return Status.FAILED if report.verdict is Verdict.RENDER_SERVICE_DOWN else Status.SAVED
