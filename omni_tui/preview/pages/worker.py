"""A process that draws the pages of one untrusted file. It can be killed, and its memory is limited.

`python -m omni_tui.preview.pages.worker FILE` reads one JSON request per line, and prints one reply per line:
`{"ok": …}`, or `{"error": "…", "hint": "…"}` if the file can't be drawn. A request names a method of `_Png`
or `_Pdf`.
"""

from __future__ import annotations

import base64
import ctypes
import hashlib
import io
import json
import math
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omni_tui.preview.errors import PreviewError, Undrawable
from omni_tui.preview.limits import set_process_limits

if TYPE_CHECKING:
    from PIL.Image import Image

    from omni_tui.preview.pages.page_text import Character
    from omni_tui.preview.pages.pdfium import PdfPage

MAX_MEMORY_BYTES = 1536 * 1024**2
MAX_SECONDS = 120
MAX_ROWS = 3_000
_SAMPLES = 2  # oversampling in each direction
_SCREEN_SCALE = 96 / 72  # pixels per point


def main(arguments: list[str]) -> int:
    """Answer requests until standard input ends; return the exit code."""
    set_process_limits(MAX_MEMORY_BYTES, MAX_SECONDS)
    # output of the libraries must not get between the replies
    replies = sys.stdout
    sys.stdout = sys.stderr
    document: _Png | _Pdf | None = None
    path = Path(arguments[0])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if document is None:
                document = _opened(path)
            reply = {"ok": getattr(document, request.pop("do"))(**request)}
        except PreviewError as error:
            reply = _failure(error)
        except MemoryError:
            reply = _failure(Undrawable(path.name, "it needs too much memory"))
        except (OSError, ValueError, RuntimeError, ctypes.ArgumentError):
            reply = _failure(Undrawable(path.name, "it is damaged"))
        replies.write(json.dumps(reply, separators=(",", ":")) + "\n")
        replies.flush()
    return 0


def _failure(error: PreviewError) -> dict[str, str]:
    return {"error": error.message, "hint": error.hint}


def _opened(path: Path) -> _Png | _Pdf:
    with path.open("rb") as file:
        is_picture = file.read(4) == b"\x89PNG"
    return _Png(path) if is_picture else _Pdf(path)


class _Png:
    def __init__(self, path: Path) -> None:
        from omni_tui.preview.pages.png import open_png

        self._image = open_png(path)
        self._size = self._image.size

    def info(self) -> dict[str, Any]:
        """Return the number of pages, and the widths and heights of the first ones."""
        return {"pages": 1, "sizes": [self._size]}

    def page(self, number: int, columns: int, colors: int) -> dict[str, Any]:
        from omni_tui.preview.pages.pixels import Canvas

        width, height = self._size
        rows = min(MAX_ROWS, max(1, round(columns * height / width / 2)))
        canvas = Canvas(_resized(self._image, columns, 2 * rows), colors)
        return _reply(canvas, has_text=False, cut=0)

    def text(self, number: int) -> str:
        return ""

    def pixels(self, number: int) -> str:
        return _hash(self._image)

    def picture(self, width: int, height: int) -> dict[str, Any]:
        """Return the picture reduced to this size in pixels, as a PNG with few colors."""
        from omni_tui.preview.pages.pixels import reduced

        scale = min(1.0, width / self._size[0], height / self._size[1])
        size = max(1, int(self._size[0] * scale)), max(1, int(self._size[1] * scale))
        out = io.BytesIO()
        reduced(_resized(self._image, *size), 32).save(out, "PNG", optimize=True, bits=5)
        return {"width": size[0], "height": size[1], "png": base64.b64encode(out.getvalue()).decode()}


