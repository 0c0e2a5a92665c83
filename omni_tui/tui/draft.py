"""What stands in the export form, without a screen: what was set, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from omni_tui.api.models import Document
from omni_tui.downloads.models import JobFailure
from omni_tui.options.refusals import problem_from_reason
from omni_tui.options.rules import applicable, problems
from omni_tui.options.spec import (
    ExportRequest,
    Fix,
    Format,
    Kind,
    OptionSpec,
    OptionValue,
    Problem,
    Severity,
)
from omni_tui.options.table import BY_NAME, OPTIONS

TILE = next(spec for spec in OPTIONS if spec.kind is Kind.TILE)

# Where problems stand that are about the format, and those that fit no field.
FORMAT_FIELD = "format"
NO_FIELD = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A job that failed: what was asked for, of which dashboard, and why it failed."""

    request: ExportRequest
    dashboard_name: str
    failure: JobFailure


class Draft:
    """One form's state: the format, and every value that was set, also those that the format does not have.

    Everything else is derived from these. A field that was `left`, or an export that was asked for, makes
    its emptiness an error to be seen; before, it is only not filled yet.
    """

    def __init__(self, documents: Sequence[Document], *, may_run_as: bool = True) -> None:
        self.documents = tuple(documents)
        self.may_run_as = may_run_as
        self.format = Format.PDF
        self.wants_tile = False
        self.values: dict[str, OptionValue] = {}
        self.refusals: list[Refusal] = []
        self._left: set[str] = set()

    # what is offered and set

    @property
    def is_for_several(self) -> bool:
        """Whether one form exports several dashboards."""
        return len(self.documents) > 1

    @property
    def offered(self) -> tuple[OptionSpec, ...]:
        """The options that can be had at all, in any format: the form is built from these once."""
        return tuple(
            spec
            for spec in OPTIONS
            if not (spec.one_dashboard_only and self.is_for_several)
            and (self.may_run_as or not spec.organization_key_only)
        )

    @property
    def is_one_tile(self) -> bool:
        """Whether one tile is exported: it was chosen so, or the format has nothing else."""
        return TILE in self.offered and (self.wants_tile or self.needs_tile)

    @property
    def needs_tile(self) -> bool:
        """Whether the format has no whole dashboards."""
        return self.format in TILE.required_for

    @property
    def why_tile(self) -> str:
        """Why only one tile is to be had, in the words of the rules; empty where there is a choice."""
        if not self.needs_tile:
            return ""
        found = problems(ExportRequest("", self.format))
        return next((problem.message for problem in found if problem.field == TILE.wire_name), "")

    def set(self, wire_name: str, value: OptionValue | None) -> None:
        """Set an option; None unsets it."""
        if value is None:
            self.values.pop(wire_name, None)
        else:
            self.values[wire_name] = value

    def leave(self, wire_name: str) -> None:
        """The field was left: from now on, what is missing in it is an error to be seen."""
        self._left.add(wire_name)

    def is_changed(self, spec: OptionSpec) -> bool:
        """Whether it was set to something else than what happens anyway."""
        return self.values.get(spec.wire_name, spec.default) != spec.default

    def request(self, document: Document) -> ExportRequest:
        """What would be asked for, of one dashboard."""
        values = {name: value for name, value in self.values.items() if name != TILE.wire_name}
        if self.is_one_tile:
            values[TILE.wire_name] = self.values.get(TILE.wire_name, "")
        return ExportRequest(document.identifier, self.format, values)

    @property
    def first_request(self) -> ExportRequest:
        """What would be asked for, of the first dashboard: the options are the same for all."""
        return self.request(self.documents[0])

    # what is wrong

    @property
    def problems(self) -> list[Problem]:
        """All that is wrong with it by the rules, each with an address in this form."""
        found = problems(self.first_request, may_run_as=self.may_run_as)
        return [self._addressed(problem) for problem in found]

    @property
    def errors(self) -> list[Problem]:
        """What holds the export back."""
        return [problem for problem in self.problems if problem.severity is Severity.ERROR]

    @property
    def visible_problems(self) -> list[Problem]:
        """What is to be seen now: the server's refusals, and what is wrong but for untouched emptiness."""
        found = [problem for problem in self.problems if not self._is_quiet(problem)]
        return [*self._refused(), *found]

    def ask(self) -> list[Problem]:
        """The export is asked for: nothing stays quiet, old refusals are forgotten. The errors, if any."""
        self.refusals = []
        errors = self.errors
        self._left.update(problem.field for problem in errors)
        return errors

    def fix_for(self, focused: Collection[str]) -> tuple[Problem, Fix] | None:
        """The fix to take now: of the focused fields' problem, else the first that can be seen."""
        fixes = [(problem, problem.fix) for problem in self.visible_problems if problem.fix is not None]
        near = [(problem, fix) for problem, fix in fixes if problem.field in focused]
        return next(iter([*near, *fixes]), None)

    def take(self, fix: Fix) -> None:
        """Set what a fix sets. One that sets nothing points at a field, and changes nothing here."""
        for wire_name, value in fix.changes.items():
            self.set(wire_name, value)
            if wire_name == TILE.wire_name:
                self.wants_tile = value is not None

    def _addressed(self, problem: Problem) -> Problem:
        """A problem of an option that is not offered stands under the format, with a way out in words."""
        spec = BY_NAME.get(problem.field)
        if spec is None or spec in self.offered:
            return problem
        message = f"{problem.message} Export these one by one for that, or in another format."
        return Problem(FORMAT_FIELD, problem.severity, message)

    def _is_quiet(self, problem: Problem) -> bool:
        """An empty field that nobody has left yet."""
        is_empty = self.first_request.values.get(problem.field) == ""
        return is_empty and problem.field not in self._left

    def _refused(self) -> list[Problem]:
        """What failed before and would be asked for again just so: it disappears with the first change."""
        return [
            self._problem_of(refusal)
            for refusal in self.refusals
            if any(_sends_the_same(self.request(document), refusal.request) for document in self.documents)
        ]

    def _problem_of(self, refusal: Refusal) -> Problem:
        failure = refusal.failure
        known = problem_from_reason(failure.message)
        fix = known.fix if failure.field and known.field == failure.field else None
        about = f"{refusal.dashboard_name}: " if self.is_for_several else ""
        hint = "" if fix else failure.hint
        message = f"{about}{failure.message} {hint}".strip()
        is_offered = failure.field in {spec.wire_name for spec in self.offered}
        return Problem(failure.field if is_offered else NO_FIELD, Severity.ERROR, message, fix)

    # in words

    @property
    def summary(self) -> str:
        """What will be made: "PDF, letter, landscape; whole dashboard"."""
        what = [self.format.label, *self._changes]
        if self.is_for_several:
            return f"{len(self.documents)} dashboards, each as {', '.join(what)}"
        return f"{', '.join(what)}; {'one tile' if self.is_one_tile else 'whole dashboard'}"

    @property
    def _changes(self) -> list[str]:
        specs = [spec for spec in applicable(self.format) if spec in self.offered and self.is_changed(spec)]
        return [words for spec in specs if (words := _in_words(spec, self.values[spec.wire_name]))]


def _in_words(spec: OptionSpec, value: OptionValue) -> str:
    """A changed option, briefly. A tile and a name are told elsewhere."""
    if spec.kind is Kind.SWITCH:
        return spec.label.lower() if value else f"{spec.label.lower()} off"
    if spec.kind is Kind.CHOICE:
        return str(value)
    if spec.kind is Kind.INTEGER and isinstance(value, int):
        return f"{spec.label.lower()} {value:,}"
    if spec.kind is Kind.USER:
        return f"{spec.label.lower()} {value}"
    return ""


def _sends_the_same(one: ExportRequest, other: ExportRequest) -> bool:
    return _sent(one) == _sent(other)


def _sent(request: ExportRequest) -> tuple[object, ...]:
    values = [request.values.get(spec.wire_name) for spec in applicable(request.format)]
    return (request.dashboard_id, request.format, *values)
