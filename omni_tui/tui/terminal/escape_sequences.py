"""Builds escape sequences, the only place where a text becomes part of one.

Texts are untrusted (names of dashboards and files): control characters, which could end a sequence, are
removed, and semicolons, too, where they separate fields. All sequences end with BEL, because an ST would end
the sequence that tmux and screen need around it.
"""

from __future__ import annotations

from base64 import b64encode

from omni_tui.formatting import plain_line
from omni_tui.tui.terminal.detect import Multiplexer, NotificationKind

BELL = "\a"
# Asks for the cursor position; the reply means that everything before it arrived. Textual ignores it.
CURSOR_POSITION_REQUEST = "\x1b[6n"
# Asks for the terminal's name and version (XTVERSION).
NAME_REQUEST = "\x1b[>q"
# Notifications show no more than this; a dashboard's name may be a megabyte long.
MAX_CHARACTERS = 160
# The most that screen passes through at once: 256 bytes in its oldest versions, less 4 for the wrapping.
SCREEN_BYTES = 252


def field(text: str) -> str:
    """Return untrusted text for a sequence: one line, no controls, no semicolons, limited length."""
    line = plain_line(text[: MAX_CHARACTERS * 4]).replace(";", ",").strip()
    return line if len(line) <= MAX_CHARACTERS else f"{line[: MAX_CHARACTERS - 1]}…"


def notification(alert: NotificationKind, title: str, body: str) -> str:
    """Return the sequence for a desktop notification; empty if the terminal has none.

    OSC 9 has one text. It starts with the title, because ConEmu treats a leading number as a command.
    """
    title, body = field(title), field(body)
    if alert is NotificationKind.OSC_9:
        return f"\x1b]9;{title}: {body}\a"
    if alert is NotificationKind.OSC_777:
        return f"\x1b]777;notify;{title};{body}\a"
    if (
        alert is NotificationKind.OSC_99
    ):  # base64, because versions differ in which plain characters they accept
        parts = (f"d=0:e=1;{_base64(title)}", f"d=1:e=1:p=body;{_base64(body)}")
        return "".join(f"\x1b]99;i=omni-tui:{part}\a" for part in parts)
    return ""


def clipboard(text: str) -> str:
    """Return the sequence that sets the terminal's clipboard (OSC 52)."""
    return f"\x1b]52;c;{_base64(text)}\a"


def wrapped(sequence: str, multiplexer: Multiplexer) -> str:
    """Wrap a sequence so that the multiplexer passes it through (in tmux, with `allow-passthrough`)."""
    if multiplexer is Multiplexer.TMUX:
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if multiplexer is Multiplexer.SCREEN:
        starts = range(0, len(sequence), SCREEN_BYTES)
        return "".join(f"\x1bP{sequence[start : start + SCREEN_BYTES]}\x1b\\" for start in starts)
    return sequence


FILE_END = "\x1b]1337;FileEnd\a"


def file_start(name: str, size_bytes: int) -> str:
    """Return the start of a multipart file (OSC 1337, iTerm2 3.5). The terminal saves it at FILE_END."""
    return f"\x1b]1337;MultipartFile={_file_arguments(name, size_bytes)}\a"


def file_part(piece: bytes) -> str:
    """Return the next part. All but the last must be a multiple of 3 bytes long."""
    return f"\x1b]1337;FilePart={b64encode(piece).decode()}\a"


def file_whole(name: str, content: bytes) -> str:
    """Return a whole file in one sequence (OSC 1337, WezTerm and older iTerm2)."""
    return f"\x1b]1337;File={_file_arguments(name, len(content))}:{b64encode(content).decode()}\a"


def _file_arguments(name: str, size_bytes: int) -> str:
    return f"name={_base64(plain_line(name))};size={size_bytes};inline=0"


def _base64(text: str) -> str:
    return b64encode(text.encode("utf-8", "replace")).decode()
