"""Open an untrusted PDF or PNG as pages that can be drawn, for processes whose memory is limited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from omni_tui.preview.errors import cannot_draw

if TYPE_CHECKING:
    from PIL.Image import Image

    from omni_tui.preview.pages.page_text import Character
    from omni_tui.preview.pages.pdfium import Pdf

MAX_PIXELS = 120_000_000


def open_document(path: Path) -> Pdf | Png:
    """Open a PNG, or else a PDF. Raises OSError and PreviewError."""
    with path.open("rb") as file:
        is_picture = file.read(4) == b"\x89PNG"
    if is_picture:
        return Png(path)
    from omni_tui.preview.pages.pdfium import Pdf

    return Pdf(path)


class Png:
    """A picture: a document with one page, which is the picture itself. Sizes are in pixels.

    It has the methods of `Pdf` and `PdfPage`. Raises PreviewError.
    """

    pages = 1

    def __init__(self, path: Path) -> None:
        self._image = open_png(path)
        self.size = self._image.size

    def page_size(self, number: int) -> tuple[float, float]:
        """Return its width and height."""
        return self.size

    def page(self, number: int) -> Png:
        """Return the picture."""
        return self

    def characters(self) -> Iterator[Character]:
        """Yield no characters: a picture has no text layer."""
        return iter(())

    def text(self) -> str:
        """Return no text."""
        return ""

    def hide_text(self) -> None:
        """Do nothing: there is no text."""

    def draw(self, scale: float) -> Image:
        """Return the picture at its own size: a smaller one could hide a small difference."""
        return self._image

    def close(self) -> None:
        """Do nothing: the file is read already."""


def open_png(path: Path) -> Image:
    """Return a PNG in RGB on a white background; of an animation, the first picture.

    Raises PreviewError.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our limit is lower and raises an error
    try:
        image = Image.open(path, formats=("PNG",))
        if image.width * image.height > MAX_PIXELS:
            raise cannot_draw(path.name, f"it has {image.width:,} × {image.height:,} pixels")
        image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise cannot_draw(path.name, "it is damaged") from error
    return _on_white(image)


def _on_white(image: Image) -> Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        from PIL import Image as Images

        seen = image.convert("RGBA")
        ground = Images.new("RGB", seen.size, (255, 255, 255))
        ground.paste(seen, mask=seen.getchannel("A"))
        return ground
    if image.mode.startswith("I"):  # 16 bits
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGB")
