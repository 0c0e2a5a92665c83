"""Colors for terminals with few or none: attributes replace backgrounds there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

# TERM prefixes of terminals with 24-bit colors, for when COLORTERM is missing.
_FULL_COLOR_TERMS = ("foot", "alacritty", "xterm-ghostty", "xterm-direct", "wezterm", "contour")
# TERM prefixes of terminals without colors.
_COLORLESS_TERMS = ("vt", "dumb", "wy", "lp", "hp")

# The two backgrounds of the theme below. The filter replaces them with attributes before they are sent.
_STRONG, _FAINT = "ansi_blue", "ansi_black"

# The terminal's own colors on its own background, readable on dark and light ones.
OMNI_ANSI = Theme(
    name="omni-ansi",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_magenta",
    accent="ansi_yellow",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables={
        "ansi-background": "ansi_black",  # required by Textual
        "ansi-foreground": "ansi_white",
        "frame": "ansi_default",
        "frame-focus": "ansi_cyan",
        "muted": "ansi_default",
        "cursor-line": _STRONG,
        "cursor-line-blurred": _FAINT,
        "field": _FAINT,
        "field-focus": _STRONG,
        "mark": "ansi_yellow",
        "heading": "ansi_magenta",
        "footer-background": "ansi_default",
        "scrollbar": _STRONG,
        "scrollbar-hover": _STRONG,
        "scrollbar-active": _STRONG,
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
        "scrollbar-corner-color": "ansi_default",
        "input-cursor-background": "ansi_default",  # a gap in the reversed field
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "underline",
        "input-selection-background": "ansi_default",
        "block-cursor-background": _STRONG,
        "block-cursor-foreground": "ansi_default",
        "block-cursor-text-style": "bold",
        "block-hover-background": _FAINT,
    },
)


class StyleFilter(LineFilter):
    """Replaces each style with what a function returns for it."""

    def __init__(self, replace: Callable[[Style], Style]) -> None:
        super().__init__()
        self._replace = lru_cache(maxsize=1024)(replace)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with replaced styles."""
        return [
            Segment(text, None if style is None else self._replace(style), control)
            for text, style, control in segments
        ]


_DEFAULT = RichColor.default()
_REVERSED = Style(color=_DEFAULT, bgcolor=_DEFAULT, reverse=True)
_UNDERLINED = Style(bgcolor=_DEFAULT, underline=True)
_PLAIN = Style(color=_DEFAULT, bgcolor=_DEFAULT)
_STRONG_NUMBER = Color.parse(_STRONG).ansi
_FAINT_NUMBER = Color.parse(_FAINT).ansi


def with_attributes(style: Style) -> Style:
    """Return a style with reverse or underline instead of the backgrounds of `OMNI_ANSI`."""
    number = style.bgcolor.number if style.bgcolor is not None else None
    if number == _STRONG_NUMBER:
        return style + _REVERSED
    return style + _UNDERLINED if number == _FAINT_NUMBER else style


def without_colors(style: Style) -> Style:
    """Return a style with attributes only."""
    return with_attributes(style) + _PLAIN


def has_no_colors(environ: Mapping[str, str]) -> bool:
    """Return whether the user disabled colors (https://no-color.org), or the terminal has none."""
    term = environ.get("TERM", "").lower()
    return bool(environ.get("NO_COLOR")) or term.startswith(_COLORLESS_TERMS)


def has_full_colors(environ: Mapping[str, str]) -> bool:
    """Return whether TERM names a terminal with 24-bit colors."""
    return environ.get("TERM", "").lower().startswith(_FULL_COLOR_TERMS)


def is_light(environ: Mapping[str, str]) -> bool:
    """Return whether COLORFGBG says that the background is light: "0;15" or "0;default;15"."""
    return environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15")


# The color cube in six steps, and the gray ramp. The first 16 colors are excluded: they vary by terminal.
_STEPS = (0, 95, 135, 175, 215, 255)
_CUBE = [(r, g, b) for r in _STEPS for g in _STEPS for b in _STEPS]
_GRAYS = [(8 + 10 * step,) * 3 for step in range(24)]
_PALETTE = list(enumerate([*_CUBE, *_GRAYS], start=16))


def nearest_colors(style: Style) -> Style:
    """Return a style in the nearest of 256 colors. Rich's own mapping turns dark gray into blue."""
    return style + Style(color=_near(style.color), bgcolor=_near(style.bgcolor))


@lru_cache(maxsize=1024)
def _near(color: RichColor | None) -> RichColor | None:
    if color is None or color.triplet is None:
        return color
    wanted = color.triplet
    number, _ = min(
        _PALETTE, key=lambda each: sum((a - b) ** 2 for a, b in zip(wanted, each[1], strict=True))
    )
    return RichColor.from_ansi(number)
