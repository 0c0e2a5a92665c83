"""What is remembered: separate for each server and profile, limited, and failing safely."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from omni_tui.options.spec import Format
from omni_tui.presets import recent_and_favorites as memory_module
from omni_tui.presets.models import Preset
from omni_tui.presets.recent_and_favorites import (
    LastUsed,
    RecentChanges,
    RecentSettings,
    RecentState,
    memory_path,
)
from tests.presets.samples import MONDAY, ROWS

HOST = "blobsrus.omniapp.co"
PDF = Preset("", Format.PDF)


def unnamed(preset: Preset) -> Preset:
    return Preset("", preset.format, preset.tile, preset.options, preset.filters, preset.name_template)


def test_at_first_nothing_is_remembered(fake_home: Path) -> None:
    memory = RecentSettings()
    assert memory.path == fake_home / ".local/state/omni-tui/remembered.json"
    assert memory.recall(HOST) == RecentState()
    assert memory.notice == ""
    assert not memory.path.exists()


def test_choices_are_remembered() -> None:
    news = RecentChanges(
        Path("/exports/ü"), "{dashboard} {date}", {"12db1a0a": MONDAY, "90ab": ROWS}, at=100.5
    )
    told = RecentSettings().remember(HOST, "work", news)
    memory = RecentSettings()
    assert memory.recall(HOST, "work") == told
    assert told == RecentState(
        Path("/exports/ü"),
        "{dashboard} {date}",
        {"12db1a0a": LastUsed(unnamed(MONDAY), 100.5), "90ab": LastUsed(unnamed(ROWS), 100.5)},
    )
    assert memory.notice == ""
    assert memory_path().stat().st_mode & 0o777 == 0o600


def test_each_omni_and_profile_has_its_own() -> None:
    memory = RecentSettings()
    for instance, profile in ((HOST, ""), (HOST, "work"), ("other.omniapp.co", "work")):
        memory.remember(instance, profile, RecentChanges(Path(f"/{instance}/{profile}")))
    assert memory.recall(HOST).folder == Path(f"/{HOST}")
    assert memory.recall(HOST, "work").folder == Path(f"/{HOST}/work")
    assert memory.recall("other.omniapp.co", "work").folder == Path("/other.omniapp.co/work")
    assert memory.recall("other.omniapp.co").folder is None


def test_unset_changes_keep_what_is_remembered() -> None:
    memory = RecentSettings()
    memory.remember(HOST, "", RecentChanges(Path("/a"), "{date}", {"x": PDF}, at=1))
    memory.remember(HOST, "", RecentChanges(used={"y": ROWS}, at=2))
    memory.remember(HOST, "", RecentChanges(folder=Path("/b"), at=3))
    memory.remember(HOST, "", RecentChanges(name_template="", at=4))
    recalled = memory.recall(HOST)
    assert (recalled.folder, recalled.name_template) == (Path("/b"), "")
    assert {id_: last.at for id_, last in recalled.last_used.items()} == {"x": 1, "y": 2}


def test_the_later_of_two_processes_counts_whichever_writes_last() -> None:
    RecentSettings().remember(HOST, "", RecentChanges(used={"x": ROWS}, at=20))
    told = RecentSettings().remember(HOST, "", RecentChanges(used={"x": PDF}, at=10))
    assert told.last_used["x"] == LastUsed(unnamed(ROWS), 20)


def test_the_oldest_go_over_all_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "MAX_DASHBOARDS", 5)
    memory = RecentSettings()
    for number in range(4):
        memory.remember(HOST, "a", RecentChanges(Path("/a"), used={f"a{number}": PDF}, at=number))
        memory.remember(HOST, "b", RecentChanges(used={f"b{number}": PDF}, at=number + 0.5))
    assert set(memory.recall(HOST, "a").last_used) == {"a2", "a3"}
    assert set(memory.recall(HOST, "b").last_used) == {"b1", "b2", "b3"}
    assert memory.recall(HOST, "a").folder == Path("/a")


def test_filters_with_many_values_do_not_make_it_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "MAX_CHARACTERS", 5_000)
    memory = RecentSettings()
    for number in range(10):
        long = Preset("", Format.PDF, filters={"Status": "x" * 1_000})
        memory.remember(HOST, "", RecentChanges(used={f"d{number}": long}, at=number))
    assert set(memory.recall(HOST).last_used) == {"d6", "d7", "d8", "d9"}
    assert memory.path.stat().st_size < 6_000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"version": 2}',
        b'{"version": 1}',
        b'{"version": 1, "choices": [], "last_used": [1]}',
        b'{"version": 1, "choices": {"h": {"folder": 3}}, "last_used": []}',
        b'{"version": 1, "choices": {"h": 3}, "last_used": []}',
        b'{"version": 1, "choices": {}, "last_used": [["h", "d", "late", {"format": "pdf"}]]}',
        b'{"version": 1, "choices": {}, "last_used": [["h", "d", 1, []]]}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_starts_empty_and_says_so(content: bytes) -> None:
    memory_path().parent.mkdir(parents=True)
    memory_path().write_bytes(content)
    memory = RecentSettings()
    assert memory.recall(HOST) == RecentState()
    assert (
        memory.notice
        == "~/.local/state/omni-tui/remembered.json is damaged; your last used settings are lost."
    )
    memory.remember(HOST, "", RecentChanges(Path("/a"), at=1))
    again = RecentSettings()
    assert again.recall(HOST).folder == Path("/a")
    assert again.notice == ""


def test_one_preset_that_is_not_understood_is_not_missed() -> None:
    RecentSettings().remember(HOST, "", RecentChanges(used={"x": PDF, "y": ROWS}, at=1))
    kept = json.loads(memory_path().read_text())
    (row,) = (row for row in kept["last_used"] if row[1] == "y")
    kept["last_used"] += [[HOST, "far", 1e300, {"format": "pdf"}], [HOST, 7, 1, {"format": "pdf"}]]
    row[3]["format"] = "docx"
    memory_path().write_text(json.dumps(kept))
    memory = RecentSettings()
    assert set(memory.recall(HOST).last_used) == {"x"}
    assert memory.notice == ""


def test_a_disk_error_is_reported_and_nothing_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = RecentSettings()
    memory.remember(HOST, "", RecentChanges(Path("/a"), at=1))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    told = memory.remember(HOST, "", RecentChanges(Path("/b"), at=2))
    assert told.folder == Path("/b")
    assert memory.notice == (
        "Can't save your last used settings to ~/.local/state/omni-tui/remembered.json: "
        "No space left on device."
    )
    assert RecentSettings().recall(HOST).folder == Path("/a")


def test_a_folder_in_its_place_is_reported() -> None:
    memory_path().mkdir(parents=True)
    memory = RecentSettings()
    assert memory.recall(HOST) == RecentState()
    assert "can't be read: Is a directory." in memory.notice
    assert memory.remember(HOST, "", RecentChanges(Path("/b"), at=2)).folder == Path("/b")


def test_two_thousand_dashboards_lie_in_one_line_each() -> None:
    used = {f"dashboard-{number}": MONDAY for number in range(2_100)}
    RecentSettings().remember(HOST, "", RecentChanges(used=used, at=1))
    kept = json.loads(memory_path().read_text())
    assert len(kept["last_used"]) == 2_000
    assert len(memory_path().read_text().splitlines()) < 2_010


MANY = """
import sys
from pathlib import Path
from omni_tui.options.spec import Format
from omni_tui.presets.recent_and_favorites import RecentChanges, RecentSettings
from omni_tui.presets.models import Preset
memory = RecentSettings()
for number in range(10):
    memory.remember("host", "", RecentChanges(used={f"{sys.argv[1]} {number}": Preset("", Format.PNG)}))
    memory.remember("host", sys.argv[1], RecentChanges(folder=Path(f"/{number}")))
