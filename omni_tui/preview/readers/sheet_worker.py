"""A process that reads an untrusted workbook. It can be killed, and its memory is limited.

`python -m omni_tui.preview.readers.sheet_worker FILE` prints the sheets' names as a JSON list; with a sheet's
number it prints that sheet as CSV. Errors go to standard error, with exit code 1.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import sys
from typing import Any

from omni_tui.preview.limits import set_process_limits

MAX_MEMORY_BYTES = 1536 * 1024**2
MAX_SECONDS = 120


def main(arguments: list[str]) -> int:
    """Print the sheets or one of them; return the exit code."""
    set_process_limits(MAX_MEMORY_BYTES, MAX_SECONDS)
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(arguments[0])
        if len(arguments) == 1:
            sys.stdout.buffer.write(json.dumps(workbook.sheet_names).encode())
        else:
            _write_rows(workbook.get_sheet_by_index(int(arguments[1])))
        sys.stdout.flush()
    except (python_calamine.CalamineError, OSError, ValueError, MemoryError) as error:
        sys.stderr.write(str(error))
        return 1
    return 0


def _write_rows(sheet: Any) -> None:
    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", "backslashreplace", newline="")
    writer = csv.writer(out)
    for row in sheet.iter_rows():
        writer.writerow([value if value.__class__ is str else cell_text(value) for value in row])
    out.flush()
    out.detach()  # so that it doesn't close standard output


def cell_text(value: Any) -> str:
    """Return a cell's value as text: whole numbers without a decimal point, dates in ISO 8601."""
    if isinstance(value, float):
        # workbooks store every number as a float
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    return str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
