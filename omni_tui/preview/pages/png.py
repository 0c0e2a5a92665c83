"""Open an untrusted PNG, for processes whose memory is limited."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 120_000_000


class TooManyPixels(Exception):
    """The picture is too large to open; the message says how large."""


def open_png(path: Path) -> Image:
    """Return a PNG in RGB on a white background; of an animation, the first picture.

    Raises TooManyPixels, and OSError, SyntaxError or ValueError for a damaged file.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our limit is lower and raises an error
    image = Image.open(path, formats=("PNG",))
    if image.width * image.height > MAX_PIXELS:
        raise TooManyPixels(f"it has {image.width:,} × {image.height:,} pixels")
    image.load()
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
