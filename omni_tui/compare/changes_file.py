"""Write all changes of a comparison to a CSV, one line per cell."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from omni_tui.compare.errors import CompareError
from omni_tui.compare.models import Change

COLUMNS = ("table", "change", "key", "old row", "new row", "column", "old value", "new value")


@contextmanager
def changes_file(path: Path) -> Iterator[Callable[[str, Change], None]]:
    """Create the file; yield a function that writes the cells of a table's row that differs.

    Removes the file if it can't be completed. Raises CompareError.
    """
    try:
        file = path.open("x", newline="", encoding="utf-8")
    except FileExistsError as error:
        raise CompareError(f"{path} already exists.", "Choose another name.") from error
    except OSError as error:
        raise _cannot_write(path, error) from error
    writer = csv.writer(file, lineterminator="\n")

    def write(table: str, change: Change) -> None:
        start = (table, change.kind.value, " · ".join(change.key), change.old_row, change.new_row)
        writer.writerows((*start, cell.column, cell.old, cell.new) for cell in change.cells)

    try:
        with file:
            writer.writerow(COLUMNS)
            yield write
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _cannot_write(path, error) from error
        raise


def _cannot_write(path: Path, error: OSError) -> CompareError:
    return CompareError(f"{path} can't be written: {(error.strerror or 'failed').lower()}.")
