"""A process that compares two untrusted files: it can be killed, and its memory is bounded.

`python -m omni_tui.compare.worker` reads one JSON request from standard input, and prints one JSON reply:
`{"ok": …}` or `{"error": "…", "hint": "…"}`.
"""

from __future__ import annotations

import gc
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from omni_tui.compare.files import compare_files
from omni_tui.compare.models import FileDiff
from omni_tui.errors import OmniTuiError
from omni_tui.preview.limits import set_process_limits

MAX_MEMORY_BYTES = 2 * 1024**3
MAX_SECONDS = 3_600


def main() -> int:
    """Compare, print the result, and return the exit code."""
    set_process_limits(MAX_MEMORY_BYTES, MAX_SECONDS)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    gc.disable()  # rows contain no cycles, and collecting takes a tenth of the time
    # output of the libraries must not get into the reply
    output, sys.stdout = sys.stdout, sys.stderr
    request = json.load(sys.stdin)
    reply: dict[str, Any]
    try:
        reply = {"ok": asdict(_compared(request))}
    except OmniTuiError as error:
        reply = {"error": error.message, "hint": error.hint}
    except MemoryError:
        reply = {"error": "The files need too much memory to compare.", "hint": ""}
    json.dump(reply, output, separators=(",", ":"))
    return 0


def _compared(request: dict[str, Any]) -> FileDiff:
    old, new, key, output = Path(request["old"]), Path(request["new"]), request["key"], request["output"]
    if output is None:
        return compare_files(old, new, key)
    from omni_tui.compare.changes_file import changes_file

    with changes_file(Path(output)) as on_change:
        return compare_files(old, new, key, on_change)


if __name__ == "__main__":
    sys.exit(main())
