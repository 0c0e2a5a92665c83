"""The demo's validation of a body, field by field."""

from __future__ import annotations

from typing import Any

import pytest

from omni_tui.demo.rules import verdict
from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.demo_users import organization_users
from tests.demo.conftest import BLOB, dashboard_of

DASHBOARD = dashboard_of(BLOB)

PAGE_OPTIONS = (
    "paperFormat",
    "paperOrientation",
    "hideTitle",
    "showFilters",
    "expandTablesToShowAllRows",
    "singleColumnLayout",
)
DATA_OPTIONS = ("enableFormatting", "hideHiddenFields", "overrideRowLimit", "maxRowLimit")
GOOD_VALUES: dict[str, Any] = {"paperFormat": "a4", "paperOrientation": "portrait", "maxRowLimit": 10}


@pytest.mark.parametrize(
    "body",
    [
        {"format": "pdf"},
        {"format": "png", "queryIdentifierMapKey": "8"},
        {"format": "pdf", **{name: GOOD_VALUES.get(name, True) for name in PAGE_OPTIONS}},
        {"format": "csv", **{name: GOOD_VALUES.get(name, True) for name in DATA_OPTIONS}},
        {"format": "xlsx", "overrideRowLimit": False},
        {"format": "xlsx", "overrideRowLimit": True, "queryIdentifierMapKey": "8"},
        {"format": "json", "queryIdentifierMapKey": "1", "overrideRowLimit": True, "maxRowLimit": 1_000_000},
        {"format": "json", "queryIdentifierMapKey": "1", "maxRowLimit": 5.0},
        {"format": "pdf", "filename": "x" * 255},
        {"format": "pdf", "filterConfig": {}},
        {"format": "pdf", "filterConfig": {"web_sessions.channel": {"type": "made up"}}},
        {"format": "pdf", "somethingElse": 1},
    ],
)
def test_what_the_page_allows(body: dict[str, Any]) -> None:
    assert verdict(body, DASHBOARD) is None


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({}, "format", "Required"),
        ({"format": "PDF"}, "format", "received 'PDF'"),
        ({"format": None}, "format", "received null"),
        ({"format": ["pdf"]}, "format", "received array"),
        ({"format": "pdf", "filename": ""}, "filename", "at least 1"),
        ({"format": "pdf", "filename": "x" * 256}, "filename", "at most 255"),
        ({"format": "pdf", "filename": 5}, "filename", "Expected string, received number"),
        ({"format": "pdf", "queryIdentifierMapKey": 1}, "queryIdentifierMapKey", "Expected string"),
        ({"format": "json"}, "queryIdentifierMapKey", "Required"),
        ({"format": "xlsx", "overrideRowLimit": True}, "queryIdentifierMapKey", "Required"),
        ({"format": "pdf", "filterConfig": []}, "filterConfig", "Expected object, received array"),
        ({"format": "pdf", "paperFormat": "A4"}, "paperFormat", "Invalid enum value"),
        ({"format": "pdf", "paperOrientation": "up"}, "paperOrientation", "Invalid enum value"),
        ({"format": "pdf", "hideTitle": "true"}, "hideTitle", "Expected boolean, received string"),
        ({"format": "pdf", "showFilters": None}, "showFilters", "Expected boolean, received null"),
        ({"format": "csv", "maxRowLimit": 0}, "maxRowLimit", "greater than or equal to 1"),
        ({"format": "csv", "maxRowLimit": 1_000_001}, "maxRowLimit", "less than or equal to 1000000"),
        ({"format": "csv", "maxRowLimit": 1.5}, "maxRowLimit", "Expected integer"),
        ({"format": "csv", "maxRowLimit": float("nan")}, "maxRowLimit", "Expected integer"),
        ({"format": "csv", "maxRowLimit": "10"}, "maxRowLimit", "Expected number"),
        ({"format": "csv", "maxRowLimit": True}, "maxRowLimit", "Expected number"),
        (
            {"format": "json", "queryIdentifierMapKey": "1", "hideHiddenFields": False},
            "hideHiddenFields",
            "CSV or XLSX",
        ),
    ],
)
def test_an_invalid_field_is_named(body: dict[str, Any], field: str, words: str) -> None:
    rejection = verdict(body, DASHBOARD)
    assert rejection is not None
    assert rejection.field == field
    assert rejection.message.startswith(f"Bad Request: {field}: ")
    assert words in rejection.message


