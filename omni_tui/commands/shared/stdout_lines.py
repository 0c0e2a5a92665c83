"""Lines on standard output, for scripts."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from omni_tui.commands.shared.console import Teller
from omni_tui.commands.shared.exit_codes import Status
from omni_tui.formatting import without_controls


class StandardOutput:
    """Lines for a script. When they can no longer be written, the work goes on all the same.

    `failure` says why, in words; it stays empty when it was the reader who went away.
    """

    def __init__(self) -> None:
        self.failure = ""
        self._is_open = sys.stdout is not None

    def write_line(self, line: bytes) -> None:
        """Write one line, at once."""
        if not self._is_open:
            return
        try:
            sys.stdout.buffer.write(line + b"\n")
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            self._is_open = False
        except OSError as error:
            self._is_open = False
            self.failure = f"standard output cannot be written: {error.strerror}"


def print_lines(lines: Iterable[str], teller: Teller) -> Status:
    """Write all lines without what a terminal would act on; the status of a command that does nothing else.

    What the terminal's encoding does not have comes as `?`.
    """
    output = StandardOutput()
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    for line in lines:
        line = without_controls(line)
        output.write_line(line.encode(encoding, errors="replace"))
    if output.failure:
        teller.error(f"{output.failure}.")
        return Status.FAILED
    return Status.SAVED
