"""Standard output and standard error; no line that is written here can control a terminal."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from omni_tui.formatting import plain_line


def tell(text: str) -> None:
    """Write one line to standard error; a standard error that is gone is no reason to stop."""
    write_text(sys.stderr, plain_line(text) + "\n")


class Teller:
    """A program's sentences on standard error: each once, however often it comes up."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._told: set[str] = set()

    def error(self, words: str) -> None:
        """Something is wrong."""
        self.say(words)

    def warning(self, words: str) -> None:
        """Something may not be as it was meant."""
        self.say(f"warning: {words}")

    def say(self, words: str) -> None:
        """Something to know."""
        line = f"{self._program}: {plain_line(words)}"
        if line not in self._told:
            self._told.add(line)
            tell(line)


def write_text(stream: TextIO | None, text: str) -> None:
    """Write and flush; nothing happens where the stream is closed or nobody reads it any more."""
    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError):
        return


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits at the other end."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def keep_logs_off_the_terminal() -> None:
    """What a user must know is told in words; Python would print what else is logged, tracebacks and all."""
    import logging

    logging.lastResort = logging.NullHandler()


def mute_if_broken(stream: TextIO | None) -> None:
    """Flush at the end; where the reader has gone (`| head`), let Python's own flush find nobody to blame."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())
    except ValueError:
        return
