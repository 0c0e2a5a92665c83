"""Keyring backends for tests, selected by `PYTHON_KEYRING_BACKEND`."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class FileKeyring(KeyringBackend):
    """Keeps passwords in the file that `TEST_KEYRING` names."""

    priority = 5  # type: ignore[assignment]

    def _content(self) -> dict[str, str]:
        path = Path(os.environ["TEST_KEYRING"])
        return json.loads(path.read_text()) if path.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._content().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        content = {**self._content(), f"{service} {username}": password}
        Path(os.environ["TEST_KEYRING"]).write_text(json.dumps(content))

    def delete_password(self, service: str, username: str) -> None:
        content = self._content()
        del content[f"{service} {username}"]
        Path(os.environ["TEST_KEYRING"]).write_text(json.dumps(content))


class PlaintextKeyring(FileKeyring):
    """What calls itself so is none, whatever its priority."""


class WeakKeyring(FileKeyring):
    """One that its own library does not recommend."""

    priority = 0.5  # type: ignore[assignment]


class ForgetfulKeyring(FileKeyring):
    """Takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


class LockedKeyring(FileKeyring):
    """Raises whatever is asked of it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("locked: the secret is hunter2")


class SleepingKeyring(FileKeyring):
    """Says that it is locked as its library does."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("the secret is hunter2")


class PrintingKeyring(FileKeyring):
    """Prints what would break the answer, and what no JSON parser can hold."""

    def get_password(self, service: str, username: str) -> str | None:
        print("[" * 100_000)
        return super().get_password(service, username)


class StuckKeyring(FileKeyring):
    """Waits for somebody at a window that nobody sees."""

    def get_password(self, service: str, username: str) -> str | None:
        time.sleep(600)
        return None
