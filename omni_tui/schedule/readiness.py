"""Check what a scheduled command would lack, in the environment that it will have."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

# Saved with a schedule if the shell has them. Variables of a session (D-Bus, displays, agents) aren't.
_KEPT = frozenset(
    {
        "PATH", "LANG", "LC_ALL", "TZ", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME",
        "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    }
)  # fmt: skip
# Secrets are stored only where the settings define.
_SECRET = frozenset({"OMNI_API_TOKEN", "OMNI_API_KEY", "OMNI_TUI_API_TOKEN"})
_CHECK_SECONDS = 90.0
# Programs in these folders are deleted sooner or later.
_TEMPORARY_PARTS = frozenset({"archive-v0", "builds-v0"})
_UNREACHED = 1


def kept_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables that a schedule saves: PATH, proxies, certificates, settings; no secrets."""
    return {
        name: value
        for name, value in environment.items()
        if (name.upper() in _KEPT or name.startswith("OMNI_")) and name not in _SECRET
    }


def timer_environment(kept: Mapping[str, str]) -> dict[str, str]:
    """Return all variables that the command will have: the few that cron sets, and the saved ones."""
    basic = {"SHELL": "/bin/sh", **({"HOME": os.environ["HOME"]} if os.environ.get("HOME") else {})}
    with suppress(KeyError):  # a container may run as a user without an account
        user = pwd.getpwuid(os.getuid())
        basic = {"HOME": user.pw_dir, "LOGNAME": user.pw_name, "USER": user.pw_name, **basic}
    return {"PATH": "/usr/bin:/bin", **basic, **kept}


def missing_program(program: Sequence[str]) -> list[str]:
    """Return what is wrong with the program that the timer starts, in sentences."""
    path = Path(program[0])
    if not os.access(path, os.X_OK):
        return [f"{path} can't be run. Reinstall omni-tui."]
    is_temporary = path.is_relative_to(tempfile.gettempdir()) or _TEMPORARY_PARTS & {*path.parts}
    if is_temporary:
        return [f"omni-tui is in a temporary folder ({path.parent}). Install it: uv tool install omni-tui."]
    return []


def missing_credentials(
    program: Sequence[str], connection: Sequence[str], environment: Mapping[str, str], folder: Path
) -> list[str]:
    """Return why the connection fails outside this session, in sentences. Sends one request.

    `connection` are the command's connection flags (`--profile`, `--base-url`).
    """
    words = [*program, "config", "check", "--json", *connection]
    try:
        answer = subprocess.run(
            words,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_CHECK_SECONDS,
            start_new_session=True,  # without a terminal, like a timer
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ["The check of the API key didn't finish. Is the keyring waiting for a password?"]
    except OSError as error:
        return [f"{words[0]} can't be run: {error.strerror}."]
    if answer.returncode == 0:
        return []
    why = _reason(answer.stdout) or answer.stderr.strip() or f"exit code {answer.returncode}"
    if answer.returncode == _UNREACHED:
        return [f"The connection to Omni doesn't work outside this session: {why}"]
    only_here = sorted(name for name in _SECRET if os.environ.get(name))
    if only_here:
        return [
            f"The API key is set only in this shell ({only_here[0]}), where a timer can't read it. "
            "Save it in a profile, or set token_command to a program that prints it."
        ]
    return [f"No API key works outside this session: {why}"]


def _reason(printed: str) -> str:
    try:
        record = json.loads(printed)
        return " ".join(str(record[key]) for key in ("error", "hint") if record.get(key))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
