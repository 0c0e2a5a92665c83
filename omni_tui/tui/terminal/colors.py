"""Colors where there are few or none: attributes tell there what only a background tells elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

# Terminals with 24-bit colors that are told by their names alone where COLORTERM did not come along.
_FULL_COLOR_TERMS = ("foot", "alacritty", "xterm-ghostty", "xterm-direct", "wezterm", "contour")
# Terminals that show no color at all.
_COLORLESS_TERMS = ("vt", "dumb", "wy", "lp", "hp")

# The two backgrounds of the theme below. They are never sent: the filter makes attributes of them.
_STRONG, _FAINT = "ansi_blue", "ansi_black"

# The terminal's own colors, on its own background: legible on a dark and on a light one.
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
        "ansi-background": "ansi_black",  # these two are asked for by Textual itself
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
        "input-cursor-background": "ansi_default",  # a hole in the field, which is reversed around it
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "underline",
        "input-selection-background": "ansi_default",
        "block-cursor-background": _STRONG,
        "block-cursor-foreground": "ansi_default",
        "block-cursor-text-style": "bold",
        "block-hover-background": _FAINT,
    },
)


class Attributes(LineFilter):
    """Shows the backgrounds of `OMNI_ANSI` as reverse and underline; without colors, those go too."""

    def __init__(self, *, has_colors: bool) -> None:
        super().__init__()
        self._styled = lru_cache(maxsize=1024)(_with_attributes if has_colors else _without_colors)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same text in other styles."""
        return [
            Segment(text, None if style is None else self._styled(style), control)
            for text, style, control in segments
        ]


_DEFAULT = RichColor.default()
_REVERSED = Style(color=_DEFAULT, bgcolor=_DEFAULT, reverse=True)
_UNDERLINED = Style(bgcolor=_DEFAULT, underline=True)
_PLAIN = Style(color=_DEFAULT, bgcolor=_DEFAULT)
_STRONG_NUMBER = Color.parse(_STRONG).ansi
_FAINT_NUMBER = Color.parse(_FAINT).ansi


def _with_attributes(style: Style) -> Style:
    number = style.bgcolor.number if style.bgcolor is not None else None
    if number == _STRONG_NUMBER:
        return style + _REVERSED
    return style + _UNDERLINED if number == _FAINT_NUMBER else style


def _without_colors(style: Style) -> Style:
    return _with_attributes(style) + _PLAIN


def has_no_colors(environ: Mapping[str, str]) -> bool:
    """Whether nobody wants colors (https://no-color.org), or the terminal has none."""
    term = environ.get("TERM", "").lower()
    return bool(environ.get("NO_COLOR")) or term.startswith(_COLORLESS_TERMS)


def has_full_colors(environ: Mapping[str, str]) -> bool:
    """Whether a terminal is known to have them, by its name."""
    return environ.get("TERM", "").lower().startswith(_FULL_COLOR_TERMS)


def is_light(environ: Mapping[str, str]) -> bool:
    """Whether the terminal says that its background is light: COLORFGBG is "0;15", or "0;default;15"."""
    return environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15")


class Nearest(LineFilter):
    """Takes the nearest of 256 colors for each: Rich's own choice makes dark gray blue, and others teal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same text in colors that the terminal has."""
        return [
            Segment(text, None if style is None else _near_style(style), control)
            for text, style, control in segments
        ]


# The cube of colors in six steps, and the gray ramp; the first 16 are what the terminal makes of them.
_STEPS = (0, 95, 135, 175, 215, 255)
_CUBE = [(r, g, b) for r in _STEPS for g in _STEPS for b in _STEPS]
_GRAYS = [(8 + 10 * step,) * 3 for step in range(24)]
_PALETTE = list(enumerate([*_CUBE, *_GRAYS], start=16))


@lru_cache(maxsize=1024)
def _near_style(style: Style) -> Style:
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
