"""Filters that combine filters: `composite` joins others by AND or OR.

Filters by user attribute or by another query match everything here, as the demo has neither.
"""

from __future__ import annotations

from datetime import date

from omni_tui.demo.data import conditions
from omni_tui.demo.data.conditions import Test
from omni_tui.demo.data.fitting import MAX_LEVELS


def test_of(condition: object, today: date) -> Test | None:
    """Return the test that a value must pass, for all filter types, or None if it matches everything."""
    return _test_of(condition, today, 0)


def _test_of(condition: object, today: date, level: int) -> Test | None:
    if not isinstance(condition, dict) or condition.get("type") != "composite":
        return conditions.test_of(condition, today)
    nested = condition.get("filters") if level < MAX_LEVELS else None
    tests = [_test_of(each, today, level + 1) for each in nested] if isinstance(nested, list) else []
    narrowing = [test for test in tests if test is not None]
    is_or = condition.get("conjunction") == "OR"
    if not narrowing or (is_or and len(narrowing) < len(tests)):
        return None
    joined = _any_of(narrowing) if is_or else _all_of(narrowing)
    return _negated(joined) if condition.get("is_negative") else joined


def _any_of(tests: list[Test]) -> Test:
    return lambda value: any(test(value) for test in tests)


def _all_of(tests: list[Test]) -> Test:
    return lambda value: all(test(value) for test in tests)


def _negated(test: Test) -> Test:
    return lambda value: not test(value)
