"""Tokens that no file of ours holds: from a command, or the system's keyring. All here waits: use a thread.

What a command prints and what the keyring gives is never shown, not even when it is wrong.
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
# To find out whether there is a keyring, and to ask one for something: its user may have to unlock it.
LOOK_SECONDS = 5.0
KEYRING_SECONDS = 60.0
_SILENT = "silent"
# No token is longer; a command that prints more prints something else.
LONGEST_TOKEN = 64 * 1024
# With it a password program would ask on our screen, and take our keys.
_NOT_FOR_COMMANDS = "GPG_TTY"


def token_from_command(command: str, *, seconds: float = COMMAND_SECONDS) -> str:
    """What a command prints: its first line that is not empty. No shell reads it, and no terminal is there.

    Raises NoTokenFrom, which names the program, but nothing of what it printed.
    """
    words = _words(command)
    program = words[0]
    environment = {name: value for name, value in os.environ.items() if name != _NOT_FOR_COMMANDS}
    hint = f"Run it yourself to see why: {program} may have to be unlocked first."
    try:
        status, printed = _run(words, seconds, environment=environment)
    except subprocess.TimeoutExpired:
        message = f"The token_command ({program}) did not finish within {seconds:.0f} s."
        raise NoTokenFrom(message, hint) from None
    except FileNotFoundError:
        message = f"The token_command names a program that is not there: {program}."
        raise NoTokenFrom(message, "Correct token_command, or install it.") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise NoTokenFrom(f"The token_command ({program}) cannot be run: {why}.", hint) from None
    if status:
        raise NoTokenFrom(f"The token_command ({program}) failed with status {status}.", hint)
    lines = printed[:LONGEST_TOKEN].decode("utf-8", "replace").split("\n")
    token = next((bare for line in lines if (bare := without_quotes(line))), "")
    if not token:
        raise NoTokenFrom(f"The token_command ({program}) printed nothing.", hint)
    return token


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        raise SettingsError("token_command cannot be read as a command.", "Check its quoting.")
    return [os.path.expanduser(words[0]), *words[1:]]


# the system's keyring


@dataclass(frozen=True, slots=True)
class Keyring:
    """Whether there is one that answers, its name, and the words for why there is none."""

    answers: bool
    name: str = ""
    why_not: str = ""


def look_for_keyring(*, seconds: float = LOOK_SECONDS) -> Keyring:
    """Whether a keyring answers here. Never raises, and never takes longer than `seconds`."""
    if find_spec("keyring") is None:
        return Keyring(False, why_not="the extra omni-tui[keyring] is not installed")
    answer = _ask({"do": "look"}, seconds)
    if answer.get("found"):
        return Keyring(True, str(answer.get("name") or "the keyring"))
    is_locked = answer.get("why") == LOCKED
    return Keyring(
        False, why_not="the system's keyring is locked" if is_locked else "no keyring answers here"
    )


def token_from_keyring(base_url: str, profile: str) -> str:
    """The token that was kept for a profile at an address. Raises NoTokenFrom."""
    if find_spec("keyring") is None:
        hint = "Install omni-tui[keyring], or give the key again."
        raise NoTokenFrom(
            "The token is in the system's keyring, which cannot be read without its library.", hint
        )
    answer = _ask({"do": "get", "account": _account(base_url, profile)}, KEYRING_SECONDS)
    if not answer.get("found"):
        message = f"The system's keyring, which has the token, {_trouble(answer)}."
        raise NoTokenFrom(message, "Unlock it, or log in; or set OMNI_API_TOKEN.")
    token = answer.get("token")
    if not isinstance(token, str) or not token:
        raise NoTokenFrom("The system's keyring has no token for this profile.", "Give it again.")
    return token


def keep_in_keyring(base_url: str, profile: str, token: str) -> None:
    """Keep it there. Raises SettingsError when the keyring does not take it, or does not give it back."""
    wish = {"do": "put", "account": _account(base_url, profile), "token": token}
    answer = _ask(wish, KEYRING_SECONDS)
    if not answer.get("found"):
        why = f": it {_trouble(answer)}" if answer.get("why") in (LOCKED, _SILENT) else ""
        message = f"The system's keyring did not take the token{why}."
        raise SettingsError(message, "Save it in the file instead.")


def forget_in_keyring(base_url: str, profile: str) -> None:
    """Take a token out that is not used any more. Where that fails, it stays: nothing is raised."""
    if find_spec("keyring") is not None:
        _ask({"do": "drop", "account": _account(base_url, profile)}, LOOK_SECONDS)


def _trouble(answer: dict[str, Any]) -> str:
    words = {LOCKED: "is locked", _SILENT: f"did not answer within {KEYRING_SECONDS:.0f} s"}
    return words.get(str(answer.get("why")), "does not answer")


def _account(base_url: str, profile: str) -> str:
    """A token is kept for an address, so that it is sent to no other one."""
    return f"{profile}@{host_of(base_url)}"


def _ask(wish: dict[str, Any], seconds: float) -> dict[str, Any]:
    """What the door answers; nothing where it falls over."""
    door = [sys.executable, "-P", "-m", "omni_tui.settings.keyring_process"]
    try:
        _, printed = _run(door, seconds, given=json.dumps({**wish, "seconds": seconds}).encode())
        answer = json.loads(printed)
    except subprocess.TimeoutExpired:
        return {"found": False, "why": _SILENT}
    except (OSError, ValueError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _run(
    words: list[str], seconds: float, *, given: bytes = b"", environment: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """The exit status, and what was printed. Raises TimeoutExpired, and then nothing of it runs on."""
    child = subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,  # no terminal, and a group of its own to be ended with
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
