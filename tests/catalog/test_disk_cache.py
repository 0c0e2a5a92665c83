"""The cached list: replaced atomically, with the pages of an unfinished load, and private."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.models import Document
from omni_tui.catalog import disk_cache
from omni_tui.catalog.disk_cache import (
    VERSION,
    CachedList,
    UnfinishedLoad,
    append_page,
    peek,
    read_cache,
    write_cache,
)
from omni_tui.catalog.table import Table

ONE = Document(
    identifier="12db1a0a",
    name="Blob [bold] \x1b[31m \u202e é \ud800",
    folder="team/web",
    owner="Blobby",
    labels=("a", "b"),
    updated_at=datetime(2026, 11, 23, 9, 12, 0, 5, tzinfo=timezone(timedelta(hours=2))),
    url="https://blobsrus.omniapp.co/dashboards/12db1a0a",
    favorites=3,
    views=9,
)
TWO = Document("2", "Two")
documents = st.builds(
    Document,
    identifier=st.text(min_size=1),
    name=st.text(),
    folder=st.text(),
    owner=st.text(),
    labels=st.lists(st.text()).map(tuple),
    updated_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    url=st.text(),
    favorites=st.integers(0, 2**63 - 1),
    views=st.integers(0, 2**63 - 1),
)
lists = st.lists(documents, max_size=5, unique_by=lambda document: document.identifier)


def listed(kept: CachedList | None) -> list[Document]:
    assert kept is not None
    return [kept.table.document(row) for row in kept.table.order]


def append(
    path: Path,
    number: int,
    *changed: Document,
    gone: tuple[str, ...] = (),
    started_at: float = 7.0,
    table: Table | None = None,
) -> bool:
    """Append the page with that number of a load."""
    load = UnfinishedLoad(started_at, f"cursor {number}", loaded=number * 100, total=900)
    seen = [each.identifier for each in changed]
    return append_page(path, load, table or Table(), seen=seen, changed=changed, gone=gone)


def test_the_cached_list_is_restored_completely_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "all.list"
    write_cache(path, Table([TWO, ONE]), 123.5)
    kept = read_cache(path)
    assert listed(kept) == [ONE, TWO]
    assert kept is not None
    assert (kept.as_of, kept.unfinished) == (123.5, None)


@given(lists, st.none() | st.floats(min_value=0, max_value=1e11))
def test_any_list_comes_back_and_can_be_searched(
    tmp_path_factory: pytest.TempPathFactory, before: list[Document], as_of: float | None
) -> None:
    path = tmp_path_factory.getbasetemp() / "any" / "all.list"
    table = Table(before)
    write_cache(path, table, as_of)
    kept = read_cache(path)
    assert listed(kept) == [table.document(row) for row in table.order]
    assert kept is not None
    assert kept.as_of == as_of
    assert kept.table.texts == [table.texts[row] for row in table.order]


def test_it_is_private_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "all.list"
    write_cache(path, Table([ONE]), 1.0)
    write_cache(path, Table(), 2.0)
    append(path, 1, ONE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_none_was_kept(tmp_path: Path) -> None:
    assert read_cache(tmp_path / "missing.list") is None
    assert peek(tmp_path / "missing.list", 9) is None


HEAD = {"version": VERSION, "as_of": 1, "count": 0, "url_prefix": "", "columns": [[0, 0]] * 4}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe\x00",
        b'{"version":1,"as_of":1,"documents":[]}',
        b"[" * 100_000,
        *(json.dumps({**HEAD, **change}).encode() for change in (
            {"version": VERSION + 1},
            {"as_of": "soon"},
            {"as_of": [1]},
            {"columns": [[0, 0], [0, 0]]},
            {"columns": [[1, 0], *[[0, 0]] * 3]},
            {"columns": 7},
            {"columns": [[0, 1], *[[0, 0]] * 3]},
        )),
    ],
)  # fmt: skip
def test_a_damaged_one_counts_as_none_and_goes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "all.list"
    path.write_bytes(content)
    assert read_cache(path) is None
    assert not path.exists()


def test_every_place_where_the_list_may_have_been_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "all.list"
    write_cache(path, Table([ONE, TWO]), 1.0)
    whole = path.read_bytes()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        assert read_cache(path) is None, whole[:end]


def test_every_byte_of_the_list_that_may_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "all.list"
    write_cache(path, Table([ONE, TWO]), 1.0)
    whole = path.read_bytes()
    for at in range(whole.index(b"\n") + 1, len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert read_cache(path) is None, at


# the pages of an unfinished reading


def test_pages_change_the_list_and_hold_the_next_cursor(tmp_path: Path) -> None:
    path = tmp_path / "all.list"
    write_cache(path, Table([ONE, TWO]), 123.0)
    renamed = replace(ONE, name="Renamed", views=10)
    assert append(path, 1, renamed)
    assert append(path, 2, Document("3", "Three"), gone=("2",), table=Table([ONE]))
    kept = read_cache(path)
    assert listed(kept) == [renamed, Document("3", "Three")]
    assert kept is not None
    assert kept.as_of == 123.0
    assert kept.unfinished == UnfinishedLoad(7.0, "cursor 2", {"12db1a0a", "3"}, 200, 900)


def test_the_pages_of_another_reading_are_not_counted_to_the_last_one(tmp_path: Path) -> None:
    path = tmp_path / "all.list"
    write_cache(path, Table(), None)
    append(path, 4, ONE)
    append(path, 1, TWO, started_at=8.0)
    kept = read_cache(path)
    assert listed(kept) == [ONE, TWO]
    assert kept is not None
    assert kept.unfinished == UnfinishedLoad(8.0, "cursor 1", {"2"}, 100, 900)


def test_a_page_that_was_cut_off_anywhere_counts_as_never_read(tmp_path: Path) -> None:
    path = tmp_path / "all.list"
    write_cache(path, Table([ONE]), 1.0)
    append(path, 1, TWO)
    before = path.stat().st_size
    append(path, 2, Document("3", "Three"))
    whole = path.read_bytes()
    for end in range(before, len(whole)):
        path.write_bytes(whole[:end])
        kept = read_cache(path)
        assert listed(kept) == [ONE, TWO], end
        assert kept is not None
        assert kept.unfinished is not None
        assert kept.unfinished.cursor == "cursor 1"
        append(path, 3, Document("4", "Four"))  # and the next takes its place
        assert listed(read_cache(path)) == [ONE, Document("4", "Four"), TWO], end


def test_a_complete_list_replaces_the_pages(tmp_path: Path) -> None:
    path = tmp_path / "all.list"
    write_cache(path, Table(), None)
    append(path, 1, ONE)
    write_cache(path, Table([TWO]), 5.0)
    kept = read_cache(path)
    assert listed(kept) == [TWO]
    assert kept is not None
    assert kept.unfinished is None


def test_without_a_list_there_is_nothing_to_put_a_page_behind(tmp_path: Path) -> None:
    path = tmp_path / "all.list"
    assert not append(path, 1, ONE)
    assert not path.exists()


# a startup snapshot


def test_a_startup_snapshot_has_the_first_documents_and_the_count(tmp_path: Path) -> None:
    path = tmp_path / "all.list"
    write_cache(path, Table([ONE, TWO, Document("3", "Three")]), 5.0)
    startup_snapshot = peek(path, 2)
    assert startup_snapshot is not None
    assert [each.identifier for each in startup_snapshot.documents] == ["12db1a0a", "3"]
    assert (startup_snapshot.count, startup_snapshot.as_of) == (3, 5.0)
    whole = peek(path, 200)
    assert whole is not None
    assert [each.identifier for each in whole.documents] == ["12db1a0a", "3", "2"]


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"version":3,"count":1,"url_prefix":""}\n[1]\n'])
def test_a_damaged_list_has_no_startup_snapshot(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "all.list"
    path.write_bytes(content)
    assert peek(path, 5) is None


def test_only_the_lists_that_were_written_last_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk_cache, "MAX_LISTS", 3)
    other = tmp_path / "starts.json"
    other.write_text("{}")
    for number in range(5):
        write_cache(tmp_path / f"{number}.list", Table([TWO]), None)
        os.utime(tmp_path / f"{number}.list", (number, number))
        (tmp_path / f"{number}.contents.json").write_text("{}")
    write_cache(tmp_path / "new.list", Table([TWO]), None)
    assert {path.name for path in tmp_path.glob("*.contents.json")} == {"4.contents.json", "3.contents.json"}
    assert {path.name for path in tmp_path.glob("*.list")} == {"new.list", "4.list", "3.list"}
    assert other.exists()
    monkeypatch.setattr(disk_cache, "MAX_BYTES", 1)
    write_cache(tmp_path / "large.list", Table([TWO]), None)
    assert [path.name for path in tmp_path.glob("*.list")] == ["large.list"]
