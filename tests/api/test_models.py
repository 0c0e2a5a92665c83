"""Answers of servers of all ages are read forgivingly."""

from __future__ import annotations

import math

import pytest

from omni_tui.api.models import (
    DashboardFilters,
    Document,
    DocumentPage,
    JobStatus,
    Phase,
    Tile,
    User,
    mappings,
)


@pytest.mark.parametrize(
    ("word", "phase"),
    [
        *((word, Phase.RUNNING) for word in ("in_progress", "queued", "PENDING", "running", "EXECUTING")),
        *(
            (word, Phase.COMPLETE)
            for word in ("complete", "Completed", "success", "succeeded", "done", " finished ")
        ),
        *((word, Phase.FAILED) for word in ("error", "FAILED", "failure", "cancelled", "canceled")),
        ("rasterizing", Phase.RUNNING),
        ("", Phase.RUNNING),
    ],
)
def test_every_word_means_a_phase(word: str, phase: Phase) -> None:
    assert Phase.from_word(word) is phase


def test_a_status_is_read_with_its_error_in_any_shape() -> None:
    status = JobStatus.from_wire(
        "error", {"format": "PDF", "error": {"code": 1, "message": "Job failed to render."}}
    )
    assert status == JobStatus(Phase.FAILED, "error", format="pdf", error="Job failed to render.")
    assert (
        JobStatus.from_wire("in_progress", {"created_at": "2026-11-23T09:12:00Z", "error": None}).error
        is None
    )
    assert JobStatus.from_wire("x", {"created_at": "2026-11-23T09:12:00Z"}).created_at is not None


@pytest.mark.parametrize(
    ("page", "cursor", "total"),
    [
        ({"hasNextPage": True, "nextCursor": "abc", "totalRecords": 7}, "abc", 7),
        ({"hasNextPage": False, "nextCursor": "abc", "totalRecords": 7}, None, 7),
        ({"nextCursor": "abc"}, "abc", None),
        ({"hasNextPage": True, "nextCursor": None}, None, None),
        ({"hasNextPage": True, "nextCursor": ""}, None, None),
        (None, None, None),
        ("odd", None, None),
    ],
)
def test_the_next_page_is_known(page: object, cursor: str | None, total: int | None) -> None:
    records = (Document("a", "A"), Document("", "without an ID"), Document("x" * 201, "an absurd ID"))
    read = DocumentPage.from_wire({"pageInfo": page}, records)
    assert (read.next_cursor, read.total_records) == (cursor, total)
    assert [record.identifier for record in read.records] == ["a"]


@pytest.mark.parametrize(("key", "read"), [("3", "3"), (3, "3"), ("", None), (None, None), ([], None)])
def test_a_tiles_key_may_be_missing(key: object, read: str | None) -> None:
    assert Tile.from_wire({"id": "q", "name": "Sales", "queryIdentifierMapKey": key}) == Tile(
        "q", "Sales", read
    )
    assert Tile.from_wire({}) == Tile("", "", None)


def test_filters_keep_their_order_and_all_of_them() -> None:
    filters = {"b": {"type": "string"}, "a": {"kind": "new"}, "c": {}}
    read = DashboardFilters.from_wire(
        {"filterOrder": ["a", "gone", "a", ["odd"]], "filters": filters, "controls": []}
    )
    assert read.order == ("a", "b", "c")
    assert read.filters == filters
    assert read.controls == []
    assert DashboardFilters.from_wire({"filters": None}).order == ()


def test_a_user_has_a_name_in_any_case() -> None:
    assert User.from_wire({"id": "1", "userName": "a@b.c"}, embed=True) == User(
        "1", "a@b.c", "a@b.c", True, True
    )
    assert User.from_wire({"id": "1", "displayName": "A", "active": False}, embed=False).active is False


def test_numbers_that_are_none_do_no_harm() -> None:
    record = {"identifier": "a", "_count": {"favorites": math.inf, "views": 3.0}}
    assert Document.from_wire(record).favorites == 0
    assert Document.from_wire(record).views == 3


def test_only_objects_are_records() -> None:
    assert list(mappings([{"a": 1}, None, "x", 3, []])) == [{"a": 1}]
