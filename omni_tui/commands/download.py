"""`omni-tui download`: the same engine, rules and files as the screens, for scripts."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from omni_tui.commands.console import is_terminal, keep_logs_off_the_terminal, tell
from omni_tui.commands.errors import UsageError
from omni_tui.commands.flags import in_words, out_of_place
from omni_tui.commands.interrupts import Interrupts
from omni_tui.commands.plan import PROGRAM, Plan, read_plan
from omni_tui.commands.report import Report
from omni_tui.commands.running import download
from omni_tui.commands.statuses import Status
from omni_tui.commands.targets import make_folder
from omni_tui.errors import OmniTuiError
from omni_tui.options.rules import problems
from omni_tui.options.spec import Severity


def run_download(typed: Sequence[str]) -> int:
    """Download what was typed; the exit status. Raises OmniTuiError when nothing can start."""
    keep_logs_off_the_terminal()
    with Interrupts() as interrupts:
        plan = read_plan(typed)
        if not check_options(plan):
            return Status.USAGE
        if plan.target.is_standard_output:
            return _to_standard_output(plan, interrupts)
        if plan.target.folder is not None and plan.target.is_new_folder:
            make_folder(plan.target.folder)
        report = Report(plan)
        interrupts.run(download(plan, plan.target.folder, report))
        return report.status()


def check_options(plan: Plan) -> bool:
    """Tell every problem of the options; whether there is none that holds the downloads back."""
    request = plan.requests[0]  # the options are the same for all
    found = [*out_of_place(request.format, request.values), *problems(request)]
    for problem in found:
        warning = "" if problem.severity is Severity.ERROR else "warning: "
        tell(f"{PROGRAM}: {warning}{in_words(problem)}")
    return all(problem.severity is not Severity.ERROR for problem in found)


def _to_standard_output(plan: Plan, interrupts: Interrupts) -> int:
    """Save into a private folder, where the file is checked as any other, then copy its bytes out."""
    if is_terminal(sys.stdout):
        hint = "Send it to a file or a program: omni-tui download … --output - > FILE"
        raise UsageError("--output -: standard output is a terminal.", hint)
    with tempfile.TemporaryDirectory(prefix="omni-tui-") as folder:  # made 0700
        report = Report(plan)
        interrupts.run(download(plan, Path(folder), report))
        for path in report.saved_paths():
            _copy_out(path)
        return report.status()


def _copy_out(path: Path) -> None:
    try:
        with path.open("rb") as source:
            shutil.copyfileobj(source, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except OSError as error:
        raise OmniTuiError(f"Standard output did not take the whole file: {error.strerror}.") from error
