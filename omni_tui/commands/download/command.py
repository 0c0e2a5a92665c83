"""`omni-tui download`: the same engine, rules and files as the screens, for scripts."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.commands.download.args import read_plan
from omni_tui.commands.shared.console import keep_logs_off_the_terminal
from omni_tui.commands.shared.signals import Interrupts


def run_download(typed: Sequence[str]) -> int:
    """Download what was typed; the exit status. Raises OmniTuiError when nothing can start."""
    keep_logs_off_the_terminal()
    with Interrupts() as interrupts:
        plan = read_plan(typed)
        from omni_tui.commands.download.export import (
            export,  # loads much; a wrong command line needs none of it
        )

        return export(plan, interrupts)