class _Pdf:
    def __init__(self, path: Path) -> None:
        from omni_tui.preview.pages.pdfium import Pdf

        self._document = Pdf(path)

    def info(self) -> dict[str, Any]:
        pages = self._document.pages
        sizes = [self._document.page_size(number) for number in range(min(pages, 1000))]
        return {"pages": pages, "sizes": sizes}

    def text(self, number: int) -> str:
        with closing(self._document.page(number)) as page:
            return page.text()

    def pixels(self, number: int) -> str:
        """Return a hash of the page's pixels on a screen: smaller differences are invisible."""
        with closing(self._document.page(number)) as page:
            return _hash(page.draw(_SCREEN_SCALE))

    def page(self, number: int, columns: int, colors: int) -> dict[str, Any]:
        from omni_tui.preview.pages.page_text import (
            MAX_STRETCH,
            phrases_of,
            placed,
            row_pitch,
            turned_phrases,
        )
        from omni_tui.preview.pages.pixels import Canvas

        page = self._document.page(number)
        width, height = page.size
        characters = list(_characters(page))
        phrases = phrases_of(each for each in characters if not each.turn)
        cell_width = width / columns
        cell_height = 2 * cell_width
        pitch = row_pitch(phrases)
        if pitch is not None and pitch < cell_height:
            cell_height = max(pitch, cell_height / MAX_STRETCH)
        rows = min(MAX_ROWS, max(1, round(height / cell_height)))
        phrases += turned_phrases(each for each in characters if each.turn)
        if phrases:
            page.hide_text()
        picture = page.draw(_SAMPLES * columns / width)
        canvas = Canvas(_resized(picture, columns, 2 * rows), colors)
        texts = placed(phrases, columns, rows, (cell_width, height / rows), canvas.clashes)
        for each in texts:
            canvas.write(each)
        page.close()
        return _reply(canvas, has_text=bool(phrases), cut=sum(each.is_cut for each in texts))


def _reply(canvas: Any, *, has_text: bool, cut: int) -> dict[str, Any]:
    cells = canvas.cells()
    return {
        "columns": cells.columns,
        "rows": cells.rows,
        "palette": cells.palette,
        "has_text": has_text,
        "cut": cut,
    }


def _hash(image: Image) -> str:
    return hashlib.sha256(repr(image.size).encode() + image.tobytes()).hexdigest()


def _resized(image: Image, width: int, height: int) -> Image:
    from PIL.Image import Resampling

    return image.resize((width, height), Resampling.BOX)


def _characters(page: PdfPage) -> Iterator[Character]:
    """Return a page's characters, in points from the top left."""
    import pypdfium2_raw as pdfium

    from omni_tui.preview.pages.page_text import Character

    text = page.text_page
    unicode_of, origin_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetCharOrigin
    box_of, loose_box_of = pdfium.FPDFText_GetCharBox, pdfium.FPDFText_GetLooseCharBox
    size_of, angle_of = pdfium.FPDFText_GetFontSize, pdfium.FPDFText_GetCharAngle
    color, begins_word = (0, 0, 0), True
    x, y = ctypes.c_double(), ctypes.c_double()
    sides = [ctypes.c_double() for _ in range(4)]
    loose = pdfium.FS_RECTF()
    parts = [ctypes.c_uint() for _ in range(4)]
    for number in range(page.characters):
        code = unicode_of(text, number)
        character = chr(code) if 32 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
        if character.isspace() or not character.isprintable():
            begins_word = True
            continue
        origin_of(text, number, x, y)
        box_of(text, number, *sides)
        corners = [page.shown_at(sides[across].value, sides[up].value) for across, up in ((0, 2), (1, 3))]
        height = abs(corners[0][1] - corners[1][1])
        # the loose box is as wide as the character's advance: a 1 has space on both sides
        if loose_box_of(text, number, loose):
            corners = [page.shown_at(loose.left, loose.bottom), page.shown_at(loose.right, loose.top)]
        left, right = sorted(corner[0] for corner in corners)
        # an empty character still has a position
        size = size_of(text, number) or 1.0
        size = max(min(size, 4 * height) if height else size, 1.0)
        turn = page.shown_turn(math.degrees(angle_of(text, number)))
        baseline = sum(corner[1] for corner in corners) / 2 if turn else page.shown_at(x.value, y.value)[1]
        if right <= 0 or left >= page.size[0] or not 0 <= baseline <= page.size[1]:
            continue  # cropped
        if turn and begins_word:
            character = f" {character}"
        if begins_word:
            pdfium.FPDFText_GetFillColor(text, number, *parts)
            color, begins_word = (parts[0].value, parts[1].value, parts[2].value), False
        yield Character(character, left, right, baseline, size, color, turn)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
