"""Requests of every kind: sensible values, values just beyond, and junk."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from omni_tui.options.spec import ExportRequest, Format, Kind, OptionSpec
from omni_tui.options.table import OPTIONS

# What the vendor's page has. `fresh` is beyond it; test_fresh.py has its tests.
PAGE_OPTIONS = [spec for spec in OPTIONS if spec.sent_as is None]

FILTERS = {
    "orders.status": {"type": "string", "kind": "EQUALS", "values": ["complete"], "is_negative": False},
    "orders.price": {"type": "number", "kind": "BETWEEN", "values": ["10", "99.99"], "newer": None},
}


def good_values(spec: OptionSpec) -> st.SearchStrategy[Any]:
    """Values that the option takes."""
    match spec.kind:
        case Kind.SWITCH:
            return st.booleans()
        case Kind.CHOICE:
            return st.sampled_from(spec.choices)
        case Kind.INTEGER:
            return st.integers(spec.minimum, spec.maximum) | st.sampled_from([spec.minimum, spec.maximum])
        case Kind.TEXT:
            text = st.text(min_size=spec.minimum or 0, max_size=20)
            return text | st.sampled_from(["n" * (spec.maximum or 1), "😀" * (spec.maximum or 1)])
        case Kind.TILE:
            return st.sampled_from(["1", "2"])
        case Kind.USER:
            return st.sampled_from(["m-1", "m-2"])
        case Kind.FILTERS:
            return st.sampled_from([FILTERS, {}, {"orders.status": FILTERS["orders.status"]}])


def wrong_values(spec: OptionSpec) -> st.SearchStrategy[Any]:
    """Values of the types that options have, which this option does not take."""
    match spec.kind:
        case Kind.SWITCH:
            return st.sampled_from(["true", "", 0, 1])
        case Kind.CHOICE:
            return st.sampled_from(["", "A4", "fit page", True, 4])
        case Kind.INTEGER:
            return st.sampled_from([0, -1, (spec.maximum or 0) + 1, 10**30, True, False, "5", ""])
        case Kind.TEXT:
            return st.sampled_from(["", "n" * ((spec.maximum or 0) + 1), True, 7])
        case Kind.TILE:
            return st.sampled_from(["", True, 1])
        case Kind.USER:
            return st.just("")
        case Kind.FILTERS:
            return st.sampled_from(["orders.status", True, 3])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
junk = st.one_of(
    json_values,
    st.binary(),
    st.sets(st.integers(), max_size=2),
    st.dictionaries(st.integers() | st.text(), st.binary() | st.text(), max_size=2),
    st.builds(object),
    st.just("\ud800"),
)

good_requests = st.builds(
    ExportRequest,
    dashboard_id=st.just("12db1a0a"),
    format=st.sampled_from(Format),
    values=st.fixed_dictionaries({}, optional={spec.wire_name: good_values(spec) for spec in PAGE_OPTIONS}),
)
# each option good far more often than wrong: else nearly every request would have many errors
mixed_requests = st.builds(
    ExportRequest,
    dashboard_id=st.just("12db1a0a"),
    format=st.sampled_from(Format),
    values=st.fixed_dictionaries(
        {},
        optional={
            spec.wire_name: st.one_of(
                good_values(spec), good_values(spec), good_values(spec), wrong_values(spec)
            )
            for spec in PAGE_OPTIONS
        },
    ),
)
junk_requests = st.builds(
    ExportRequest,
    dashboard_id=st.text(),
    format=st.sampled_from(Format),
    values=st.dictionaries(
        st.sampled_from([spec.wire_name for spec in PAGE_OPTIONS]) | st.text(), junk, max_size=8
    ),
)
