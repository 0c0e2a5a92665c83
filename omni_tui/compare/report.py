"""Describe the result of a comparison in lines, for the command line and the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from omni_tui.compare.exports import Export, OptionChange
from omni_tui.compare.models import Cell, Change, ChangeKind, FileDiff, Number, PageDiff, TableDiff
from omni_tui.formatting import display_path, plain_line

Tone = Literal["text", "heading", "muted", "added", "removed", "changed", "warn", "good"]

SIGNS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "−", ChangeKind.CHANGED: "~"}
_TONES: dict[ChangeKind, Tone] = {
    ChangeKind.ADDED: "added",
    ChangeKind.REMOVED: "removed",
    ChangeKind.CHANGED: "changed",
}
KEY_HINT = "use --key to change"
_NO_NAME = "(no name)"
# Descriptions of filters that weren't sent.
_UNSET = {"Filter": "as on the dashboard", "Filters": "the dashboard's own"}
# How many changes are shown by default, and how many cells of an added row.
MAX_SHOWN = 20
_MAX_CELLS = 8
# How many lines of a page's text are shown for each file.
_MAX_TEXTS = 12
_MAX_CELL_LENGTH = 60
_MAX_LINE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One line, safe for a terminal, and its tone."""

    text: str
    tone: Tone = "text"


def report(
    old: Export, new: Export, changes: Sequence[OptionChange], diff: FileDiff, most: int = MAX_SHOWN
) -> list[Line]:
    """Return all lines: the files, different options, the result, then up to `most` changes per table."""
    return [*file_lines(old, new), *option_lines(changes), Line(""), *result_lines(diff, most)]


def file_lines(old: Export, new: Export) -> Iterator[Line]:
    """Yield which two files are compared, without the folder if it is the same."""
    is_same_folder = old.path.parent == new.path.parent
    paths = [each.path.name if is_same_folder else display_path(each.path) for each in (old, new)]
    rows = list(zip(("old", "new"), paths, map(_moment, (old.saved_at, new.saved_at)), strict=True))
    width = max(len(row[1]) for row in rows)
    for name, path, moment in rows:
        yield Line(plain_line(f"{name}  {path:<{width}}  {moment}").rstrip(), "muted")


def option_lines(changes: Sequence[OptionChange]) -> Iterator[Line]:
    """Yield the options and filters that differ. They come first, as they may explain other differences."""
    if not changes:
        return
    yield Line("")
    what = "filters" if all(change.label in _UNSET for change in changes) else "options"
    yield Line(f"The two exports have different {what}:", "warn")
    for change in changes:
        unset = _UNSET.get(change.label, "not set")
        yield _line(f"  {change.label}: {change.old or unset} → {change.new or unset}", "warn")


def result_lines(diff: FileDiff, most: int = MAX_SHOWN, key_hint: str = KEY_HINT) -> Iterator[Line]:
    """Yield the differences; `key_hint` says how a user chooses the columns that match rows."""
    yield Line(summary(diff), "good" if diff.is_same else "heading")
    has_several = len(diff.tables) + len(diff.only_old) + len(diff.only_new) > 1
    for table in diff.tables:
        if has_several and not table.is_same:
            yield Line("")
            yield _line(f"{table.name}: {table_summary(table)}", "heading")
        if not (table.is_same and has_several):
            yield from table_lines(table, most, key_hint)
    for names, tone, words in ((diff.only_old, "removed", "removed"), (diff.only_new, "added", "added")):
        for name in names:
            yield _line(f"{'−' if words == 'removed' else '+'} table {name}", tone)  # type: ignore[arg-type]
    if diff.pages is not None:
        for page in diff.pages.pages:
            yield from _page_lines(page, diff.pages.old_pages)


def summary(diff: FileDiff) -> str:
    """Return the result in one line."""
    if diff.is_identical:
        return "No differences: the files are identical."
    if diff.pages is not None:
        return _pages_summary(diff)
    if diff.is_same:
        is_reordered = any(table.is_reordered for table in diff.tables)
        return "No differences, but the rows are in a different order." if is_reordered else "No differences."
    if len(diff.tables) == 1 and not (diff.only_old or diff.only_new):
        return _sentence(table_summary(diff.tables[0]))
    differing = sum(not table.is_same for table in diff.tables)
    verb = "differs" if differing == 1 else "differ"
    parts = [f"{differing} of {_count(len(diff.tables), 'table')} {verb}" if differing else ""]
    parts += [f"{_count(len(diff.only_old), 'table')} removed" if diff.only_old else ""]
    parts += [f"{_count(len(diff.only_new), 'table')} added" if diff.only_new else ""]
    return _sentence(", ".join(filter(None, parts)))


def table_summary(table: TableDiff) -> str:
    """Return what differs in a table, in one line without a period."""
    is_one = table.old_rows == table.new_rows == 1
    rows = _arrow(table.old_rows, table.new_rows) + (" row" if is_one else " rows")
    found = [(table.added, "added"), (table.removed, "removed"), (table.changed, "changed")]
    parts = [f"{count:,} {word}" for count, word in found if count]
    columns = table.columns
    found = [
        (len(columns.added), "added"),
        (len(columns.removed), "removed"),
        (len(columns.renamed), "renamed"),
    ]
    parts += [f"{_count(count, 'column')} {word}" for count, word in found if count]
    return f"{rows}: {', '.join(parts)}" if parts else f"{rows}, no differences"


