"""CSV, ZIP, JSON and XLSX, read by other libraries than those that wrote them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from omni_tui.demo.files.models import RenderFailed
from omni_tui.demo.files.naming import MAX_SHEET_NAME_LENGTH, file_name, member_names, sheet_names
from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from omni_tui.demo.sample_data.tiles import tiles_of
from tests.demo.conftest import BLOB, NOW, content_of, dashboard_of, rendered

ROWS_TILE = "8"  # 5,000 sessions
HIDDEN = ("Session key", "Shard")


def csv_rows(body: dict[str, Any], dashboard: str = BLOB) -> list[dict[str, str]]:
    content = content_of({"format": "csv", "queryIdentifierMapKey": ROWS_TILE, **body}, dashboard)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def json_rows(body: dict[str, Any], dashboard: str = BLOB) -> list[dict[str, Any]]:
    body = {"format": "json", "queryIdentifierMapKey": ROWS_TILE, **body}
    rows: list[dict[str, Any]] = json.loads(content_of(body, dashboard))
    return rows


def book_of(body: dict[str, Any], dashboard: str = BLOB) -> Workbook:
    return load_workbook(io.BytesIO(content_of({"format": "xlsx", **body}, dashboard)))


def archive_of(body: dict[str, Any], dashboard: str = BLOB) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content_of({"format": "csv", **body}, dashboard)))


LIMITS = [
    ({}, 1000),
    ({"maxRowLimit": 7}, 7),
    ({"maxRowLimit": 3000}, 1000),
    ({"overrideRowLimit": False, "maxRowLimit": 3000}, 1000),
    ({"overrideRowLimit": True}, 5000),
    ({"overrideRowLimit": True, "maxRowLimit": 1500}, 1500),
    ({"overrideRowLimit": True, "maxRowLimit": 1_000_000}, 5000),
    ({"overrideRowLimit": True, "maxRowLimit": 1}, 1),
]


@pytest.mark.parametrize(("body", "count"), LIMITS)
def test_row_limits(body: dict[str, Any], count: int) -> None:
    assert len(csv_rows(body)) == count
    assert len(json_rows(body)) == count


@pytest.mark.parametrize(("body", "count"), [LIMITS[0], LIMITS[1], LIMITS[5]])
def test_row_limits_of_a_workbook(body: dict[str, Any], count: int) -> None:
    sheet = book_of({"queryIdentifierMapKey": ROWS_TILE, **body}).worksheets[0]
    assert sheet.max_row == count + 1


def test_a_csv_of_raw_values() -> None:
    row = csv_rows({})[0]
    assert date.fromisoformat(row["Session date"]) <= NOW.date()
    assert float(row["Revenue"]) > 0
    assert row["Bounced"] in ("true", "false")
    assert any(each["Campaign"] == "" for each in csv_rows({}))
    assert any(each["Country"] == "Türkiye" for each in csv_rows({}))


def test_a_csv_with_formats() -> None:
    plain, row = csv_rows({}), csv_rows({"enableFormatting": True})
    assert row[0]["Session date"] == "23 Nov 2026"
    assert row[0]["Revenue"] == f"${float(plain[0]['Revenue']):,.2f}"
    assert row[0]["Bounced"] in ("Yes", "No")


def test_hidden_fields() -> None:
    everything, visible = csv_rows({})[0], csv_rows({"hideHiddenFields": True})[0]
    assert set(everything) - set(visible) == set(HIDDEN)
    sheet = book_of({"queryIdentifierMapKey": ROWS_TILE, "hideHiddenFields": True}).worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(visible)


def test_json_is_one_array_of_rows_by_field_name() -> None:
    rows = json_rows({"maxRowLimit": 5})
    assert all(list(row) == list(rows[0]) for row in rows)
    assert all(name.startswith("web_sessions.") for name in rows[0])
    assert isinstance(rows[0]["web_sessions.pageviews"], int)
    assert isinstance(rows[0]["web_sessions.bounced"], bool)
    assert any(row["web_sessions.campaign"] is None for row in json_rows({}))
    formatted = json_rows({"maxRowLimit": 5, "enableFormatting": True})[0]
    assert formatted["web_sessions.session_date"] == "23 Nov 2026"


def test_the_file_is_the_same_every_time() -> None:
    body = {"format": "csv", "queryIdentifierMapKey": ROWS_TILE}
    assert content_of(body) == content_of(body)


def test_a_whole_dashboard_is_an_archive_of_one_csv_per_tile() -> None:
    archive = archive_of({})
    assert archive.testzip() is None
    assert archive.namelist() == [
        f"{tile.name.replace(':', '-')}.csv" for tile in tiles_of(dashboard_of(BLOB))
    ]
    alone = content_of({"format": "csv", "queryIdentifierMapKey": ROWS_TILE})
    assert archive.read("All sessions.csv") == alone


def test_an_archive_of_thirty_tiles_has_valid_names() -> None:
    found = archive_of({}, names.EVERYTHING_ID).namelist()
    assert len(set(found)) == 30
    assert not any(sign in name for name in found for sign in '/\\:*?"<>|')


def test_a_workbook_has_a_sheet_per_tile() -> None:
    book = book_of({})
    wanted = [tile.name for tile in tiles_of(dashboard_of(BLOB))]
    assert [name[:25] for name in book.sheetnames] == [name.replace(":", " ")[:25] for name in wanted]
    assert book["Sessions by country"].max_row == 10
    assert book["All sessions"].max_row == 1001
    assert book["All sessions"].freeze_panes == "A2"


def test_thirty_sheets_have_valid_names() -> None:
    found = book_of({}, names.EVERYTHING_ID).sheetnames
    assert len({name.casefold() for name in found}) == 30
    assert all(len(name) <= MAX_SHEET_NAME_LENGTH for name in found)


def test_a_workbook_with_number_formats() -> None:
    def cells(body: dict[str, Any]) -> dict[str, Any]:
        sheet = book_of({"queryIdentifierMapKey": ROWS_TILE, **body}).worksheets[0]
        return dict(zip((cell.value for cell in sheet[1]), sheet[2], strict=True))

    plain, formatted = cells({}), cells({"enableFormatting": True})
    assert plain["Session date"].value == "2026-11-23"
    assert formatted["Session date"].value == datetime(2026, 11, 23)
    assert formatted["Session date"].number_format == "d mmm yyyy"
    assert plain["Revenue"].number_format == "General"
    assert formatted["Revenue"].number_format == "$#,##0.00"
    assert plain["Revenue"].value == formatted["Revenue"].value
    assert isinstance(plain["Bounced"].value, bool)


def test_filters_change_every_data_format() -> None:
    only = {"filterConfig": {"QE4CkdVE": {"type": "string", "kind": "EQUALS", "values": ["Japan"]}}}
    assert {row["Country"] for row in csv_rows(only)} == {"Japan"}
    assert {row["web_sessions.country"] for row in json_rows(only)} == {"Japan"}
    sheet = book_of(only)["Sessions by country"]
    assert [cell.value for cell in sheet["A"]] == ["Country", "Japan"]
    assert archive_of(only).read("Sessions by country.csv").decode().splitlines()[1].startswith("Japan,")


def test_a_broken_tile_fails_every_format() -> None:
    for file_format in ("pdf", "png", "xlsx", "csv"):
        with pytest.raises(RenderFailed, match=r"^Job failed to render\.$"):
            rendered({"format": file_format}, names.FAILING_ID)


def test_every_tile_has_rows_but_one() -> None:
    empty = []
    for dashboard in SampleDocuments(now=NOW):
        if dashboard.identifier in (names.HUGE_ID, names.FAILING_ID):
            continue
        archive = archive_of({}, dashboard.identifier)
        for member in archive.namelist():
            if len(archive.read(member).splitlines()) < 2:
                empty.append((dashboard.identifier, member))
    assert [identifier for identifier, _ in empty] == [names.EMPTY_ID]


def test_a_table_that_is_cut_off_at_its_own_limit() -> None:
    archive = archive_of({}, names.EMPTY_ID)
    [table] = [name for name in archive.namelist() if name.startswith("All ")]
    assert len(archive.read(table).splitlines()) == 1 + 500


def test_sheet_names_are_made_valid_and_unique() -> None:
    long = "Orders by status and region: the last 12 months"
    made = sheet_names([long, long, "a/b[c]*?", "A B C", "''", ""])
    assert made == [
        "Orders by status and region  th",
        "Orders by status and region (2)",
        "a b c",
        "A B C (2)",
        "Sheet",
        "Sheet (2)",
    ]


def test_member_and_file_names() -> None:
    assert member_names(["../a", "b/c", "b:c", "..."]) == ["-a", "b-c", "b-c (2)", "tile"]
    blob = dashboard_of(BLOB)
    assert file_name(blob, None, "pdf") == "Blob Web Traffic.pdf"
    assert file_name(blob, "Q3", "pdf") == "Q3.pdf"
    assert file_name(blob, "Q3.PDF", "pdf") == "Q3.PDF"
