"""Show a long text with the user's pager on a terminal, or as plain text elsewhere."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import PurePath

from omni_tui.commands.shared.console import is_terminal, write_text
from omni_tui.help.layout import Line, Style, plain

# Options that make less show styles, and exit if the text fits; git and gh set the same.
_LESS_OPTIONS = "FRX"
_SGR: Mapping[Style, str] = {"heading": "1", "strong": "1", "code": "36", "muted": "2"}


def show_text(lay_out: Callable[[bool], Sequence[Line]]) -> None:
    """Write lines to standard output, or through `$PAGER` (default: less) if it is a terminal.

    `lay_out` returns the lines; its argument is whether their styles will be visible. A pager that can't be
    started is reported, and the text is written without it.
    """
    is_shown = is_terminal(sys.stdout)
    command = _pager() if is_shown else []
    is_styled = is_shown and (not command or PurePath(command[0]).name == "less")
    is_styled = is_styled and not os.environ.get("NO_COLOR")
    lines = list(map(_styled if is_styled else plain, lay_out(is_styled)))
    if command:
        try:
            feed(start(command, _LESS_OPTIONS), lines)
            return
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            write_text(sys.stderr, f"omni-tui help: can't run {command[0]}: {reason}\n")
    write_text(sys.stdout, "\n".join(lines) + "\n")


def _pager() -> list[str]:
    """Return the pager's command; empty if there is none, as with `PAGER=cat` or an empty PAGER."""
    wanted = os.environ.get("PAGER")
    if wanted is None:
        return ["less"] if shutil.which("less") else []
    try:
        command = shlex.split(wanted)
    except ValueError:
        command = []
    return [] if command == ["cat"] else command


def start(command: Sequence[str], less_options: str) -> subprocess.Popen[bytes]:
    """Start a pager, with these options if it is less and the user has set none. Raises OSError."""
    return subprocess.Popen(command, stdin=subprocess.PIPE, env={"LESS": less_options, **os.environ})


def feed(pager: subprocess.Popen[bytes], lines: Iterable[str]) -> None:
    """Write lines to the pager, and wait until the user quits it, even before the end of the lines."""
    assert pager.stdin is not None
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C stops the pager's search
    try:
        with suppress(BrokenPipeError), pager, pager.stdin as out:
            for line in lines:
                out.write(f"{line}\n".encode(sys.stdout.encoding or "utf-8", "replace"))
    finally:
        signal.signal(signal.SIGINT, before)


def _styled(line: Line) -> str:
    return "".join(f"\x1b[{_SGR[style]}m{text}\x1b[0m" if style else text for text, style in line)
