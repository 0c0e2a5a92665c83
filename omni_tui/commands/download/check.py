"""What can be seen of a plan's mistakes before any server is asked."""

from __future__ import annotations

from datetime import datetime

from omni_tui.commands.download.args import Plan
from omni_tui.commands.download.file_naming import Naming
from omni_tui.commands.download.option_flags import NAME, TILE, out_of_place
from omni_tui.commands.shared.console import Teller
from omni_tui.options.rules import problems
from omni_tui.options.spec import ExportRequest, Severity


def check_options(plan: Plan, teller: Teller) -> bool:
    """Tell every problem that can be seen without the server; whether none holds the downloads back."""
    for remark in () if plan.is_quiet else plan.remarks:
        teller.say(remark)
    for note in plan.notes:
        teller.warning(note)
    naming = Naming(plan.name, datetime.now())
    request = _request_so_far(plan, naming)
    found = [*out_of_place(request.format, request.values), *problems(request)]
    if not any(problem.field == NAME for problem in found):
        found += naming.problems_so_far(request)
    for problem in found:
        tell_it = teller.error if problem.severity is Severity.ERROR else teller.warning
        tell_it(plan.told(problem))
    return all(problem.severity is not Severity.ERROR for problem in found)


def _request_so_far(plan: Plan, naming: Naming) -> ExportRequest:
    """What will be asked for, the same for all dashboards: with a tile and a name where there will be one."""
    values = dict(plan.values)
    if plan.preset is not None and plan.preset.is_one_tile:
        values[TILE] = plan.preset.tile or plan.preset.tile_key
    if plan.name is not None and naming.is_literal:
        values[NAME] = naming.literal_name(ExportRequest("", plan.format))
    return ExportRequest(plan.dashboard_ids[0], plan.format, values)
