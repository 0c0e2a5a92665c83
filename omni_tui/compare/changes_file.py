"""Write all changes of a comparison to a CSV, one line per cell."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from omni_tui.compare.errors import CompareError
from omni_tui.compare.models import Change

COLUMNS = ("table", "change", "key", "old row", "new row", "column", "old value", "new value")


class ChangesFile:
    """An open CSV of changes."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("x", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(COLUMNS)

    def add(self, table: str, change: Change) -> None:
        """Write the cells of a row that differs."""
        start = (table, change.kind.value, " · ".join(change.key), change.old_row, change.new_row)
        self._writer.writerows((*start, cell.column, cell.old, cell.new) for cell in change.cells)

    def close(self) -> None:
        """Flush and close the file."""
        self._file.close()


@contextmanager
def changes_file(path: Path) -> Iterator[ChangesFile]:
    """Create the file; remove it if it can't be completed. Raises CompareError."""
    try:
        file = ChangesFile(path)
    except FileExistsError as error:
        raise CompareError(f"{path} already exists.", "Choose another name.") from error
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        yield file
        file.close()
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _cannot_write(path, error) from error
        raise


def _cannot_write(path: Path, error: OSError) -> CompareError:
    return CompareError(f"{path} can't be written: {(error.strerror or 'failed').lower()}.")
