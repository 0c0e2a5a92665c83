from __future__ import annotations

from pathlib import Path

from omni_tui.api.models import DashboardFilters, Tile
from omni_tui.catalog import contents_cache
from omni_tui.catalog.contents_cache import Contents, ContentsCache, contents_beside

RAW = {
    "orders.status": {"type": "string", "label": "Status", "fieldName": "status"},
    "a": {"type": "string", "label": "Same"},
    "b": {"type": "string", "label": "Same"},
    "c": {"type": "string", "label": "Left=right"},
}


def test_what_was_read_is_there_for_the_next_program(tmp_path: Path) -> None:
    path = tmp_path / "x.list"
    cache = ContentsCache(path)
    cache.note_tiles("1", (Tile("t", "Sessions", "7"), Tile("u", "Old", None)))
    cache.save()
    cache = ContentsCache(path)
    cache.note_filters("1", DashboardFilters(tuple(RAW), RAW))
    cache.note_tiles("2", ())
    cache.save()
    assert contents_beside(path) == {
        "1": Contents((("7", "Sessions"), ("", "Old")), ("Status", "a", "b", "c")),
        "2": Contents(),
    }


def test_the_dashboards_read_last_are_kept(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(contents_cache, "MAX_DASHBOARDS", 2)
    for id_ in ("1", "2", "1", "3"):
        cache = ContentsCache(tmp_path / "x.list")
        cache.take(id_, [], [])
        cache.save()
    assert list(contents_beside(tmp_path / "x.list")) == ["1", "3"]


def test_a_damaged_file_is_empty(tmp_path: Path) -> None:
    for text in ("", "[]", '{"1": 2}', '{"1": {"tiles": [[1]], "filters": []}}'):
        (tmp_path / "x.contents.json").write_text(text)
        assert contents_beside(tmp_path / "x.list") == {}
