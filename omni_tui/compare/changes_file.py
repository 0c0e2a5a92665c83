"""Write all changes of a comparison to a CSV, one line per cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os.path import lexists
from pathlib import Path

from omni_tui.compare.errors import CompareError
from omni_tui.compare.models import Change
from omni_tui.downloads.files.part_file import PartFile

COLUMNS = ("table", "change", "key", "old row", "new row", "column", "old value", "new value")
_BUFFER_CHARACTERS = 64 * 1024


@contextmanager
def changes_file(path: Path) -> Iterator[Callable[[str, Change], None]]:
    """Create the file; yield a function that writes the cells of a table's row that differs.

    The file gets its name when it is complete. Raises CompareError and FileSaveError.
    """
    if lexists(path):
        raise CompareError(f"{path} already exists.", "Choose another name.")
    part = PartFile(path.parent, path.name)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")

    def flush() -> None:
        part.write(text.getvalue().encode("utf-8", "backslashreplace"))
        text.seek(0)
        text.truncate()

    def write(table: str, change: Change) -> None:
        start = (table, change.kind.value, " · ".join(change.key), change.old_row, change.new_row)
        writer.writerows((*start, cell.column, cell.old, cell.new) for cell in change.cells)
        if text.tell() > _BUFFER_CHARACTERS:
            flush()

    try:
        writer.writerow(COLUMNS)
        yield write
        flush()
        part.finish()
    except BaseException:
        part.discard()
        raise
