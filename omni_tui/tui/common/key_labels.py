"""Inserts keys into sentences as the footer shows them, remapped or tmux keys included.

A sentence holds the binding's ID in braces: `with_keys("Press {downloads}.", app.keys_in_use)`.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import App

from omni_tui.tui.input.key_queue import readable_key

# The default key of each binding that a sentence names, by its ID.
DEFAULT_KEYS: Mapping[str, str] = {
    "again-job": "a",
    "clear-job": "x",
    "clear-jobs": "X",
    "copy-curl": "y",
    "downloads": "f3",
    "export": "f5",
    "export-good-tiles": "x",
    "find-broken-tile": "b",
    "help": "f1",
    "job": "enter",
    "job-form": "o",
    "new-key": "k",
    "profiles": "f2",
    "quit": "ctrl+q",
    "request": "enter",
    "requests": "f4",
    "show-copied": "v",
    "take-other": "t",
}


def key_label(binding_id: str, keymap: Mapping[str, str]) -> str:
    """Return the first key of a binding, readable. `keymap` has comma-separated keys by binding ID."""
    return readable_key(keymap.get(binding_id, DEFAULT_KEYS[binding_id]).split(",")[0].strip())


def keys_of(app: App[object]) -> Mapping[str, str]:
    """Return the application's keys that differ from the defaults, by binding ID."""
    keys: Mapping[str, str] = getattr(app, "keys_in_use", {})
    return keys


def with_keys(sentence: str, keymap: Mapping[str, str]) -> str:
    """Insert the keys. The sentence must not contain untrusted text, because its braces would be replaced."""
    return sentence.format_map({name: key_label(name, keymap) for name in DEFAULT_KEYS})
