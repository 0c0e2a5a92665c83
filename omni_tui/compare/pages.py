"""Compare the pages of two PDFs or pictures: which differ, where, and in what text.

Draws untrusted files, so use it only in `worker.py`, a process that can be killed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from omni_tui.compare.errors import CompareError
from omni_tui.compare.models import Area, PageDiff, PagesDiff
from omni_tui.preview.pages.document import check_libraries
from omni_tui.preview.pages.drawable import Png, open_document

if TYPE_CHECKING:
    from PIL.Image import Image

    from omni_tui.preview.pages.pdfium import Pdf

_WIDTH_PIXELS = 1_000
MAX_PAGES = 500
# The smallest difference of a color channel (0 to 255) that isn't a rounding error of the renderer.
_MIN_DIFFERENCE = 24
# Differing pixels in the same or adjacent squares of this size form one area.
_SQUARE_PIXELS = 10
MAX_AREAS = 40
MAX_LINES = 200


def compare_pages(old: Path, new: Path) -> PagesDiff:
    """Compare page by page. Blocks; raises CompareError if there are too many, and PreviewError."""
    check_libraries(old)
    first, second = open_document(old), open_document(new)
    if max(first.pages, second.pages) > MAX_PAGES:
        raise CompareError(f"More than {MAX_PAGES} pages can't be compared.")
    both = min(first.pages, second.pages)
    found = [diff for number in range(both) if (diff := _compare_page(first, second, number)) is not None]
    found += [PageDiff(number + 1, None) for number in range(both, max(first.pages, second.pages))]
    return PagesDiff(first.pages, second.pages, tuple(found))


def _compare_page(old: Pdf | Png, new: Pdf | Png, number: int) -> PageDiff | None:
    scale = _WIDTH_PIXELS / max(1.0, old.page_size(number)[0], new.page_size(number)[0])
    (old_image, old_lines), (new_image, new_lines) = (_drawn(each, number, scale) for each in (old, new))
    share, areas = differing_areas(old_image, new_image)
    removed, added = differing_lines(old_lines, new_lines)
    if not (areas or removed or added):
        return None
    return PageDiff(number + 1, share, tuple(areas), tuple(removed), tuple(added))


def _drawn(document: Pdf | Png, number: int, scale: float) -> tuple[Image, list[str]]:
    """Return a page as a picture, and the lines of its text."""
    with closing(document.page(number)) as page:
        lines = [line for line in map(str.strip, page.text().splitlines()) if line]
        return page.draw(scale), lines


def differing_areas(old: Image, new: Image) -> tuple[float, list[Area]]:
    """Return the share of pixels that differ (0 to 1), and rectangles around them, largest first."""
    from PIL import Image as Images
    from PIL import ImageChops

    size = max(old.width, new.width), max(old.height, new.height)
    canvases = []
    for image in (old, new):
        canvas = Images.new("RGB", size, (255, 255, 255))
        canvas.paste(image, (0, 0))
        canvases.append(canvas)
    red, green, blue = ImageChops.difference(*canvases).split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    mask = strongest.point([255 if level >= _MIN_DIFFERENCE else 0 for level in range(256)])
    differing = mask.histogram()[255]
    if not differing:
        return 0.0, []
    columns, rows = -(-size[0] // _SQUARE_PIXELS), -(-size[1] // _SQUARE_PIXELS)
    padded = Images.new("L", (columns * _SQUARE_PIXELS, rows * _SQUARE_PIXELS))
    padded.paste(mask, (0, 0))
    squares = padded.reduce(_SQUARE_PIXELS).tobytes()
    # one pixel in a hundred changes its square by 2 of 255
    boxes = sorted(_boxes({index for index, level in enumerate(squares) if level}, columns), key=_size)
    areas = [
        Area(left / columns, top / rows, (right + 1) / columns, (bottom + 1) / rows)
        for left, top, right, bottom in boxes[::-1][:MAX_AREAS]
    ]
    return differing / (size[0] * size[1]), areas


def _boxes(squares: set[int], columns: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the bounds of groups of adjacent squares, corners included."""
    left = set(squares)
    while left:
        waiting = [left.pop()]
        found = []
        while waiting:
            square = waiting.pop()
            found.append(square)
            row, column = divmod(square, columns)
            for near_row in (row - 1, row, row + 1):
                for near_column in (column - 1, column, column + 1):
                    near = near_row * columns + near_column
                    if 0 <= near_column < columns and near in left:
                        left.remove(near)
                        waiting.append(near)
        across, down = [each % columns for each in found], [each // columns for each in found]
        yield min(across), min(down), max(across), max(down)


def _size(box: tuple[int, int, int, int]) -> int:
    return (box[2] - box[0] + 1) * (box[3] - box[1] + 1)


def differing_lines(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the lines that only one of the texts has, in order; at most MAX_LINES each."""
    removed: list[str] = []
    added: list[str] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=len(old) > MAX_LINES)
    for action, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if action != "equal":
            removed += old[old_start:old_end]
            added += new[new_start:new_end]
    return removed[:MAX_LINES], added[:MAX_LINES]
