"""Saving profiles keeps what the user wrote, and doesn't change a file that can't be read."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.settings.config_file.save import (
    _changed_text,
    _with_profile,
    name_problem,
    save_profile,
    save_theme,
)
from omni_tui.settings.errors import SettingsError
from omni_tui.settings.locations import config_folder
from omni_tui.settings.models import load_settings
from tests.settings.support import write_config

TOKEN = "omni_osk_planted_SECRET"
BY_HAND = """\
# my settings
theme = "nord"   # I like it

[profiles.work]  # the real one
base_url = "work"
# the old key
api_token = "old"
requests_per_minute = 500

[keymap]
export = "f5"
"""


def path() -> Path:
    return config_folder() / "config.toml"


def save(name: str = "blobsrus", **values: str | bool) -> dict[str, object]:
    save_profile(name, values or {"base_url": "https://blobsrus.omniapp.co", "api_token": TOKEN})
    return tomllib.loads(path().read_text())


def test_the_first_profile_makes_the_file_for_its_owners_eyes_only() -> None:
    content = save()
    assert content == {
        "profiles": {"blobsrus": {"base_url": "https://blobsrus.omniapp.co", "api_token": TOKEN}}
    }
    assert stat.S_IMODE(path().stat().st_mode) == 0o600
    assert stat.S_IMODE(path().parent.stat().st_mode) == 0o700
    assert [each.name for each in path().parent.iterdir()] == ["config.toml"]
    settings = load_settings()
    assert (settings.profile, settings.base_url) == ("blobsrus", "https://blobsrus.omniapp.co")


def test_a_file_that_others_could_read_is_closed_to_them() -> None:
    write_config(BY_HAND)
    path().chmod(0o644)
    save("work", base_url="work", api_token=TOKEN)
    assert stat.S_IMODE(path().stat().st_mode) == 0o600


def test_the_users_own_text_is_kept() -> None:
    write_config(BY_HAND)
    save("work", base_url="work", api_token=TOKEN)
    assert path().read_text() == BY_HAND.replace('"old"', f'"{TOKEN}"')


def test_another_profile_is_added_and_the_used_one_stays_the_default() -> None:
    write_config(BY_HAND)
    save("play", base_url="https://play.playground.exploreomni.dev", api_token="p")
    text = path().read_text()
    for line in BY_HAND.splitlines():
        assert line in text
    assert load_settings().profile == "work"
    assert load_settings(profile="play").api_token.get_secret_value() == "p"  # type: ignore[union-attr]


def test_where_no_profile_was_used_the_new_one_is() -> None:
    write_config('[profiles.a]\nbase_url = "a"\n[profiles.b]\nbase_url = "b"\n')
    assert load_settings().profile == ""
    save("c", base_url="c", api_token="t")
    assert load_settings().profile == "c"


def test_a_new_way_to_the_token_takes_the_place_of_the_old_one() -> None:
    write_config('[profiles.a]\nbase_url = "a"\ntoken_command = "pass show omni"\nkey_kind = "personal"\n')
    content = save("a", base_url="a", api_token=TOKEN)
    assert content["profiles"] == {"a": {"base_url": "a", "key_kind": "personal", "api_token": TOKEN}}
    content = save("a", base_url="a", token_keyring=True)
    assert content["profiles"] == {"a": {"base_url": "a", "key_kind": "personal", "token_keyring": True}}


@pytest.mark.parametrize(
    "damaged",
    [b'[profiles.work\nbase_url = "a"\n', b"\xff\xfe", b'profiles = "none"\n', b"[profiles]\nwork = 3\n"],
)
def test_a_damaged_file_is_never_written_over(damaged: bytes) -> None:
    write_config("")
    path().write_bytes(damaged)
    with pytest.raises(SettingsError, match="Nothing was changed"):
        save("work", base_url="b", api_token=TOKEN)
    assert path().read_bytes() == damaged


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    with pytest.raises(SettingsError, match=r"can't be saved in .*: Not a directory"):
        save()


def test_a_write_that_fails_leaves_the_old_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write_config(BY_HAND)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(SettingsError, match="No space left") as told:
        save()
    assert TOKEN not in str(told.value)
    assert path().read_text() == BY_HAND
    assert [each.name for each in path().parent.iterdir()] == ["config.toml"]


def test_a_link_to_where_people_keep_their_files_stays_one(tmp_path: Path) -> None:
    target = tmp_path / "dotfiles.toml"
    target.write_text(BY_HAND)
    write_config("")
    path().unlink()
    path().symlink_to(target)
    save("play", base_url="play", api_token="p")
    assert path().is_symlink()
    assert "play" in target.read_text()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 101, "a\x1b[31m"])
def test_an_invalid_name_is_rejected(name: str) -> None:
    assert name_problem(name)
    with pytest.raises(SettingsError):
        save(name)
    assert not path().exists()


WAYS_TO_WRITE = [
    "",
    "# only a comment\n",
    'profiles = { work = { base_url = "a" } }\n',
    'profiles.work.base_url = "a"\ntheme = "x"\n',
    '[profiles]\nwork.base_url = "a"\n[profiles.play]\nbase_url = "b"\n',
    '[profiles."a b"]\nbase_url = "a"\n[keymap]\nx = "y"\n[profiles.work]\napi_token = "t"\n',
    'default_profile = "a"\n[profiles.a]\nbase_url = "a"\n',
]


@given(st.sampled_from(WAYS_TO_WRITE), st.text(min_size=1, max_size=12), st.text(max_size=20))
def test_any_file_keeps_its_content_and_gets_the_profile(text: str, name: str, token: str) -> None:
    if name_problem(name) or any("\ud800" <= each <= "\udfff" for each in name + token):
        return
    before = tomllib.loads(text)
    values = {"base_url": "https://x.omniapp.co", "api_token": token}
    wanted = _with_profile(before, name, values, Path("config.toml"))
    after = tomllib.loads(_changed_text(text, name, wanted, Path("config.toml")))
    assert after == wanted
    assert after["profiles"][name] | values == after["profiles"][name]
    others = {key: value for key, value in before.get("profiles", {}).items() if key != name}
    assert {key: value for key, value in after["profiles"].items() if key != name} == others


@pytest.mark.parametrize(
    ("before", "profile", "after"),
    [
        ("", "", 'theme = "nord"\n'),
        ("# mine\nbell = false\n", "", 'theme = "nord"\n\n# mine\nbell = false\n'),
        ('theme = "sea" # blue\n', "", 'theme = "nord" # blue\n'),
        (
            '[profiles.work]\ntheme = "sea"\n[themes.sea]\nprimary = "#fff"\n',
            "work",
            '[profiles.work]\ntheme = "nord"\n[themes.sea]\nprimary = "#fff"\n',
        ),
        ("[profiles.work]\n", "work", 'theme = "nord"\n\n[profiles.work]\n'),
    ],
)
def test_a_theme_is_saved_where_it_takes_effect(before: str, profile: str, after: str) -> None:
    path = config_folder() / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(before)
    assert save_theme("nord", profile) == path
    assert path.read_text() == after


def test_a_theme_does_not_go_into_a_damaged_file() -> None:
    path = config_folder() / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("theme = [")
    with pytest.raises(SettingsError):
        save_theme("nord")
    assert path.read_text() == "theme = ["
