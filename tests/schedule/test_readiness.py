"""What a scheduled command would lack, found before it is added."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from omni_tui.schedule.readiness import (
    kept_environment,
    missing_credentials,
    missing_program,
    timer_environment,
)

PRINTS = """\
import json, os, sys
print(json.dumps({"ok": False, "error": "No key.", "hint": ",".join(sys.argv[1:])}))
sys.exit(int(os.environ["OMNI_STATUS"]))
"""


def test_secrets_and_session_variables_are_not_saved() -> None:
    shell = {
        "PATH": "/bin", "https_proxy": "http://p", "OMNI_BASE_URL": "https://x", "TZ": "UTC",
        "OMNI_API_TOKEN": "s", "OMNI_API_KEY": "s", "OMNI_TUI_API_TOKEN": "s",
        "DBUS_SESSION_BUS_ADDRESS": "d", "XDG_RUNTIME_DIR": "r", "SSH_AUTH_SOCK": "a", "AWS_SECRET_KEY": "s",
    }  # fmt: skip
    kept = {"PATH": "/bin", "https_proxy": "http://p", "OMNI_BASE_URL": "https://x", "TZ": "UTC"}
    assert kept_environment(shell) == kept
    assert set(timer_environment(kept)) == {*kept, "HOME", "LOGNAME", "USER", "SHELL"}


@pytest.fixture
def program(tmp_path: Path) -> tuple[str, ...]:
    """A program instead of omni-tui, which exits with the code in OMNI_STATUS."""
    path = tmp_path / "program.py"
    path.write_text(PRINTS)
    return (sys.executable, str(path))


def test_the_key_is_checked_without_the_session(
    program: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(status: int) -> list[str]:
        environment = timer_environment({"OMNI_STATUS": str(status)})
        return missing_credentials(program, ["--profile", "work"], environment, tmp_path)

    assert check(0) == []
    (unreached,) = check(1)
    assert "doesn't work outside this session: No key. config,check,--json,--profile,work" in unreached
    (no_key,) = check(3)
    assert "No API key works outside this session" in no_key
    monkeypatch.setenv("OMNI_API_TOKEN", "secret")
    (only_here,) = check(3)
    assert "set only in this shell (OMNI_API_TOKEN)" in only_here
    assert "secret" not in only_here


def test_a_program_in_a_temporary_folder_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # this checkout may be in the real one
    assert missing_program([sys.executable]) == []
    assert missing_program([str(tmp_path / "gone")])
    temporary = tmp_path / "omni-tui"
    temporary.touch(0o755)
    assert "temporary" in missing_program([str(temporary)])[0]
