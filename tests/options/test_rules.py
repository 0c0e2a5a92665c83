"""The rules, one by one, as a person would meet them."""

from __future__ import annotations

import pytest

from omni_tui.options import rules
from omni_tui.options.rules import file_extension, is_whole_dashboard, payload, problems, query
from omni_tui.options.spec import (
    ExportRequest,
    Fix,
    Format,
    Kind,
    OptionSpec,
    OptionValue,
    Problem,
    Section,
    Severity,
)
from omni_tui.options.table import BY_NAME, OPTIONS

TILE = "queryIdentifierMapKey"


def request(fmt: Format, **values: OptionValue) -> ExportRequest:
    return ExportRequest("12db1a0a", fmt, values)


def errors(asked: ExportRequest, *, may_run_as: bool = True) -> dict[str, Problem]:
    found = [
        problem for problem in problems(asked, may_run_as=may_run_as) if problem.severity is Severity.ERROR
    ]
    assert len({problem.field for problem in found}) == len(found), "more than one error under a field"
    return {problem.field: problem for problem in found}


@pytest.mark.parametrize("fmt", [Format.PDF, Format.PNG, Format.XLSX, Format.CSV])
def test_a_bare_request_is_fine_and_sends_its_format_only(fmt: Format) -> None:
    assert problems(request(fmt)) == []
    assert payload(request(fmt)) == {"format": fmt.value}
    assert query(request(fmt)) == {}


def test_json_is_one_tile_only() -> None:
    found = errors(request(Format.JSON))
    assert list(found) == [TILE]
    assert found[TILE].message == "JSON exports one tile, not a whole dashboard."
    assert found[TILE].fix == Fix("choose a tile")
    assert problems(request(Format.JSON, queryIdentifierMapKey="3")) == []


@pytest.mark.parametrize("fmt", list(Format))
def test_one_tile_that_is_not_chosen_yet(fmt: Format) -> None:
    asked = request(fmt, queryIdentifierMapKey="")
    assert not is_whole_dashboard(asked)
    assert errors(asked)[TILE].message == "No tile is chosen."


@pytest.mark.parametrize(
    ("fmt", "fields"), [(Format.XLSX, [TILE]), (Format.JSON, [TILE]), (Format.CSV, []), (Format.PDF, [])]
)
def test_row_override_needs_a_tile_in_xlsx_and_json(fmt: Format, fields: list[str]) -> None:
    assert list(errors(request(fmt, overrideRowLimit=True))) == fields
    assert errors(request(fmt, overrideRowLimit=True, queryIdentifierMapKey="3")) == {}


def test_an_override_that_is_off_needs_no_tile() -> None:
    assert errors(request(Format.XLSX, overrideRowLimit=False)) == {}
    assert payload(request(Format.XLSX, overrideRowLimit=False)) == {
        "format": "xlsx",
        "overrideRowLimit": False,
    }


@pytest.mark.parametrize("rows", [1, 1000, 1_000_000])
@pytest.mark.parametrize("override", [{}, {"overrideRowLimit": True}])
def test_a_row_limit_is_fine_alone_and_with_the_override(rows: int, override: dict[str, bool]) -> None:
    assert errors(request(Format.CSV, maxRowLimit=rows, **override)) == {}


@pytest.mark.parametrize(
    ("value", "fix"),
    [(0, 1), (-5, 1), (1_000_001, 1_000_000), (10**30, 1_000_000), (True, None), ("500", None)],
)
def test_a_row_limit_that_is_none(value: OptionValue, fix: int | None) -> None:
    problem = errors(request(Format.CSV, maxRowLimit=value))["maxRowLimit"]
    assert problem.message == "Row limit must be a whole number from 1 to 1,000,000."
    assert problem.fix is not None
    assert problem.fix.changes == {"maxRowLimit": fix}


def test_the_length_of_a_file_name() -> None:
    assert errors(request(Format.PDF, filename="n" * 255)) == {}
    assert errors(request(Format.PDF, filename="é😀" * 127)) == {}
    long = errors(request(Format.PDF, filename="n" * 256))["filename"]
    assert long.message == "Name can have at most 255 characters; this has 256."
    assert long.fix == Fix("shorten it", {"filename": "n" * 255})
    assert errors(request(Format.PDF, filename=""))["filename"].message == "Name is empty."


def test_half_a_character_cannot_be_sent() -> None:
    for name in ("filename", "userId", TILE):
        asked = ExportRequest("12db1a0a", Format.PDF, {name: "a\udc80"})
        assert "can't be sent" in errors(asked)[name].message


def test_run_as_needs_an_organization_key() -> None:
    asked = request(Format.PDF, userId="m-1")
    assert errors(asked) == {}
    assert query(asked) == {"userId": "m-1"}
    assert "userId" not in payload(asked)
    problem = errors(asked, may_run_as=False)["userId"]
    assert problem.message == "Run as needs an organization key; this key isn't one."
    assert problem.fix == Fix("back to myself", {"userId": None})


