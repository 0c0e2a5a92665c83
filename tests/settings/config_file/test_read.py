"""A config.toml that can't be used: the error names the line and what is wrong."""

from __future__ import annotations

import traceback

import pytest

from omni_tui.settings.errors import SettingsError
from omni_tui.settings.models import load_settings
from tests.settings.support import write_config

TOKEN = "omni_osk_planted_SECRET"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("theme = nord", 1, "TOML"),
        ("a = 1\n\n[profiles\n", 3, "TOML"),
        ("\n\nthme = 'x'", 3, "Did you mean theme?"),
        ("[profiles.a]\n\nbase-url = 'x'", 3, "Did you mean base_url?"),
        ("zzz = 1", 1, "Available settings: "),
        ("profile = 'a'", 1, "unknown setting 'profile'"),
        ("requests_per_minute = 0", 1, "greater than or equal to 1"),
        ("requests_per_minute = 'many'", 1, "valid integer"),
        ("default_profile = 'a'\n[profiles.a]\ntimeout_seconds = inf", 3, "finite"),
        ("timeout_seconds = 1\n[profiles.a]\n'timeout_seconds' = -1", 3, "greater than 0"),
        ("keymap = 'f5'", 1, "dictionary"),
        ("[keymap]\nexport = 5", 1, "valid string"),
        ("download_dir = '~nobody-has-this-name/x'", 1, "no such home folder"),
        ("theme = 'a'\ndefault_profile = 'b'\n[profiles.a]", 2, "Available profiles: a."),
        ("default_profile = ['a']", 1, "no profile called"),
        ("theme = 'a'\nkey_kind = 'admin'", 2, "'organization' or 'personal'"),
        ("base_url = 3\napi_token = 'x'", 1, "valid string"),
        ("[profiles.a]\napi_token = 'x'\nbase_url = ['y']", 3, "valid string"),
        ("profiles = 3", 1, "[profiles.NAME]"),
        ("[profiles]\nwork = 'x'", 2, "[profiles.work]"),
        (f"api_token = ['{TOKEN}']", 1, "string"),
        ("theme = 'a'\nprofiles = { work = { thme = 'x' } }", 2, "Did you mean theme?"),
        ("theme = 'a'\n[profiles.'a.b']\nthme = 'x'", 3, "Did you mean theme?"),
        ('theme = """\nthme = 1"""\nthme = 2', 3, "Did you mean theme?"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(text: str, line: int, words: str) -> None:
    path = write_config(text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.message.startswith(f"{path}, line {line}: ")
    assert words in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_a_file_that_ends_too_soon_says_so() -> None:
    path = write_config('theme = """x')
    with pytest.raises(SettingsError, match="TOML") as caught:
        load_settings()
    assert str(path) in caught.value.message


@pytest.mark.parametrize("text", ["theme = " + "[" * 5000, "requests_per_minute = " + "9" * 10_000])
def test_a_file_that_no_parser_can_hold_says_so(text: str) -> None:
    path = write_config(text)
    with pytest.raises(SettingsError, match="too long or nested too deep") as caught:
        load_settings()
    assert str(path) in caught.value.message


def test_a_file_that_cannot_be_read_says_so() -> None:
    path = write_config("")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings()
    path.unlink()
    path.mkdir()
    with pytest.raises(SettingsError, match="can't be read"):
        load_settings()
