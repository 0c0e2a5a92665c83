"""The table against the page's own table: which option fits which format, for a dashboard and for a tile."""

from __future__ import annotations

import itertools

import pytest

from omni_tui.options.rules import applicable, payload, problems, query
from omni_tui.options.spec import ExportRequest, Format, Kind, OptionValue, Place, Section
from omni_tui.options.table import BY_NAME, OPTIONS
from tests.options.body_schema import PAGE_BODY
from tests.options.strategies import PAGE_OPTIONS

PDF, PNG, XLSX, CSV, JSON = Format.PDF, Format.PNG, Format.XLSX, Format.CSV, Format.JSON

# The page's table, written down a second time: option, a value, the formats that have it.
PAGE: list[tuple[str, OptionValue, set[Format]]] = [
    ("queryIdentifierMapKey", "3", {PDF, PNG, XLSX, CSV, JSON}),
    ("filename", "Numbers", {PDF, PNG, XLSX, CSV, JSON}),
    ("filterConfig", {"a": {"values": ["x"]}}, {PDF, PNG, XLSX, CSV, JSON}),
    ("paperFormat", "a4", {PDF, PNG}),
    ("paperOrientation", "landscape", {PDF, PNG}),
    ("hideTitle", True, {PDF, PNG}),
    ("showFilters", False, {PDF, PNG}),
    ("expandTablesToShowAllRows", True, {PDF, PNG}),
    ("singleColumnLayout", True, {PDF, PNG}),
    ("enableFormatting", True, {XLSX, CSV, JSON}),
    ("hideHiddenFields", True, {XLSX, CSV}),
    ("overrideRowLimit", True, {XLSX, CSV, JSON}),
    ("maxRowLimit", 500, {XLSX, CSV, JSON}),
    ("userId", "m-1", {PDF, PNG, XLSX, CSV, JSON}),
]
DEFAULTS = {
    "paperFormat": "fit_page",
    "hideTitle": False,
    "showFilters": True,
    "enableFormatting": False,
    "hideHiddenFields": False,
    "overrideRowLimit": False,
}
CASES = [(*row, fmt, tile) for row, fmt, tile in itertools.product(PAGE, Format, [None, "7"])]


@pytest.mark.parametrize(("name", "value", "formats", "fmt", "tile"), CASES)
def test_an_option_is_sent_exactly_where_the_page_has_it(
    name: str, value: OptionValue, formats: set[Format], fmt: Format, tile: str | None
) -> None:
    values = {"queryIdentifierMapKey": tile, name: value} if tile else {name: value}
    asked = ExportRequest("12db1a0a", fmt, values)
    applies = fmt in formats
    assert (BY_NAME[name] in applicable(fmt)) == applies
    is_query = name == "userId"
    assert (name in payload(asked)) == (applies and not is_query)
    assert query(asked) == ({"userId": value} if is_query else {})
    if applies and not is_query:
        assert payload(asked)[name] == value
    assert set(payload(asked)) <= {"format", "queryIdentifierMapKey", name}

    has_tile = tile is not None or name == "queryIdentifierMapKey"
    needs_tile = fmt is JSON or (name == "overrideRowLimit" and fmt is XLSX)
    fields = {problem.field for problem in problems(asked) if problem.severity.value == "error"}
    assert fields == ({"queryIdentifierMapKey"} if needs_tile and not has_tile else set())


def test_the_table_has_what_the_page_has_and_nothing_else() -> None:
    assert {spec.wire_name for spec in PAGE_OPTIONS} == {name for name, _, _ in PAGE}
    assert [spec.wire_name for spec in OPTIONS if spec not in PAGE_OPTIONS] == ["fresh"]
    in_body = {spec.wire_name for spec in PAGE_OPTIONS if spec.place is Place.BODY}
    assert in_body == PAGE_BODY["properties"].keys() - {"format"}
    assert len(BY_NAME) == len(OPTIONS)


def test_defaults_choices_and_bounds_are_the_pages() -> None:
    assert {spec.wire_name: spec.default for spec in PAGE_OPTIONS if spec.default is not None} == DEFAULTS
    for spec in OPTIONS:
        schema = PAGE_BODY["properties"].get(spec.wire_name, {})
        if spec.kind is Kind.CHOICE:
            assert list(spec.choices) == schema["enum"]
        if spec.kind is Kind.INTEGER:
            assert (spec.minimum, spec.maximum) == (schema["minimum"], schema["maximum"])
        if spec.kind is Kind.TEXT:
            assert (spec.minimum, spec.maximum) == (schema["minLength"], schema["maxLength"])


def test_every_row_can_be_shown() -> None:
    sections = list(Section)
    order = [sections.index(spec.section) for spec in OPTIONS]
    assert order == sorted(order), "rows of one section stand together"
    assert len({spec.label for spec in OPTIONS}) == len(OPTIONS)
    for spec in OPTIONS:
        assert 0 < len(spec.label) <= 18, "fits the label column"
        assert spec.help, "says what it does"
        assert spec.help[0].isupper()
        assert not spec.help.endswith(".")
        assert "%" not in spec.help, "argparse would expand it"
        assert spec.kind is not Kind.CHOICE or spec.unset_label
