"""Show long output with the user's pager on a terminal."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress

from omni_tui.commands.shared.console import is_dumb, is_terminal, print_error


def pager_command() -> list[str]:
    """Return the words of `$PAGER`, by default less; empty if there is none, as with `PAGER=cat`.

    There is none without a terminal. One that can't move its cursor has only a pager that was chosen for it.
    """
    if not is_terminal(sys.stdout):
        return []
    wanted = os.environ.get("PAGER")
    if wanted is None:
        return ["less"] if shutil.which("less") and not is_dumb() else []
    try:
        command = shlex.split(wanted)
    except ValueError:
        command = []
    return [] if command == ["cat"] else command


def page(command: Sequence[str], lines: Iterable[str], program: str, less_options: str) -> bool:
    """Write lines to a pager, and wait until the user quits it, even before the end of the lines.

    `less_options` are used if the pager is less and the user has set none. If the pager can't be started,
    report that and return False.
    """
    environment = {"LESS": less_options, **os.environ}
    try:
        pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or type(error).__name__).lower()
        print_error(f"{program}: can't run the pager {command[0]}: {reason}.")
        return False
    assert pager.stdin is not None
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C stops the pager's search
    try:
        with suppress(BrokenPipeError), pager, pager.stdin as out:
            for line in lines:
                out.write(f"{line}\n".encode(sys.stdout.encoding or "utf-8", "replace"))
    finally:
        signal.signal(signal.SIGINT, before)
    return True
