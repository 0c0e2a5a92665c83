"""The filters of one form without a screen: the dashboards' filters and their edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from omni_tui.options.filters.conditions import read_condition
from omni_tui.options.filters.describe import words_of
from omni_tui.options.filters.editing import (
    config,
    edit_of,
    edit_problem,
    edit_sending,
    is_changed,
    supports,
    values_for_fan_out,
)
from omni_tui.options.filters.from_url import UrlEdits, UrlFilters, url_edits
from omni_tui.options.filters.text_syntax import value_words
from omni_tui.options.filters.types import Condition, Edit, Filter
from omni_tui.options.spec import Fix, JsonValue, Kind, Problem, Severity
from omni_tui.options.table import OPTIONS

FILTERS = next(spec for spec in OPTIONS if spec.kind is Kind.FILTERS)
# Fewer values make no files of their own.
MIN_FAN_OUT_VALUES = 2
_NOT_APPLIED = "The filters that you asked for can't be applied until the dashboard's filters are loaded."
_LEAVE_OUT = Fix("export without them", {FILTERS.wire_name: None})


class FormFilters:
    """The filters of a form's dashboards. `edits` and `fan_out` use the first dashboard's filter IDs.

    With several dashboards, only filters that each has exactly once (by field and type) are available; edits
    apply to the same filter of the others. `fan_out` is the filter with one file per value, or empty.
    """

    def __init__(self, dashboard_ids: Sequence[str]) -> None:
        self._dashboard_ids = tuple(dashboard_ids)
        self._loaded: dict[str, tuple[Filter, ...]] = {}
        self._to_show: Mapping[str, JsonValue] = {}
        self._kept: tuple[Mapping[str, Edit], str] = ({}, "")
        self._url = UrlFilters()
        self._is_url_shown = False
        self._lost: dict[str, str] = {}
        """Sentences about values that can't be applied, by filter ID."""
        self.edits: dict[str, Edit] = {}
        self.fan_out = ""

    def set_filters(self, dashboard_id: str, filters: Sequence[Filter]) -> None:
        """Set a dashboard's filters. Edits that they can't have are dropped, and named in `sentences`."""
        self._loaded[dashboard_id] = tuple(filters)
        if self.is_loaded:
            self.edits = self._applicable(self.edits)
            self.fan_out = self.fan_out if self._offered(self.fan_out) else ""
            self._show_waiting()

    @property
    def inputs(self) -> tuple[object, ...]:
        """Everything the form's state depends on; equal unless something changed."""
        return (dict(self._loaded), dict(self.edits), self.fan_out, self._to_show, self._kept, self._url)

    @property
    def is_loaded(self) -> bool:
        """Whether the filters of all dashboards are loaded."""
        return all(each in self._loaded for each in self._dashboard_ids)

    @property
    def offered(self) -> tuple[Filter, ...]:
        """The filters that can be edited: a single dashboard's, or those common to all."""
        if not self.is_loaded:
            return ()
        first, *others = (self._loaded[each] for each in self._dashboard_ids)
        if not others:
            return first
        return tuple(each for each in first if all(_same(each, filters) for filters in (first, *others)))

    @property
    def fan_out_values(self) -> tuple[str, ...]:
        """The values that make one file each; empty without a fan-out, also while it has only one value."""
        filter_ = self._offered(self.fan_out) if self.fan_out else None
        values = values_for_fan_out(filter_, self._edit(filter_)) if filter_ else ()
        return values if len(values) >= MIN_FAN_OUT_VALUES else ()

    def labels(self, dashboard_id: str) -> dict[str, str]:
        """Return the labels of a dashboard's filters by ID, for file names."""
        return {each.id: each.label for each in self.loaded(dashboard_id)}

    @property
    def fan_out_label(self) -> str:
        """The label of the fan-out filter, or empty."""
        filter_ = self._offered(self.fan_out) if self.fan_out else None
        return filter_.label if filter_ and self.fan_out_values else ""

    def config(self, dashboard_id: str, fan_out_value: str = "") -> dict[str, JsonValue] | None:
        """Return the `filterConfig` of one dashboard, for one fan-out value if there is one.

        None if nothing is changed, or if an edit is invalid.
        """
        edits = dict(self.edits)
        if fan_out_value:
            condition = self._edit(self._first(self.fan_out))
            assert isinstance(condition, Condition)
            edits[self.fan_out] = replace(condition, values=(fan_out_value,))
        if not edits or any(edit_problem(self._first(id_), edit) for id_, edit in edits.items()):
            return None
        return config(self._loaded[dashboard_id], self._carried_over(dashboard_id, edits))

    def texts(self, dashboard_id: str, fan_out_value: str = "") -> dict[str, str]:
        """Return each filter's values as text by label, for file names."""
        edits = self._carried_over(dashboard_id, self.edits)
        fanned = self._offered(self.fan_out) if fan_out_value else None
        return {
            each.label: fan_out_value
            if fanned is not None and (each.field, each.type) == (fanned.field, fanned.type)
            else value_words(each, edits.get(each.id) or edit_of(each))
            for each in self.loaded(dashboard_id)
        }

    def loaded(self, dashboard_id: str) -> tuple[Filter, ...]:
        """Return all filters of a dashboard; empty if they aren't loaded."""
        return self._loaded.get(dashboard_id, ())

    def edit(self, id_: str) -> Edit:
        """Return a filter's edit, or the dashboard's setting if it isn't edited."""
        return self._edit(self._first(id_))

    def same(self, id_: str) -> tuple[Filter, ...]:
        """Return a filter of the first dashboard and the same filter of each other one."""
        _, *others = self._dashboard_ids
        filter_ = self._first(id_)
        return (filter_, *(_same(filter_, self._loaded[each])[0] for each in others))

    @property
    def problems(self) -> list[Problem]:
        """The problems of edited filters, each under its filter."""
        if not self.is_loaded and (self._to_show or self._url.texts or self._kept[0]):
            return [Problem(FILTERS.wire_name, Severity.ERROR, _NOT_APPLIED, _LEAVE_OUT)]
        return [
            Problem(FILTERS.wire_name, Severity.ERROR, message, part=id_)
            for id_, edit in self.edits.items()
            if (message := edit_problem(self._first(id_), edit))
        ]

    @property
    def words(self) -> str:
        """The edits in words: "Status is complete or pending; Created past 6 months"."""
        changed = [each for each in self.offered if each.id in self.edits]
        return "; ".join(words_of(each, self.edits[each.id]) for each in changed)

    def show_config(self, sent: Mapping[str, JsonValue]) -> None:
        """Show an earlier export's filters as edits, as soon as the filters are loaded."""
        self._to_show = dict(sent)
        self._show_waiting()

    def show_edits(self, edits: Mapping[str, Edit], fan_out: str) -> None:
        """Show the edits of a closed form, as soon as the filters are loaded."""
        self._kept = (edits, fan_out)
        self._show_waiting()

    def show_url(self, url: UrlFilters) -> None:
        """Show the filters of a dashboard URL as edits, as soon as the filters are loaded."""
        self._url, self._is_url_shown = url, False
        self._show_waiting()

    def forget(self) -> None:
        """Reset all filters, including those still to be applied."""
        self.edits, self._to_show, self._kept, self._url = {}, {}, ({}, ""), UrlFilters()
        self._lost = {}

    @property
    def sentences(self) -> tuple[str, ...]:
        """Sentences about what was asked for and can't be applied."""
        return (*self._lost.values(), *self._url_edits.sentences) if self.is_loaded else ()

    @property
    def _url_edits(self) -> UrlEdits:
        return url_edits(self._url, self._loaded[self._dashboard_ids[0]])

    def _show_waiting(self) -> None:
        """Apply what waits for the filters, once they are loaded."""
        if not self.is_loaded:
            return
        (kept, fan_out), self._kept = self._kept, ({}, "")
        self.edits |= self._applicable(kept)
        self.fan_out = fan_out if self._offered(fan_out) else self.fan_out
        if not self._is_url_shown:
            self._is_url_shown = True
            asked = self._url_edits.edits.items()
            self.edits |= {id_: edit for id_, edit in asked if is_changed(self._first(id_), edit)}
        sent, self._to_show = self._to_show, {}
        for id_, raw in sent.items():
            if filter_ := self._offered(id_):
                edit = edit_sending(filter_, raw)
                if is_changed(filter_, edit):
                    self.edits[id_] = edit
            elif (condition := read_condition(raw)) is None or condition.operator != "any":
                self._lose(id_)

    def _applicable(self, edits: Mapping[str, Edit]) -> dict[str, Edit]:
        """Return the edits that the filters can have; remember the others as lost."""
        found = {}
        for id_, edit in edits.items():
            if (filter_ := self._offered(id_)) and supports(filter_, edit):
                found[id_] = edit
            else:
                self._lose(id_)
        return found

    def _lose(self, id_: str) -> None:
        what = "changed the type of the filter" if self._offered(id_) else "no longer has the filter"
        self._lost[id_] = f"The dashboard {what} “{id_}”, so its value isn't applied."

    def _first(self, id_: str) -> Filter:
        return next(each for each in self._loaded[self._dashboard_ids[0]] if each.id == id_)

    def _offered(self, id_: str) -> Filter | None:
        return next((each for each in self.offered if each.id == id_), None)

    def _edit(self, filter_: Filter) -> Edit:
        return self.edits.get(filter_.id) or edit_of(filter_)

    def _carried_over(self, dashboard_id: str, edits: Mapping[str, Edit]) -> dict[str, Edit]:
        """Return the edits by the filter IDs of another dashboard."""
        if dashboard_id == self._dashboard_ids[0]:
            return dict(edits)
        filters = self.loaded(dashboard_id)
        return {_same(self._first(id_), filters)[0].id: edit for id_, edit in edits.items()}


def _same(wanted: Filter, filters: Sequence[Filter]) -> list[Filter]:
    """Return the filter of the same field and type if it is the only one, else an empty list."""
    count = Counter((each.field, each.type) for each in filters)[(wanted.field, wanted.type)]
    found = [each for each in filters if (each.field, each.type) == (wanted.field, wanted.type)]
    return found if count == 1 else []
