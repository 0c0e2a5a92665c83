"""Makes the pictures in this folder from the demo, with the real program: `python screenshots/make.py`.

Each is an SVG of 120x36 cells as the program paints them; nothing is drawn by hand.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widget import Widget

FOLDER = Path(__file__).parent
SIZE = (120, 36)
LIMIT_SECONDS = 60.0
# The pictures name no foreign host: a viewer takes its own monospaced font.
_FONT_FACES = re.compile(r"@font-face\s*{[^}]*}\s*")
_FONT_FAMILIES = re.compile(r"font-family:\s*[^;]+;")


async def make_all() -> None:
    """Drive the program through the main job, and take a picture at each stage."""
    from omni_tui.launch_options import Arguments
    from omni_tui.tui.app import OmniTui

    app = OmniTui(Arguments(demo=True))
    async with app.run_test(size=SIZE) as pilot:
        await shows(pilot, "Blob Web Traffic")
        await pilot.press("slash", *"web tra")
        await shows(pilot, "8 tiles")
        take(pilot, "dashboards")
        await pilot.press("enter")
        await shows(pilot, "Pageviews")
        await choose_paper_and_tables(pilot)
        take(pilot, "form-pdf")
        await pilot.press("f5")
        await shows(pilot, "1 saved")
        await export_csv_with_a_problem(pilot)
        await a_file_for_each_region(pilot)
        await several_downloads(pilot)
        await preview_and_compare(pilot)
        await one_request(pilot)


async def choose_paper_and_tables(pilot: Pilot[Any]) -> None:
    """A form with something set, and a warning under it."""
    focus_field(pilot, "expandTablesToShowAllRows")
    await pilot.press("space")
    await shows(pilot, "use letter")


async def export_csv_with_a_problem(pilot: Pilot[Any]) -> None:
    """The data options, and what would be refused."""
    pilot.app.screen.query_one("ExportForm").focus_first()  # type: ignore[attr-defined]
    await pilot.press("c")
    await shows(pilot, "Row limit")
    focus_field(pilot, "maxRowLimit")
    await pilot.press(*"2000000", "tab")
    await shows(pilot, "1,000,000")
    take(pilot, "form-csv-problem")


async def a_file_for_each_region(pilot: Pilot[Any]) -> None:
    """Filters with an editor each, one of them parting the export into files."""
    await pilot.press("escape", "escape", "slash", *"sales by region", "enter")
    await shows(pilot, "past")
    editors = pilot.app.screen.query_one("FilterList")
    region = next(row for row in editors._rows if row.filter.label == "Region")  # type: ignore[attr-defined]
    editors.focus_part(region.filter.id)  # type: ignore[attr-defined]
    await pilot.press(*"EMEA, APAC, North America", "down", "space")
    await shows(pilot, "3 files")
    take(pilot, "form-filters")


async def several_downloads(pilot: Pilot[Any]) -> None:
    """The list with downloads in several states."""
    await pilot.press("escape", "escape")
    await shows(pilot, "Search by name")
    for name in ("warehouse forecast", "year-end close", "sales overview"):
        await pilot.press("slash", *name)
        await shows(pilot, "1 of ")
        await pilot.press("enter")
        await shows(pilot, "Export ·")
        await pilot.press("f5", "escape", "escape")
        await shows(pilot, "Search by name")
    await shows(pilot, "2 saved")
    await shows(pilot, "1 failed")
    take(pilot, "downloads")


async def preview_and_compare(pilot: Pilot[Any]) -> None:
    """A page with charts, and what differs between two exports of a tile."""
    await pilot.press("f3")
    await to_download(pilot, "pdf")
    await pilot.press("enter")
    await until(pilot, lambda: bool(pilot.app.screen.query("PageView")), "the preview")
    view: Any = pilot.app.screen.query_one("PageView")
    await until(pilot, lambda: view.page is not None, "a page")
    await pilot.pause()
    take(pilot, "preview")
    await pilot.press("escape", "escape", "slash", *"support backl", "enter")
    await shows(pilot, "past")
    await pilot.press("c", "down", "right", "down")
    await shows(pilot, "Tickets by team")
    await pilot.press(*"all tick", "enter")
    await shows(pilot, "key 5")
    editors = pilot.app.screen.query_one("FilterList")
    opened = next(row for row in editors._rows if row.filter.label == "Opened")  # type: ignore[attr-defined]
    for number, months in enumerate(("3", "1"), 1):
        editors.focus_part(opened.filter.id)  # type: ignore[attr-defined]
        await pilot.press("ctrl+e", "ctrl+u", months, "f5")
        await until(pilot, lambda number=number: count_saved(pilot, "csv") == number, months)  # type: ignore[misc]
    await pilot.press("f3")
    await to_download(pilot, "csv")
    await pilot.press("d")
    await shows(pilot, "Rows matched")
    take(pilot, "compare")
    await pilot.press("escape", "escape", "escape", "escape")
    await shows(pilot, "Search by name")


async def to_download(pilot: Pilot[Any], format_: str) -> None:
    """Move the cursor to the latest saved download of a format."""
    jobs: Any = pilot.app.screen.query_one("JobList")
    await until(pilot, lambda: jobs.has_focus, "the list of downloads")
    jobs.cursor = next(
        index
        for index, entry in enumerate(jobs.rows)
        if entry.job.path is not None and entry.job.order.request.format == format_
    )
    await pilot.pause()


def count_saved(pilot: Pilot[Any], format_: str) -> int:
    """How many files of a format are saved."""
    app: Any = pilot.app
    jobs = [job for job in app.services.engine.jobs() if job.path is not None]
    return sum(job.order.request.format == format_ for job in jobs)


async def one_request(pilot: Pilot[Any]) -> None:
    """The log, and one request with its headers and body."""
    await pilot.press("f4")
    await shows(pilot, "copy as cURL")
    log = pilot.app.screen.query_one("ExchangeList")
    starts = [at for at, exchange in enumerate(log.rows) if exchange.method == "POST"]  # type: ignore[attr-defined]
    log.cursor = starts[0]  # type: ignore[attr-defined]
    await pilot.press("enter")
    await shows(pilot, "job_id")
    take(pilot, "request")


def focus_field(pilot: Pilot[Any], wire_name: str) -> None:
    """Focus an option's field."""
    pilot.app.screen.query_one("ExportForm").focus_field(wire_name)  # type: ignore[attr-defined]


