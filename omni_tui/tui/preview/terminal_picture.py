"""A picture through a terminal's own protocol: kitty's, or iTerm2's, which WezTerm understands too.

kitty: https://sw.kovidgoyal.net/kitty/graphics-protocol; iTerm2: https://iterm2.com/documentation-images.html.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from textual.geometry import Region

from omni_tui.tui.terminal.detect import Kind, Multiplexer, Terminal

# Ours is the only one, and the number tells it from those of other programs.
_NUMBER = 0x0317
_PART_CHARACTERS = 4096  # kitty takes no longer ones
_SAVE, _RESTORE = "\x1b7", "\x1b8"
_KINDS = (Kind.KITTY, Kind.ITERM2, Kind.WEZTERM)


def takes_pictures(terminal: Terminal) -> bool:
    """Whether a terminal shows pictures. Under tmux and screen none does so reliably."""
    return terminal.kind in _KINDS and terminal.multiplexer is Multiplexer.NONE


def fitted_region(room: Region, width: int, height: int) -> Region:
    """Return the part of the room, in cells, that a picture of so many pixels fills at its own proportions.

    A cell counts as twice as high as it is wide.
    """
    columns = min(room.width, max(1, round(2 * room.height * width / height)))
    rows = min(room.height, max(1, round(columns * height / width / 2)))
    return Region(room.x + (room.width - columns) // 2, room.y, columns, rows)


def placed(terminal: Terminal, png: bytes, region: Region) -> str:
    """Return what shows a PNG in these cells; the cursor stays where it is."""
    at = f"\x1b[{region.y + 1};{region.x + 1}H"
    data = base64.b64encode(png).decode()
    if terminal.kind is Kind.KITTY:
        shown = "".join(_kitty_parts(data, region))
    else:
        size = f"width={region.width};height={region.height};preserveAspectRatio=0"
        shown = f"\x1b]1337;File=inline=1;size={len(png)};{size};doNotMoveCursor=1:{data}\x07"
    return f"{_SAVE}{at}{shown}{_RESTORE}"


def removed(terminal: Terminal) -> str:
    """Return what deletes the picture; empty where painting over it does."""
    return f"\x1b_Ga=d,d=I,i={_NUMBER},q=2\x1b\\" if terminal.kind is Kind.KITTY else ""


def _kitty_parts(data: str, region: Region) -> Iterator[str]:
    # q: no answers, which would be read as keys; C: the cursor stays
    what = f"a=T,f=100,t=d,i={_NUMBER},q=2,C=1,c={region.width},r={region.height},"
    for begin in range(0, len(data), _PART_CHARACTERS):
        has_more = begin + _PART_CHARACTERS < len(data)
        part = data[begin : begin + _PART_CHARACTERS]
        yield f"\x1b_G{what if not begin else ''}m={int(has_more)};{part}\x1b\\"
