"""The export form's state without a screen: the values that are set, and their problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from omni_tui.api.models import Document
from omni_tui.options.file_names.sanitize import safe_file_name
from omni_tui.options.file_names.template import FILTER, NameFields, expand, fan_out_template, parts_of
from omni_tui.options.file_names.validate import name_problems
from omni_tui.options.rules import file_extension, one_tile_reason, problems
from omni_tui.options.spec import (
    ExportRequest,
    Fix,
    Format,
    OptionSpec,
    OptionValue,
    Problem,
    Severity,
)
from omni_tui.options.table import BY_NAME
from omni_tui.presets.fitting import Fitted
from omni_tui.tui.export_form.draft.field_names import FORMAT_FIELD, NAME, TILE, TYPED_FIELDS, USER
from omni_tui.tui.export_form.draft.form_state import FormState, Rejection, offered, options_in_words, summary
from omni_tui.tui.export_form.filters.form_filters import FILTERS, FormFilters
from omni_tui.tui.form_title import name_of


class Export(NamedTuple):
    """One file to export: a dashboard, and one value of the fan-out filter if there is one."""

    document: Document
    fan_out_value: str = ""


@dataclass(slots=True)
class _Derived:
    """What follows from a draft with these `inputs`; `state` is None until it is first read."""

    inputs: tuple[object, ...]
    tile_problem: Problem | None
    """Why the whole dashboard can't be exported, if it can't."""
    state: FormState | None = None


class Draft:
    """One form's state: the format, and every value that was set, including those the format doesn't use.

    Everything else follows from these. The file name is a template. `now` returns the local time, for names.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        *,
        may_run_as: bool = True,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.documents = tuple(documents)
        self.may_run_as = may_run_as
        self.format = Format.PDF
        self.wants_tile = False
        self.tile_names: dict[str, str] = {}
        """The known tile names, by tile key."""
        self.profile = ""
        """What `{profile}` in a file name stands for, once it is known."""
        self.run_as = ""
        """The display name of the user to run as."""
        self.values: dict[str, OptionValue] = {}
        self.filters = FormFilters([document.identifier for document in self.documents])
        self.rejections: list[Rejection] = []
        self._now = now
        self._left: set[tuple[str, str]] = set()
        self._carried_name = ""
        self._derived: _Derived | None = None

    # options and values

    @property
    def is_for_several(self) -> bool:
        """Whether the form exports several dashboards."""
        return len(self.documents) > 1

    @property
    def offered(self) -> tuple[OptionSpec, ...]:
        """The options available in any format; the form's fields are built from these."""
        return offered(is_for_several=self.is_for_several, may_run_as=self.may_run_as)

    @property
    def is_one_tile(self) -> bool:
        """Whether a single tile is exported, because the user chose so or the options require it."""
        return TILE in self.offered and (self.wants_tile or self.needs_tile)

    @property
    def needs_tile(self) -> bool:
        """Whether the format, or an option that is set, requires a single tile."""
        return self._follow_changes().tile_problem is not None

    @property
    def why_tile(self) -> str:
        """Why only a single tile can be exported; empty if whole dashboards can be, too."""
        problem = self._follow_changes().tile_problem
        return problem.message if problem else ""

    @property
    def tile_name(self) -> str:
        """The selected tile's name, or its key if the name isn't known; empty for the whole dashboard."""
        key = str(self.values.get(TILE.wire_name, "")) if self.is_one_tile else ""
        return self.tile_names.get(key) or key

    @property
    def user_id(self) -> str:
        """The membership ID of the user to run as; empty for the API key's owner."""
        return str(self.values.get(USER.wire_name, ""))

    @property
    def missing_tile(self) -> Problem | None:
        """The problem that no tile is selected although one is required, even if it isn't shown yet."""
        is_missing = self.is_one_tile and not self.values.get(TILE.wire_name)
        return self._follow_changes().tile_problem if is_missing else None

    def set(self, wire_name: str, value: OptionValue | None) -> None:
        """Set an option; None unsets it."""
        if value is None:
            self.values.pop(wire_name, None)
        else:
            self.values[wire_name] = value

    def show_problems_of(self, field: str, part: str = "") -> None:
        """Show the problems of a field, or of a part of it, from now on, even while the user types."""
        self._left.add((field, part))

    def shows_problems_of(self, field: str) -> bool:
        """Return whether the field's problems are shown while the user types."""
        return (field, "") in self._left

    def show_all_problems(self) -> None:
        """Show the problems of all fields from now on."""
        self._left.update((field, "") for field in TYPED_FIELDS)
        self._left.update((FILTERS.wire_name, filter_id) for filter_id in self.filters.edits)

    def is_changed(self, spec: OptionSpec) -> bool:
        """Return whether an option is set to something other than its default."""
        if spec is FILTERS:
            return bool(self.filters.edits)
        return self.values.get(spec.wire_name, spec.default) != spec.default

    def apply_preset(self, fitted: Fitted) -> None:
        """Set all options from a preset, the others to their defaults. The user to run as stays."""
        self.format, self.wants_tile = fitted.format, fitted.wants_tile
        user = self.values.get(USER.wire_name)
        self.values = dict(fitted.values)
        self.set(TILE.wire_name, fitted.tile_key or None)
        self.set(NAME.wire_name, fitted.name_template or None)
        self.set(USER.wire_name, user)
        self.filters.forget()
        self.filters.edits, self.filters.fan_out = dict(fitted.edits), fitted.fan_out
        self.show_all_problems()

    def carry_name(self, template: str) -> None:
        """Use another dashboard's name template; one with filters waits until this dashboard's are loaded."""
        if not any(part.name == FILTER for part in parts_of(template)):
            self.set(NAME.wire_name, template)
        else:
            self._carried_name = template

    def apply_carried_name(self) -> None:
        """Use the waiting name template once the filters are loaded, if it is valid and no name was typed."""
        if not self._carried_name or not self.filters.is_loaded:
            return
        template, self._carried_name = self._carried_name, ""
        files = [self._name_fields(export) for export in self.exports]
        found = name_problems(template, files, file_extension(self.request(*self.exports[0])))
        is_free = not self.values.get(NAME.wire_name)
        if is_free and not any(problem.severity is Severity.ERROR for problem in found):
            self.set(NAME.wire_name, template)

    def load_order(self, request: ExportRequest, run_as: str) -> None:
        """Set all options from an earlier export. Its filters appear when the dashboard's are loaded."""
        self.format, self.run_as = request.format, run_as
        self.values = {name: value for name, value in request.values.items() if name != FILTERS.wire_name}
        self.wants_tile = TILE.wire_name in self.values
        if isinstance(name := self.values.get(NAME.wire_name), str):
            self.values[NAME.wire_name] = name.replace("{", "{{").replace("}", "}}")
        sent = request.values.get(FILTERS.wire_name)
        self.filters.show_config(sent if isinstance(sent, Mapping) else {})

    # requests

    @property
    def exports(self) -> list[Export]:
        """The files to export: one per dashboard and fan-out value."""
        values = self.filters.fan_out_values or ("",)
        return [Export(document, value) for document in self.documents for value in values]

    def request(self, document: Document, fan_out_value: str = "") -> ExportRequest:
        """Return the request for one dashboard; its file name is still a template."""
        values = {name: value for name, value in self.values.items() if name != TILE.wire_name}
        if self.is_one_tile:
            values[TILE.wire_name] = self.values.get(TILE.wire_name, "")
        if (config := self.filters.config(document.identifier, fan_out_value)) is not None:
            values[FILTERS.wire_name] = config
        return ExportRequest(document.identifier, self.format, values)

    def request_to_send(self, export: Export) -> ExportRequest:
        """Return the request to send, with the file name made from the template."""
        request = self.request(*export)
        template = self._template(export)
        if not template:
            return request
        name = safe_file_name(expand(template, self._name_fields(export)))
        return replace(request, values={**request.values, NAME.wire_name: name})

    def _template(self, export: Export) -> str:
        """Return the name template; with a fan-out, it includes the value, so that names differ."""
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
            profile=self.profile,
            filters=self.filters.texts(document.identifier, export.fan_out_value),
            filter_labels=self.filters.labels(document.identifier),
        )

    # what follows

    @property
    def state(self) -> FormState:
        """The state that follows from the values; the same object until something changes."""
        derived = self._follow_changes()
        if derived.state is None:
            derived.state = self._make_state()
        return derived.state

    def _follow_changes(self) -> _Derived:
        """Return what follows from the values so far; after a change, `state` is None again."""
        inputs = (
            self.format,
            self.wants_tile,
            self.may_run_as,
            self.profile,
            self.documents,
            dict(self.values),
            dict(self.tile_names),
            self.run_as,
            self.filters.inputs,
        )
        if self._derived is None or self._derived.inputs != inputs:
            values = {name: value for name, value in self.values.items() if name != TILE.wire_name}
            self._derived = _Derived(inputs, one_tile_reason(ExportRequest("", self.format, values)))
        return self._derived

    def _make_state(self) -> FormState:
        request = self.request(*self.exports[0])
        found = problems(request, may_run_as=self.may_run_as)
        return FormState(
            request,
            (*map(self._place_problem, found), *self.filters.problems, *self._name_problems),
            summary(
                options_in_words(self.format, self.offered, self.values, self.run_as),
                dashboards=len(self.documents),
                files=len(self.exports),
                is_one_tile=self.is_one_tile,
                filters=self.filters.words,
            ),
        )

    # problems

    @property
    def errors(self) -> list[Problem]:
        """The problems that block the export."""
        return self.state.errors

    @property
    def visible_problems(self) -> list[Problem]:
        """The problems to show now: the server's, then ours, except those of a field being typed in."""
        found = [problem for problem in self.state.problems if not self._is_held_back(problem)]
        return [*self._rejections_shown(), *found]

    def check_all(self) -> list[Problem]:
        """Show all problems and forget earlier rejections; return the errors. Called before an export."""
        self.rejections = []
        self.show_all_problems()
        return self.errors

    def apply_fix(self, fix: Fix) -> None:
        """Set the fix's options. A fix without options only points at a field."""
        for wire_name, value in fix.changes.items():
            self.set(wire_name, value)
            if wire_name == TILE.wire_name:
                self.wants_tile = value is not None
            if wire_name == FILTERS.wire_name and value is None:
                self.filters.forget()

    @property
    def _name_problems(self) -> list[Problem]:
        """The problems of the names made from the template, for all files."""
        exports = self.exports
        files = [self._name_fields(export) for export in exports]
        return name_problems(self._template(exports[0]), files, file_extension(self.request(*exports[0])))

    def _place_problem(self, problem: Problem) -> Problem:
        """Move a problem of an option that the form doesn't have to the format field, and say what to do."""
        spec = BY_NAME.get(problem.field)
        if spec is None or spec in self.offered:
            return problem
        message = f"{problem.message} Export them one at a time, or choose another format."
        return Problem(FORMAT_FIELD, problem.severity, message)

    def _is_held_back(self, problem: Problem) -> bool:
        """Return whether the problem's field is typed in and wasn't left yet."""
        return problem.field in TYPED_FIELDS and (problem.field, problem.part) not in self._left

    def _rejections_shown(self) -> list[Problem]:
        """Return the problems of failed exports whose request is still the same."""
        requests = [self.request(*export) for export in self.exports]
        fields = {spec.wire_name for spec in self.offered}
        found = [
            problem
            for rejection in self.rejections
            if rejection.matches(requests)
            for problem in rejection.problems(fields, names_dashboard=self.is_for_several)
        ]
        return [replace(each, fix=None) if self._is_applied(each.fix) else each for each in found]

    def _is_applied(self, fix: Fix | None) -> bool:
        """Return whether all options of the fix are already set as it would set them."""
        if fix is None or (FILTERS.wire_name in fix.changes and self.filters.edits):
            return False
        return bool(fix.changes) and all(self.values.get(name) == to for name, to in fix.changes.items())
