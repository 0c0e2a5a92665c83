"""`omni-tui download`: the same engine, rules and files as the screens, for scripts."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from omni_tui.commands.console import Teller, is_terminal, keep_logs_off_the_terminal
from omni_tui.commands.errors import UsageError
from omni_tui.commands.flags import NAME, TILE, in_words, out_of_place
from omni_tui.commands.interrupts import Interrupts
from omni_tui.commands.naming import Naming
from omni_tui.commands.plan import PROGRAM, Plan, read_plan
from omni_tui.commands.report import Report
from omni_tui.commands.running import download
from omni_tui.commands.statuses import Status
from omni_tui.commands.targets import make_folder
from omni_tui.errors import OmniTuiError
from omni_tui.options.rules import problems
from omni_tui.options.spec import ExportRequest, Severity


def run_download(typed: Sequence[str]) -> int:
    """Download what was typed; the exit status. Raises OmniTuiError when nothing can start."""
    keep_logs_off_the_terminal()
    with Interrupts() as interrupts:
        plan, teller = read_plan(typed), Teller(PROGRAM)
        if not check_options(plan, teller):
            return Status.USAGE
        if plan.target.is_standard_output:
            return _to_standard_output(plan, teller, interrupts)
        report = Report(plan)
        work = download(plan, plan.target.folder, report, teller, lambda: _make_folder(plan))
        return report.status() if interrupts.run(work) else Status.USAGE


def check_options(plan: Plan, teller: Teller) -> bool:
    """Tell every problem that can be seen without the server; whether none holds the downloads back."""
    for note in plan.notes:
        teller.warning(note)
    naming = Naming(plan.name, datetime.now())
    request = _request_so_far(plan, naming)
    found = [*out_of_place(request.format, request.values), *problems(request)]
    if not any(problem.field == NAME for problem in found):
        found += naming.problems_so_far(request)
    for problem in found:
        tell_it = teller.error if problem.severity is Severity.ERROR else teller.warning
        tell_it(in_words(problem))
    return all(problem.severity is not Severity.ERROR for problem in found)


def _request_so_far(plan: Plan, naming: Naming) -> ExportRequest:
    """What will be asked for, the same for all dashboards: with a tile and a name where there will be one."""
    values = dict(plan.values)
    if plan.preset is not None and plan.preset.is_one_tile:
        values[TILE] = plan.preset.tile or plan.preset.tile_key
    if plan.name is not None and naming.is_literal:
        values[NAME] = naming.literal_name(ExportRequest("", plan.format))
    return ExportRequest(plan.dashboard_ids[0], plan.format, values)


def _make_folder(plan: Plan) -> None:
    if plan.target.folder is not None and plan.target.is_new_folder:
        make_folder(plan.target.folder)


def _to_standard_output(plan: Plan, teller: Teller, interrupts: Interrupts) -> int:
    """Save into a private folder, where the file is checked as any other, then copy its bytes out."""
    if is_terminal(sys.stdout):
        hint = "Send it to a file or a program: omni-tui download … --output - > FILE"
        raise UsageError("--output -: standard output is a terminal.", hint)
    with tempfile.TemporaryDirectory(prefix="omni-tui-") as folder:  # made 0700
        report = Report(plan)
        if not interrupts.run(download(plan, Path(folder), report, teller)):
            return Status.USAGE
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
