"""Whatever a server gives: read and written without a change it is the same, and an edit changes no more."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.options.filters.conditions import _NARROWING_KEY, read_condition, type_of
from omni_tui.options.filters.date_conditions import next_day
from omni_tui.options.filters.describe import words_of
from omni_tui.options.filters.editing import (
    condition_problem,
    config,
    edit_of,
    edit_problem,
    read_filters,
    same_json,
    values_for_fan_out,
    with_condition,
    with_edit,
)
from omni_tui.options.filters.types import Condition, Filter, FilterType, JsonText
from tests.options.filters.filter_objects import (
    any_objects,
    conditions,
    filter_like,
    filter_of,
    json_values,
    known_objects,
)


@given(any_objects)
def test_read_and_written_without_a_change_is_the_same_json(raw: Any) -> None:
    before = json.dumps(raw)
    filter_ = filter_of(raw)
    own = edit_of(filter_)
    assert json.dumps(with_edit(filter_, own)) == before
    assert config([filter_], {filter_.id: own}) is None
    assert config([filter_], {}) is None
    assert words_of(filter_, own).startswith(filter_.label)
    edit_problem(filter_, own)
    assert set(values_for_fan_out(filter_, own)) <= set(getattr(own, "values", ()))


@given(known_objects, st.data())
def test_an_edit_changes_the_condition_and_no_key_beside_it(raw: dict[str, Any], data: st.DataObject) -> None:
    filter_ = filter_of(raw)
    before = json.dumps(raw)
    condition = data.draw(conditions(filter_))
    sent = with_condition(filter_, condition)
    assert json.dumps(raw) == before
    assert isinstance(sent, dict)
    own_keys = {
        "kind",
        "values",
        "is_negative",
        "is_inclusive",
        "case_insensitive",
        "left_side",
        "right_side",
        "ui_type",
    }
    assert {key: value for key, value in sent.items() if key not in own_keys} == {
        key: value for key, value in raw.items() if key not in own_keys
    }
    again = filter_of(sent)
    assert read_condition(again.raw) is not None
    assert same_json(with_condition(again, condition), sent)
    if read_condition(filter_.raw) is not None:
        undone = edit_of(filter_)
        assert config([filter_], {filter_.id: undone}) is None


known_types = filter_like.filter(lambda raw: type_of(raw) is not FilterType.OTHER)


@given(known_objects | known_types, st.data())
def test_written_conditions_read_back_the_same(raw: dict[str, Any], data: st.DataObject) -> None:
    """Also where the filter's own shape is not known: what was typed over it counts."""
    filter_ = filter_of(raw)
    condition = data.draw(conditions(filter_))
    is_any = condition.operator == "any"
    assert bool(condition_problem(filter_, condition)) is (is_any and filter_.is_required)
    sent = with_condition(filter_, condition)
    read = read_condition(sent)
    if is_any and read is None:  # a key that is not known here may still narrow it
        assert isinstance(sent, dict)
        assert any(_NARROWING_KEY.fullmatch(key) for key in sent)
        return
    assert read is not None
    assert _meaning(filter_, read) == _meaning(filter_, condition)


def _meaning(filter_: Filter, condition: Condition) -> tuple[str, list[Any], bool]:
    """The condition with numbers by their value, and a range of one day as that day."""
    values: list[Any] = list(condition.values)
    if filter_.type is FilterType.NUMBER:
        values = [float(value) for value in values]
    not_ = "not " if condition.operator.startswith("not ") else ""
    if condition.operator.endswith("between") and values[1] == next_day(str(values[0])):
        return f"{not_}on", values[:1], False
    if condition.operator.endswith("span") and values[1] == f"{values[0]} ago":
        return f"{not_}past", values[:1], False
    return condition.operator, values, condition.ignores_case


@given(st.dictionaries(st.text(), any_objects, max_size=4), st.data())
def test_all_or_nothing_is_sent(filters: dict[str, Any], data: st.DataObject) -> None:
    read = read_filters(filters, data.draw(st.permutations(list(filters))))
    assert sorted(each.id for each in read) == sorted(filters)
    id_ = data.draw(st.sampled_from(sorted(filters))) if filters else ""
    replaced = data.draw(json_values)
    sent = config(read, {id_: JsonText(json.dumps(replaced))} if filters else {})
    if sent is None:
        assert not filters or same_json(replaced, filters[id_])
    else:
        assert [*sent] == [each.id for each in read]
        assert same_json(sent, {each.id: filters[each.id] for each in read} | {id_: replaced})
