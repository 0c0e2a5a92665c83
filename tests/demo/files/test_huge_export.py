"""The export that is generated while it is sent: complete, valid, as long as declared, never in memory."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from typing import Any

import pytest
from pypdf import PdfReader

from omni_tui.demo.files.huge_export import EndlessExport
from omni_tui.demo.files.models import RenderFailed
from omni_tui.demo.sample_data import names
from tests.demo.conftest import Caller, content_of, rendered

TILE: dict[str, Any] = {"format": "csv", "queryIdentifierMapKey": "1"}


@pytest.mark.parametrize("hides_hidden", [False, True])
@pytest.mark.parametrize("rows", [1, 999, 1000, 1001, 61_500])
def test_a_csv_has_its_declared_length(rows: int, hides_hidden: bool) -> None:
    export = EndlessExport(rows, hides_hidden)
    content = b"".join(export.csv_chunks())
    assert len(content) == export.csv_length()
    read = list(csv.DictReader(io.StringIO(content.decode())))
    assert len(read) == rows
    assert len({row["Event"] for row in read}) == rows
    assert ("Shard" in read[0]) is not hides_hidden
    assert read[0]["Occurred on"] == "2026-10-31"


def test_two_hundred_megabytes_are_a_million_rows() -> None:
    file = rendered(TILE, names.HUGE_ID, huge_bytes=200_000_000)
    assert file.length == pytest.approx(200_000_000, abs=200)


def test_memory_does_not_grow_with_the_export() -> None:
    chunks = rendered(TILE, names.HUGE_ID, huge_bytes=40_000_000).chunks()
    next(chunks)
    tracemalloc.start()
    try:
        sent = sum(len(chunk) for chunk in chunks)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sent > 39_000_000
    assert most < 5_000_000


def test_over_http_with_its_length(caller: Caller) -> None:
    file = caller.downloaded(TILE, names.HUGE_ID)
    assert int(file.headers["content-length"]) == len(file.content)
    assert len(list(csv.reader(io.StringIO(file.text)))) == 15_001


def test_the_whole_dashboard_is_a_zip_of_unknown_length(caller: Caller) -> None:
    file = caller.downloaded({"format": "csv"}, names.HUGE_ID)
    assert "content-length" not in file.headers
    archive = zipfile.ZipFile(io.BytesIO(file.content))
    assert archive.testzip() is None
    [member] = archive.namelist()
    alone = content_of(TILE, names.HUGE_ID)
    assert archive.read(member) == alone


def test_json_is_one_array(caller: Caller) -> None:
    rows = caller.downloaded({**TILE, "format": "json", "maxRowLimit": 2500}, names.HUGE_ID).json()
    assert len(rows) == 2500
    assert rows[2499]["events.event_id"] == "evt-0002-499"


def test_a_row_limit_cuts_it() -> None:
    assert content_of({**TILE, "maxRowLimit": 42}, names.HUGE_ID).count(b"\n") == 43


def test_a_workbook_of_all_rows_is_rejected_with_a_suggestion() -> None:
    with pytest.raises(RenderFailed, match="Set maxRowLimit to 1,000 or less"):
        rendered({**TILE, "format": "xlsx"}, names.HUGE_ID)
    assert content_of({**TILE, "format": "xlsx", "maxRowLimit": 1000}, names.HUGE_ID).startswith(b"PK")


def test_a_page_shows_its_first_rows() -> None:
    text = PdfReader(io.BytesIO(content_of({"format": "pdf"}, names.HUGE_ID))).pages[0].extract_text()
    assert "Rows 1 to 10 of 15,000" in text
    assert "evt-0000-003" in text
