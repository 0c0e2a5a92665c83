"""Any JSON in any field of any model: it is read, and can be shown, sorted and kept."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from omni_tui.api import models
from omni_tui.api.documents import parse_time
from omni_tui.api.errors.reason_text import NotJson, parse_json
from omni_tui.api.errors.types import error_from_response
from omni_tui.api.errors.unexpected_success import error_in_success
from omni_tui.api.models import Document, DocumentPage, Identity, JobStatus, Tile, User, mappings
from omni_tui.catalog.disk_cache import peek, read_cache, write_cache
from omni_tui.catalog.table import Table
from omni_tui.formatting import format_ago
from omni_tui.options.filters.editing import edit_of, read_filters
from omni_tui.options.filters.text_syntax import text_of
from tests.examples import examples

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ZONES = [timezone(timedelta(hours=hours)) for hours in (-12, 0, 14)]
TIMES = [
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59.999999-12:00",
    "0002-01-01T00:00:00+23:59",
    "9998-12-31T23:59:59-23:59",
    "2026-11-23T09:12:00",
    "2026-11-23",
    "2026-W48-1",
    "1969-07-20T20:17:40Z",
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(10**400), 2**63, 1e308, -1e308]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(TIMES),
)
ANY = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FUZZ = examples(150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def records(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with any of these members, each holding anything."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, ANY))


DOCUMENTS = st.builds(
    lambda record, counts, identifier: {**record, **counts, "identifier": identifier},
    records("name", "hasDashboard", "folder", "owner", "labels", "updatedAt", "url", "deleted", "_count"),
    st.just({}) | st.builds(lambda value: {"_count": value}, records("favorites", "views")),
    st.text(min_size=1, max_size=5) | ANY,
)


@pytest.mark.parametrize("text", TIMES)
@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_every_time_that_is_read_can_be_shown_in_every_zone(text: str, zone: timezone) -> None:
    moment = parse_time(text)
    if moment is not None:
        assert moment.tzinfo is not None
        assert moment.astimezone(zone).isoformat()
        assert parse_time(moment.isoformat()) == moment
        moment.timestamp()
        format_ago(moment, NOW.astimezone(zone))


def test_a_time_without_a_zone_is_the_servers() -> None:
    assert parse_time("2026-11-23T09:12:00") == datetime(2026, 11, 23, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_ends_of_the_calendar_stand_for_never(text: str) -> None:
    assert parse_time(text) is None


@FUZZ
@given(read=st.lists(DOCUMENTS, max_size=4))
def test_any_document_is_listed_sorted_and_kept(read: list[dict[str, Any]], tmp_path: Path) -> None:
    good = Document("good", "Good", updated_at=NOW)
    documents = [*(Document.from_wire(each) for each in mappings(read)), good]
    table = Table(each for each in documents if each.identifier)
    for row in table.order:
        document = table.document(row)
        format_ago(document.updated_at, NOW)
        f"{document.favorites:,} {document.views:,}"
        assert document.updated_at is None or document.updated_at.astimezone(ZONES[0])
    write_cache(tmp_path / "x.list", table, NOW.timestamp())
    kept = read_cache(tmp_path / "x.list")
    assert kept is not None
    assert kept.table.get("good") == table.get("good")
    assert len(kept.table) == len(table)
    assert peek(tmp_path / "x.list", 10) is not None


@FUZZ
@given(
    answer=records("pageInfo")
    | st.builds(lambda page: {"pageInfo": page}, records("nextCursor", "hasNextPage", "totalRecords"))
)
def test_any_page(answer: dict[str, Any]) -> None:
    page = DocumentPage.from_wire(answer, ())
    assert page.next_cursor is None or isinstance(page.next_cursor, str)
    f"{page.total_records or 0:,}"


@FUZZ
@given(
    answer=records(
        "keyScope", "orgRole", "user", "id", "name", "queryIdentifierMapKey", "query", "displayName",
        "userName", "active", "format", "created_at", "error", "error_message",
    ),
    word=st.text(),
)  # fmt: skip
def test_any_answer(answer: dict[str, Any], word: str) -> None:
    Identity.from_wire(answer)
    Tile.from_wire(answer)
    User.from_wire(answer, embed=False)
    status = JobStatus.from_wire(word, answer)
    if status.created_at is not None:
        status.created_at.timestamp()
    assert status.error is None or status.error.isprintable()


@FUZZ
@given(
    filters=st.dictionaries(
        st.text(max_size=5),
        records(
            "type", "kind", "values", "left_side", "right_side", "is_negative", "label", "ui_type", "filters",
            "defaultValue", "required", "hidden", "fieldName", "is_inclusive", "conjunction",
        )
        | ANY,
        max_size=3,
    ),
    order=ANY,
)  # fmt: skip
def test_any_filter_can_be_shown(filters: dict[str, Any], order: Any) -> None:
    read = models.DashboardFilters.from_wire({"filters": filters, "filterOrder": order})
    for each in read_filters(read.filters, read.order):
        text_of(each, edit_of(each))


@FUZZ
@given(answer=ANY, status=st.sampled_from([200, 202, 301, 400, 401, 403, 404, 409, 410, 422, 429, 500, 503]))
def test_any_body_is_an_error_in_words(answer: Any, status: int) -> None:
    content = json.dumps(answer).encode()
    headers = {"content-type": "application/json", "retry-after": str(answer)}
    for error in (
        error_from_response(status, headers, content, path="/api/v1/dashboards/x/download"),
        error_in_success(200, headers, content, path="/api/v1/documents"),
    ):
        assert error.message.isprintable()
        assert len(error.message) < 1000


def damaged_heads() -> Iterator[tuple[str, Any]]:
    for name in ("as_of", "count", "url_prefix", "columns", "version"):
        for value in (None, 10**400, -1, 1e300, "x", [], {}, True, [[1, 2]]):
            yield name, value


@pytest.mark.parametrize(("name", "value"), damaged_heads(), ids=lambda value: str(value)[:20])
def test_any_head_of_a_kept_list(name: str, value: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.list"
    write_cache(path, Table([Document("a", "A")]), NOW.timestamp())
    head, rest = path.read_bytes().split(b"\n", 1)
    changed = json.dumps({**json.loads(head), name: value}).encode()
    path.write_bytes(changed + b"\n" + rest)
    startup_snapshot = peek(path, 10)
    if startup_snapshot is not None and startup_snapshot.as_of is not None:
        datetime.fromtimestamp(startup_snapshot.as_of, ZONES[2])
    path.write_bytes(changed + b"\n" + rest)
    kept = read_cache(path)
    if kept is not None and kept.as_of is not None:
        datetime.fromtimestamp(kept.as_of, ZONES[2])


@given(st.text() | st.builds(json.dumps, ANY))
def test_any_text_is_json_or_is_not(text: str) -> None:
    with contextlib.suppress(NotJson):
        parse_json(text.encode("utf-8", "surrogatepass"))
