"""The filters and controls of a dashboard, as in `GET …/filters`."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from omni_tui.demo.sample_data.data_model import Column, Kind, Subject
from omni_tui.demo.sample_data.models import Dashboard, Special
from omni_tui.demo.sample_data.subjects import SUBJECTS

Condition = dict[str, Any]

# On the dashboard with all filters: which one is required, and which one is hidden.
_REQUIRED, _HIDDEN = 1, 7


@lru_cache(maxsize=256)
def filters_of(dashboard: Dashboard) -> dict[str, Condition]:
    """Return the filters by ID, in display order. Don't modify them.

    Most IDs are `view.field`, some a random word, as in a real Omni.
    """
    rng = random.Random(f"filters {dashboard.identifier}")
    subject = SUBJECTS[dashboard.subject]
    is_everything = dashboard.special is Special.EVERYTHING
    filters: dict[str, Condition] = {}
    for column, condition in islice(_kinds(subject, is_everything=is_everything), dashboard.filter_count):
        name = column.field.name
        is_named_after_field = name not in filters and len(filters) % 3 != 2
        word = "".join(rng.choices(string.ascii_letters + string.digits, k=8))
        filters[name if is_named_after_field else word] = {
            **condition,
            "label": column.field.label,
            "fieldName": name,
            "viewName": subject.view,
            "required": is_everything and len(filters) == _REQUIRED,
            "hidden": is_everything and len(filters) == _HIDDEN,
            "tileFilterMap": {"mode": "all"},
        }
    return filters


def controls_of(dashboard: Dashboard) -> list[Condition]:
    """Return the controls: what users can change on the dashboard besides filters."""
    if dashboard.special is not Special.EVERYTHING and dashboard.filter_count % 3 != 2:
        return []
    subject = SUBJECTS[dashboard.subject]
    options = [subject.column(name).field.name for name in subject.dimensions()[:3]]
    control = {
        "id": "group-by",
        "controlType": "FIELD_SELECTION",
        "label": "Group by",
        "value": options[0],
        "options": options,
    }
    return [control]


def _kinds(subject: Subject, *, is_everything: bool) -> Iterator[tuple[Column, Condition]]:
    """Yield one filter of every kind. The first five match everything by default."""
    date = subject.columns[0]
    texts = [subject.column(name) for name in subject.dimensions()]
    numbers = [column for column in subject.columns if column.field.kind.is_number]
    yes_no = next(column for column in subject.columns if column.field.kind is Kind.BOOLEAN)
    sparse = next(column for column in subject.columns if column.null_share)
    number = numbers[0]
    past_year = {"left_side": "12 months ago", "right_side": "12 months", "ui_type": "PAST"}
    text: Callable[..., Condition] = _text_condition
    yield texts[0], text("EQUALS")
    yield date, {"type": "date", "kind": "TIME_FOR_INTERVAL_DURATION", **past_year}
    yield texts[1], text("EQUALS")
    yield texts[2], text("CONTAINS", case_insensitive=True)
    yield number, _number_condition("GREATER_THAN", "0", is_inclusive=True)
    yield yes_no, {"type": "boolean", "is_negative": False}
    yield sparse, {"type": "null", "is_negative": True}
    yield texts[0], text("EQUALS", texts[0].choices[-1], is_negative=True)
    yield number, _number_condition("BETWEEN", str(number.low), str(number.high))
    yield texts[1], text("STARTS_WITH")
    yield date, {"type": "date", "kind": "ON_OR_AFTER", "left_side": "2024-01-01"}
    yield texts[2], {"type": "composite", "conjunction": "OR", "filters": []}
    if is_everything:
        yield from _rare_kinds(date, texts)
    while True:
        yield numbers[-1], _number_condition("EQUALS")


def _rare_kinds(date: Column, texts: list[Column]) -> Iterator[tuple[Column, Condition]]:
    """Yield kinds that few dashboards have: the rest of the union [V], and something that isn't one [D]."""
    wide = {"left_side": "2024-01-01", "right_side": "2100-01-01", "offset_interval_string": None}
    past_year = {"left_side": "12 months ago", "right_side": "12 months", "ui_type": "ANY_TIME"}
    either = [_text_condition("STARTS_WITH", ""), {**_text_condition("IS_EMPTY"), "is_negative": True}]
    yield texts[1], {"type": "composite", "conjunction": "AND", "filters": either}
    yield texts[2], {"type": "user_attribute", "user_attribute_name": "region", "is_negative": False}
    yield texts[0], {"type": "query", "query_id": "Jmn2r3KV", "field_name": texts[0].field.name}
    yield date, {"type": "date", "defaultValue": "last_7_days"}
    yield date, {"type": "date", "kind": "BETWEEN", "ui_type": "BETWEEN", **wide}
    yield date, {"type": "date", "kind": "TIME_FOR_INTERVAL_DURATION", **past_year}


def _text_condition(kind: str, *values: str, **marks: bool) -> Condition:
    return {"type": "string", "kind": kind, "values": list(values), "is_negative": False, **marks}


def _number_condition(kind: str, *values: str, **marks: bool) -> Condition:
    return {"type": "number", "kind": kind, "values": list(values), "is_negative": False, **marks}
