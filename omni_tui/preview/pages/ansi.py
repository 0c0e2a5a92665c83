"""Print a page's cells as terminal lines, for `omni-tui show`."""

from __future__ import annotations

from omni_tui.preview.pages.document import PageCells

RESET = "\x1b[0m"
_ANSI_BRIGHT = 8


def colored_lines(page: PageCells, *, colors: int) -> list[str]:
    """Return a page's rows with escape sequences for color: 24-bit, or the terminal's 16 colors."""
    return [_line(page, row, colors) for row in range(len(page.rows))]


def plain_lines(page: PageCells) -> list[str]:
    """Return a page's rows as plain text, without blank rows at the end."""
    lines = [page.line(row).replace("▀", " ").replace("▄", " ").rstrip() for row in range(len(page.rows))]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _line(page: PageCells, row: int, colors: int) -> str:
    parts = []
    last: tuple[int, int] | None = None
    for text, ink, ground in page.rows[row]:
        if last is None or last[0] != ink:
            parts.append(_color(page, ink, colors, is_ground=False))
        if last is None or last[1] != ground:
            parts.append(_color(page, ground, colors, is_ground=True))
        parts.append(text)
        last = ink, ground
    return "".join(parts) + RESET


def _color(page: PageCells, position: int, colors: int, *, is_ground: bool) -> str:
    if colors > 16:
        red, green, blue = page.palette[position]
        return f"\x1b[{48 if is_ground else 38};2;{red};{green};{blue}m"
    return f"\x1b[{_ansi_code(page.palette[position], is_ground=is_ground)}m"


def _ansi_code(color: tuple[int, int, int], *, is_ground: bool) -> int:
    from omni_tui.preview.pages.picture import ANSI_COLORS

    nearest = min(
        range(len(ANSI_COLORS)),
        key=lambda each: sum((one - other) ** 2 for one, other in zip(ANSI_COLORS[each], color, strict=True)),
    )
    base = 90 - _ANSI_BRIGHT if nearest >= _ANSI_BRIGHT else 30
    return base + nearest + (10 if is_ground else 0)
