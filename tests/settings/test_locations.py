"""Our own folders and files are private, and files are replaced atomically."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from omni_tui.cli import main
from omni_tui.demo import TOKEN
from omni_tui.demo.server import DemoServer
from omni_tui.settings.locations import (
    cache_folder,
    config_folder,
    make_private_folder,
    state_folder,
    vendor_config_path,
    write_private_file,
)
from omni_tui.settings.models import load_settings


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


def test_missing_folders_above_are_private_too_whatever_the_umask(fake_home: Path) -> None:
    before = os.umask(0)
    try:
        for folder in (config_folder(), state_folder(), cache_folder()):
            make_private_folder(folder)
    finally:
        os.umask(before)
    made = [path for path in fake_home.rglob("*") if path.is_dir()]
    assert len(made) == 7
    assert {mode(path) for path in made} == {0o700}


@pytest.fixture
def nobodys_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No HOME and no passwd entry; the current folder, which is empty."""

    def no_entry(_: object) -> None:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", no_entry)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_home_folder_there_is_nothing_in_it(nobodys_home: Path) -> None:
    for folder in (config_folder(), state_folder(), cache_folder(), vendor_config_path()):
        assert folder.is_absolute()
        assert not folder.exists()
        with pytest.raises(OSError, match="No such file"):
            make_private_folder(folder)
    assert load_settings().base_url is None


def test_without_a_home_folder_xdg_still_counts(
    nobodys_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert config_folder() == tmp_path / "config/omni-tui"


def test_without_a_home_folder_commands_work_and_leave_nothing_behind(
    nobodys_home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with DemoServer(speed=1000) as server:
        monkeypatch.setenv("OMNI_BASE_URL", server.url)
        monkeypatch.setenv("OMNI_API_TOKEN", TOKEN)
        assert main(["config", "show"]) == 0
        assert main(["describe", "12db1a0a"]) == 0
        assert main(["presets"]) == 0
        assert list(nobodys_home.iterdir()) == []
        assert main(["download", "12db1a0a", "--format", "csv", "-o", "out"]) == 0
    assert [path.name for path in nobodys_home.iterdir()] == ["out"]
    assert "Traceback" not in capfd.readouterr().err


def test_a_folder_that_another_program_creates_meanwhile_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_dir = Path.is_dir

    def is_dir_until_now(path: Path) -> bool:
        was_there = is_dir(path)
        os.makedirs(path, exist_ok=True)
        return was_there

    monkeypatch.setattr(Path, "is_dir", is_dir_until_now)
    assert is_dir(make_private_folder(tmp_path / "a" / "b"))
