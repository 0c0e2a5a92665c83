"""`omni-tui config`: the settings, the path of the file, and the check, for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from omni_tui import demo
from omni_tui.cli import main
from omni_tui.demo.server import DemoServer
from tests.settings.support import write_config

SECRET = "omni_osk_planted_SECRET"


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(limit=10_000) as server:
        yield server


def run(capfd: pytest.CaptureFixture[str], *typed: str) -> tuple[int, str, str]:
    """Return the exit code, standard output and standard error."""
    status = main(["config", *typed])
    told = capfd.readouterr()
    return status, told.out, told.err


def object_of(capfd: pytest.CaptureFixture[str], *typed: str) -> tuple[int, dict[str, Any]]:
    status, out, err = run(capfd, *typed, "--json")
    assert err == ""
    assert out.count("\n") == 1
    return status, json.loads(out)


def write_profile(server: DemoServer, token: str) -> None:
    write_config(f'[profiles.work]\nbase_url = "{server.url}"\napi_token = "{token}"\n')


# path


def test_the_path_is_one_line_whether_the_file_exists_or_not(
    capfd: pytest.CaptureFixture[str], fake_home: Path
) -> None:
    path = fake_home / ".config" / "omni-tui" / "config.toml"
    assert run(capfd, "path") == (0, f"{path}\n", "")
    assert object_of(capfd, "path") == (0, {"config_file": str(path), "exists": False})
    write_config("")
    assert object_of(capfd, "path") == (0, {"config_file": str(path), "exists": True})


# show


def test_settings_are_shown_with_their_sources_and_without_secrets(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(f'[profiles.work]\nbase_url = "work"\napi_token = "{SECRET}"\n[keymap]\nexport = "f5"\n')
    monkeypatch.setenv("OMNI_TUI_THEME", "nord")
    monkeypatch.setenv("HTTPS_PROXY", "http://ada:hunter2@proxy:3128")
    status, out, err = run(capfd, "show")
    assert (status, err) == (0, "")
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in out.splitlines()}
    file = "~/.config/omni-tui/config.toml"
    assert rows["SETTING"] == "VALUE FROM"
    assert rows["base_url"] == f"work the profile work in {file}"
    assert rows["api_token"] == f"•••• the profile work in {file}"
    assert rows["theme"] == "nord environment OMNI_TUI_THEME"
    assert rows["download_dir"] == "- default"
    assert rows["keymap"] == f'{{"export": "f5"}} the top of {file}'
    assert rows["HTTPS_PROXY"] == "http://***@proxy:3128 environment HTTPS_PROXY"
    assert SECRET not in out
    assert "hunter2" not in out


def test_settings_as_an_object(capfd: pytest.CaptureFixture[str]) -> None:
    write_config(f'[profiles.work]\nbase_url = "work"\napi_token = "{SECRET}"\n')
    status, told = object_of(capfd, "show", "--base-url", "other")
    assert status == 0
    settings = {each["name"]: each for each in told["settings"]}
    assert settings["base_url"] == {"name": "base_url", "value": "other", "from": "argument --base-url"}
    assert settings["requests_per_minute"]["value"] == 60
    assert settings["api_token"]["value"] is None
    assert told["notices"] == ["The API key of the profile work is for work only."]
    assert SECRET not in json.dumps(told)


def test_a_token_command_is_shown_and_not_run(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_config(f'[profiles.work]\nbase_url = "work"\ntoken_command = "touch {tmp_path}/run"\n')
    _, out, _ = run(capfd, "show")
    assert f"touch {tmp_path}/run" in out
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_reported_with_its_line(capfd: pytest.CaptureFixture[str]) -> None:
    write_config("theme = \n")
    status, out, err = run(capfd, "show")
    assert (status, out) == (2, "")
    assert "line 1" in err


# check


@pytest.mark.parametrize(
    ("token", "words", "kind"),
    [
        (demo.TOKEN, "accepted: organization key", "organization"),
        (demo.PERSONAL_TOKEN, "accepted: personal access token", "personal"),
    ],
)
def test_one_request_checks_whether_it_works(
    server: DemoServer, token: str, words: str, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    write_profile(server, token)
    before = sum(server.requests.values())
    status, out, err = run(capfd, "check")
    assert sum(server.requests.values()) - before == 1
    assert (status, err) == (0, "")
    assert words in out
    assert "(1 request)" in out
    assert token not in out
    status, told = object_of(capfd, "check")
    assert (status, told["ok"], told["key_kind"]) == (0, True, kind)
    assert not {"organization", "person"} & told.keys()  # no server reports these names
    assert told["address"] == f"{server.url}/api"


def test_a_rejected_token_exits_with_3_and_its_source_is_reported(
    server: DemoServer, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_profile(server, demo.TOKEN)
    monkeypatch.setenv("OMNI_API_KEY", SECRET)
    status, out, err = run(capfd, "check")
    assert (status, out) == (3, "")
    assert "Omni rejected the API key." in err
    assert "The API key is from: environment OMNI_API_KEY." in err
    assert SECRET not in err
    status, out, err = run(capfd, "check", "--json")
    told = json.loads(out)
    assert "Using the API key from OMNI_API_KEY, not the one from the profile work." in err
    assert (status, told["ok"], told["error"]) == (3, False, "Omni rejected the API key.")


@pytest.mark.parametrize(
    ("config", "status", "words"),
    [
        ("", 3, "The Omni address isn't set."),
        ('base_url = "work"\n', 3, "There is no API key for work."),
        ('base_url = "http://work.example.com"\napi_token = "t"\n', 2, "unencrypted"),
        ('base_url = "http://127.0.0.1:9"\napi_token = "t"\n', 1, "Nothing is listening at 127.0.0.1:9"),
        ('base_url = "work"\ntoken_command = "false"\n', 3, "(false) failed with exit status 1"),
        ('base_url = "work"\ntoken_command = "\'"\n', 2, "isn't a valid command"),
        ("theme = \n", 2, "line 1"),
    ],
)
def test_each_failure_has_its_exit_code_and_its_message(
    config: str, status: int, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    write_config(config)
    found, out, err = run(capfd, "check")
    assert (found, out) == (status, "")
    assert words in err
    found, told = object_of(capfd, "check")
    assert found == status
    assert words in f"{told['error']} {told['hint']}"


def test_the_demo_can_be_checked(capfd: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capfd, "check", "--demo")
    assert status == 0
    assert "organization key" in out


def test_without_an_action_it_is_reported(capfd: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capfd)
    assert status == 2
    assert "omni-tui config --help" in err


def test_the_help_is_complete(capfd: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capfd, "--help")
    assert status == 0
    for word in ("show", "path", "check", "exit codes", "--json", "--profile"):
        assert word in out
