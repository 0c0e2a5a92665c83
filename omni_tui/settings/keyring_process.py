"""The system's keyring, asked in a process of its own, which can be ended when nobody answers there.

On a server the keyring's library waits for a D-Bus that never comes, or for a window in which somebody would
have to type a password; a thread in which it waits could not be ended. One JSON object comes in by standard
input, one goes out by standard output.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterable, Mapping
from typing import Any

SERVICE = "omni-tui"
# What `keyring` itself recommends has at least this priority.
_LEAST_PRIORITY = 1
# They keep nothing, or keep it for everybody to read.
_NO_KEYRINGS = ("keyring.backends.null", "keyring.backends.fail", "keyrings.alt")
# How the library says that somebody would have to unlock it, or to choose a password for it, and nobody did.
_LOCKED = ("KeyringLocked", "InitError")
LOCKED = "locked"


def main() -> None:
    """Do what is asked for: `{"do": …, "account": …, "token": …, "seconds": …}`.

    To do is `look`, `get`, `put` or `drop`.
    """
    wish = json.load(sys.stdin)
    signal.alarm(int(wish["seconds"]) + 1)  # who asked may have ended meanwhile
    json.dump(answer(wish), sys.stdout)


def answer(wish: Mapping[str, Any]) -> dict[str, Any]:
    """What came of a wish: `found`, `name` of the keyring, `token`; nothing raises."""
    try:
        return _answer(wish)
    except Exception as error:  # noqa: BLE001 - whatever a foreign backend raises, it is no keyring for us
        kind = type(error).__name__
        return {"found": False, "why": LOCKED if kind in _LOCKED else kind}


def _answer(wish: Mapping[str, Any]) -> dict[str, Any]:
    backend = _backend()
    if backend is None:
        return {"found": False, "why": "none"}
    account = str(wish.get("account", "look"))
    if wish["do"] == "put":
        backend.set_password(SERVICE, account, wish["token"])
    if wish["do"] == "drop" and backend.get_password(SERVICE, account) is not None:
        backend.delete_password(SERVICE, account)
    # read in any case: a keyring that cannot be read is none, and one that did not keep it neither
    token = backend.get_password(SERVICE, account)
    kept = wish["do"] != "put" or token == wish["token"]
    return {"found": kept, "name": str(backend.name), "token": token if wish["do"] == "get" else None}


def _backend() -> Any:
    """The first keyring that deserves the name, or None."""
    import keyring

    chosen = keyring.get_keyring()
    several: Iterable[Any] = getattr(chosen, "backends", None) or [chosen]
    return next((each for each in several if _is_safe(each)), None)


def _is_safe(backend: Any) -> bool:
    kind = type(backend)
    is_none = kind.__module__.startswith(_NO_KEYRINGS) or "plaintext" in kind.__name__.lower()
    try:
        return not is_none and float(backend.priority) >= _LEAST_PRIORITY
    except RuntimeError:  # its way of saying that it does not work here
        return False


if __name__ == "__main__":
    main()
