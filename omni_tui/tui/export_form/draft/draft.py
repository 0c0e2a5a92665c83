"""What stands in the export form, without a screen: what was set, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from omni_tui.api.models import Document
from omni_tui.options.file_names.sanitize import safe_file_name
from omni_tui.options.file_names.template import FILTER, NameFields, expand, fan_out_template, parts_of
from omni_tui.options.file_names.validate import name_problems
from omni_tui.options.rules import applicable, file_extension, problems, why_one_tile
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
from omni_tui.presets.fitting import Fitted
from omni_tui.tui.export_form.destination.folder_path import FOLDER_FIELD
from omni_tui.tui.export_form.draft.form_state import FormState, Rejection, offered, options_in_words
from omni_tui.tui.export_form.filters.state import FILTERS, FormFilters
from omni_tui.tui.form_title import name_of

TILE = next(spec for spec in OPTIONS if spec.kind is Kind.TILE)
NAME = next(spec for spec in OPTIONS if spec.kind is Kind.TEXT)
USER = next(spec for spec in OPTIONS if spec.kind is Kind.USER)

# Where problems stand that are about the format, and those that fit no field.
FORMAT_FIELD = "format"
NO_FIELD = ""

# What is typed is not judged while the first letters go in; what is chosen is told of at once.
TYPED_KINDS = frozenset({Kind.INTEGER, Kind.TEXT, Kind.TILE, Kind.USER, Kind.FILTERS})
TYPED_FIELDS = frozenset(spec.wire_name for spec in OPTIONS if spec.kind in TYPED_KINDS) | {FOLDER_FIELD}


class Export(NamedTuple):
    """One file that the form asks for: of a dashboard, and of one value of the filter that is fanned out."""

    document: Document
    fan_out_value: str = ""


@dataclass(slots=True)
class _Derived:
    """What was derived from a draft with these `inputs`; `state` when it was first asked for."""

    inputs: tuple[object, ...]
    tile_problem: Problem | None
    """What the rules have against the whole dashboard."""
    state: FormState | None = None


class Draft:
    """One form's state: the format, and every value that was set, also those that the format does not have.

    Everything else is derived from these. The name's value is a template. `now` is the local time, for names.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        *,
        may_run_as: bool = True,
        profile: str = "",
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.documents = tuple(documents)
        self.may_run_as = may_run_as
        self.format = Format.PDF
        self.wants_tile = False
        self.tile_names: dict[str, str] = {}
        """By key, as far as they are known."""
        self.run_as = ""
        """The name, for people, of the user to run as."""
        self.values: dict[str, OptionValue] = {}
        self.filters = FormFilters([document.identifier for document in self.documents])
        self.rejections: list[Rejection] = []
        self._profile = profile
        self._now = now
        self._left: set[tuple[str, str]] = set()
        self._carried_name = ""
        self._derived: _Derived | None = None

    # what is offered and set

    @property
    def is_for_several(self) -> bool:
        """Whether one form exports several dashboards."""
        return len(self.documents) > 1

    @property
    def offered(self) -> tuple[OptionSpec, ...]:
        """The options that can be had at all, in any format: the form is built from these once."""
        return offered(is_for_several=self.is_for_several, may_run_as=self.may_run_as)

    @property
    def is_one_tile(self) -> bool:
        """Whether one tile is exported: it was chosen so, or there is nothing else to be had."""
        return TILE in self.offered and (self.wants_tile or self.needs_tile)

    @property
    def needs_tile(self) -> bool:
        """Whether the format, or an option that is set, has no whole dashboards."""
        return self._follow_changes().tile_problem is not None

    @property
    def why_tile(self) -> str:
        """Why only one tile can be exported, in the words of the rules; empty if there is a choice."""
        problem = self._follow_changes().tile_problem
        return problem.message if problem else ""

    @property
    def tile_name(self) -> str:
        """The chosen tile's name for people, else its key; empty for the whole dashboard."""
        key = str(self.values.get(TILE.wire_name, "")) if self.is_one_tile else ""
        return self.tile_names.get(key) or key

    @property
    def user_id(self) -> str:
        """Of the user to run as; empty for the key's owner."""
        return str(self.values.get(USER.wire_name, ""))

    @property
    def missing_tile(self) -> Problem | None:
        """That a tile is still to be chosen where there is nothing else: also before it is told."""
        is_missing = self.is_one_tile and not self.values.get(TILE.wire_name)
        return self._follow_changes().tile_problem if is_missing else None

    def set(self, wire_name: str, value: OptionValue | None) -> None:
        """Set an option; None unsets it."""
        if value is None:
            self.values.pop(wire_name, None)
        else:
            self.values[wire_name] = value

    def mark_left(self, field: str, part: str = "") -> None:
        """A field, or a part of it, was left: from now on, what is wrong in it is to be seen as one types."""
        self._left.add((field, part))

    def was_left(self, field: str) -> bool:
        """Whether the field was left once, or not typed at all."""
        return (field, "") in self._left

    def mark_all_left(self) -> None:
        """What stands there was not typed: whatever is wrong is to be seen."""
        self._left.update((field, "") for field in TYPED_FIELDS)
        self._left.update((FILTERS.wire_name, filter_id) for filter_id in self.filters.edits)

    def is_changed(self, spec: OptionSpec) -> bool:
        """Whether it was set to something else than what happens anyway."""
        if spec is FILTERS:
            return bool(self.filters.edits)
        return self.values.get(spec.wire_name, spec.default) != spec.default

    def apply_preset(self, fitted: Fitted) -> None:
        """Set all as a preset has it; what it does not set goes back to what happens anyway. Users stay."""
        self.format, self.wants_tile = fitted.format, fitted.wants_tile
        user = self.values.get(USER.wire_name)
        self.values = dict(fitted.values)
        self.set(TILE.wire_name, fitted.tile_key or None)
        self.set(NAME.wire_name, fitted.name_template or None)
        self.set(USER.wire_name, user)
        self.filters.forget()
        self.filters.edits, self.filters.fan_out = dict(fitted.edits), fitted.fan_out
        self.mark_all_left()

    def carry_name(self, template: str) -> None:
        """Use the name template of another dashboard: with filters in it, only if they are here, too."""
        if not any(part.name == FILTER for part in parts_of(template)):
            self.set(NAME.wire_name, template)
        else:
            self._carried_name = template

    def apply_carried_name(self) -> None:
        """Use the carried name once the filters are known, unless it asks for others or one was typed."""
        if not self._carried_name or not self.filters.is_loaded:
            return
        template, self._carried_name = self._carried_name, ""
        files = [self._name_fields(export) for export in self.exports]
        found = name_problems(template, files, file_extension(self.request(*self.exports[0])))
        is_free = not self.values.get(NAME.wire_name)
        if is_free and not any(problem.severity is Severity.ERROR for problem in found):
            self.set(NAME.wire_name, template)

    def load_order(self, request: ExportRequest, run_as: str) -> None:
        """Set all as it was asked for once. Its filters are shown when the dashboard's are told."""
        self.format, self.run_as = request.format, run_as
        self.values = {name: value for name, value in request.values.items() if name != FILTERS.wire_name}
        self.wants_tile = TILE.wire_name in self.values
        if isinstance(name := self.values.get(NAME.wire_name), str):
            self.values[NAME.wire_name] = name.replace("{", "{{").replace("}", "}}")
        sent = request.values.get(FILTERS.wire_name)
        self.filters.show_config(sent if isinstance(sent, Mapping) else {})

    # what is asked for

    @property
    def exports(self) -> list[Export]:
        """The files that the form asks for: each dashboard, for each value of the fan-out."""
        values = self.filters.fan_out_values or ("",)
        return [Export(document, value) for document in self.documents for value in values]

    def request(self, document: Document, fan_out_value: str = "") -> ExportRequest:
        """What stands in the form, of one dashboard: the name is still a template."""
        values = {name: value for name, value in self.values.items() if name != TILE.wire_name}
        if self.is_one_tile:
            values[TILE.wire_name] = self.values.get(TILE.wire_name, "")
        if (config := self.filters.config(document.identifier, fan_out_value)) is not None:
            values[FILTERS.wire_name] = config
        return ExportRequest(document.identifier, self.format, values)

    def request_to_send(self, export: Export) -> ExportRequest:
        """What will be asked for: the name is made from its template."""
        request = self.request(*export)
        template = self._template(export)
        if not template:
            return request
        name = safe_file_name(expand(template, self._name_fields(export)))
        return replace(request, values={**request.values, NAME.wire_name: name})

    def _template(self, export: Export) -> str:
        """As it was typed; the value of a fan-out is in every name, or the files could not be told apart."""
        template = str(self.values.get(NAME.wire_name, ""))
        if not export.fan_out_value:
            return template
        return fan_out_template(template, self.filters.fan_out_label, self.filters.fan_out)

    def _name_fields(self, export: Export) -> NameFields:
        document = export.document
        return NameFields(
            dashboard=name_of(document),
            tile=self.tile_name,
            format=self.format,
            moment=self._now(),
            profile=self._profile,
            filters=self.filters.texts(document.identifier, export.fan_out_value),
            filter_labels=self.filters.labels(document.identifier),
        )

    # what follows from it

    @property
    def state(self) -> FormState:
        """What follows from what stands here: the same object until something else does."""
        derived = self._follow_changes()
        if derived.state is None:
            derived.state = self._make_state()
        return derived.state

    def _follow_changes(self) -> _Derived:
        """Return what was derived from this draft; of a draft that was changed, only what comes first."""
        inputs = (
            self.format,
            self.wants_tile,
            self.may_run_as,
            self.documents,
            dict(self.values),
            dict(self.tile_names),
            self.run_as,
            self.filters.inputs,
        )
        if self._derived is None or self._derived.inputs != inputs:
            values = {name: value for name, value in self.values.items() if name != TILE.wire_name}
            self._derived = _Derived(inputs, why_one_tile(ExportRequest("", self.format, values)))
        return self._derived

    def _make_state(self) -> FormState:
        request = self.request(*self.exports[0])
        found = problems(request, may_run_as=self.may_run_as)
        return FormState(
            request,
            (*map(self._place_problem, found), *self.filters.problems, *self._name_problems),
            self._summary(),
            tuple(spec for spec in applicable(self.format) if spec in self.offered),
        )

    def _summary(self) -> str:
        """How many files if several, the format with its options, the filters, as whom."""
        what = options_in_words(self.format, self.offered, self.values, self.run_as)
        count = len(self.exports)
        if self.is_for_several:
            first = f"{len(self.documents)} dashboards, each as {what}"
            content = f"{count} files" if count > len(self.documents) else ""
        else:
            first = what
            content = f"{count} files" if count > 1 else "one tile" if self.is_one_tile else "whole dashboard"
        return "; ".join(filter(None, [first, content, self.filters.words]))

    # what is wrong

    @property
    def errors(self) -> list[Problem]:
        """What holds the export back."""
        return self.state.errors

    @property
    def visible_problems(self) -> list[Problem]:
        """What is to be seen now: the server's rejections, and what is wrong but for what is being typed."""
        found = [problem for problem in self.state.problems if not self._is_held_back(problem)]
        return [*self._rejections_shown(), *found]

    def check_all(self) -> list[Problem]:
        """The export is asked for: nothing stays quiet, old rejections are forgotten. The errors, if any."""
        self.rejections = []
        self.mark_all_left()
        return self.errors

    def apply_fix(self, fix: Fix) -> None:
        """Set what a fix sets. One that sets nothing points at a field, and changes nothing here."""
        for wire_name, value in fix.changes.items():
            self.set(wire_name, value)
            if wire_name == TILE.wire_name:
                self.wants_tile = value is not None
            if wire_name == FILTERS.wire_name and value is None:
                self.filters.forget()

    @property
    def _name_problems(self) -> list[Problem]:
        """Of the template, for all files that it names. The rules have looked at what was typed already."""
        exports = self.exports
        files = [self._name_fields(export) for export in exports]
        return name_problems(self._template(exports[0]), files, file_extension(self.request(*exports[0])))

    def _place_problem(self, problem: Problem) -> Problem:
        """A problem of an option that is not offered stands under the format, with a way out in words."""
        spec = BY_NAME.get(problem.field)
        if spec is None or spec in self.offered:
            return problem
        message = f"{problem.message} Export these one by one for that, or in another format."
        return Problem(FORMAT_FIELD, problem.severity, message)

    def _is_held_back(self, problem: Problem) -> bool:
        """Whether it is of a field that is typed, and that nobody has left yet."""
        return problem.field in TYPED_FIELDS and (problem.field, problem.part) not in self._left

    def _rejections_shown(self) -> list[Problem]:
        """What failed before and would be asked for again just so: it disappears with the first change."""
        now = [self.request(*export) for export in self.exports]
        return [
            self._place_rejection(rejection, problem)
            for rejection in self.rejections
            if any(rejection.matches(request) for request in now)
            for problem in rejection.failure.form_problems
        ]

    def _place_rejection(self, rejection: Rejection, problem: Problem) -> Problem:
        """A problem of a failed export: among several it names the dashboard, and stands where it can."""
        about = f"{rejection.dashboard_name}: " if self.is_for_several else ""
        is_offered = problem.field in {spec.wire_name for spec in self.offered}
        return replace(
            problem,
            message=f"{about}{problem.message}",
            field=problem.field if is_offered else NO_FIELD,
            fix=None if problem.fix is not None and self._is_applied(problem.fix) else problem.fix,
        )

    def _is_applied(self, fix: Fix) -> bool:
        """Whether all that it would set stands so already: then it is no way out."""
        if FILTERS.wire_name in fix.changes and self.filters.edits:
            return False
        return bool(fix.changes) and all(self.values.get(name) == to for name, to in fix.changes.items())
