"""A plan carried out: checked, downloaded, and its files put where they were wanted."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from omni_tui.commands.download.args import PROGRAM, Plan
from omni_tui.commands.download.check import check_options
from omni_tui.commands.download.output_target import make_folder
from omni_tui.commands.download.report import Report, telling_of
from omni_tui.commands.download.run import download
from omni_tui.commands.shared.console import Teller, is_terminal
from omni_tui.commands.shared.errors import UsageError
from omni_tui.commands.shared.exit_codes import Status
from omni_tui.commands.shared.signals import Interrupts
from omni_tui.errors import OmniTuiError


def export(plan: Plan, interrupts: Interrupts) -> int:
    """Download all that is wanted; the exit status. Raises OmniTuiError when nothing can start."""
    teller = Teller(PROGRAM)
    if not check_options(plan, teller):
        return Status.USAGE
    if plan.target.is_standard_output:
        return _to_standard_output(plan, teller, interrupts)
    report = Report(telling_of(plan))
    work = download(plan, plan.target.folder, report, teller, interrupts, lambda: _make_folder(plan))
    return report.status() if interrupts.run(work) else Status.USAGE


def _make_folder(plan: Plan) -> None:
    if plan.target.folder is not None and plan.target.is_new_folder:
        make_folder(plan.target.folder)


def _to_standard_output(plan: Plan, teller: Teller, interrupts: Interrupts) -> int:
    """Save into a private folder, where the file is checked as any other, then copy its bytes out."""
    sink = plan.target.sink
    if sink is None and is_terminal(sys.stdout):
        hint = "Send it to a file or a program: omni-tui download … --output - > FILE"
        raise UsageError("--output -: standard output is a terminal.", hint)
    with tempfile.TemporaryDirectory(prefix="omni-tui-") as folder:  # made 0700
        report = Report(telling_of(plan))
        if not interrupts.run(download(plan, Path(folder), report, teller, interrupts)):
            return Status.USAGE
        for path in report.saved_paths():
            _copy_out(path, sink)
        return report.status()


def _copy_out(path: Path, sink: Path | None) -> None:
    """Copy the file to standard output, or into the pipe or device `sink`. Raises OmniTuiError."""
    try:
        with path.open("rb") as source:
            if sink is None:
                shutil.copyfileobj(source, sys.stdout.buffer)
                sys.stdout.buffer.flush()
            else:
                with open(os.open(sink, os.O_WRONLY | os.O_CLOEXEC | os.O_NOCTTY), "wb") as taker:
                    shutil.copyfileobj(source, taker)
    except OSError as error:
        name = "Standard output" if sink is None else str(sink)
        raise OmniTuiError(f"{name} did not take the whole file: {error.strerror}.") from error
