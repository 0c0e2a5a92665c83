"""`omni-tui download`: the same engine, rules and files as the screens, for scripts."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.commands.console import keep_logs_off_the_terminal
from omni_tui.commands.interrupts import Interrupts
from omni_tui.commands.plan import read_plan


def run_download(typed: Sequence[str]) -> int:
    """Download what was typed; the exit status. Raises OmniTuiError when nothing can start."""
    keep_logs_off_the_terminal()
    with Interrupts() as interrupts:
        plan = read_plan(typed)
        from omni_tui.commands.exporting import export  # loads much; a wrong command line needs none of it

        return export(plan, interrupts)
