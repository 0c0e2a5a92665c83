"""Other keys from the settings: checked against all that there are, and what is wrong with them in words.

A key that is wrong is left aside, and the usual one stays: nobody is locked out by a typing error.
"""

from __future__ import annotations

import difflib
import importlib
import itertools
import pkgutil
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import REPLACED_KEYS, Keys

from omni_tui.tui.painting.textual_patches import key_name

# For those inside tmux or screen, where the function keys may be somebody else's (byobu takes them all): the
# control keys come first, and are what the footer names. None is ctrl+b or ctrl+a, which those two take.
TMUX_KEYS: Mapping[str, str] = {
    "downloads": "ctrl+t,f3",
    "requests": "ctrl+l,f4",
    "export": "ctrl+s,f5",
    "fix": "ctrl+y,f6",
    "presets": "ctrl+o,f7",
    "last": "ctrl+g,f8",
    "profiles": "ctrl+n,f2",
}
PREFIXES = {"ctrl+b": "tmux", "ctrl+a": "screen"}

_LISTS = {"dashboards", "downloads", "requests"}
# Where the keys of a class act. What acts in a place that another does not know cannot be in its way.
PLACES: Mapping[str, frozenset[str]] = {
    "PanedScreen": frozenset({*_LISTS, "form"}),
    "DashboardsScreen": frozenset({"dashboards"}),
    "DashboardList": frozenset({"dashboards"}),
    "ExportScreen": frozenset({"form"}),
    "FilterEditors": frozenset({"form"}),
    "PaneDock": frozenset({"downloads", "requests"}),
    "JobKeys": frozenset({"downloads", "download"}),
    "HomeKeys": frozenset({"downloads", "download"}),
    "JobList": frozenset({"downloads"}),
    "DownloadsPane": frozenset({"downloads"}),
    "ExchangeList": frozenset({"requests"}),
    "RequestsPane": frozenset({"requests"}),
    "RequestScreen": frozenset({"request"}),
    "ReadingScreen": frozenset({"download", "request", "cell"}),
    "PreviewScreen": frozenset({"preview"}),
    "TableView": frozenset({"preview"}),
    "PageView": frozenset({"preview"}),
    "RowList": frozenset(_LISTS),
}
_EVERYWHERE = ("OmniTui", "TerminalApp")
_MODIFIERS = {"ctrl", "shift", "alt", "super", "hyper", "meta"}


@dataclass(frozen=True, slots=True)
class Use:
    """What a key does somewhere. `name` is what the settings call it; empty for what they cannot change."""

    name: str
    keys: frozenset[str]
    places: frozenset[str]
    is_everywhere: bool = False

    def meets(self, other: Use) -> bool:
        """Whether both may act in one place."""
        return self.is_everywhere or other.is_everywhere or bool(self.places & other.places)


def checked_keymap(wanted: Mapping[str, str], prefix: str = "") -> tuple[dict[str, str], list[str]]:
    """What of `wanted` can be used, and what is wrong with it. `prefix` is the key that never arrives here.

    Loads every screen, which takes half a second: for a thread, and only where there are keys to check.
    """
    uses = list(known_uses())
    names = {use.name for use in uses if use.name}
    keymap: dict[str, str] = {}
    told: list[str] = []
    for name, text in wanted.items():
        keys = [key.strip() for key in text.split(",")]
        good = [key for key in keys if is_key(key)]
        if name not in names:
            close = difflib.get_close_matches(name, names, n=1)
            advice = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(sorted(names))}."
            told.append(f"[keymap] {name}: nothing is called that. {advice}")
            continue
        told += [f"[keymap] {name}: {key!r} is no key." for key in keys if key not in good]
        if prefix in good:
            told.append(f"[keymap] {name}: {prefix} is taken by {PREFIXES[prefix]}, and never arrives here.")
        if good:
            keymap[name] = ",".join(good)
    return keymap, told + _clashes(uses, keymap)


def known_uses() -> Iterator[Use]:
    """What every key does, wherever."""
    from omni_tui import tui

    for module in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        importlib.import_module(module.name)
    ours = {each for each in _subclasses(DOMNode) if each.__module__.startswith(f"{tui.__name__}.")}
    for owner in sorted(ours, key=lambda each: each.__qualname__):
        for binding in owner.__dict__.get("BINDINGS", ()):
            if isinstance(binding, Binding) and (binding.id or owner.__name__ in PLACES):
                yield Use(
                    binding.id or "",
                    frozenset(map(long_name, binding.key.split(","))),
                    PLACES.get(owner.__name__, frozenset({owner.__name__})),
                    owner.__name__ in _EVERYWHERE,
                )


def is_key(text: str) -> bool:
    """Whether this names a key as Textual does: `f5`, `ctrl+e`, `x`, `?` or `question_mark`."""
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
    """A key by the one name that it is compared by: a sign by its own."""
    key = key.strip()
    return key_name(key) if len(key) == 1 else key


def _clashes(uses: Iterable[Use], keymap: Mapping[str, str]) -> list[str]:
    """Two that would be one key where both act, because of what the settings say."""
    clashing: dict[tuple[str, str], list[str]] = {}
    for one, other in itertools.combinations(uses, 2):
        if one.name == other.name or not one.meets(other):
            continue
        both = _keys(one, keymap) & _keys(other, keymap)
        for key in both - (one.keys & other.keys):
            first, second = sorted((one, other), key=lambda use: use.name not in keymap)
            words = clashing.setdefault((first.name, key), [])
            what = second.name or "what cannot be changed"
            words += [what] if what not in words else []
    return [
        f"[keymap] {name}: {key} is also the key for {', '.join(sorted(words))}."
        for (name, key), words in sorted(clashing.items())
    ]


def _keys(use: Use, keymap: Mapping[str, str]) -> frozenset[str]:
    return frozenset(map(long_name, keymap[use.name].split(","))) if use.name in keymap else use.keys


def _subclasses(base: type) -> Iterator[type]:
    each: type
    for each in base.__subclasses__():
        yield each
        yield from _subclasses(each)
