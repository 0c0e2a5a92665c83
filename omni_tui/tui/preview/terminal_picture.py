"""Builds the sequences that show a picture: kitty's protocol, or iTerm2's, which WezTerm supports, too.

kitty: https://sw.kovidgoyal.net/kitty/graphics-protocol; iTerm2: https://iterm2.com/documentation-images.html.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from textual.geometry import Region

from omni_tui.tui.terminal.detect import Kind, Multiplexer, Terminal

# The ID of our only picture, unlikely to be another program's.
_NUMBER = 0x0317
_PART_CHARACTERS = 4096  # kitty's limit
_SAVE, _RESTORE = "\x1b7", "\x1b8"
_KINDS = (Kind.KITTY, Kind.ITERM2, Kind.WEZTERM)


def takes_pictures(terminal: Terminal) -> bool:
    """Return whether the terminal shows pictures. Inside tmux and screen that isn't reliable."""
    return terminal.kind in _KINDS and terminal.multiplexer is Multiplexer.NONE


def fitted_region(room: Region, width: int, height: int) -> Region:
    """Return the largest region in `room` (in cells) with the proportions of a picture in pixels.

    A cell is assumed to be twice as high as wide.
    """
    columns = min(room.width, max(1, round(2 * room.height * width / height)))
    rows = min(room.height, max(1, round(columns * height / width / 2)))
    return Region(room.x + (room.width - columns) // 2, room.y, columns, rows)


def placed(terminal: Terminal, png: bytes, region: Region) -> str:
    """Return the sequence that shows a PNG in a region; the cursor doesn't move."""
    at = f"\x1b[{region.y + 1};{region.x + 1}H"
    data = base64.b64encode(png).decode()
    if terminal.kind is Kind.KITTY:
        shown = "".join(_kitty_parts(data, region))
    else:
        size = f"width={region.width};height={region.height};preserveAspectRatio=0"
        shown = f"\x1b]1337;File=inline=1;size={len(png)};{size};doNotMoveCursor=1:{data}\x07"
    return f"{_SAVE}{at}{shown}{_RESTORE}"


def removed(terminal: Terminal) -> str:
    """Return the sequence that deletes the picture; empty if painting over it suffices."""
    return f"\x1b_Ga=d,d=I,i={_NUMBER},q=2\x1b\\" if terminal.kind is Kind.KITTY else ""


def _kitty_parts(data: str, region: Region) -> Iterator[str]:
    # q: no replies, which would be read as keys; C: the cursor doesn't move
    what = f"a=T,f=100,t=d,i={_NUMBER},q=2,C=1,c={region.width},r={region.height},"
    for begin in range(0, len(data), _PART_CHARACTERS):
        has_more = begin + _PART_CHARACTERS < len(data)
        part = data[begin : begin + _PART_CHARACTERS]
        yield f"\x1b_G{what if not begin else ''}m={int(has_more)};{part}\x1b\\"
