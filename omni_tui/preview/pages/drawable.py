"""Open an untrusted PNG, for processes whose memory is limited."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from omni_tui.preview.errors import Undrawable

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 120_000_000


def open_png(path: Path) -> Image:
    """Return a PNG in RGB on a white background; of an animation, the first picture.

    Raises Undrawable.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our limit is lower and raises an error
    try:
        image = Image.open(path, formats=("PNG",))
        if image.width * image.height > MAX_PIXELS:
            raise Undrawable(path.name, f"it has {image.width:,} × {image.height:,} pixels")
        image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise Undrawable(path.name, "it is damaged") from error
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
