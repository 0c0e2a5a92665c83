"""Hash what a file shows, not its bytes: equal for two exports with the same rows or the same pixels.

PDFs and pictures are drawn in a separate process (`python -m omni_tui.preview.fingerprint FILE`), which can
be killed and has limited memory.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from omni_tui.preview.errors import BrokenFile, PreviewError
from omni_tui.preview.kinds import Kind, kind_of
from omni_tui.preview.limits import set_process_limits
from omni_tui.preview.pages.document import check_libraries
from omni_tui.preview.tables import tables_in

# The resolution for comparing a page, in pixels per inch: invisible differences don't count.
_SCALE = 96 / 72
_MAX_MEMORY_BYTES = 1536 * 1024**2
_MAX_SECONDS = 120


def fingerprint(path: Path) -> str:
    """Return the hash of a file's content, prefixed with its method: `rows:…` or `pixels:…`.

    Row order and table names count; quoting, line ends and compression don't. Blocks; raises PreviewError.
    """
    kind = kind_of(path)
    if kind in (Kind.PDF, Kind.PNG):
        return f"pixels:{_pixels_of(path)}"
    hash_ = hashlib.sha256()
    for table in sorted(tables_in(path), key=lambda each: each.name):
        with table.open() as rows:
            _add(hash_, [table.name, *rows.header])
            for row in rows:
                _add(hash_, row)
        _add(hash_, None)
    return f"rows:{hash_.hexdigest()}"


def _add(hash_: Any, value: object) -> None:
    hash_.update(json.dumps(value).encode())
    hash_.update(b"\n")


def _pixels_of(path: Path) -> str:
    check_libraries(path)
    words = [sys.executable, "-P", "-m", __name__, str(path)]
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_MAX_SECONDS, check=False
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        raise BrokenFile(f"{path.name} can't be compared: it takes too long to draw.") from error
    if done.returncode:
        raise BrokenFile(f"{path.name} can't be compared: it can't be drawn.")
    return done.stdout.decode("ascii").strip()


def _hash_pixels(path: Path) -> str:
    """Hash the pixels. Runs in the separate process."""
    hash_ = hashlib.sha256()
    for picture in _pdf_pictures(path) if kind_of(path) is Kind.PDF else _png_pictures(path):
        shown = picture.convert("RGBA")
        hash_.update(repr(shown.size).encode())
        hash_.update(shown.tobytes())
    return hash_.hexdigest()


def _pdf_pictures(path: Path) -> Iterator[Any]:
    import pypdfium2

    for page in pypdfium2.PdfDocument(path):
        bitmap = page.render(scale=_SCALE)
        yield bitmap.to_pil()
        bitmap.close()
        page.close()


def _png_pictures(path: Path) -> Iterator[Any]:
    from PIL import Image

    with Image.open(path, formats=["PNG"]) as picture:
        yield picture


def main(arguments: list[str]) -> int:
    """Print the hash of a file's pixels; return the exit code."""
    set_process_limits(_MAX_MEMORY_BYTES, _MAX_SECONDS)
    try:
        print(_hash_pixels(Path(arguments[0])))
    except PreviewError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
