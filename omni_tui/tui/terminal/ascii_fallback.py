"""Replaces characters with ASCII for terminals without UTF-8, and for consoles with few characters.

Each character keeps its width, so the layout stays. The driver applies this to the finished output.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from rich.cells import cell_len

from omni_tui.tui.terminal.detect import Kind, Terminal

_STAND_INS = {
    "─━═╌┄": "-", "│┃║▏▕▎▌▐": "|", "╭╮╰╯┌┐└┘├┤┬┴┼╔╗╚╝": "+", "▔▁▂▃▄▅▆▇▀": " ",
    "●◉": "*", "○◯": "o", "◐◑": "%", "✓✔☑": "x", "☐□": "_", "✗✘×": "x", "•·∙": ".", "…": "~",
    "→›▸▶»⏵": ">", "←‹◂◀«": "<", "↑▴▲": "^", "↓▾▼": "v", "↔": "=", "−–—": "-", "≤": "<", "≥": ">", "≠": "#",
    "“”„": '"', "‘’‚": "'", "█▉▊▋▓": "#",
}  # fmt: skip
_TABLE = {ord(sign): stand_in for signs, stand_in in _STAND_INS.items() for sign in signs}
# Characters that need two in ASCII; the space after them makes room.
_PAIRS = {"≤ ": "<=", "≥ ": ">=", "≠ ": "!="}
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
# The locales that Python sets at start-up instead of C, and the locales that it replaces.
_COERCED = {"C.UTF-8", "C.utf8", "UTF-8"}
_PLAIN_LOCALES = {"C", "POSIX"}


def needs_ascii(environ: Mapping[str, str], terminal: Terminal, setting: bool | None = None) -> bool:
    """Return whether only ASCII can be shown. `setting` is the user's choice, if any.

    A locale with another charset, or C, means ASCII. Without any locale, UTF-8 is assumed.
    """
    if setting is not None:
        return setting
    if terminal.kind is Kind.CONSOLE:
        return True
    locale = _locale(environ)
    return bool(locale) and not re.search(r"utf-?8", locale, re.IGNORECASE)


def _locale(environ: Mapping[str, str]) -> str:
    """Return the locale that sets the charset, as it was before Python changed it."""
    if environ.get("LC_ALL"):
        return environ["LC_ALL"]
    kind, language = environ.get("LC_CTYPE", ""), environ.get("LANG", "")
    is_coerced = kind in _COERCED and language in _PLAIN_LOCALES and not _was_there_at_start("LC_CTYPE")
    return language if is_coerced or not kind else kind


def _was_there_at_start(name: str) -> bool:
    """Return whether the program was started with this variable; False if that is unknown."""
    try:
        return f"\0{name}=".encode() in b"\0" + Path("/proc/self/environ").read_bytes()
    except OSError:
        return False


def ascii_only(text: str) -> str:
    """Return the text in ASCII, with the same width."""
    if text.isascii():
        return text
    for sign, stand_in in _PAIRS.items():
        text = text.replace(sign, stand_in)
    return _FOREIGN.sub(lambda found: _stand_ins(found[0]), text)


@lru_cache(maxsize=4096)
def _stand_ins(text: str) -> str:
    return "".join(map(_stand_in, text))


def _stand_in(sign: str) -> str:
    width = cell_len(sign)
    stand_in = _TABLE.get(ord(sign)) or unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    printable = "".join(filter(str.isprintable, stand_in))
    return printable if len(printable) == width else "?" * width
