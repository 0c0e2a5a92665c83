"""Every condition that an editor can write, against the demo: the rows are exactly the matching ones.

The expected rows are defined a third time here, only from the operators' names, as an independent check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from omni_tui.demo.data.conditions import condition_test
from omni_tui.demo.data.misfit_filters import fits
from omni_tui.demo.data.rows import Frame, frame_of
from omni_tui.demo.rules import verdict
from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.filters import filters_of
from omni_tui.options.filters.editing import config, operators, read_filters, with_condition
from omni_tui.options.filters.types import Condition, Filter
from tests.demo.conftest import NOW, dashboard_of

TODAY = NOW.date()
DASHBOARD = dashboard_of(names.EVERYTHING_ID)
RAW = filters_of(DASHBOARD)
FILTERS = {each.id: each for each in read_filters(RAW, list(RAW))}
STATUS, CREATED, PRICE = "orders.status", "orders.created_at", "orders.sale_price"
FIRST_ORDER = next(id_ for id_, raw in RAW.items() if raw["type"] == "boolean")
COUPON = next(id_ for id_, raw in RAW.items() if raw["type"] == "null")
EARLY, LATE = date(2026, 3, 1), date(2026, 9, 1)

Keeps = Callable[[Any], bool]
CASES: list[tuple[str, Condition, Keeps]] = [
    (STATUS, Condition("is", ("complete", "shipped")), lambda status: status in ("complete", "shipped")),
    (STATUS, Condition("is", ("COMPLETE",), ignores_case=True), lambda status: status == "complete"),
    (STATUS, Condition("is", ("COMPLETE",)), lambda status: False),
    (STATUS, Condition("not", ("complete",)), lambda status: status != "complete"),
    (STATUS, Condition("contains", ("ed", "let")), lambda status: "ed" in status or "let" in status),
    (STATUS, Condition("not contains", ("e",)), lambda status: "e" not in status),
    (STATUS, Condition("starts with", ("c", "s")), lambda status: status[0] in "cs"),
    (STATUS, Condition("not starts with", ("c",)), lambda status: status[0] != "c"),
    (STATUS, Condition("ends with", ("ed",)), lambda status: status.endswith("ed")),
    (
        STATUS,
        Condition("not ends with", ("ED",), ignores_case=True),
        lambda status: not status.endswith("ed"),
    ),
    (STATUS, Condition("empty"), lambda status: False),
    (STATUS, Condition("not empty"), lambda status: True),
    (STATUS, Condition("any"), lambda status: True),
    (PRICE, Condition("=", ("8", "8.5", "9")), lambda price: price in (8, 8.5, 9)),
    (PRICE, Condition("!=", ("8",)), lambda price: price != 8),
    (PRICE, Condition("<", ("100",)), lambda price: price < 100),
    (PRICE, Condition("<=", ("100",)), lambda price: price <= 100),
    (PRICE, Condition(">", ("100",)), lambda price: price > 100),
    (PRICE, Condition(">=", (" 1e2 ",)), lambda price: price >= 100),
    (PRICE, Condition("between", ("10", "99.99")), lambda price: 10 <= price < 99.99),
    (PRICE, Condition("not between", ("10", "99.99")), lambda price: not 10 <= price < 99.99),
    (PRICE, Condition("any"), lambda price: True),
    (CREATED, Condition("past", ("1 day",)), lambda day: day == TODAY),
    (CREATED, Condition("past", ("2 Weeks",)), lambda day: day > TODAY - timedelta(days=14)),
    (CREATED, Condition("past", ("3 months",)), lambda day: day >= date(2026, 8, 24)),
    (CREATED, Condition("past", ("1 quarter",)), lambda day: day >= date(2026, 8, 24)),
    (CREATED, Condition("past", ("1 year",)), lambda day: day >= date(2025, 11, 24)),
    (CREATED, Condition("between", (str(EARLY), str(LATE))), lambda day: EARLY <= day < LATE),
    (CREATED, Condition("on or after", (str(EARLY),)), lambda day: day >= EARLY),
    (CREATED, Condition("on or after", ("1 week ago",)), lambda day: day > TODAY - timedelta(days=7)),
    (CREATED, Condition("before", (str(EARLY),)), lambda day: day < EARLY),
    (CREATED, Condition("on", (str(EARLY),)), lambda day: day == EARLY),
    (CREATED, Condition("on", ("2026-03",)), lambda day: (day.year, day.month) == (2026, 3)),
    (CREATED, Condition("on", ("Q3 2026",)), lambda day: day.year == 2026 and day.month in (7, 8, 9)),
    (CREATED, Condition("on", ("FY2026",)), lambda day: day.year == 2026),
    (CREATED, Condition("on", ("Yesterday",)), lambda day: day == TODAY - timedelta(days=1)),
    (CREATED, Condition("on", ("last quarter",)), lambda day: day.year == 2026 and day.month in (7, 8, 9)),
    (CREATED, Condition("not on", ("this month",)), lambda day: (day.year, day.month) != (2026, 11)),
    (CREATED, Condition("on", ("6 complete months ago",)), lambda day: (day.year, day.month) == (2026, 5)),
    (CREATED, Condition("on", ("mon",)), lambda day: day.weekday() == 0),
    (
        CREATED,
        Condition("past", ("2 complete months",)),
        lambda day: (day.year, day.month) in ((2026, 9), (2026, 10)),
    ),
    (
        CREATED,
        Condition("between", (str(EARLY), "yesterday")),
        lambda day: EARLY <= day < TODAY - timedelta(days=1),
    ),
    (CREATED, Condition("before", ("this year",)), lambda day: day.year < 2026),
    (CREATED, Condition("not on", (str(EARLY),)), lambda day: day != EARLY),
    (CREATED, Condition("span", ("1 month", str(EARLY))), lambda day: (day.year, day.month) == (2026, 3)),
    (CREATED, Condition("any"), lambda day: True),
    (FIRST_ORDER, Condition("yes"), lambda is_first: is_first is True),
    (FIRST_ORDER, Condition("no"), lambda is_first: is_first is False),
    (FIRST_ORDER, Condition("any"), lambda is_first: True),
    (COUPON, Condition("null"), lambda coupon: coupon is None),
    (COUPON, Condition("not null"), lambda coupon: coupon is not None),
]
NARROWING_NOTHING: dict[str, object] = dict.fromkeys(RAW)
WHOLE = frame_of(DASHBOARD, TODAY, NARROWING_NOTHING)


def frame_with(filter_: Filter, condition: Condition) -> Frame:
    """Return the rows with only that filter, as `config` sends it."""
    sent = config(list(FILTERS.values()), {filter_.id: condition})
    body = RAW if sent is None else sent
    return frame_of(DASHBOARD, TODAY, {**NARROWING_NOTHING, filter_.id: body[filter_.id]})


@pytest.mark.parametrize(("id_", "condition", "keeps"), CASES)
def test_the_rows_are_exactly_the_matching_ones(id_: str, condition: Condition, keeps: Keeps) -> None:
    filter_ = FILTERS[id_]
    found = frame_with(filter_, condition)
    kept = [row for row, value in enumerate(WHOLE.columns[filter_.field]) if keeps(value)]
    assert found.size == len(kept)
    assert found.columns["orders.order_number"] == [WHOLE.columns["orders.order_number"][row] for row in kept]


@pytest.mark.parametrize(
    ("condition", "keeps"),
    [(each, keeps) for id_, each, keeps in CASES if id_ == CREATED and each.operator != "any"],
)
def test_the_same_for_a_dashboard_that_has_dates_as_values(condition: Condition, keeps: Keeps) -> None:
    own: dict[str, Any] = {"type": "date", "kind": "BEFORE", "values": ["2024-01-01"]}
    filter_ = replace(FILTERS[CREATED], raw=own)
    sent = with_condition(filter_, condition)
    assert fits(sent, own)
    assert isinstance(sent, dict)
    test = condition_test(sent, TODAY)
    assert test is not None
    days = WHOLE.columns[filter_.field]
    assert [day for day in days if test(day)] == [day for day in days if keeps(day)]


def test_every_available_operator_is_tested_with_the_demo() -> None:
    tried = {(FILTERS[id_].type, condition.operator) for id_, condition, _ in CASES}
    offered = {(each.type, operator.key) for each in FILTERS.values() for operator in operators(each)}
    assert offered <= tried


def test_most_cases_match_some_rows_and_not_all() -> None:
    sizes = [frame_with(FILTERS[id_], condition).size for id_, condition, _ in CASES]
    assert sum(0 < size < WHOLE.size for size in sizes) > len(CASES) * 0.7


def test_a_required_filter_cannot_be_any_value() -> None:
    filters = list(FILTERS.values())
    refused = verdict(
        {"format": "pdf", "filterConfig": config(filters, {CREATED: Condition("any")})}, DASHBOARD
    )
    assert refused is not None
    assert refused.field == "filterConfig"
    assert refused.message == f"Bad Request: filterConfig: Required filters have no value: {CREATED}"
    edit = Condition("past", ("1 week",))
    assert verdict({"format": "pdf", "filterConfig": config(filters, {CREATED: edit})}, DASHBOARD) is None
    only = {STATUS: RAW[STATUS]}
    assert verdict({"format": "pdf", "filterConfig": only}, DASHBOARD) is None
