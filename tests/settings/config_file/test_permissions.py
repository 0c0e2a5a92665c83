"""A config.toml that others can write is reported, and no command out of it is run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from omni_tui.settings.config_file import read
from omni_tui.settings.config_file.read import find_writable_by_others
from omni_tui.settings.errors import NoTokenFrom, SettingsError
from omni_tui.settings.models import load_settings, require_credentials
from tests.settings.support import write_config

STRANGER = 54321


def with_command(tmp_path: Path) -> tuple[Path, Path]:
    """A config.toml with a token_command, and the file that shows that the command was run."""
    trace = tmp_path / "trace"
    path = write_config(f'[profiles.work]\nbase_url = "work"\ntoken_command = "tee {trace}"\n')
    return path, trace


def open_file(path: Path) -> None:
    path.chmod(0o602)


def open_folder(path: Path) -> None:
    path.parent.chmod(0o777)


def open_folder_above(path: Path) -> None:
    path.parents[1].chmod(0o707)


@pytest.fixture(autouse=True)
def shared_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """The group of the tests' files has other members."""
    monkeypatch.setattr(read, "_is_own_group", lambda group_id: False)


@pytest.mark.parametrize(
    "make_unsafe",
    [open_file, open_folder, open_folder_above, lambda path: path.chmod(0o620)],
    ids=["file", "folder", "folder above", "group"],
)
def test_no_command_is_run_that_others_could_have_written(
    make_unsafe: Callable[[Path], None], tmp_path: Path
) -> None:
    path, trace = with_command(tmp_path)
    make_unsafe(path)
    settings = load_settings()
    assert any(
        f"Others can change {path}." in notice and "chmod go-w" in notice for notice in settings.notices
    )
    with pytest.raises(NoTokenFrom, match="token_command wasn't run: others can change"):
        require_credentials(settings)
    assert not trace.exists()


def test_a_link_is_as_safe_as_the_folder_of_its_target(tmp_path: Path) -> None:
    path, _ = with_command(tmp_path)
    (tmp_path / "dots").mkdir()
    target = path.rename(tmp_path / "dots/config.toml")
    path.symlink_to(target)
    assert load_settings().notices == ()
    target.parent.chmod(0o777)
    assert load_settings().command_trouble == f"Run: chmod go-w {target.parent}"


def test_a_file_of_another_user_is_not_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_config('token_command = "echo x"')
    assert find_writable_by_others(path, path.stat()) is None
    if os.geteuid() == 0:
        os.chown(path, STRANGER, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: STRANGER)
    opening = find_writable_by_others(path, path.stat())
    assert opening is not None
    assert "belongs to another user" in opening.fix


def test_a_sticky_folder_and_the_users_own_group_are_safe(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, trace = with_command(tmp_path)
    path.parent.chmod(0o1777)
    path.chmod(0o660)
    monkeypatch.setattr(read, "_is_own_group", lambda group_id: True)
    settings = load_settings()
    assert settings.notices == ()
    with pytest.raises(NoTokenFrom, match="printed nothing"):
        require_credentials(settings)
    assert trace.exists()


def test_a_command_of_the_environment_is_the_users_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    open_file(write_config("theme = 'nord'"))
    monkeypatch.setenv("OMNI_BASE_URL", "work")
    monkeypatch.setenv("OMNI_TUI_TOKEN_COMMAND", "echo token")
    assert require_credentials(load_settings()) == ("work", "token")


@pytest.mark.parametrize("kind", ["pipe", "device", "endless"])
def test_only_a_regular_file_of_some_size_is_read(kind: str) -> None:
    path = write_config("")
    if kind == "endless":
        with path.open("wb") as file:
            file.truncate(1 << 34)
    else:
        path.unlink()
        os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    with pytest.raises(SettingsError, match="can't be read"):
        load_settings()
