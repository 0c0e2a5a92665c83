"""Show a long text with the user's pager on a terminal, or as plain text elsewhere."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
    text = "\n".join(map(_styled if is_styled else plain, lay_out(is_styled))) + "\n"
    if not command or not _paged(command, text):
        write_text(sys.stdout, text)


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


def _paged(command: Sequence[str], text: str) -> bool:
    """Show the text in the pager until the user quits it; return False if it can't be started."""
    environment = {"LESS": _LESS_OPTIONS, **os.environ}
    try:
        with ctrl_c_left_to_pager():
            pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
            pager.communicate(text.encode(sys.stdout.encoding or "utf-8", "replace"))
    except BrokenPipeError:
        return True
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        write_text(sys.stderr, f"omni-tui help: can't run {command[0]}: {reason}\n")
        return False
    return True


@contextmanager
def ctrl_c_left_to_pager() -> Iterator[None]:
    """Ignore Ctrl+C while a pager runs: it stops the pager's search, not the pager."""
    before = signal.signal(signal.SIGINT, lambda *_: None)  # a handler: the pager would inherit SIG_IGN
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _styled(line: Line) -> str:
    return "".join(f"\x1b[{_SGR[style]}m{text}\x1b[0m" if style else text for text, style in line)
