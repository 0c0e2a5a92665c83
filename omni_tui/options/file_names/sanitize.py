"""Make safe file names: one rule for the names that are written and for the warnings about them.

Pure: it doesn't look at the disk.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from enum import Enum

# The longest name on common file systems, and the room in it for suffixes.
NAME_LIMIT_BYTES = 255
PART_SUFFIX = ".part"
MAX_NUMBER = 9999
ROOM_BYTES = len(f" ({MAX_NUMBER}){PART_SUFFIX}")
EMPTY_NAME = "export"
# Put before a reserved name.
_UNRESERVED = "_"

_SEPARATORS = re.compile(r'[/\\<>:"|?*]+')
_WHITE_SPACE = re.compile(r"\s+")
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
# Controls, format characters (bidi marks, joiners, byte order marks), lone surrogates.
_DROPPED = frozenset({"Cc", "Cf", "Cs"})


class NameFlaw(Enum):
    """Why a text can't be used as a file name unchanged."""

    EMPTY = "no usable characters"
    TOO_LONG = "too long"
    REJECTED = "contains separators or characters that a system rejects"
    HIDDEN = "contains invisible characters"
    EDGES = "starts with a dot or dash, or ends with a dot"
    RESERVED = "is reserved for a device"


def safe_file_name(text: str, extension: str = "") -> str:
    """Return any text as a safe file name that ends with `.extension` (given without its dot).

    It is a single path component on every common system, in NFC, without controls and bidi marks, never
    `.` or `..`, and short enough (bytes of UTF-8) for ` (2)` and `.part` to be appended. An extension that
    the text already has is not added again.
    """
    stem = trimmed(_stem(text, extension)).encode()[: stem_limit_bytes(extension)].decode(errors="ignore")
    stem = trimmed(stem)
    if _RESERVED.fullmatch(stem):
        stem = _UNRESERVED + stem
    return (stem or EMPTY_NAME) + _suffix(extension)


# Characters with a plain spelling that Unicode has no decomposition for.
_PLAIN = str.maketrans({"–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "..."})


def encodable(name: str, encoding: str = "") -> str:
    """Return the closest name that the file system's encoding supports: without accents, then with `_`.

    `encoding` defaults to the system's. Names it supports stay unchanged.
    """
    encoding = encoding or sys.getfilesystemencoding()

    def spelled(character: str) -> str:
        for form in (character, character.translate(_PLAIN), unicodedata.normalize("NFKD", character)):
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


def flaws(text: str, extension: str = "") -> list[NameFlaw]:
    """Return what `safe_file_name` would change in a text, except blanks, composed letters and `extension`.

    The list is empty exactly if the name will be the text: in NFC, blanks collapsed, none at the ends.
    """
    seen = without_hidden(text)
    line = plain(seen)
    clean = with_dashes(line)
    stem = _without_extension(clean, extension)
    core = trimmed(stem)
    found = {
        NameFlaw.EMPTY: not core,
        NameFlaw.TOO_LONG: len(core.encode()) > stem_limit_bytes(extension),
        NameFlaw.REJECTED: clean != line,
        NameFlaw.HIDDEN: seen != text,
        NameFlaw.EDGES: core != stem.strip(" ") or clean.rstrip(" ").endswith("."),
        NameFlaw.RESERVED: bool(_RESERVED.fullmatch(core)),
    }
    return [flaw for flaw, is_there in found.items() if is_there]


def rejected_characters(text: str) -> list[str]:
    """Return the characters in a text that become dashes, each once, in order."""
    found = "".join(_SEPARATORS.findall(unicodedata.normalize("NFC", without_hidden(text))))
    return list(dict.fromkeys(found))


def excess_bytes(text: str, extension: str = "") -> int:
    """Return by how many bytes of UTF-8 a name is too long; 0 or less if it fits."""
    return len(trimmed(_stem(text, extension)).encode()) - stem_limit_bytes(extension)


def stem_limit_bytes(extension: str = "") -> int:
    """Return how many bytes a name may have, without its extension."""
    return NAME_LIMIT_BYTES - ROOM_BYTES - len(_suffix(extension).encode()) - len(_UNRESERVED)


def numbered(name: str) -> Iterator[str]:
    """Yield the name, then `name (2).pdf`, `name (3).pdf` …"""
    yield name
    stem, suffix = os.path.splitext(name)
    for number in range(2, MAX_NUMBER + 1):
        yield f"{stem} ({number}){suffix}"


def unnumbered(stem: str) -> str:
    """Return the name without its extension as it was before `numbered`."""
    return re.sub(r" \(\d+\)$", "", stem)


def cleaned(text: str) -> str:
    """Return the text in NFC, with dashes for separators, single spaces, and no invisible characters."""
    return with_dashes(plain(without_hidden(text)))


def plain(text: str) -> str:
    """Return the text in NFC, with white space as single spaces."""
    return _WHITE_SPACE.sub(" ", unicodedata.normalize("NFC", text))


def with_dashes(text: str) -> str:
    """Replace separators, and characters that a system rejects, by dashes."""
    return _SEPARATORS.sub("-", text)


def without_hidden(text: str) -> str:
    """Remove invisible characters; white space stays."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        for character in text
        if character.isspace() or unicodedata.category(character) not in _DROPPED
    )


def trimmed(stem: str) -> str:
    """Remove leading dots and dashes (hidden, `..`, or an option), and trailing dots and spaces."""
    return stem.lstrip(" .-").rstrip(" .")


def _stem(text: str, extension: str) -> str:
    return _without_extension(cleaned(text), extension)


def _without_extension(clean: str, extension: str) -> str:
    """Return a cleaned text without the extension, if it ends with it."""
    stem, suffix = clean.rstrip(" ."), _suffix(extension)
    has_suffix = suffix and stem[-len(suffix) :].lower() == suffix.lower()
    return stem[: -len(suffix)] if has_suffix else stem


def _suffix(extension: str) -> str:
    return f".{extension}" if extension else ""
