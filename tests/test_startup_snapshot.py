"""The cached list of the last similar start: found by a similar start only."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from omni_tui.api.models import Document
from omni_tui.catalog.disk_cache import StartupSnapshot, write_cache
from omni_tui.catalog.table import Table
from omni_tui.launch_options import Arguments
from omni_tui.settings.locations import cache_folder, config_folder
from omni_tui.startup_snapshot import MAX_STARTS, catalogs_folder, recall, remember

LIST = (Document("12db1a0a", "Blob Web Traffic"),)
AS_OF = 1_795_000_000.0
KEPT = StartupSnapshot(LIST, 1, AS_OF)
START = Arguments()


def keep(arguments: Arguments = START, name: str = "blobsrus-default.list") -> Path:
    """Start so that this list is cached."""
    path = catalogs_folder() / name
    write_cache(path, Table(LIST), AS_OF)
    remember(arguments, path)
    return path


def starts_file() -> Path:
    return cache_folder() / "starts.json"


def test_nothing_is_recalled_before_anything_was_stored() -> None:
    assert recall(START) is None


def test_the_same_start_finds_the_same_list() -> None:
    keep()
    assert recall(START) == KEPT
    assert recall(Arguments(dashboard="90ab12cd")) == KEPT  # the opened dashboard makes no difference


@pytest.mark.parametrize(
    "other", [Arguments(profile="work"), Arguments(base_url="other.omniapp.co"), Arguments(demo=True)]
)
def test_a_start_with_other_arguments_finds_none(other: Arguments) -> None:
    keep()
    assert recall(other) is None


@pytest.mark.parametrize("name", ["OMNI_BASE_URL", "OMNI_TUI_PROFILE", "OMNI_API_TOKEN", "OMNI_CONFIG_DIR"])
def test_a_start_with_another_environment_finds_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keep()
    monkeypatch.setenv(name, "something")
    assert recall(START) is None


@pytest.mark.parametrize("path", ["omni-tui/config.toml", "omni-cli/config.json"])
def test_a_start_with_other_settings_files_finds_none(path: str) -> None:
    keep()
    file = config_folder().parent / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("profile")
    assert recall(START) is None
    keep()
    assert recall(START) == KEPT
    file.write_text("profile, changed")
    assert recall(START) is None


def test_each_start_finds_its_own_and_old_ones_are_deleted() -> None:
    for number in range(MAX_STARTS + 1):
        keep(Arguments(profile=str(number)), f"{number}.list")
    assert recall(Arguments(profile="0")) is None
    assert recall(Arguments(profile="1")) == KEPT
    assert len(json.loads(starts_file().read_text())) == MAX_STARTS


@pytest.mark.parametrize("name", ["OMNI_API_TOKEN", "OMNI_API_KEY", "OMNI_TUI_API_TOKEN"])
def test_a_token_leaves_no_trace(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "omni_osk_first")
    keep()
    kept = starts_file().read_text()
    assert "omni_osk" not in kept
    assert starts_file().stat().st_mode & 0o077 == 0
    monkeypatch.setenv(name, "omni_osk_second")
    keep()
    assert starts_file().read_text() == kept  # not even as a hash


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe\x00", b"[" * 100_000, b'{"a": 1}']
)
def test_a_damaged_file_recalls_none_and_is_replaced(content: bytes) -> None:
    keep()
    starts_file().write_bytes(content)
    assert recall(START) is None
    keep()
    assert recall(START) == KEPT


@pytest.mark.parametrize(
    "name", ["../catalog.list", "/etc/hostname", "..", ".", "", "a\0b", "\ud800", "x" * 999, 7]
)
def test_an_invalid_file_name_recalls_none(name: object) -> None:
    keep()
    (cache_folder() / "catalog.list").write_bytes((catalogs_folder() / "blobsrus-default.list").read_bytes())
    [likeness] = json.loads(starts_file().read_text())
    starts_file().write_text(json.dumps({likeness: name}))
    assert recall(START) is None
    assert (cache_folder() / "catalog.list").exists()


def test_a_missing_or_damaged_list_recalls_none() -> None:
    path = keep()
    path.write_text("{}")
    assert recall(START) is None
    path.unlink(missing_ok=True)
    assert recall(START) is None


def test_a_cache_that_cannot_be_written_does_no_harm() -> None:
    cache_folder().parent.mkdir(parents=True)
    cache_folder().write_text("a file where the folder should be")
    remember(START, catalogs_folder() / "blobsrus-default.list")
    assert recall(START) is None


def test_an_index_that_is_no_regular_file_stops_nothing() -> None:
    starts_file().parent.mkdir(parents=True)
    os.mkfifo(starts_file())
    assert recall(START) is None
