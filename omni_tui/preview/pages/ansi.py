"""Print a page's cells as terminal lines, for `omni-tui show`."""

from __future__ import annotations

from omni_tui.preview.pages.document import FEW_COLORS, PageCells


def colored_lines(page: PageCells, *, colors: int) -> list[str]:
    """Return a page's rows with escape sequences for color: 24-bit, or the terminal's 16 colors."""
    from rich.color import Color, ColorSystem
    from rich.style import Style

    system = ColorSystem.TRUECOLOR if colors > FEW_COLORS else ColorSystem.STANDARD
    palette = [Color.from_rgb(*color) for color in page.palette]
    return [
        "".join(
            Style(color=palette[ink], bgcolor=palette[ground]).render(text, color_system=system)
            for text, ink, ground in row
        )
        for row in page.rows
    ]


def plain_lines(page: PageCells) -> list[str]:
    """Return a page's rows as plain text, without blank rows at the end."""
    lines = [page.line(row).replace("▀", " ").replace("▄", " ").rstrip() for row in range(len(page.rows))]
    while lines and not lines[-1]:
        lines.pop()
    return lines
