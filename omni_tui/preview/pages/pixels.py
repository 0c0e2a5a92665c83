"""Convert pixels to terminal cells: two pixels per cell, with few but distinct colors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from omni_tui.preview.grids.cell_width import cell_width
from omni_tui.preview.pages.page_text import PlacedText

if TYPE_CHECKING:
    from PIL.Image import Image

Color: TypeAlias = tuple[int, int, int]
# A text, its foreground and its background; colors are indexes of the palette.
Run: TypeAlias = tuple[str, int, int]
UPPER, LOWER = "▀", "▄"
PALETTE_COLORS = 64
# From light to dark, for terminals without color.
RAMP = " .:-=+*#%@"
# Backgrounds up to this darkness stay blank.
_PAPER = 0.12
_MIN_CONTRAST = 3.5
_VIVID = 3.0
BLACK, WHITE = (20, 22, 30), (255, 255, 255)
ANSI_COLORS: tuple[Color, ...] = (
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
)


def reduced(image: Image, colors: int) -> Image:
    """Return an image with a palette of that many colors; 16 are the terminal's own."""
    from PIL import Image as Images

    rgb = image.convert("RGB")
    if colors == len(ANSI_COLORS):
        from PIL import ImageEnhance

        fixed = Images.new("P", (1, 1))
        fixed.putpalette([part for color in ANSI_COLORS for part in color] + [255] * (768 - 48))
        # more saturated, as pale colors would become gray, or the same blue as others
        vivid = ImageEnhance.Color(rgb).enhance(_VIVID)
        return vivid.quantize(palette=fixed, dither=Images.Dither.NONE)
    # median cut would merge small series with their neighbors; this keeps rare but distinct colors
    return rgb.quantize(colors, method=Images.Quantize.MAXCOVERAGE, dither=Images.Dither.NONE)


class Canvas:
    """Half-block cells with text over them."""

    def __init__(self, image: Image, colors: int) -> None:
        """Take an image with one pixel per column and two per row; `colors` 0 means no color."""
        self.columns, height = image.size
        self.rows = height // 2
        self.is_colored = colors > 0
        flat = reduced(image, colors or PALETTE_COLORS)
        raw: Any = flat.getpalette() or []
        self.palette: list[Color] = [(raw[n], raw[n + 1], raw[n + 2]) for n in range(0, len(raw), 3)]
        data = flat.tobytes()
        self._counts = Counter(data)
        self._lines = [data[n * self.columns : (n + 1) * self.columns] for n in range(height)]
        self._texts: dict[int, list[PlacedText]] = {}
        self._inks: dict[tuple[Color, int], int] = {}

    def clashes(self, row: int, cells: range, own: range) -> int:
        """Return how many half cells differ from the most frequent color in a text's own columns."""
        natural = self._pixels(row, own.start, len(own))
        ground = max(set(natural), key=natural.count, default=0)
        pixels = self._pixels(row, cells.start, len(cells))
        return len(pixels) - pixels.count(ground)

    def write(self, text: PlacedText) -> None:
        """Write a text over the cells."""
        self._texts.setdefault(text.row, []).append(text)

    def cells(self) -> list[list[Run]]:
        """Return the rows as runs of cells."""
        return [self._row(row) for row in range(self.rows)]

    def _pixels(self, row: int, column: int, width: int) -> bytes:
        upper, lower = self._lines[2 * row], self._lines[2 * row + 1]
        return upper[column : column + width] + lower[column : column + width]

    def _row(self, row: int) -> list[Run]:
        upper, lower = self._lines[2 * row], self._lines[2 * row + 1]
        cells: list[Run] = []
        for above, below in zip(upper, lower, strict=True):
            if not self.is_colored:
                cells.append((self._shade(above, below), 0, 0))
            elif above == below:
                cells.append((" ", above, above))
            elif self._counts[above] > self._counts[below]:
                cells.append((LOWER, below, above))
            else:
                cells.append((UPPER, above, below))
        for text in self._texts.get(row, ()):
            self._overlay(cells, text)
        return merged(cells)

    def _shade(self, above: int, below: int) -> str:
        light = (_luminance(self.palette[above]) + _luminance(self.palette[below])) / 2
        if self._texts:
            return " "  # the text is easier to read without symbols around it
        dark = max(0.0, 1 - light - _PAPER) / (1 - _PAPER)
        return RAMP[min(len(RAMP) - 1, int(dark * len(RAMP)))]

    def _overlay(self, cells: list[Run], text: PlacedText) -> None:
        pixels = self._pixels(text.row, text.column, cell_width(text.text))
        common = max(set(pixels), key=pixels.count, default=0)
        is_even = pixels.count(common) >= 0.8 * len(pixels)
        lower = self._lines[2 * text.row + 1]
        column = text.column
        for character in text.text:
            width = cell_width(character)
            if column + width > len(cells):
                break
            ground = common if is_even else lower[column]
            ink = self._inks.get((text.color, ground))
            if ink is None:
                ink = self._inks[text.color, ground] = self._ink(text.color, ground)
            cells[column] = (character, ink, ground)
            cells[column + 1 : column + width] = [("", ink, ground)] * (width - 1)
            column += width

    def _ink(self, color: Color, ground: int) -> int:
        """Return the palette index of a color that is readable on a background."""
        paper = self.palette[ground]
        if contrast(color, paper) < _MIN_CONTRAST:
            color = max((BLACK, WHITE), key=lambda each: contrast(each, paper))
        if color not in self.palette:
            self.palette.append(color)
        return self.palette.index(color)


def merged(cells: Sequence[Run]) -> list[Run]:
    """Merge cells into runs; blanks match any foreground."""
    runs: list[Run] = []
    for text, ink, ground in cells:
        if runs and runs[-1][2] == ground and (runs[-1][1] == ink or text == " "):
            runs[-1] = (runs[-1][0] + text, runs[-1][1], ground)
        elif runs and runs[-1][2] == ground and not runs[-1][0].strip(" "):
            runs[-1] = (runs[-1][0] + text, ink, ground)
        else:
            runs.append((text, ink, ground))
    return runs


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colors, 1 to 21 (WCAG 2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (float((part / 255) ** 2.2) for part in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
