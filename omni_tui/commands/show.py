"""`omni-tui show`: show a saved file in the terminal, without contacting the server."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path

from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.console import has_colors, is_terminal
from omni_tui.commands.shared.download_ids import SEE_DOWNLOADS, only_with_id
from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.commands.shared.pager import page, pager_command
from omni_tui.commands.shared.stdout_lines import print_lines, write_lines
from omni_tui.formatting import json_line, plain_line
from omni_tui.preview.grids.cell_width import cell_width, chopped
from omni_tui.preview.grids.grid import rows_within_memory
from omni_tui.preview.grids.table_layout import GAP, SAMPLE_ROWS, columns_of, row_text
from omni_tui.preview.kinds import kind_of
from omni_tui.preview.readers.json_outline import outline_of
from omni_tui.preview.readers.json_records import NotAList
from omni_tui.preview.summary import summary_of
from omni_tui.preview.tables import Rows, Table, tables_in

PROGRAM = "omni-tui show"
_DESCRIPTION = "Show a saved file: a table, or a page as text and blocks of color."
_EPILOG = """\
On a terminal, output longer than the screen is shown with $PAGER (default: less); without a
pager, only the first screen is printed. In a pipe, all rows of the table are printed, or the page.

with --json, one object: file, kind, bytes, tables (name, rows, columns, header, and problem if
it can't be read to its end) or pages and sizes (points of a PDF, pixels of a PNG), made (its
manifest: how it was exported)
"""
# The width of a line in a pager, in cells: it scrolls horizontally.
_MAX_LINE_LENGTH = 2_000
# R: pass colors through; S: don't wrap long lines; F: exit if everything fits on the screen
_LESS_OPTIONS = "RSF"
_MIN_WIDTH, _PIPE_COLUMNS = 20, 120
# The widest page that is drawn, as COLUMNS may be 9999 in a script, which would take too long.
_MAX_PAGE_COLUMNS = 500


def run_show(typed: Sequence[str]) -> int:
    """Print the file and return the exit code. Raises OmniTuiError if it can't be shown."""
    arguments = build_parser().parse_args(typed)
    path = file_of(arguments.file)
    if arguments.json:
        return print_lines([json_line(summary_of(path))])
    if kind_of(path).is_table:
        _show_table(path, arguments.table)
    else:
        _show_page(path, arguments.page)
    return 0


def file_of(named: str) -> Path:
    """Return the file with that path or download ID. Raises UsageError."""
    path = Path(named).expanduser()
    if path.exists() or os.sep in named:
        return path
    from omni_tui.downloads.store.sqlite_file import read_journal

    jobs = (each.job for each in read_journal())
    job = only_with_id(named, jobs, f"No file or download is named {named}.")
    if job.path is None:
        raise UsageError(f"Download {named} has no file.", SEE_DOWNLOADS)
    return job.path


def build_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = Parser(PROGRAM, description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("file", metavar="FILE|DOWNLOAD_ID", help="The file, or a download's ID.")
    parser.add_argument("--table", metavar="NAME", help="The sheet or the ZIP's table; default: the first.")
    parser.add_argument("--page", metavar="N", type=int, default=1, help="The page of a PDF; default: 1.")
    parser.add_argument("--json", action="store_true", help="Write the file's shape as JSON; see below.")
    return parser


# tables


def _show_table(path: Path, name: str | None) -> None:
    tables = tables_in(path)
    table = _chosen(tables, name, path)
    try:
        with table.open() as rows:
            _print_lines(chain(_names(tables, table), _table_lines(rows)))
    except NotAList:
        if len(tables) > 1:
            raise
        _print_lines(map(plain_line, outline_of(path)))


def _chosen(tables: Sequence[Table], name: str | None, path: Path) -> Table:
    if not tables:
        raise UsageError(f"{path.name} has no tables.")
    if name is None:
        return tables[0]
    for table in tables:
        if name.lower() in (table.name.lower(), table.name.lower().removesuffix(".csv")):
            return table
    names = ", ".join(plain_line(table.name) for table in tables if table.name)
    hint = f"Tables: {names}." if names else "It has only one table; leave out --table."
    raise UsageError(f"{path.name} has no table named {name}.", hint)


def _names(tables: Sequence[Table], shown: Table) -> list[str]:
    if len(tables) < 2:
        return []
    names = " · ".join(f"[{table.name}]" if table is shown else table.name for table in tables)
    return [plain_line(names), ""]


def _table_lines(rows: Rows) -> Iterator[str]:
    everything = iter(rows)
    sample = list(rows_within_memory(everything, SAMPLE_ROWS))
    columns = columns_of(rows.header, sample)
    yield row_text([column.name for column in columns], columns).rstrip()
    yield GAP.join("─" * column.width for column in columns)
    if not sample:
        yield "The table has no rows: check the filters of the export."
    for row in chain(sample, everything):
        yield row_text(row, columns).rstrip()


# pages


def _show_page(path: Path, number: int) -> None:
    from omni_tui.preview.pages.ansi import colored_lines, plain_lines
    from omni_tui.preview.pages.document import PageDocument

    columns, _ = _screen()
    colors = _colors()
    with closing(PageDocument(path)) as document:
        if not 1 <= number <= document.pages:
            count = "1 page" if document.pages == 1 else f"{document.pages} pages"
            raise UsageError(f"{path.name} has {count}.", "Choose one with --page.")
        page = document.page(number - 1, min(columns, _MAX_PAGE_COLUMNS), colors)
    lines = colored_lines(page, colors=colors) if colors else plain_lines(page)
    notes = []
    if not page.has_text and path.suffix.lower() == ".pdf":
        notes.append("The page has no text layer: its text can't be shown.")
    if document.pages > 1:
        notes.append(f"Page {number} of {document.pages}.")
    _print_lines([*lines, *notes], is_colored=bool(colors))


def _colors() -> int:
    """Return how many colors standard output supports: 64 for any, 0 for none."""
    from omni_tui.preview.pages.document import FEW_COLORS, FULL_COLORS, NO_COLORS

    if not has_colors():
        return NO_COLORS
    has_all = os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    return FULL_COLORS if has_all else FEW_COLORS


# printing


def _screen() -> tuple[int, int]:
    """Return the terminal's columns and rows; 120 columns without a terminal."""
    size = shutil.get_terminal_size((_PIPE_COLUMNS, 40))
    return max(_MIN_WIDTH, size.columns), size.lines


def _print_lines(lines: Iterable[str], *, is_colored: bool = False) -> None:
    if not is_terminal(sys.stdout):
        write_lines(lines)
        return
    columns, rows = _screen()
    everything = iter(lines)
    first = list(islice(everything, rows - 1))
    rest = next(everything, None)
    is_wide = not is_colored and any(len(line) > columns for line in first)
    if (rest is not None or is_wide) and (command := pager_command()):
        everything = chain(first, [] if rest is None else [rest], everything)
        paged = (line if "\x1b" in line else line[:_MAX_LINE_LENGTH] for line in everything)
        if page(command, paged, PROGRAM, _LESS_OPTIONS):
            return
    if rest is not None:
        first = [*first[:-1], "… set PAGER=less to see the rest."]
    write_lines(line if is_colored else _cut(line, columns) for line in first)


def _cut(line: str, columns: int) -> str:
    return line if cell_width(line) <= columns else chopped(line, columns - 1) + "…"
