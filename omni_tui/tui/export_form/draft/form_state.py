"""What follows from a form's draft: one frozen state for each change, which the screen renders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from omni_tui.downloads.job.models import JobFailure
from omni_tui.options.rules import applicable
from omni_tui.options.spec import ExportRequest, Fix, Format, Kind, OptionSpec, OptionValue, Problem, Severity
from omni_tui.options.table import OPTIONS
from omni_tui.presets.models import PORTABLE, option_words


@dataclass(frozen=True, slots=True)
class FormState:
    """`request` is the first file's, with the template as its name: the options are the same for all files.

    `problems` are all that is wrong, each with an address in the form; `summary` is the form in one line;
    `offered` are the options that the form has in the draft's format.
    """

    request: ExportRequest
    problems: tuple[Problem, ...]
    summary: str
    offered: tuple[OptionSpec, ...]

    @property
    def errors(self) -> list[Problem]:
        """The problems that block the export."""
        return [problem for problem in self.problems if problem.severity is Severity.ERROR]


@dataclass(frozen=True, slots=True)
class Rejection:
    """An export that failed: what stood in the form, of which dashboard, and why it failed."""

    request: ExportRequest
    dashboard_name: str
    failure: JobFailure

    def matches(self, request: ExportRequest) -> bool:
        """Return whether this request would be sent just as the one that failed."""
        return _sent(request) == _sent(self.request)


def offered(*, is_for_several: bool, may_run_as: bool) -> tuple[OptionSpec, ...]:
    """The options that such a form has, in any format."""
    return tuple(
        spec
        for spec in OPTIONS
        if not (spec.one_dashboard_only and is_for_several) and (may_run_as or not spec.organization_key_only)
    )


def options_in_words(
    fmt: Format, offered: Sequence[OptionSpec], values: Mapping[str, OptionValue], run_as: str
) -> str:
    """Return the format with its changed options: "PDF, letter, landscape"."""
    specs = [spec for spec in applicable(fmt) if spec in offered]
    changed = [
        (spec, value)
        for spec in specs
        if (value := values.get(spec.wire_name)) is not None and value != spec.default
    ]
    words = (_in_words(spec, value, run_as) for spec, value in changed)
    return ", ".join([fmt.label, *filter(None, words)])


def _in_words(spec: OptionSpec, value: OptionValue, run_as: str) -> str:
    """Return a changed option, briefly; empty for a tile, a name and filters."""
    if spec.kind is Kind.USER:
        return f"as {run_as or value}"
    return option_words(spec, value) if spec in PORTABLE else ""


def _sent(request: ExportRequest) -> tuple[object, ...]:
    values = [request.values.get(spec.wire_name) for spec in applicable(request.format)]
    return (request.dashboard_id, request.format, *values)


def next_fix(problems: Sequence[Problem], focused: str) -> tuple[Problem, Fix] | None:
    """The fix to take now: of a problem of the focused field, else the first that there is."""
    fixes = [(problem, problem.fix) for problem in problems if problem.fix is not None]
    near = [(problem, fix) for problem, fix in fixes if problem.field == focused]
    return next(iter([*near, *fixes]), None)
