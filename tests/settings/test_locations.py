"""Our own folders and files are private, and written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from omni_tui.settings.locations import (
    cache_folder,
    config_folder,
    make_private_folder,
    state_folder,
    write_private_file,
)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_folders_follow_xdg(fake_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert config_folder() == fake_home / ".config/omni-tui"
    assert state_folder() == fake_home / ".local/state/omni-tui"
    assert cache_folder() == fake_home / ".cache/omni-tui"
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    assert config_folder() == tmp_path / "XDG_CONFIG_HOME/omni-tui"
    assert state_folder() == tmp_path / "XDG_STATE_HOME/omni-tui"
    assert cache_folder() == tmp_path / "XDG_CACHE_HOME/omni-tui"


def test_a_folder_is_private_also_when_it_was_there(tmp_path: Path) -> None:
    new = make_private_folder(tmp_path / "a/b")
    assert mode(new) == 0o700
    open_folder = tmp_path / "open"
    open_folder.mkdir(mode=0o755)
    assert mode(make_private_folder(open_folder)) == 0o700


def test_a_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_private_file(tmp_path / "new/file.json", "é\n")
    finally:
        os.umask(before)
    assert mode(tmp_path / "new/file.json") == 0o600
    assert mode(tmp_path / "new") == 0o700
    assert (tmp_path / "new/file.json").read_bytes() == "é\n".encode()


def test_a_file_that_was_open_to_others_is_not_any_more(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o644)
    write_private_file(path, "new")
    assert mode(path) == 0o600
    assert path.read_text() == "new"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    write_private_file(path, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private_file(path, "new")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
