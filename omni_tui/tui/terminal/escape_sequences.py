"""The sequences themselves: pure functions, and the one place where a text becomes part of one.

What goes in is foreign (names of dashboards and files): controls, which could end a sequence and begin
another, are taken out, and where a semicolon parts the fields, none is left in a text. All end with BEL, as
the ST of a sequence would end what tmux and screen wrap around it.
"""

from __future__ import annotations

from base64 import b64encode

from omni_tui.formatting import plain_line
from omni_tui.tui.terminal.detect import Alert, Multiplexer

BELL = "\a"
# Says where its cursor is: an answer tells that all before has arrived. Textual knows it as no key.
ASK_WHERE = "\x1b[6n"
# Asks for the terminal's name and version (XTVERSION).
ASK_NAME = "\x1b[>q"
# No notification shows more; what a server calls a dashboard may be a megabyte long.
MOST_CHARACTERS = 160
# What screen takes in one piece; 256 bytes in its oldest versions, with the four around it.
SCREEN_BYTES = 252


def field(text: str) -> str:
    """Foreign text as it may stand within a sequence: one line, no control, no semicolon, not too long."""
    line = plain_line(text[: MOST_CHARACTERS * 4]).replace(";", ",").strip()
    return line if len(line) <= MOST_CHARACTERS else f"{line[: MOST_CHARACTERS - 1]}…"


def notification(alert: Alert, title: str, body: str) -> str:
    """A desktop notification; empty where the terminal shows none.

    OSC 9 has one text. It begins with the title, as ConEmu takes a number there for an order of its own.
    """
    title, body = field(title), field(body)
    if alert is Alert.OSC_9:
        return f"\x1b]9;{title}: {body}\a"
    if alert is Alert.OSC_777:
        return f"\x1b]777;notify;{title};{body}\a"
    if alert is Alert.OSC_99:  # base64: what may stand in it plain is not the same in all versions
        parts = (f"d=0:e=1;{_base64(title)}", f"d=1:e=1:p=body;{_base64(body)}")
        return "".join(f"\x1b]99;i=omni-tui:{part}\a" for part in parts)
    return ""


def clipboard(text: str) -> str:
    """OSC 52: the text for the terminal's clipboard."""
    return f"\x1b]52;c;{_base64(text)}\a"


def wrapped(sequence: str, multiplexer: Multiplexer) -> str:
    """The same, to be let through to the terminal outside (tmux: where `allow-passthrough` is on)."""
    if multiplexer is Multiplexer.TMUX:
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if multiplexer is Multiplexer.SCREEN:
        starts = range(0, len(sequence), SCREEN_BYTES)
        return "".join(f"\x1bP{sequence[start : start + SCREEN_BYTES]}\x1b\\" for start in starts)
    return sequence


FILE_END = "\x1b]1337;FileEnd\a"


def file_start(name: str, size_bytes: int) -> str:
    """OSC 1337 of iTerm2 3.5: a file in parts begins. They follow, then FILE_END: before, nothing is kept."""
    return f"\x1b]1337;MultipartFile={_file_arguments(name, size_bytes)}\a"


def file_part(piece: bytes) -> str:
    """The next part; all but the last are a multiple of 3 bytes long."""
    return f"\x1b]1337;FilePart={b64encode(piece).decode()}\a"


def file_whole(name: str, content: bytes) -> str:
    """OSC 1337 of WezTerm and older iTerm2: a file in one sequence."""
    return f"\x1b]1337;File={_file_arguments(name, len(content))}:{b64encode(content).decode()}\a"


def _file_arguments(name: str, size_bytes: int) -> str:
    return f"name={_base64(plain_line(name))};size={size_bytes};inline=0"


def _base64(text: str) -> str:
    return b64encode(text.encode("utf-8", "replace")).decode()
