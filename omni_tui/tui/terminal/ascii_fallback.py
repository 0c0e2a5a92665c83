"""ASCII in place of what a terminal without UTF-8, or a console with few letters, does not show.

Each sign keeps its width, so that nothing moves: it is put in when all is painted already, as the bytes go.
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
# Signs that mean something else when half of them is missing: the blank after them makes room.
_PAIRS = {"≤ ": "<=", "≥ ": ">=", "≠ ": "!="}
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
# What Python sets at its start where the locale is C, and what it would have been without.
_COERCED = {"C.UTF-8", "C.utf8", "UTF-8"}
_PLAIN_LOCALES = {"C", "POSIX"}


def needs_ascii(environ: Mapping[str, str], terminal: Terminal, told: bool | None = None) -> bool:
    """Whether only ASCII can be shown. `told` is what the settings say.

    A locale that is set to another charset, or to C, says so; where none is set, nobody has said anything,
    and terminals have been of UTF-8 for long.
    """
    if told is not None:
        return told
    if terminal.kind is Kind.CONSOLE:
        return True
    locale = _locale(environ)
    return bool(locale) and not re.search(r"utf-?8", locale, re.IGNORECASE)


def _locale(environ: Mapping[str, str]) -> str:
    """What decides on the charset: the first of three variables, as it was before Python changed it."""
    if environ.get("LC_ALL"):
        return environ["LC_ALL"]
    kind, language = environ.get("LC_CTYPE", ""), environ.get("LANG", "")
    is_coerced = kind in _COERCED and language in _PLAIN_LOCALES and not _was_there_at_start("LC_CTYPE")
    return language if is_coerced or not kind else kind


def _was_there_at_start(name: str) -> bool:
    """Whether the program was started with this variable. Where nothing tells, it was not."""
    try:
        return f"\0{name}=".encode() in b"\0" + Path("/proc/self/environ").read_bytes()
    except OSError:
        return False


def ascii_only(text: str) -> str:
    """The same in ASCII, cell by cell."""
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
