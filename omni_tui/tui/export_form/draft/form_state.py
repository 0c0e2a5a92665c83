"""What follows from a draft: one frozen state per change, which the screen renders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from omni_tui.downloads.job.models import JobFailure
from omni_tui.options.rules import applicable
from omni_tui.options.spec import ExportRequest, Fix, Format, Kind, OptionSpec, OptionValue, Problem, Severity
from omni_tui.options.table import OPTIONS
from omni_tui.presets.models import PORTABLE, option_words
from omni_tui.tui.export_form.draft.field_names import NO_FIELD


@dataclass(frozen=True, slots=True)
class FormState:
    """The state that the screen renders.

    `request` is the first file's, with the name template as its name; all files have the same options.
    `problems` are all problems, each with its field; `summary` is the form in one line.
    """

    request: ExportRequest
    problems: tuple[Problem, ...]
    summary: str

    @property
    def errors(self) -> list[Problem]:
        """The problems that block the export."""
        return [problem for problem in self.problems if problem.severity is Severity.ERROR]


def offered(*, is_for_several: bool, may_run_as: bool) -> tuple[OptionSpec, ...]:
    """Return the options that the form has in any format."""
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
    """Return a changed option in a few words; empty for a tile, a file name and filters."""
    if spec.kind is Kind.USER:
        return f"as {run_as or value}"
    return option_words(spec, value) if spec in PORTABLE else ""


def next_fix(problems: Sequence[Problem], focused: str) -> tuple[Problem, Fix] | None:
    """Return the fix to apply next: the focused field's, or the first one; None if there is none."""
    fixes = [(problem, problem.fix) for problem in problems if problem.fix is not None]
    near = [(problem, fix) for problem, fix in fixes if problem.field == focused]
    return next(iter([*near, *fixes]), None)


def summary(options: str, *, dashboards: int, files: int, is_one_tile: bool, filters: str) -> str:
    """Return the form in one line: number of files, format with options, filters, user to run as."""
    if dashboards > 1:
        first = f"{dashboards} dashboards, each as {options}"
        content = f"{files} files" if files > dashboards else ""
    else:
        first = options
        content = f"{files} files" if files > 1 else "one tile" if is_one_tile else "whole dashboard"
    return "; ".join(filter(None, [first, content, filters]))


@dataclass(frozen=True, slots=True)
class Rejection:
    """An export that failed: the form's request, the dashboard's name and the failure."""

    request: ExportRequest
    dashboard_name: str
    failure: JobFailure

    def matches(self, requests: Iterable[ExportRequest]) -> bool:
        """Return whether one of `requests` would be sent exactly like the one that failed."""
        return any(_sent(request) == _sent(self.request) for request in requests)

    def problems(self, fields: Collection[str], *, names_dashboard: bool) -> list[Problem]:
        """Return the failure's problems, moved to a field that the form has; name the dashboard if asked."""
        about = f"{self.dashboard_name}: " if names_dashboard else ""
        return [
            replace(
                problem,
                message=f"{about}{problem.message}",
                field=problem.field if problem.field in fields else NO_FIELD,
            )
            for problem in self.failure.form_problems
        ]


def _sent(request: ExportRequest) -> tuple[object, ...]:
    values = [request.values.get(spec.wire_name) for spec in applicable(request.format)]
    return (request.dashboard_id, request.format, *values)
