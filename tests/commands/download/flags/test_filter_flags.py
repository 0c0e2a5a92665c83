"""`--filter` and `--each` against the filters of a dashboard."""

from __future__ import annotations

from typing import Any

import pytest

from omni_tui.commands.download.flags.filter_flags import edits_of, fan_out_of, typed_filter
from omni_tui.commands.download.flags.option_flags import EACH, FILTER
from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.options.filters.editing import edit_of, read_filters
from omni_tui.options.filters.text_syntax import flag_text, text_of
from omni_tui.options.filters.types import Condition, Filter

RAW: dict[str, Any] = {
    "orders.status": {"type": "string", "kind": "EQUALS", "values": ["complete"], "label": "Status"},
    "orders.price": {"type": "number", "kind": "GREATER_THAN", "values": ["0"], "label": "Price"},
    "orders.created": {
        "type": "date",
        "kind": "ON_OR_AFTER",
        "left_side": "2026-01-01",
        "label": "Created",
    },
    "orders.paid": {"type": "boolean", "is_negative": False, "label": "Paid"},
    "x1": {"type": "string", "kind": "EQUALS", "values": [], "label": "Region"},
    "x2": {"type": "string", "kind": "EQUALS", "values": ["b"], "label": "Region"},
    "x3": {"type": "string", "kind": "EQUALS", "values": ["b"], "label": "a=b\x1b[31m"},
    "x4": {"type": "composite", "label": "Mix"},
}
FILTERS = read_filters(RAW, list(RAW))


def filter_of(id_: str) -> Filter:
    return next(filter_ for filter_ in FILTERS if filter_.id == id_)


def texts(typed: str) -> list[str]:
    fan_out = fan_out_of(FILTERS, typed_filter(EACH, typed))
    return [text_of(fan_out.filter, edit) for edit in fan_out.edits]


def test_filters_are_found_by_label_or_id() -> None:
    typed = [typed_filter(FILTER, text) for text in ("status=not complete", "orders.price>=10", "x1=EMEA")]
    edits, errors = edits_of(FILTERS, typed)
    assert errors == []
    assert edits == {
        "orders.status": Condition("not", ("complete",)),
        "orders.price": Condition(">=", ("10",)),
        "x1": Condition("is", ("EMEA",)),
    }


def test_every_mistake_is_reported_and_the_rest_is_parsed() -> None:
    texts = ("Stats=x", "Region=x", "Price=cheap", "Paid=no", "Status=a", "orders.status=b")
    edits, errors = edits_of(FILTERS, [typed_filter(FILTER, text) for text in texts])
    assert set(edits) == {"orders.paid", "orders.status"}
    told = list(map(str, errors))
    for words in (
        ["--filter 'Stats=x'", "Unknown filter “Stats”", "Status, Price, Created"],
        ["--filter 'Region=x'", "2 filters", "x1 and x2", "Use the ID"],
        ["--filter 'Price=cheap'", "isn't a number", "“>=10”"],
        ["--filter 'orders.status=b'", "is set twice", "commas"],
    ):
        assert [line for line in told if all(word in line for word in words)], words
    assert len(told) == 4


@pytest.mark.parametrize(
    ("typed", "files"),
    [
        ("Status=complete,pending", ["complete", "pending"]),
        ("Status=complete, pending, complete", ["complete", "pending"]),
        ('Status="New York, NY", Boston', ['"New York, NY"', "Boston"]),
        ("Status=not complete, pending", ["not complete", "not pending"]),
        ("Price=1,2.5", ["1", "2.5"]),
        ("Price=<5, 5..10, >10", ["<5", "5..10", ">10"]),
        ("Paid=yes, no, any", ["yes", "no", "any"]),
        ("Created=past 3 months, past 6 months", ["past 3 months", "past 6 months"]),
        ("Created=2026-01-01,2026-01-02", ["2026-01-01", "2026-01-02"]),
    ],
)
def test_each_value_is_a_separate_file(typed: str, files: list[str]) -> None:
    assert texts(typed) == files


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Status=,", "There are no values"),
        ("Status=any", "isn't a list of values"),
        ("Paid=yes, perhaps", "Paid"),
        ("Price=1, cheap", "“cheap” isn't a number"),
        ("Mix={}", "no list of values"),
        ("Nothing=1", "Unknown filter “Nothing”"),
    ],
)
def test_what_cannot_be_fanned_out_is_rejected(typed: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        texts(typed)
    assert words in str(caught.value)
    assert typed in str(caught.value)


@pytest.mark.parametrize("typed", ["Status", "=complete", "Status="])
def test_a_missing_filter_or_value_is_rejected_without_a_server(typed: str) -> None:
    with pytest.raises(UsageError, match="--filter"):
        typed_filter(FILTER, typed)


@pytest.mark.parametrize(
    ("id_", "typed"),
    [
        ("orders.status", "Status=complete"),
        ("orders.price", "Price>0"),
        ("orders.created", "Created=on or after 2026-01-01"),
        ("orders.paid", "Paid=yes"),
        ("x1", "x1=any"),
        ("x2", "x2=b"),
        ("x3", "x3=b"),
    ],
)
def test_what_is_printed_can_be_typed(id_: str, typed: str) -> None:
    filter_ = filter_of(id_)
    assert flag_text(FILTERS, filter_, edit_of(filter_)) == typed
    edits, errors = edits_of(FILTERS, [typed_filter(FILTER, typed)])
    assert (edits, errors) == ({id_: edit_of(filter_)}, [])
