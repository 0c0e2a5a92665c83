"""Compare two files: tables by name, pages by number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from omni_tui.compare.errors import CompareError
from omni_tui.compare.models import Change, FileDiff
from omni_tui.compare.tables.compare import compare_tables
from omni_tui.preview.errors import cannot_read
from omni_tui.preview.kinds import kind_of
from omni_tui.preview.tables import Table, tables_in

_BLOCK_BYTES = 1024**2


def compare_files(
    old: Path,
    new: Path,
    key: Sequence[str] = (),
    on_change: Callable[[str, Change], None] | None = None,
) -> FileDiff:
    """Compare two saved files; `on_change` receives each changed row with its table's name. Blocks.

    `key` names the columns to match rows by, in the tables that have them; in others they are detected.

    Raises CompareError if one has tables and the other pages, and PreviewError for files that can't be read.
    """
    kinds = kind_of(old), kind_of(new)
    if kinds[0].is_table != kinds[1].is_table:
        message = f"{old.name} is {kinds[0].upper()}, {new.name} is {kinds[1].upper()}."
        raise CompareError(message, "Compare two files of the same format.")
    if same_bytes(old, new):
        return FileDiff(is_identical=True)
    if not kinds[0].is_table:
        from omni_tui.compare.pages import compare_pages

        return FileDiff(pages=compare_pages(old, new))
    pairs, only_old, only_new = match_tables(tables_in(old), tables_in(new))
    tables = []
    unknown: CompareError | None = None
    for name, before, after in pairs:
        hand_on = None if on_change is None else partial(on_change, name)
        try:
            tables.append(compare_tables(before, after, key, hand_on, name))
        except CompareError as error:  # this table doesn't have a key column
            unknown = error
            tables.append(compare_tables(before, after, (), hand_on, name))
    if unknown is not None and not any(table.is_key_given for table in tables):
        raise unknown
    return FileDiff(tables=tuple(tables), only_old=only_old, only_new=only_new)


def match_tables(
    old: Sequence[Table], new: Sequence[Table]
) -> tuple[list[tuple[str, Table, Table]], tuple[str, ...], tuple[str, ...]]:
    """Return the tables with the same name, and the names that only one file has.

    Two files with one table each are compared regardless of their names.
    """
    if len(old) == len(new) == 1:
        names = plain_name(old[0].name), plain_name(new[0].name)
        return [(names[1] or names[0], old[0], new[0])], (), ()
    by_name = {plain_name(table.name): table for table in old}
    pairs = [(name, by_name[name], table) for table in new if (name := plain_name(table.name)) in by_name]
    matched = {name for name, *_ in pairs}
    only_new = tuple(name for table in new if (name := plain_name(table.name)) not in matched)
    return pairs, tuple(name for name in by_name if name not in matched), only_new


def plain_name(name: str) -> str:
    """Return a sheet's or member's name without the extension of a ZIP's CSV."""
    return name.removesuffix(".csv")


def same_bytes(old: Path, new: Path) -> bool:
    """Return whether both files have the same content. Blocks; raises PreviewError."""
    path = old
    try:
        if old.stat().st_size != new.stat().st_size:
            return False
        with old.open("rb") as first:
            path = new
            with new.open("rb") as second:
                while block := first.read(_BLOCK_BYTES):
                    if block != second.read(_BLOCK_BYTES):
                        return False
    except OSError as error:
        raise cannot_read(path.name, error) from error
    return True
