"""Inserts keys into sentences as the footer shows them, remapped or tmux keys included.

A sentence holds the binding's ID in braces: `with_keys("Press {downloads}.", app.keys_in_use)`. It must not
contain untrusted text, whose braces would be replaced, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from textual.app import App
from textual.content import Content

from omni_tui.tui.input.key_queue import readable_key

# The default key of each binding that a sentence names, by its ID.
DEFAULT_KEYS: Mapping[str, str] = {
    "again-job": "a",
    "back": "escape",
    "clear-job": "x",
    "clear-jobs": "X",
    "close": "escape",
    "copy-curl": "y",
    "copy-scp": "Y",
    "downloads": "f3",
    "export": "f5",
    "export-good-tiles": "x",
    "favorite": "f",
    "find-broken-tile": "b",
    "help": "f1",
    "job": "enter",
    "job-form": "o",
    "new-key": "k",
    "open": "enter",
    "palette": "ctrl+p",  # Textual's own, which can't be remapped
    "profiles": "f2",
    "quit": "ctrl+q",
    "reload": "r",
    "request": "enter",
    "requests": "f4",
    "search": "slash",
    "select": "space",
    "show-copied": "v",
    "take-other": "t",
}
_KEY = re.compile(r"\{([a-z-]+)\}")


def key_label(binding_id: str, keymap: Mapping[str, str]) -> str:
    """Return the first key of a binding, readable. `keymap` has comma-separated keys by binding ID."""
    return readable_key(keymap.get(binding_id, DEFAULT_KEYS[binding_id]).split(",")[0].strip())


def keys_of(app: App[object]) -> Mapping[str, str]:
    """Return the application's keys that differ from the defaults, by binding ID."""
    keys: Mapping[str, str] = getattr(app, "keys_in_use", {})
    return keys


def with_keys(sentence: str, keymap: Mapping[str, str]) -> str:
    """Insert the keys."""
    return _KEY.sub(lambda key: key_label(key[1], keymap), sentence)


def bold_keys(sentence: str, keymap: Mapping[str, str]) -> Content:
    """Insert the keys in bold."""
    pieces = enumerate(_KEY.split(sentence))
    return Content.assemble(
        *((key_label(piece, keymap), "bold $primary") if index % 2 else piece for index, piece in pieces)
    )