def table_lines(table: TableDiff, most: int = MAX_SHOWN, key_hint: str = KEY_HINT) -> Iterator[Line]:
    """Yield the differences of a table: columns, totals, then rows."""
    columns = table.columns
    for name in columns.added:
        yield _line(f"+ column {name or _NO_NAME}", "added")
    for name in columns.removed:
        yield _line(f"− column {name or _NO_NAME}", "removed")
    for old, new in columns.renamed:
        yield _line(f"~ column {old} → {new}", "changed")
    yield from _total_lines(table)
    if not (table.added or table.removed or table.changed):
        return
    yield Line("")
    yield from _key_lines(table, key_hint)
    shown = table.changes[:most]
    for change in shown:
        yield change_line(change, table)
    if left := table.added + table.removed + table.changed - len(shown):
        yield Line(f"… and {left:,} more.", "muted")


def change_line(change: Change, table: TableDiff) -> Line:
    """Return a row that differs as one line: its key, then its cells."""
    key = " · ".join(map(_cell, change.key))
    if change.kind is ChangeKind.CHANGED:
        cells = " · ".join(f"{each.column}: {_cell(each.old)} → {_cell(each.new)}" for each in change.cells)
    else:
        others = [each for each in change.cells if each.column not in table.key]
        cells = " · ".join(map(_value, others[:_MAX_CELLS])) + (" · …" if len(others) > _MAX_CELLS else "")
    label = key or f"row {change.new_row or change.old_row}"
    return _line(f"{SIGNS[change.kind]} {label}  {cells}", _TONES[change.kind])


def number_words(number: Number) -> str:
    """Format a total."""
    return f"{number:,}" if isinstance(number, int) else f"{number:,.6f}".rstrip("0").rstrip(".")


def _key_lines(table: TableDiff, hint: str) -> Iterator[Line]:
    if table.key:
        chosen = "" if table.is_key_given else f" (chosen automatically; {hint})"
        yield _line(f"Rows matched by {', '.join(table.key)}{chosen}.", "muted")
    else:
        yield Line("No columns identify the rows, so a changed row is shown as removed and added.", "muted")
    if table.repeated_keys:
        keys = "1 key" if table.repeated_keys == 1 else f"{table.repeated_keys:,} keys"
        yield Line(f"Several rows share {keys}: how they are paired is a guess.", "warn")


def _total_lines(table: TableDiff) -> Iterator[Line]:
    differing = [total for total in table.totals if total.old != total.new]
    if not differing:
        return
    yield Line("")
    yield Line("Totals", "heading")
    rows = [
        (total.column, number_words(total.old), number_words(total.new), _signed(total.new - total.old))
        for total in differing
    ]
    widths = [max(len(row[index]) for row in rows) for index in range(4)]
    for name, old, new, difference in rows:
        yield _line(
            f"  {name:<{widths[0]}}  {old:>{widths[1]}} → {new:>{widths[2]}}  {difference:>{widths[3]}}"
        )
    if same := len(table.totals) - len(differing):
        yield Line(f"  {_count(same, 'other total')} unchanged", "muted")


def _pages_summary(diff: FileDiff) -> str:
    pages = diff.pages
    assert pages is not None
    if pages.is_same:
        return "No visible differences; only the files' bytes differ."
    if pages.old_pages == pages.new_pages == 1:
        share = pages.pages[0].share or 0
        return f"The page differs: {_percent(share)} of it."
    if pages.old_pages != pages.new_pages:
        count = f"{_arrow(pages.old_pages, pages.new_pages)} pages"
        return f"{count}: {_count(len(pages.pages), 'page')} differ."
    return f"{len(pages.pages)} of {pages.old_pages} pages differ."


def _page_lines(page: PageDiff, old_pages: int) -> Iterator[Line]:
    yield Line("")
    if page.share is None:
        is_new = page.page > old_pages
        yield Line(f"{'+' if is_new else '−'} page {page.page}", "added" if is_new else "removed")
        return
    places = ", ".join(
        _place((each.left + each.right) / 2, (each.top + each.bottom) / 2) for each in page.areas[:1]
    )
    areas = (
        f": {_count(len(page.areas), 'area')}, the largest {places}" if page.areas else ": only hidden text"
    )
    yield Line(f"Page {page.page} · {_percent(page.share)} differs{areas}", "heading")
    texts = [Line(f"− {text}", "removed") for text in page.removed[:_MAX_TEXTS]]
    texts += [Line(f"+ {text}", "added") for text in page.added[:_MAX_TEXTS]]
    yield from (_line(line.text, line.tone) for line in texts)
    if left := len(page.removed) + len(page.added) - len(texts):
        yield Line(f"… and {left:,} more lines of text.", "muted")


def _place(across: float, down: float) -> str:
    row = ("at the top", "in the middle", "at the bottom")[min(2, int(down * 3))]
    column = ("on the left", "", "on the right")[min(2, int(across * 3))]
    return f"{row} {column}".strip()


def _percent(share: float) -> str:
    return "less than 0.1%" if share < 0.001 else f"{share:.1%}"


def _line(text: str, tone: Tone = "text") -> Line:
    text = plain_line(text)
    return Line(text if len(text) <= _MAX_LINE_LENGTH else text[: _MAX_LINE_LENGTH - 1] + "…", tone)


def _value(cell: Cell) -> str:
    return f"{cell.column}: {_cell(cell.old if cell.new is None else cell.new)}"


def _cell(text: str | None) -> str:
    if not text:
        return "(empty)"
    return text if len(text) <= _MAX_CELL_LENGTH else text[: _MAX_CELL_LENGTH - 1] + "…"


def _count(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _arrow(old: int, new: int) -> str:
    return f"{new:,}" if old == new else f"{old:,} → {new:,}"


def _signed(number: Number) -> str:
    if isinstance(number, float):
        number = float(f"{number:.10g}")
    words = number_words(abs(number))
    return f"+{words}" if number > 0 else f"−{words}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _moment(seconds: float | None) -> str:
    return "" if seconds is None else f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M}"
