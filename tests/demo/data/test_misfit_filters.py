"""Which filters the server silently drops: those whose keys don't fit their type [V]."""

from __future__ import annotations

from typing import Any

import pytest

from omni_tui.demo.data.misfit_filters import fits
from omni_tui.demo.data.rows import frame_of
from omni_tui.demo.sample_data.filters import filters_of
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from tests.demo.conftest import BLOB, NOW, dashboard_of

BETWEEN = {"type": "date", "kind": "BETWEEN", "left_side": "2026-01-01", "right_side": "2026-02-01"}
EQUALS = {"type": "string", "kind": "EQUALS", "values": ["Email"]}


@pytest.mark.parametrize(
    "condition",
    [
        EQUALS,
        {**EQUALS, "kind": "SQL_LIKE", "is_negative": True, "case_insensitive": True},
        {**EQUALS, "label": "Channel", "made_up": 1, "cancel_query_filter": True},
        {"type": "number", "kind": "BETWEEN", "values": ["1", "2"], "is_inclusive": True},
        BETWEEN,
        {**BETWEEN, "offset_interval_string": "0 days"},
        {**BETWEEN, "ui_type": "BETWEEN", "offset_interval_string": None, "isFiscal": False},
        {"type": "date", "kind": "ON_OR_AFTER", "left_side": "today"},
        {"type": "date", "kind": "BEFORE", "right_side": "2026-01"},
        {"type": "date", "kind": "TIME_FOR_UNIT_DURATION", "left_side": "FY2026", "isFiscal": True},
        {"type": "date", "kind": "IS_ON_DAY_OF_WEEK", "left_side": "1"},
        {"type": "date", "kind": "TIME_FOR_INTERVAL_DURATION", "ui_type": "ANY_TIME"},
        {"type": "boolean"},
        {"type": "boolean", "is_negative": None, "treat_nulls_as_false": True},
        {"type": "null", "is_negative": True},
        {"type": "composite", "conjunction": "OR", "filters": [EQUALS, {"type": "null"}]},
        {"type": "user_attribute", "user_attribute_name": "region"},
        {"type": "query", "query_id": "x", "field_name": "orders.id"},
    ],
)
def test_what_fits(condition: dict[str, Any]) -> None:
    assert fits(condition)


@pytest.mark.parametrize(
    "condition",
    [
        None,
        ["Email"],
        {},
        {"values": ["Email"]},
        {"type": "made up"},
        {**EQUALS, "kind": "GREATER_THAN"},
        {**EQUALS, "values": "Email"},
        {**EQUALS, "left_side": "2026-01-01"},
        {"type": "number", "kind": "EQUALS", "values": [5]},
        {**BETWEEN, "offset_interval_string": "56 days"},
        {**BETWEEN, "isFiscal": True},
        {**BETWEEN, "ui_type": "PAST"},
        {**BETWEEN, "values": ["2026-01-01"]},
        {**BETWEEN, "kind": "WITHIN_RANGE"},
        {**BETWEEN, "kind": "ON_OR_AFTER"},
        {"type": "date", "kind": "BEFORE", "left_side": "2026-01-01"},
        {"type": "date", "defaultValue": "last_7_days"},
        {"type": "boolean", "kind": "EQUALS", "values": ["true"]},
        {"type": "null", "values": []},
        {"type": "composite", "operator": "OR", "filters": []},
        {"type": "composite", "conjunction": "OR", "filters": [{}]},
        {"type": "user_attribute"},
        {"type": "query", "query_id": "x"},
    ],
)
def test_what_does_not_fit(condition: object) -> None:
    assert not fits(condition)


def test_a_filter_in_the_shape_of_the_dashboards_own_always_fits() -> None:
    odd = {"type": "date", "kind": "BEFORE", "values": ["2024-01-01"]}
    assert not fits(odd)
    assert fits({**odd, "values": ["2025-01-01"]}, odd)
    assert fits({**odd, "kind": "ON_OR_AFTER"}, odd)
    assert not fits({"type": "date", "kind": "BEFORE", "values": ["1"], "right_side": "2"}, odd)


def test_every_filter_of_every_dashboard_fits_unchanged() -> None:
    for dashboard in SampleDocuments(now=NOW):
        for own in filters_of(dashboard).values():
            assert fits(dict(own), own)


def test_a_filter_that_is_dropped_leaves_all_rows() -> None:
    dashboard = dashboard_of(BLOB)
    asked = {**BETWEEN, "left_side": "2026-11-01", "right_side": "2026-11-08"}
    misfit = {**asked, "ui_type": "PAST"}

    def rows(condition: dict[str, Any], *, drops_misfits: bool) -> int:
        key = "web_sessions.session_date"
        return frame_of(dashboard, NOW.date(), {key: condition}, drops_misfits=drops_misfits).size

    assert rows(asked, drops_misfits=True) == rows(misfit, drops_misfits=False) < 200
    assert rows(misfit, drops_misfits=True) == dashboard.row_count


def test_composites_join_their_parts() -> None:
    dashboard = dashboard_of(BLOB)
    key = "web_sessions.channel"

    def rows(condition: dict[str, Any]) -> int:
        return frame_of(dashboard, NOW.date(), {key: condition}, drops_misfits=True).size

    email, social = rows(EQUALS), rows({**EQUALS, "values": ["Social"]})
    either = {"type": "composite", "filters": [EQUALS, {**EQUALS, "values": ["Social"]}]}
    assert rows({**either, "conjunction": "OR"}) == email + social
    assert rows({**either, "conjunction": "AND"}) == 0
    assert rows({**either, "conjunction": "OR", "is_negative": True}) == dashboard.row_count - email - social
    nothing = {"type": "user_attribute", "user_attribute_name": "region"}
    assert (
        rows({"type": "composite", "conjunction": "OR", "filters": [EQUALS, nothing]}) == dashboard.row_count
    )
