"""What a file may be called: one rule for the names that are given, and for what is said of them before.

Pure: the disk is not asked.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from enum import Enum

# What the common file systems take for one name, and the room in it for what may be appended.
NAME_LIMIT_BYTES = 255
PART_SUFFIX = ".part"
MOST_NUMBERS = 9999
ROOM_BYTES = len(f" ({MOST_NUMBERS}){PART_SUFFIX}")
EMPTY_NAME = "export"
# Stands before a name that is reserved.
_UNRESERVED = "_"

_SEPARATORS = re.compile(r'[/\\<>:"|?*]+')
_WHITE_SPACE = re.compile(r"\s+")
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
# Controls, format signs (bidi marks, joiners, byte order marks), lone surrogates.
_DROPPED = frozenset({"Cc", "Cf", "Cs"})


class Flaw(Enum):
    """Why a text cannot be a file's name as it stands."""

    EMPTY = "nothing is left of it"
    TOO_LONG = "it is too long"
    SIGNS = "it holds signs that separate or that a system refuses"
    HIDDEN = "it holds signs that are not seen"
    EDGES = "it begins with a dot or a dash, or ends with a dot"
    RESERVED = "it is the name of a device"


def safe_file_name(text: str, extension: str = "") -> str:
    """One file name out of any text, ending in `.extension` (given without its dot).

    It is a single path component on every common system, in NFC, without controls and bidi marks, never
    `.` or `..`, and short enough (bytes of UTF-8) that ` (2)` and `.part` still fit behind it. An
    extension that the text already ends with is not doubled.
    """
    stem = _cut(trimmed(_stem(text, extension)), stem_limit_bytes(extension))
    stem = trimmed(stem)
    if _RESERVED.fullmatch(stem):
        stem = _UNRESERVED + stem
    return (stem or EMPTY_NAME) + _suffix(extension)


# What has a plain spelling that Unicode doesn't know of.
_PLAIN = str.maketrans({"–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "..."})


def encodable(name: str, encoding: str = "") -> str:
    """The closest name that the file system's encoding can spell: without accents and such, then `_`.

    `encoding` is the system's unless it is given. Names it can spell stay as they are.
    """
    encoding = encoding or sys.getfilesystemencoding()

    def spelled(sign: str) -> str:
        for form in (sign, sign.translate(_PLAIN), unicodedata.normalize("NFKD", sign)):
            kept = "".join(each for each in form if not unicodedata.combining(each))
            for text in (form, kept):
                if text and _can_spell(text, encoding):
                    return text
        return "_"

    return name if _can_spell(name, encoding) else "".join(map(spelled, name))


def _can_spell(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding, sys.getfilesystemencodeerrors())
    except UnicodeEncodeError:
        return False
    return True


def flaws(text: str, extension: str = "") -> list[Flaw]:
    """What `safe_file_name` would mend in a text. It is silent on blanks, composed letters and `extension`.

    None are found exactly when the name will be the text: in NFC, its runs of blanks as one, none around.
    """
    seen = without_hidden(text)
    line = plain(seen)
    clean = with_dashes(line)
    stem = _without_extension(clean, extension)
    core = trimmed(stem)
    found = {
        Flaw.EMPTY: not core,
        Flaw.TOO_LONG: len(core.encode()) > stem_limit_bytes(extension),
        Flaw.SIGNS: clean != line,
        Flaw.HIDDEN: seen != text,
        Flaw.EDGES: core != stem.strip(" ") or clean.rstrip(" ").endswith("."),
        Flaw.RESERVED: bool(_RESERVED.fullmatch(core)),
    }
    return [flaw for flaw, is_there in found.items() if is_there]


def refused_signs(text: str) -> list[str]:
    """The signs in a text that become dashes, each once, in the order in which they come."""
    found = "".join(_SEPARATORS.findall(unicodedata.normalize("NFC", without_hidden(text))))
    return list(dict.fromkeys(found))


def excess_bytes(text: str, extension: str = "") -> int:
    """How many bytes of UTF-8 a name is too long; 0 or less when it fits."""
    return len(trimmed(_stem(text, extension)).encode()) - stem_limit_bytes(extension)


def stem_limit_bytes(extension: str = "") -> int:
    """How long a name may be, without its extension."""
    return NAME_LIMIT_BYTES - ROOM_BYTES - len(_suffix(extension).encode()) - len(_UNRESERVED)


def numbered(name: str) -> Iterator[str]:
    """The name, then `name (2).pdf`, `name (3).pdf` …"""
    yield name
    stem, suffix = os.path.splitext(name)
    for number in range(2, MOST_NUMBERS + 1):
        yield f"{stem} ({number}){suffix}"


def cleaned(text: str) -> str:
    """Separators become dashes, white space one space; what is not seen goes; all of it in NFC."""
    return with_dashes(plain(without_hidden(text)))


def plain(text: str) -> str:
    """In NFC, with white space as one space."""
    return _WHITE_SPACE.sub(" ", unicodedata.normalize("NFC", text))


def with_dashes(text: str) -> str:
    """Signs that separate, or that a system refuses, as dashes."""
    return _SEPARATORS.sub("-", text)


def without_hidden(text: str) -> str:
    """Without what is not seen; white space stays."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign for sign in text if sign.isspace() or unicodedata.category(sign) not in _DROPPED)


def trimmed(stem: str) -> str:
    """No dot in front (hidden, or `..`), no dash (an option to many programs), no dot or space behind."""
    return stem.lstrip(" .-").rstrip(" .")


def _stem(text: str, extension: str) -> str:
    return _without_extension(cleaned(text), extension)


def _without_extension(clean: str, extension: str) -> str:
    """A cleaned text without the extension that it may end with."""
    stem, suffix = clean.rstrip(" ."), _suffix(extension)
    has_suffix = suffix and stem[-len(suffix) :].lower() == suffix.lower()
    return stem[: -len(suffix)] if has_suffix else stem


def _suffix(extension: str) -> str:
    return f".{extension}" if extension else ""


def _cut(stem: str, limit_bytes: int) -> str:
    return stem.encode()[:limit_bytes].decode(errors="ignore")
