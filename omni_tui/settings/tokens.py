"""Get tokens from a command or the system's keyring. All of it blocks: call it in a thread.

What the command prints and the keyring returns is never shown, even if it is invalid.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from omni_tui.settings.connection import without_quotes
from omni_tui.settings.errors import NoTokenFrom, SettingsError
from omni_tui.settings.keyring_process import LOCKED
from omni_tui.settings.profiles import host_of

COMMAND_SECONDS = 30.0
# How long to wait to find a keyring, and for a request to one, which the user may have to unlock.
LOOK_SECONDS = 5.0
KEYRING_SECONDS = 60.0
_SILENT = "silent"
# The longest token that is read from a command.
MAX_TOKEN_LENGTH = 64 * 1024
# With this variable, a password program would prompt on our screen and take our keys.
_NOT_FOR_COMMANDS = "GPG_TTY"


def token_from_command(command: str, *, seconds: float = COMMAND_SECONDS) -> str:
    """Return the first nonempty line that a command prints. It runs without a shell and a terminal.

    Raises NoTokenFrom, whose message names the program but nothing that it printed.
    """
    words = _words(command)
    program = words[0]
    environment = {name: value for name, value in os.environ.items() if name != _NOT_FOR_COMMANDS}
    hint = f"Run it yourself to see why: {program} may have to be unlocked first."
    try:
        status, printed = _run(words, seconds, environment=environment)
    except subprocess.TimeoutExpired:
        message = f"token_command ({program}) didn't finish within {seconds:.0f} s."
        raise NoTokenFrom(message, hint) from None
    except FileNotFoundError:
        message = f"token_command: program {program} not found."
        raise NoTokenFrom(message, "Fix token_command, or install the program.") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise NoTokenFrom(f"token_command ({program}) can't be run: {why}.", hint) from None
    if status:
        raise NoTokenFrom(f"token_command ({program}) failed with exit status {status}.", hint)
    lines = printed[:MAX_TOKEN_LENGTH].decode("utf-8", "replace").split("\n")
    token = next((bare for line in lines if (bare := without_quotes(line))), "")
    if not token:
        raise NoTokenFrom(f"token_command ({program}) printed nothing.", hint)
    return token


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words or "\0" in command:
        raise SettingsError("token_command isn't a valid command.", "Check its quoting.")
    return [os.path.expanduser(words[0]), *words[1:]]


# the system's keyring


@dataclass(frozen=True, slots=True)
class Keyring:
    """Whether a keyring is available, its name, and why it isn't."""

    answers: bool
    name: str = ""
    why_not: str = ""


def look_for_keyring(*, seconds: float = LOOK_SECONDS) -> Keyring:
    """Return whether a keyring is available. Raises nothing, and takes at most `seconds`."""
    if find_spec("keyring") is None:
        return Keyring(False, why_not="omni-tui[keyring] isn't installed")
    answer = _send({"do": "look"}, seconds)
    if answer.get("found"):
        return Keyring(True, str(answer.get("name") or "the keyring"))
    is_locked = answer.get("why") == LOCKED
    return Keyring(
        False, why_not="the system's keyring is locked" if is_locked else "no keyring is available"
    )


def token_from_keyring(base_url: str, profile: str) -> str:
    """Return the token that was saved for a profile and an address. Raises NoTokenFrom."""
    if find_spec("keyring") is None:
        hint = "Install omni-tui[keyring], or set the API key again."
        raise NoTokenFrom(
            "The API key is in the system's keyring, which can't be read without its library.", hint
        )
    answer = _send({"do": "get", "account": _account(base_url, profile)}, KEYRING_SECONDS)
    if not answer.get("found"):
        message = f"The system's keyring, which has the API key, {_problem(answer)}."
        raise NoTokenFrom(message, "Unlock it, or log in; or set OMNI_API_TOKEN.")
    token = answer.get("token")
    if not isinstance(token, str) or not token:
        raise NoTokenFrom("The system's keyring has no API key for this profile.", "Set it again.")
    return token


def keep_in_keyring(base_url: str, profile: str, token: str) -> None:
    """Save a token in the keyring. Raises SettingsError if the keyring doesn't save it or can't return it."""
    request = {"do": "put", "account": _account(base_url, profile), "token": token}
    answer = _send(request, KEYRING_SECONDS)
    if not answer.get("found"):
        why = f": it {_problem(answer)}" if answer.get("why") in (LOCKED, _SILENT) else ""
        message = f"The system's keyring didn't save the API key{why}."
        raise SettingsError(message, "Save it in the file instead.")


def forget_in_keyring(base_url: str, profile: str) -> None:
    """Remove a token that is no longer used. Raises nothing if that fails."""
    if find_spec("keyring") is not None:
        _send({"do": "drop", "account": _account(base_url, profile)}, LOOK_SECONDS)


def _problem(answer: dict[str, Any]) -> str:
    problems = {LOCKED: "is locked", _SILENT: f"didn't respond within {KEYRING_SECONDS:.0f} s"}
    return problems.get(str(answer.get("why")), "doesn't respond")


def _account(base_url: str, profile: str) -> str:
    """Return the account of a profile; it has the host, so that the token is sent to no other one."""
    return f"{profile}@{host_of(base_url)}"


def _send(request: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Send a request to the keyring process; return its answer, or an empty one if it fails."""
    command = [sys.executable, "-P", "-m", "omni_tui.settings.keyring_process"]
    try:
        _, printed = _run(command, seconds, given=json.dumps({**request, "seconds": seconds}).encode())
        answer = json.loads(printed)
    except subprocess.TimeoutExpired:
        return {"found": False, "why": _SILENT}
    except (OSError, ValueError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _run(
    words: list[str], seconds: float, *, given: bytes = b"", environment: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """Run a program; return its exit status and output. Raises TimeoutExpired and kills it if too slow."""
    child = subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,  # no terminal, and a process group that can be killed
    )
    try:
        printed, _ = child.communicate(given, timeout=seconds)
    except BaseException:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        raise
    return child.returncode, printed
