"""Write to standard output and standard error. No line written here can control a terminal."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from omni_tui.formatting import plain_line


def print_error(text: str) -> None:
    """Write one line to standard error; do nothing if standard error is closed."""
    write_text(sys.stderr, plain_line(text) + "\n")


class Console:
    """Writes a program's messages to standard error, each once."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._printed: set[str] = set()

    def error(self, text: str) -> None:
        """Report an error."""
        self.info(text)

    def warning(self, text: str) -> None:
        """Report a warning."""
        self.info(f"warning: {text}")

    def info(self, text: str) -> None:
        """Report a message."""
        line = f"{self._program}: {plain_line(text)}"
        if line not in self._printed:
            self._printed.add(line)
            print_error(line)


def write_text(stream: TextIO | None, text: str) -> None:
    """Write and flush; do nothing if the stream is closed or its reader is gone."""
    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError):
        return


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether the stream is a terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def is_dumb() -> bool:
    """Return whether the terminal has neither colors nor cursor movement, as in Emacs and some CI logs."""
    return os.environ.get("TERM", "") in ("", "dumb")


def has_colors() -> bool:
    """Return whether standard output is a terminal with colors, and the user hasn't turned them off."""
    return is_terminal(sys.stdout) and not is_dumb() and not os.environ.get("NO_COLOR")


def keep_logs_off_the_terminal() -> None:
    """Discard log records: Python would print them with tracebacks. Users get messages instead."""
    import logging

    logging.lastResort = logging.NullHandler()


def mute_if_broken(stream: TextIO | None) -> None:
    """Flush the stream; if its reader is gone (`| head`), replace it so that Python's flush can't fail."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())
    except ValueError:
        return
