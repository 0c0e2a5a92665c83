"""Edit a dashboard's filters: read them, change their conditions, and build what is sent.

A filter is the server's object, kept whole: only the keys of its condition change, and unknown keys and kinds
are passed on unchanged. Nothing here raises for any JSON of a server.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from omni_tui.options.filters.conditions import read_condition, type_of, write_condition
from omni_tui.options.filters.describe import label, with_distinct_labels
from omni_tui.options.filters.types import OFFERED, Condition, Edit, Filter, JsonText, Operator, operator
from omni_tui.options.filters.validate import condition_problem, is_incomplete, json_problem
from omni_tui.options.spec import JsonValue


def read_filters(filters: Mapping[str, Any], order: Sequence[str]) -> tuple[Filter, ...]:
    """Return all filters: those in `order` first and in that order, then the rest."""
    ids = dict.fromkeys([*(id_ for id_ in order if id_ in filters), *filters])
    return with_distinct_labels(_read_filter(id_, filters[id_]) for id_ in ids)


def _read_filter(id_: str, raw: Any) -> Filter:
    name = label(id_, raw)
    return Filter(
        id=id_,
        label=name,
        own_label=name,
        type=type_of(raw),
        raw=raw,
        field=_field(id_, raw),
        is_required=_is_said(raw, "required", "isRequired", "is_required"),
        is_hidden=_is_said(raw, "hidden", "isHidden", "is_hidden"),
    )


def _field(id_: str, raw: Any) -> str:
    if not isinstance(raw, Mapping):
        return id_
    name, view = raw.get("fieldName") or raw.get("field"), raw.get("viewName")
    if not isinstance(name, str) or not name:
        return id_
    return f"{view}.{name}" if "." not in name and isinstance(view, str) and view else name


def _is_said(raw: Any, *keys: str) -> bool:
    return isinstance(raw, Mapping) and any(raw.get(key) is True for key in keys)


def operators(filter: Filter) -> tuple[Operator, ...]:
    """Return the operators to choose from: those of its type, and its own if only servers use it."""
    offered = OFFERED[filter.type]
    own = read_condition(filter.raw)
    present = operator(filter.type, own.operator) if own else None
    return offered if present is None or present in offered else (*offered, present)


def edit_of(filter: Filter) -> Edit:
    """Return the filter's own condition; as JSON if its form is unknown."""
    own = read_condition(filter.raw)
    return JsonText(_json_text(filter.raw)) if own is None else own


def supports(filter: Filter, edit: Edit) -> bool:
    """Return whether a filter can have an edit: its type needs the condition's operator."""
    return not isinstance(edit, Condition) or operator(filter.type, edit.operator) is not None


def edit_sending(filter: Filter, raw: JsonValue) -> Edit:
    """Return the edit that sends an object for the filter; as JSON if the filter has another type."""
    edit = edit_of(replace(filter, raw=raw))
    return edit if supports(filter, edit) else JsonText(_json_text(raw))


def _json_text(value: JsonValue) -> str:
    for indent in (2, None):
        try:
            return json.dumps(value, ensure_ascii=False, indent=indent)
        except RecursionError:  # only the compact form is written without recursion
            continue
    return ""


def with_condition(filter: Filter, condition: Condition) -> JsonValue:
    """Return the filter's object with only its condition changed; unchanged for its own condition."""
    if not isinstance(filter.raw, dict) or condition == read_condition(filter.raw):
        return filter.raw
    return write_condition(filter.raw, condition)


def with_edit(filter: Filter, edit: Edit) -> JsonValue:
    """Return what is sent for the filter with that edit.

    Invalid JSON is returned as text: no server accepts it as a filter, so nothing is exported with other
    filters than those on the screen.
    """
    if isinstance(edit, Condition):
        return with_condition(filter, edit)
    try:
        sent: JsonValue = json.loads(edit.text)
    except (ValueError, RecursionError):
        return edit.text
    return filter.raw if same_json(sent, filter.raw) else sent


def edit_problem(filter: Filter, edit: Edit) -> str:
    """Return what is wrong with an edit, in one sentence, or ""."""
    if isinstance(edit, Condition):
        return condition_problem(filter, edit)
    problem = json_problem(edit.text)
    if not problem and isinstance(filter.raw, dict) and not isinstance(with_edit(filter, edit), dict):
        return "A filter must be a JSON object, between “{” and “}”."
    return problem


def is_changed(filter: Filter, edit: Edit) -> bool:
    """Return whether the edit sends anything other than what the server has, or still needs a value."""
    if isinstance(edit, Condition) and is_incomplete(filter, edit):
        return True
    return not same_json(with_edit(filter, edit), filter.raw)


def config(filters: Sequence[Filter], edits: Mapping[str, Edit]) -> dict[str, JsonValue] | None:
    """Return the `filterConfig` to send: None if nothing is changed, else all filters.

    Raises KeyError for an edit of a filter that the dashboard doesn't have.
    """
    by_id = {filter.id: filter for filter in filters}
    sent = {id_: with_edit(by_id[id_], edit) for id_, edit in edits.items()}
    if all(same_json(value, by_id[id_].raw) for id_, value in sent.items()):
        return None
    return {filter.id: sent.get(filter.id, filter.raw) for filter in filters}


def same_json(one: Any, other: Any) -> bool:
    """Return whether two values are the same JSON: unlike with `==`, true is not 1, and 1 is not 1.0."""
    if one is other:
        return True
    try:
        return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return False


def values_for_fan_out(filter: Filter, edit: Edit) -> tuple[str, ...]:
    """Return the values that can each have their own export: those of an "is" or "=", else none."""
    if isinstance(edit, Condition) and edit.operator in ("is", "="):
        return tuple(dict.fromkeys(edit.values))
    return ()