@pytest.mark.parametrize("fmt", [Format.PDF, Format.PNG])
@pytest.mark.parametrize("name", ["expandTablesToShowAllRows", "singleColumnLayout"])
@pytest.mark.parametrize("paper", [{}, {"paperFormat": "fit_page"}])
def test_expanded_or_stacked_on_fit_page_is_a_warning_with_a_way_out(
    fmt: Format, name: str, paper: dict[str, OptionValue]
) -> None:
    (warning,) = problems(ExportRequest("12db1a0a", fmt, {name: True, **paper}))
    assert (warning.field, warning.severity) == (name, Severity.WARNING)
    assert warning.fix == Fix("use letter", {"paperFormat": "letter"})
    assert problems(ExportRequest("12db1a0a", fmt, {name: True, "paperFormat": "letter"})) == []
    assert problems(ExportRequest("12db1a0a", fmt, {name: False, **paper})) == []


def test_only_set_options_are_sent() -> None:
    assert payload(request(Format.PDF, showFilters=True, hideTitle=False, paperFormat="fit_page")) == {
        "format": "pdf",
        "paperFormat": "fit_page",
        "hideTitle": False,
        "showFilters": True,
    }


def test_hidden_values_of_another_format_are_neither_sent_nor_judged() -> None:
    kept = request(Format.JSON, queryIdentifierMapKey="3", paperFormat="nonsense", hideHiddenFields=True)
    assert problems(kept) == []
    assert payload(kept) == {"format": "json", "queryIdentifierMapKey": "3"}


def test_a_choice_that_is_not_offered() -> None:
    problem = errors(request(Format.PDF, paperFormat="A4"))["paperFormat"]
    assert problem.message == "Paper must be one of fit_page, letter, legal, tabloid, a3 or a4."
    assert problem.fix == Fix("back to fit_page", {"paperFormat": None})


def test_an_option_that_no_row_has_is_not_dropped_silently() -> None:
    assert errors(request(Format.PDF, paperFromat="a4"))[""].message == "Unknown option: paperFromat."


@pytest.mark.parametrize(
    ("fmt", "values", "extension"),
    [
        (Format.PDF, {}, "pdf"),
        (Format.PNG, {TILE: "3"}, "png"),
        (Format.XLSX, {}, "xlsx"),
        (Format.CSV, {}, "zip"),
        (Format.CSV, {TILE: "3"}, "csv"),
        (Format.CSV, {TILE: ""}, "csv"),
        (Format.JSON, {TILE: "3"}, "json"),
    ],
)
def test_the_extension_of_the_file(fmt: Format, values: dict[str, OptionValue], extension: str) -> None:
    assert file_extension(ExportRequest("12db1a0a", fmt, values)) == extension


def test_a_new_option_is_a_new_row_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    row = OptionSpec(
        wire_name="cache",
        label="Cache",
        kind=Kind.CHOICE,
        section=Section.DATA,
        formats=frozenset({Format.CSV, Format.XLSX}),
        help="How fresh the rows are",
        choices=("Standard", "SkipCache"),
        required_for=frozenset({Format.CSV}),
        needs_tile_for=frozenset({Format.XLSX}),
        default="Standard",
    )
    monkeypatch.setattr(rules, "OPTIONS", (*OPTIONS, row))
    monkeypatch.setattr(rules, "BY_NAME", {**BY_NAME, row.wire_name: row})
    assert errors(request(Format.CSV))["cache"].message == "CSV needs this: How fresh the rows are."
    assert payload(request(Format.CSV, cache="SkipCache")) == {"format": "csv", "cache": "SkipCache"}
    assert (
        errors(request(Format.CSV, cache="x"))["cache"].message
        == "Cache must be one of Standard or SkipCache."
    )
    assert payload(request(Format.PDF, cache="x")) == {"format": "pdf"}
    assert list(errors(request(Format.XLSX, cache="SkipCache"))) == [TILE]
    assert errors(request(Format.XLSX, cache="Standard")) == {}


@pytest.mark.parametrize(
    ("name", "value", "message", "fix"),
    [
        ("hideTitle", "yes", "Hide title must be on or off.", "leave it out"),
        ("filename", 7, "Name must be text.", "back to the dashboard's name"),
        (TILE, 3, "Tile must be text.", "back to the whole dashboard"),
        ("userId", "", "No user is chosen.", "back to myself"),
        (
            "filterConfig",
            "{}",
            "Filters must be an object of filters by ID.",
            "back to the dashboard's own",
        ),
        (
            "filterConfig",
            {"a": {"values": [float("nan")]}},
            "Filters contain a value that JSON can't represent.",
            "back to the dashboard's own",
        ),
    ],
)
def test_a_value_of_the_wrong_kind(name: str, value: OptionValue, message: str, fix: str) -> None:
    problem = errors(ExportRequest("12db1a0a", Format.PDF, {name: value}))[name]
    assert problem.message == message
    assert problem.fix == Fix(fix, {name: None})


def test_filters_are_sent_as_they_are_even_where_they_hold_nothing() -> None:
    config = {"orders.status": {"type": "string", "default": None, "values": ("a", 1, True)}}
    sent = payload(ExportRequest("12db1a0a", Format.PDF, {"filterConfig": config}))  # type: ignore[dict-item]
    assert sent["filterConfig"] == {
        "orders.status": {"type": "string", "default": None, "values": ["a", 1, True]}
    }
