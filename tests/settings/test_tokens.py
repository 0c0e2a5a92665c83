"""Tokens from a real command and a real keyring, and all the ways in which these fail."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from omni_tui.settings import tokens
from omni_tui.settings.errors import NoTokenFrom, SettingsError
from omni_tui.settings.models import load_settings, require_credentials
from omni_tui.settings.tokens import (
    forget_in_keyring,
    keep_in_keyring,
    look_for_keyring,
    token_from_command,
    token_from_keyring,
)
from tests.settings.support import write_config

SECRET = "omni_osk_planted_SECRET"
ADDRESS = "https://blobsrus.omniapp.co"


def python(code: str) -> str:
    """A command that runs this."""
    return f'"{sys.executable}" -c "{code}"'


# a command


@pytest.mark.parametrize("end", ["", "\\n", "\\nuser: ada\\n", "\\r\\n"])
def test_the_first_line_that_a_command_prints_is_the_token(end: str) -> None:
    assert token_from_command(python(f"print(' {SECRET} ', end='{end}')")) == SECRET


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    token_from_command(f"echo x; touch {tmp_path / 'made'} $(touch {tmp_path / 'made'})")
    assert list(tmp_path.iterdir()) == []


def test_a_command_gets_no_terminal_and_nothing_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPG_TTY", "/dev/pts/0")
    told = "repr(sys.stdin.read()), os.environ.get('GPG_TTY'), os.getsid(0) == os.getpid()"
    assert token_from_command(python(f"import os, sys; print('read', {told})")) == "read '' None True"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (python(f"print('{SECRET}'); raise SystemExit(3)"), "failed with exit status 3"),
        (python(f"import sys; sys.stderr.write('{SECRET}')"), "printed nothing"),
        (python("print()"), "printed nothing"),
        ("no-such-program-anywhere show omni", "program no-such-program-anywhere not found"),
        ("/", "can't be run"),
    ],
)
def test_a_failed_command_is_reported_without_its_output(command: str, words: str) -> None:
    with pytest.raises(NoTokenFrom, match=words) as told:
        token_from_command(command)
    assert SECRET not in str(told.value)
    assert told.value.hint


@pytest.mark.parametrize("command", ["'", "   ", "pass\0show"])
def test_an_invalid_command_is_reported(command: str) -> None:
    with pytest.raises(SettingsError, match="isn't a valid command"):
        token_from_command(command)


def test_a_command_that_does_not_end_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    told = f"pathlib.Path('{alive}').write_text(str(time.time()))"
    inner = f"import time, pathlib\\nwhile True: {told}; time.sleep(0.01)"
    script = tmp_path / "slow.py"
    script.write_text(f'import subprocess, sys\nsubprocess.run([sys.executable, "-c", """{inner}"""])\n')
    with pytest.raises(NoTokenFrom, match="didn't finish within"):
        token_from_command(f'"{sys.executable}" "{script}"', seconds=2)
    last = alive.read_text()
    time.sleep(0.3)  # nothing tells of what does not happen
    assert alive.read_text() == last


def test_the_command_of_a_profile_is_run_when_the_token_is_needed(tmp_path: Path) -> None:
    count = tmp_path / "count"
    code = f"open('{count}', 'a').write('x'); print('{SECRET[::-1]}'[::-1])"
    write_config(f"[profiles.work]\nbase_url = \"work\"\ntoken_command = '''{python(code)}'''\n")
    settings = load_settings()
    assert not count.exists()
    assert require_credentials(settings) == ("work", SECRET)
    assert count.read_text() == "x"
    assert SECRET not in repr(settings)


def test_a_token_of_the_shell_wins_over_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    write_config('[profiles.work]\nbase_url = "work"\ntoken_command = "no-such-program-anywhere"\n')
    monkeypatch.setenv("OMNI_API_TOKEN", SECRET)
    assert require_credentials(load_settings()) == ("work", SECRET)


def test_a_command_is_only_used_for_the_address_beside_it() -> None:
    write_config('[profiles.work]\nbase_url = "work"\ntoken_command = "echo secret"\n')
    settings = load_settings(base_url="other")
    assert settings.token_command is None
    assert settings.notices == ("The API key of the profile work is for work only.",)


# the keyring


def use(backend: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """This keyring answers from now on; where it keeps what it is given."""
    path = tmp_path / "keyring.json"
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("TEST_KEYRING", str(path))
    return path


def ours(name: str) -> str:
    return f"tests.settings.keyrings.{name}"


def test_a_saved_token_is_found_again_even_if_the_backend_prints(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = use(ours("PrintingKeyring"), monkeypatch, tmp_path)
    assert look_for_keyring(seconds=60).answers
    keep_in_keyring(ADDRESS, "work", SECRET)
    assert json.loads(path.read_text()) == {"omni-tui work@blobsrus.omniapp.co": SECRET}
    assert token_from_keyring("blobsrus", "work") == SECRET
    write_config(f'[profiles.work]\nbase_url = "{ADDRESS}/"\ntoken_keyring = true\n')
    assert require_credentials(load_settings()) == (f"{ADDRESS}/", SECRET)


@pytest.mark.parametrize(("address", "profile"), [("other", "work"), (ADDRESS, "play")])
def test_a_token_is_given_to_no_other_address_or_profile(
    address: str, profile: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(ours("FileKeyring"), monkeypatch, tmp_path)
    keep_in_keyring(ADDRESS, "work", SECRET)
    with pytest.raises(NoTokenFrom, match="has no API key for this profile"):
        token_from_keyring(address, profile)


@pytest.mark.parametrize(
    "backend",
    [
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
        ours("PlaintextKeyring"),
        ours("WeakKeyring"),
        ours("LockedKeyring"),
        ours("NoSuchKeyring"),
    ],
)
def test_an_insecure_or_empty_backend_is_not_a_keyring(
    backend: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = use(backend, monkeypatch, tmp_path)
    found = look_for_keyring(seconds=60)
    assert (found.answers, found.why_not) == (False, "no keyring is available")
    with pytest.raises(SettingsError, match="didn't save the API key"):
        keep_in_keyring(ADDRESS, "work", SECRET)
    assert not path.exists() or backend == ours("LockedKeyring")
    with pytest.raises(NoTokenFrom, match="doesn't respond") as told:
        token_from_keyring(ADDRESS, "work")
    assert "hunter2" not in str(told.value)


def test_a_keyring_that_is_locked_is_called_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use(ours("SleepingKeyring"), monkeypatch, tmp_path)
    assert look_for_keyring(seconds=60).why_not == "the system's keyring is locked"
    with pytest.raises(SettingsError, match="didn't save the API key: it is locked") as told:
        keep_in_keyring(ADDRESS, "work", SECRET)
    with pytest.raises(NoTokenFrom, match="which has the API key, is locked"):
        token_from_keyring(ADDRESS, "work")
    assert "hunter2" not in str(told.value)


def test_a_token_that_is_not_used_any_more_is_taken_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = use(ours("FileKeyring"), monkeypatch, tmp_path)
    for name in "work", "play":
        keep_in_keyring(ADDRESS, name, SECRET)
    forget_in_keyring(ADDRESS, "work")
    assert json.loads(path.read_text()) == {"omni-tui play@blobsrus.omniapp.co": SECRET}
    forget_in_keyring(ADDRESS, "work")  # it is not there
    use(ours("SleepingKeyring"), monkeypatch, tmp_path)
    forget_in_keyring(ADDRESS, "play")
    assert json.loads(path.read_text()) == {"omni-tui play@blobsrus.omniapp.co": SECRET}


def test_a_keyring_that_stores_nothing_is_reported_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(ours("ForgetfulKeyring"), monkeypatch, tmp_path)
    with pytest.raises(SettingsError, match="didn't save the API key"):
        keep_in_keyring(ADDRESS, "work", SECRET)


def test_a_keyring_that_waits_for_a_dialog_times_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use(ours("StuckKeyring"), monkeypatch, tmp_path)
    assert not look_for_keyring(seconds=3).answers
    monkeypatch.setattr(tokens, "KEYRING_SECONDS", 1.0)
    with pytest.raises(NoTokenFrom, match="didn't respond within 1 s"):
        token_from_keyring(ADDRESS, "work")
    with pytest.raises(SettingsError, match="didn't save the API key: it didn't respond"):
        keep_in_keyring(ADDRESS, "work", SECRET)


def test_without_the_library_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "find_spec", lambda _: None)
    assert look_for_keyring().why_not == "omni-tui[keyring] isn't installed"
    with pytest.raises(NoTokenFrom, match="without its library"):
        token_from_keyring(ADDRESS, "work")