@pytest.mark.parametrize("name", PAGE_OPTIONS)
@pytest.mark.parametrize("file_format", ["csv", "xlsx", "json"])
def test_page_options_do_not_fit_data(name: str, file_format: str) -> None:
    body = {"format": file_format, "queryIdentifierMapKey": "1", name: GOOD_VALUES.get(name, False)}
    rejection = verdict(body, DASHBOARD)
    assert rejection is not None
    assert rejection.field == name


@pytest.mark.parametrize("name", DATA_OPTIONS)
@pytest.mark.parametrize("file_format", ["pdf", "png"])
def test_data_options_do_not_fit_pages(name: str, file_format: str) -> None:
    rejection = verdict({"format": file_format, name: GOOD_VALUES.get(name, False)}, DASHBOARD)
    assert rejection is not None
    assert rejection.field == name


def test_the_messages_seen_on_real_servers() -> None:
    def words(body: dict[str, Any], *, strict: bool = False) -> str:
        rejection = verdict(body, DASHBOARD, strict=strict)
        return rejection.message.removeprefix("Bad Request: ") if rejection else ""

    assert words({"format": "csv", "hideTitle": True}) == "hideTitle can only be used with PDF or PNG formats"
    assert words({"format": "csv", "paperFormat": "a4"}) == "Print options are not supported for this format"
    assert words({"format": "pdf", "filterConfig": {"x.y": {}, "web_sessions.channel": {}}}) == (
        "Invalid filter keys found in schedule configuration: x.y. Available dashboard filter keys are: "
        "web_sessions.channel, web_sessions.session_date, QE4CkdVE, web_sessions.device, "
        "web_sessions.pageviews."
    )
    assert words({"format": "pdf", "singleColumnLayout": True}, strict=True) == (
        "Single column layout and table expansion options are not supported for FIT_PAGE format."
    )


def test_the_first_error_in_the_pages_order_is_named() -> None:
    rejection = verdict({"maxRowLimit": 0, "hideTitle": 1, "filename": 3, "format": "pdf"}, DASHBOARD)
    assert rejection is not None
    assert rejection.field == "filename"


@pytest.mark.parametrize("body", [None, [], "pdf", 5, True])
def test_a_body_is_an_object(body: object) -> None:
    rejection = verdict(body, DASHBOARD)
    assert rejection is not None
    assert rejection.message.startswith("Bad Request: body: Expected object")


def test_strict_adds_and_takes_nothing_away() -> None:
    letter = {"format": "pdf", "paperFormat": "letter", "singleColumnLayout": True}
    assert verdict(letter, DASHBOARD, strict=True) is None
    off = {"format": "pdf", "singleColumnLayout": False, "expandTablesToShowAllRows": False}
    assert verdict(off, DASHBOARD, strict=True) is None
    assert verdict({"format": "pdf", "cache": "Standard"}, DASHBOARD, strict=True) is None
    unknown = verdict({"format": "pdf", "sendByPigeon": True}, DASHBOARD, strict=True)
    assert unknown is not None
    assert unknown.message == "Bad Request: sendByPigeon: Unrecognized key"


def test_which_user_a_key_can_run_as() -> None:
    body = {"format": "pdf"}
    user = organization_users()[5].identifier
    assert verdict(body, DASHBOARD, user_id=user) is None
    rejection = verdict(body, DASHBOARD, user_id=user, is_organization_key=False)
    assert rejection is not None
    assert rejection.field == "userId"
    gone = next(person for person in organization_users() if not person.is_active)
    assert verdict(body, DASHBOARD, user_id=gone.identifier) is not None


def test_a_workbook_alone_cannot_be_downloaded() -> None:
    rejection = verdict({"format": "pdf"}, dashboard_of(names.WORKBOOK_ID))
    assert rejection is not None
    assert rejection.message == "Document does not have a dashboard"
