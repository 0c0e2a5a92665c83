"""Access the system's keyring in a process of its own, which can be killed if the keyring doesn't answer.

On a server, the keyring library may wait for a missing D-Bus or a password dialog, and a thread that waits
can't be killed. The request is a JSON object on standard input, the answer one on standard output.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from typing import Any

SERVICE = "omni-tui"
# Backends that `keyring` recommends have at least this priority.
_MIN_PRIORITY = 1
# Backends that store nothing, or store it unprotected.
_NO_KEYRINGS = ("keyring.backends.null", "keyring.backends.fail", "keyrings.alt")
# The library's errors if the keyring is locked, or has no password yet.
_LOCKED = ("KeyringLocked", "InitError")
LOCKED = "locked"


def main() -> None:
    """Answer one request: `{"do": …, "account": …, "token": …, "seconds": …}`.

    "do" is "look", "get", "put" or "drop".
    """
    request = json.load(sys.stdin)
    signal.alarm(int(request["seconds"]) + 1)  # the parent may have ended
    with redirect_stdout(sys.stderr):  # a backend may print
        found = answer(request)
    json.dump(found, sys.stdout)


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a request: `found`, the keyring's `name`, `token`. Raises nothing."""
    try:
        return _answer(request)
    except Exception as error:  # noqa: BLE001 - a backend may raise anything; then it can't be used
        kind = type(error).__name__
        return {"found": False, "why": LOCKED if kind in _LOCKED else kind}


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    backend = _backend()
    if backend is None:
        return {"found": False, "why": "none"}
    account = str(request.get("account", "look"))
    if request["do"] == "put":
        backend.set_password(SERVICE, account, request["token"])
    if request["do"] == "drop" and backend.get_password(SERVICE, account) is not None:
        backend.delete_password(SERVICE, account)
    # read in any case: a keyring that can't be read, or that didn't store the token, can't be used
    token = backend.get_password(SERVICE, account)
    kept = request["do"] != "put" or token == request["token"]
    return {"found": kept, "name": str(backend.name), "token": token if request["do"] == "get" else None}


def _backend() -> Any:
    """Return the first keyring backend that is safe to use, or None."""
    import keyring

    chosen = keyring.get_keyring()
    several: Iterable[Any] = getattr(chosen, "backends", None) or [chosen]
    return next((each for each in several if _is_safe(each)), None)


def _is_safe(backend: Any) -> bool:
    kind = type(backend)
    is_none = kind.__module__.startswith(_NO_KEYRINGS) or "plaintext" in kind.__name__.lower()
    try:
        return not is_none and float(backend.priority) >= _MIN_PRIORITY
    except RuntimeError:  # the backend doesn't work here
        return False


if __name__ == "__main__":
    main()
