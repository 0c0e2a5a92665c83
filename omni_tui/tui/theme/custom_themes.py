"""Themes from the settings: `[themes.NAME]`, a table of colors, each made of one that is there already."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from omni_tui.tui.theme.theme import MADE_OF

BASE = "base"
# Textual makes shades and all else of these.
COLORS = (
    "primary", "secondary", "accent", "warning", "error", "success",
    "foreground", "background", "surface", "panel",
)  # fmt: skip
# What our own style sheets name beside them.
VARIABLES = (*MADE_OF, "footer-background")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")


def custom_theme(
    name: str, wanted: Mapping[str, str], known: Mapping[str, Theme]
) -> tuple[Theme | None, list[str]]:
    """The theme, and what is wrong with it: a color that is none is left as the base has it."""
    if not _NAME.fullmatch(name):
        return None, [f"[themes.{name}]: a theme's name is letters and digits, as in sea-light."]
    base, told = _base(name, wanted, known)
    colors: dict[str, str] = {}
    for key, value in wanted.items():
        if key == BASE:
            continue
        if key not in COLORS + VARIABLES:
            told.append(f"[themes.{name}] {key}: nothing is called that. {_advice(key, COLORS + VARIABLES)}")
        elif not _is_color(value):
            told.append(f"[themes.{name}] {key}: {value!r} is no color; #7dcfff is one, or teal.")
        else:
            colors[key] = value
    named: dict[str, Any] = {key: colors.get(key) or getattr(base, key) for key in COLORS}
    variables = {key: value for key, value in colors.items() if key in VARIABLES}
    return Theme(name=name, dark=base.dark, ansi=base.ansi, variables=variables, **named), told


def unknown_theme_message(name: str, known: Mapping[str, Theme]) -> str:
    """What is said of a theme that is not there."""
    return f"theme: there is none called {name!r}. {_advice(name, known)}"


def _base(name: str, wanted: Mapping[str, str], known: Mapping[str, Theme]) -> tuple[Theme, list[str]]:
    asked = wanted.get(BASE, "omni-dark")
    if asked in known:
        return known[asked], []
    return known["omni-dark"], [
        f"[themes.{name}] base: there is no theme called {asked!r}. {_advice(asked, known)}"
    ]


def _is_color(text: str) -> bool:
    try:
        return not Color.parse(text).auto
    except ColorParseError:
        return False


def _advice(name: str, names: Mapping[str, object] | tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return f"Did you mean {close[0]}?" if close else f"There are: {', '.join(sorted(names))}."
