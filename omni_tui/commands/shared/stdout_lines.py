"""Write lines to standard output, for scripts."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable

from omni_tui.commands.shared.exit_codes import Status
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import without_controls


class CannotWrite(OmniTuiError):
    """Standard output can't be written to, for example because the disk is full."""


class StandardOutput:
    """Writes lines for a script. If they can no longer be written, the work continues.

    `failure` is the reason in words; it stays empty if the reader closed the pipe.
    """

    def __init__(self) -> None:
        self.failure = ""
        self._is_open = sys.stdout is not None

    def write_line(self, line: bytes) -> None:
        """Write one line and flush."""
        if not self._is_open:
            return
        try:
            sys.stdout.buffer.write(line + b"\n")
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            self._is_open = False
        except OSError as error:
            self._is_open = False
            self.failure = f"Can't write to standard output: {error.strerror}."


def print_lines(lines: Iterable[str]) -> Status:
    """Write all lines without control characters; return the exit code for that. Raises CannotWrite."""
    write_lines(map(without_controls, lines))
    return Status.SAVED


def write_lines(lines: Iterable[str]) -> None:
    """Write safe lines, which may have colors, with one flush at the end.

    Characters that the terminal's encoding lacks become `?`. Stops if the reader closed the pipe. Raises
    CannotWrite.
    """
    output = sys.stdout
    if output is None:
        return
    if isinstance(output, io.TextIOWrapper):
        output.reconfigure(errors="replace")
    try:
        for line in lines:
            output.write(f"{line}\n")
        output.flush()
    except BrokenPipeError:
        return
    except OSError as error:
        raise CannotWrite(f"Can't write to standard output: {error.strerror}.") from error
