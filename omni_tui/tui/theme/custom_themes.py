"""Themes from the settings: `[themes.NAME]`, a table of colors that change an existing theme."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from omni_tui.suggestions import did_you_mean
from omni_tui.tui.theme.theme import DERIVED_COLORS

BASE = "base"
# Textual derives all other colors from these.
COLORS = (
    "primary", "secondary", "accent", "warning", "error", "success",
    "foreground", "background", "surface", "panel",
)  # fmt: skip
# Further variables of our own style sheets.
VARIABLES = (*DERIVED_COLORS, "footer-background")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")


def custom_theme(
    name: str, wanted: Mapping[str, str], known: Mapping[str, Theme]
) -> tuple[Theme | None, list[str]]:
    """Return the theme, and warnings about it: for an invalid color, the base theme's is used."""
    if not _NAME.fullmatch(name):
        return None, [f"[themes.{name}]: use letters, digits and hyphens for the name, as in sea-light."]
    base, warnings = _base(name, wanted, known)
    colors: dict[str, str] = {}
    for key, value in wanted.items():
        if key == BASE:
            continue
        if key not in COLORS + VARIABLES:
            warnings.append(f"[themes.{name}] {key}: unknown color name. {_advice(key, COLORS + VARIABLES)}")
        elif not _is_color(value):
            warnings.append(
                f"[themes.{name}] {key}: {value!r} isn't a color. Use one such as #7dcfff or teal."
            )
        else:
            colors[key] = value
    named: dict[str, Any] = {key: colors.get(key) or getattr(base, key) for key in COLORS}
    variables = {key: value for key, value in colors.items() if key in VARIABLES}
    return Theme(name=name, dark=base.dark, ansi=base.ansi, variables=variables, **named), warnings


def unknown_theme_message(name: str, known: Mapping[str, Theme]) -> str:
    """Return the warning about a theme that doesn't exist."""
    return f"theme: unknown theme {name!r}. {_advice(name, known)}"


def _base(name: str, wanted: Mapping[str, str], known: Mapping[str, Theme]) -> tuple[Theme, list[str]]:
    base = wanted.get(BASE, "omni-dark")
    if base in known:
        return known[base], []
    return known["omni-dark"], [f"[themes.{name}] base: unknown theme {base!r}. {_advice(base, known)}"]


def _is_color(text: str) -> bool:
    try:
        return not Color.parse(text).auto
    except ColorParseError:
        return False


def _advice(name: str, names: Mapping[str, object] | tuple[str, ...]) -> str:
    return did_you_mean(name, names, f"Choose one of: {', '.join(sorted(names))}.")
