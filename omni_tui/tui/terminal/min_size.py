"""Shows a message instead of the screens if the terminal is too small."""

from __future__ import annotations

from textwrap import wrap

from textual.geometry import Size

# The smallest size at which everything can be used.
MIN_COLUMNS, MIN_ROWS = 60, 16


def is_too_small(size: Size) -> bool:
    """Return whether the screens need more room. An empty size is unknown, not too small."""
    return bool(size) and (size.width < MIN_COLUMNS or size.height < MIN_ROWS)


def too_small_picture(size: Size) -> str:
    """Return the output for a terminal of this size: cleared, with the message at the top."""
    words = (
        f"omni-tui needs a {MIN_COLUMNS}x{MIN_ROWS} window; this one is {size.width}x{size.height}. "
        "Enlarge the window or reduce the font size."
    )
    lines = wrap(words, max(1, size.width))[: size.height]
    placed = "".join(f"\x1b[{row};1H{line}" for row, line in enumerate(lines, start=1))
    return f"\x1b[0m\x1b[2J{placed}"
