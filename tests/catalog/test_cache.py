"""The kept list: whole or not at all, and for nobody else's eyes."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.models import Document
from omni_tui.catalog.cache import VERSION, read_cache, write_cache

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
documents = st.builds(
    Document,
    identifier=st.text(min_size=1),
    name=st.text(),
    folder=st.text(),
    owner=st.text(),
    labels=st.lists(st.text()).map(tuple),
    updated_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    url=st.text(),
    favorites=st.integers(min_value=0),
    views=st.integers(min_value=0),
)


def test_what_was_kept_comes_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "list.json"
    write_cache(path, [ONE, Document("2", "Two")], 123.5)
    assert read_cache(path) == ((ONE, Document("2", "Two")), 123.5)
    assert read_cache(path) is not None


@given(st.lists(documents, max_size=5), st.floats(min_value=0, max_value=1e11))
def test_any_list_comes_back(
    tmp_path_factory: pytest.TempPathFactory, kept: list[Document], as_of: float
) -> None:
    path = tmp_path_factory.getbasetemp() / "any" / "list.json"
    write_cache(path, kept, as_of)
    assert read_cache(path) == (tuple(kept), as_of)


def test_it_is_private_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "list.json"
    write_cache(path, [ONE], 1.0)
    write_cache(path, [], 2.0)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_none_was_kept(tmp_path: Path) -> None:
    assert read_cache(tmp_path / "missing.json") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe\x00",
        b'{"version":1,"as_of":1}',
        b'{"version":1,"as_of":"soon","documents":[]}',
        b'{"version":1,"as_of":1,"documents":[["id"]]}',
        b'{"version":1,"as_of":1,"documents":[["id","n","f","o","labels",null,"u",0,0]]}',
        b'{"version":1,"as_of":1,"documents":[["id",7,"f","o",[],null,"u",0,0]]}',
        b'{"version":1,"as_of":1,"documents":[["id","n","f","o",[],null,"u","many",0]]}',
        b'{"version":0,"as_of":1,"documents":[]}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_one_counts_as_none_and_goes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.json"
    path.write_bytes(content)
    assert read_cache(path) is None
    assert not path.exists()


def test_every_place_where_it_may_have_been_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    write_cache(path, [ONE, ONE], 1.0)
    whole = path.read_bytes()
    for end in range(len(whole) - 1):
        path.write_bytes(whole[:end])
        assert read_cache(path) is None, whole[:end]


def test_it_is_json_with_its_version(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    write_cache(path, [ONE], 1.0)
    assert json.loads(path.read_text())["version"] == VERSION
