"""Checks the `[keymap]` of the settings against all bindings, and describes what is wrong.

An invalid key is ignored and the default one stays, so a typing error locks nobody out.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import REPLACED_KEYS, Keys

from omni_tui.suggestions import did_you_mean
from omni_tui.tui.painting.textual_patches import key_name

# The default keys inside tmux or screen, where something else may use the function keys (byobu uses them
# all). The control keys come first because the footer names the first key. None is ctrl+b or ctrl+a: tmux and
# screen use those.
TMUX_KEYS: Mapping[str, str] = {
    "downloads": "ctrl+t,f3",
    "requests": "ctrl+l,f4",
    "export": "ctrl+s,f5",
    "fix": "ctrl+y,f6",
    "presets": "ctrl+o,f7",
    "last": "ctrl+g,f8",
    "profiles": "ctrl+n,f2",
    "copy-command": "ctrl+n,f9",
    "what-is-sent": "ctrl+f,f10",
}
PREFIXES = {"ctrl+b": "tmux", "ctrl+a": "screen"}

_LISTS = {"dashboards", "downloads", "requests"}
# The places where each class's keys are active. Two bindings can only conflict if they share a place.
PLACES: Mapping[str, frozenset[str]] = {
    "PanedScreen": frozenset({*_LISTS, "form"}),
    "DashboardsScreen": frozenset({"dashboards"}),
    "DashboardList": frozenset({"dashboards"}),
    "ExportScreen": frozenset({"form"}),
    "FilterList": frozenset({"form"}),
    "PaneHost": frozenset({"downloads", "requests"}),
    "JobActions": frozenset({"downloads", "download"}),
    "JobList": frozenset({"downloads"}),
    "DownloadsPane": frozenset({"downloads"}),
    "ExchangeList": frozenset({"requests"}),
    "RequestsPane": frozenset({"requests"}),
    "RequestScreen": frozenset({"request"}),
    "ReaderScreen": frozenset({"download", "request", "cell", "what is sent"}),
    "WhatIsSentScreen": frozenset({"what is sent"}),
    "PreviewScreen": frozenset({"preview"}),
    "TableView": frozenset({"preview"}),
    "PageView": frozenset({"preview"}),
    "RowList": frozenset(_LISTS),
}
_EVERYWHERE = ("OmniTui", "TerminalApp")
_MODIFIERS = {"ctrl", "shift", "alt", "super", "hyper", "meta"}


@dataclass(frozen=True, slots=True)
class KeymapEntry:
    """One binding. `name` is its name in the settings; empty if the settings can't change it."""

    name: str
    keys: frozenset[str]
    places: frozenset[str]
    is_everywhere: bool = False

    def overlaps(self, other: KeymapEntry) -> bool:
        """Return whether both can be active in the same place."""
        return self.is_everywhere or other.is_everywhere or bool(self.places & other.places)


def checked_keymap(wanted: Mapping[str, str], prefix: str = "") -> tuple[dict[str, str], list[str]]:
    """Return the valid part of `wanted`, and messages about the rest.

    `wanted` maps action names to comma-separated keys; `prefix` is the multiplexer's own key, which never
    reaches the program. Imports every screen, which takes half a second: call it in a thread, and only if
    there are keys to check.
    """
    uses = list(known_bindings())
    names = {use.name for use in uses if use.name}
    keymap: dict[str, str] = {}
    messages: list[str] = []
    for name, text in wanted.items():
        keys = [key.strip() for key in text.split(",")]
        good = [key for key in keys if is_key(key)]
        if name not in names:
            advice = did_you_mean(name, names, f"Choose one of: {', '.join(sorted(names))}.")
            messages.append(f"[keymap] {name}: unknown action. {advice}")
            continue
        messages += [f"[keymap] {name}: {key!r} isn't a valid key." for key in keys if key not in good]
        if prefix in good:
            messages.append(f"[keymap] {name}: {PREFIXES[prefix]} uses {prefix}. Choose another key.")
        if good:
            keymap[name] = ",".join(good)
    return keymap, messages + _conflicts(uses, keymap)


def known_bindings() -> Iterator[KeymapEntry]:
    """Yield every binding of the program."""
    from omni_tui import tui

    for module in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        importlib.import_module(module.name)
    ours = {each for each in _subclasses(DOMNode) if each.__module__.startswith(f"{tui.__name__}.")}
    for owner in sorted(ours, key=lambda each: each.__qualname__):
        for binding in owner.__dict__.get("BINDINGS", ()):
            if isinstance(binding, Binding) and (binding.id or owner.__name__ in PLACES):
                yield KeymapEntry(
                    binding.id or "",
                    frozenset(map(long_name, binding.key.split(","))),
                    PLACES.get(owner.__name__, frozenset({owner.__name__})),
                    owner.__name__ in _EVERYWHERE,
                )


def is_key(text: str) -> bool:
    """Return whether this is a key name of Textual's: `f5`, `ctrl+e`, `x`, `?` or `question_mark`."""
    *modifiers, key = text.split("+")
    if not key or not set(modifiers) <= _MODIFIERS:
        return False
    if len(key) == 1:
        return key.isalnum() or (key.isascii() and key.isprintable() and not key.isspace())
    if key in {each.value for each in Keys} | set(REPLACED_KEYS.values()):
        return True
    try:
        unicodedata.lookup(REPLACED_KEYS.get(key, key).replace("_", " ").upper())
    except KeyError:
        return False
    return True


def long_name(key: str) -> str:
    """Return the key's canonical name: `?` becomes `question_mark`."""
    key = key.strip()
    return key_name(key) if len(key) == 1 else key


def _conflicts(uses: Iterable[KeymapEntry], keymap: Mapping[str, str]) -> list[str]:
    """Describe the keys that `keymap` gives to two actions in the same place."""
    conflicting: dict[tuple[str, str], list[str]] = {}
    for one, other in itertools.combinations(uses, 2):
        if one.name == other.name or not one.overlaps(other):
            continue
        both = _keys(one, keymap) & _keys(other, keymap)
        for key in both - (one.keys & other.keys):
            first, second = sorted((one, other), key=lambda use: use.name not in keymap)
            others = conflicting.setdefault((first.name, key), [])
            what = second.name or "a fixed key"
            others += [what] if what not in others else []
    return [
        f"[keymap] {name}: {key} is already used for {', '.join(sorted(others))}."
        for (name, key), others in sorted(conflicting.items())
    ]


def _keys(use: KeymapEntry, keymap: Mapping[str, str]) -> frozenset[str]:
    return frozenset(map(long_name, keymap[use.name].split(","))) if use.name in keymap else use.keys


def _subclasses(base: type) -> Iterator[type]:
    each: type
    for each in base.__subclasses__():
        yield each
        yield from _subclasses(each)
