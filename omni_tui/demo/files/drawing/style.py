"""Colors, fonts and measures of a drawn dashboard, in points."""

from __future__ import annotations

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from omni_tui.demo.data.formatting import printable

PAPER = HexColor("#F5F6FA")
CARD = HexColor("#FFFFFF")
FRAME = HexColor("#E2E6EF")
TEXT = HexColor("#1D2433")
MUTED = HexColor("#6B7589")
STRIPE = HexColor("#F8F9FC")
ACCENT = HexColor("#3B6EF5")
PALE_ACCENT = HexColor("#E6EDFE")
REGULAR, BOLD = "Helvetica", "Helvetica-Bold"
TITLE_SIZE, CARD_TITLE_SIZE, LABEL_SIZE, CELL_SIZE = 20, 10, 7.5, 8

PADDING = 12
CARD_RADIUS = 6


def plain(text: str) -> str:
    """Return the text on one line, with a question mark for characters that the fonts don't have."""
    return printable(text).encode("cp1252", "replace").decode("cp1252")


def width_of(text: str, font: str, size: float) -> float:
    """Return the width of a text in points."""
    return float(stringWidth(text, font, size))


def fitted(text: str, width: float, font: str, size: float) -> str:
    """Return the text shortened to the width, with … at the cut."""
    text = plain(text)
    if width_of(text, font, size) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(text[:middle].rstrip() + "…", font, size) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"
