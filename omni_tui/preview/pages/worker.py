"""A process that draws the pages of one untrusted file. It can be killed, and its memory is limited.

`python -m omni_tui.preview.pages.worker FILE` reads one JSON request per line, and prints one reply per line:
`{"ok": …}`, or `{"error": "…", "hint": "…"}` if the file can't be drawn. A request names a method of
`_Document`.
"""

from __future__ import annotations

import base64
import ctypes
import hashlib
import io
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omni_tui.preview.errors import PreviewError, cannot_draw
from omni_tui.preview.limits import set_process_limits
from omni_tui.preview.pages.drawable import open_document

if TYPE_CHECKING:
    from PIL.Image import Image

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
    document: _Document | None = None
    path = Path(arguments[0])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if document is None:
                document = _Document(path)
            reply = {"ok": getattr(document, request.pop("do"))(**request)}
        except PreviewError as error:
            reply = _failure(error)
        except MemoryError:
            reply = _failure(cannot_draw(path.name, "it needs too much memory"))
        except (OSError, ValueError, RuntimeError, ctypes.ArgumentError):
            reply = _failure(cannot_draw(path.name, "it is damaged"))
        replies.write(json.dumps(reply, separators=(",", ":")) + "\n")
        replies.flush()
    return 0


def _failure(error: PreviewError) -> dict[str, str]:
    return {"error": error.message, "hint": error.hint}


class _Document:
    """The file. Its public methods are the requests; their results are JSON."""

    def __init__(self, path: Path) -> None:
        self._document = open_document(path)

    def info(self) -> dict[str, Any]:
        """Return the number of pages, and the widths and heights of the first ones."""
        pages = self._document.pages
        sizes = [self._document.page_size(number) for number in range(min(pages, 1000))]
        return {"pages": pages, "sizes": sizes}

    def text(self, number: int) -> str:
        with closing(self._document.page(number)) as page:
            return page.text()

    def pixels(self, number: int) -> str:
        """Return a hash of the page's pixels on a screen: smaller differences are invisible."""
        with closing(self._document.page(number)) as page:
            image = page.draw(_SCREEN_SCALE)
        return hashlib.sha256(repr(image.size).encode() + image.tobytes()).hexdigest()

    def picture(self, width: int, height: int) -> dict[str, Any]:
        """Return the first page reduced to this size in pixels, as a PNG with few colors."""
        from omni_tui.preview.pages.pixels import reduced

        with closing(self._document.page(0)) as page:
            image = page.draw(_SCREEN_SCALE)
        scale = min(1.0, width / image.width, height / image.height)
        size = max(1, int(image.width * scale)), max(1, int(image.height * scale))
        out = io.BytesIO()
        reduced(_resized(image, *size), 32).save(out, "PNG", optimize=True, bits=5)
        return {"width": size[0], "height": size[1], "png": base64.b64encode(out.getvalue()).decode()}

    def page(self, number: int, columns: int, colors: int) -> dict[str, Any]:
        """Return a page as cells."""
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
        characters = list(page.characters())
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
        return {
            "columns": canvas.columns,
            "rows": canvas.cells(),
            "palette": canvas.palette,
            "has_text": bool(phrases),
            "cut": sum(each.is_cut for each in texts),
        }


def _resized(image: Image, width: int, height: int) -> Image:
    from PIL.Image import Resampling

    return image.resize((width, height), Resampling.BOX)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