async def shows(pilot: Pilot[Any], text: str) -> None:
    """Until the screen shows it; TimeoutError with the screen when it never does."""
    await until(pilot, lambda: text in screen_text(pilot), text)


async def until(pilot: Pilot[Any], condition: Callable[[], bool], what: str) -> None:
    """Until the condition holds."""
    end = time.monotonic() + LIMIT_SECONDS
    await pilot.pause()
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"the screen does not show {what!r}:\n{screen_text(pilot)}")
        await asyncio.sleep(0.05)
        await pilot.pause()


def screen_text(pilot: Pilot[Any]) -> str:
    """What stands on the screen, without colors."""
    screen: Widget = pilot.app.screen
    return "\n".join(strip.text for strip in screen._compositor.render_strips())  # type: ignore[attr-defined]


def take(pilot: Pilot[Any], name: str) -> None:
    """Save a picture of the screen."""
    svg = _FONT_FACES.sub("", pilot.app.export_screenshot(title="omni-tui"))
    svg = _FONT_FAMILIES.sub("font-family: Menlo, Consolas, DejaVu Sans Mono, monospace;", svg)
    path = FOLDER / f"{name}.svg"
    path.write_text(svg, encoding="utf-8")
    print(path)


def main() -> None:
    """In a home of its own, so that nobody's settings or files are in a picture."""
    with tempfile.TemporaryDirectory() as home:
        exports = Path(home) / "exports"
        exports.mkdir()
        os.environ.update({"HOME": home, "TZ": "UTC", "TEXTUAL_COLOR_SYSTEM": "truecolor"})
        # whoever makes them, on whatever terminal
        os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"})
        for name in [
            name
            for name in os.environ
            if name.startswith(("OMNI_", "XDG_", "LC_", "NO_COLOR", "TMUX", "SSH_"))
        ]:
            del os.environ[name]
        time.tzset()
        os.chdir(exports)
        asyncio.run(make_all())
        os.chdir(FOLDER)


if __name__ == "__main__":
    main()
