"""The program's own themes, dark and light. Textual's themes can be chosen, too."""

from __future__ import annotations

from textual.theme import Theme

from omni_tui.tui.terminal.colors import OMNI_ANSI

# Our style sheets' variables, and how to derive them from Textual's: the variable and its opacity.
DERIVED_COLORS = {
    "frame": ("foreground", " 20%"),
    "frame-focus": ("primary", " 70%"),
    "muted": ("foreground", " 60%"),
    "cursor-line": ("primary", " 22%"),
    "cursor-line-blurred": ("foreground", " 8%"),
    "field": ("surface", ""),
    "field-focus": ("primary", " 22%"),
    "mark": ("accent", ""),
    "heading": ("secondary", ""),
}


def fallback_variables(theme: Theme) -> dict[str, str]:
    """Return our variables for another theme, resolved: Textual resolves no variables inside values."""
    known = {**theme.to_color_system().generate(), **theme.variables}
    return {name: known[base] + share for name, (base, share) in DERIVED_COLORS.items()}


OMNI_DARK = Theme(
    name="omni-dark",
    primary="#7dcfff",
    secondary="#bb9af7",
    accent="#ff9e64",
    warning="#e0af68",
    error="#f7768e",
    success="#9ece6a",
    foreground="#c8d0e0",
    background="#11131a",
    surface="#1f2330",
    panel="#1f2330",
    dark=True,
    variables={
        "frame": "#2e3446",
        "frame-focus": "#4a6a8a",
        "muted": "#7d879d",
        "cursor-line": "#26344d",
        "cursor-line-blurred": "#1a1f2c",
        "field": "#1f2330",
        "field-focus": "#26344d",
        "mark": "#ff9e64",
        "heading": "#bb9af7",
        "footer-background": "#1a1e29",
        "scrollbar": "#2e3446",
        "scrollbar-hover": "#4a6a8a",
        "scrollbar-active": "#7dcfff",
        "scrollbar-background": "#11131a",
        "scrollbar-background-hover": "#11131a",
        "scrollbar-background-active": "#11131a",
        "scrollbar-corner-color": "#11131a",
        "input-cursor-background": "#c8d0e0",
        "input-cursor-foreground": "#11131a",
        "input-selection-background": "#3b5a86",
    },
)

OMNI_LIGHT = Theme(
    name="omni-light",
    primary="#0b6aa2",
    secondary="#7a3fb5",
    accent="#b4540a",
    warning="#8f6200",
    error="#b3263f",
    success="#3d7a14",
    foreground="#2a3040",
    background="#f7f8fa",
    surface="#e7eaf0",
    panel="#e7eaf0",
    dark=False,
    variables={
        "frame": "#c5cbd8",
        "frame-focus": "#6f9cc0",
        "muted": "#667085",
        "cursor-line": "#d3e4f3",
        "cursor-line-blurred": "#eceff4",
        "field": "#e7eaf0",
        "field-focus": "#d3e4f3",
        "mark": "#b4540a",
        "heading": "#7a3fb5",
        "footer-background": "#eceff4",
        "scrollbar": "#c5cbd8",
        "scrollbar-hover": "#6f9cc0",
        "scrollbar-active": "#0b6aa2",
        "scrollbar-background": "#f7f8fa",
        "scrollbar-background-hover": "#f7f8fa",
        "scrollbar-background-active": "#f7f8fa",
        "scrollbar-corner-color": "#f7f8fa",
        "input-cursor-background": "#2a3040",
        "input-cursor-foreground": "#f7f8fa",
        "input-selection-background": "#a9cbe8",
    },
)

THEMES = (OMNI_DARK, OMNI_LIGHT, OMNI_ANSI)
