"""A terminal too small for the screens: one sentence in their place, and nothing lost underneath."""

from __future__ import annotations

from textwrap import wrap

from textual.geometry import Size

# Down to this, everything can be used.
LEAST_COLUMNS, LEAST_ROWS = 60, 16


def is_too_small(size: Size) -> bool:
    """Whether this is less than the screens need. A size of nothing is one that is not known yet."""
    return bool(size) and (size.width < LEAST_COLUMNS or size.height < LEAST_ROWS)


def too_small_picture(size: Size) -> str:
    """What is written to a terminal of this size: it is cleared, and the sentence stands at its top."""
    words = (
        f"omni-tui needs {LEAST_COLUMNS}x{LEAST_ROWS}; this is {size.width}x{size.height}. "
        "Make the window larger, or the font smaller."
    )
    lines = wrap(words, max(1, size.width))[: size.height]
    placed = "".join(f"\x1b[{row};1H{line}" for row, line in enumerate(lines, start=1))
    return f"\x1b[0m\x1b[2J{placed}"