assert not memory.notice, memory.notice
"""


def test_processes_that_remember_at_once_lose_nothing() -> None:
    names = ["one", "two", "three", "four"]
    running = [subprocess.Popen([sys.executable, "-c", MANY, name]) for name in names]
    assert [process.wait(timeout=120) for process in running] == [0] * len(names)
    expected = {f"{name} {number}" for name in names for number in range(10)}
    memory = RecentSettings()
    assert set(memory.recall("host").last_used) == expected
    assert {memory.recall("host", name).folder for name in names} == {Path("/9")}


def test_favorites_change_one_by_one_while_others_write(tmp_path: Path) -> None:
    one, other = RecentSettings(tmp_path / "memory.json"), RecentSettings(tmp_path / "memory.json")
    one.remember("o.example", "", RecentChanges(favorites={"a": True, "b": True}))
    other.remember("o.example", "", RecentChanges(favorites={"c": True}))
    assert one.remember("o.example", "", RecentChanges(favorites={"b": False})).favorites == {"a", "c"}
    one.remember("o.example", "", RecentChanges(name_template="x"))
    assert other.recall("o.example").favorites == {"a", "c"}
    assert other.recall("other.example").favorites == frozenset()


def test_a_memory_from_before_there_were_favorites_is_read(tmp_path: Path) -> None:
    path = tmp_path / "memory.json"
    memory = RecentSettings(path)
    memory.remember("o.example", "", RecentChanges(name_template="kept"))
    path.write_text(path.read_text().replace(', "favourites": []', ""))
    assert "favourites" not in path.read_text()
    assert memory.recall("o.example").name_template == "kept"
    assert memory.notice == ""
