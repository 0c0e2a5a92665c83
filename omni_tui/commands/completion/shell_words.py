"""Split a command line like a shell, up to the cursor, and quote words for a shell."""

from __future__ import annotations

from dataclasses import dataclass

_NEW_COMMAND = frozenset(";|&(\n")
# Characters that need no backslash outside quotes; characters beyond ASCII don't either.
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-")
# Characters that a backslash escapes between double quotes.
_SPECIAL_IN_DOUBLE = frozenset('$`"\\')


@dataclass(slots=True)
class CurrentWord:
    """The word at the cursor, without its quoting.

    `quote` is the open quote. The shell replaces `text` from `start` on; the rest is before the open quote,
    or before a character at which readline breaks words.
    """

    text: str = ""
    quote: str = ""
    start: int = 0


def split_line(line: str, word_breaks: str = "") -> tuple[list[str], CurrentWord]:
    """Return the words before the cursor and the word at it. `word_breaks` are readline's."""
    words: list[str] = []
    current = CurrentWord()
    is_word = False
    characters = iter(line)
    for character in characters:
        if current.quote == "'":
            if character == "'":
                current.quote, current.start = "", 0
            else:
                current.text += character
        elif character == "\\":
            follows = next(characters, "")
            keeps_backslash = current.quote and follows not in _SPECIAL_IN_DOUBLE
            current.text += f"\\{follows}" if keeps_backslash else follows
            is_word = True
        elif current.quote:
            if character == '"':
                current.quote, current.start = "", 0
            else:
                current.text += character
        elif character in "'\"":
            current.quote, current.start, is_word = character, len(current.text), True
        elif character in _NEW_COMMAND:
            words, current, is_word = [], CurrentWord(), False
        elif character.isspace():
            words += [current.text] if is_word else []
            current, is_word = CurrentWord(), False
        else:
            current.text += character
            is_word = True
            if character in word_breaks:
                current.start = len(current.text)
    return words, current


def unquoted(word: str) -> str:
    """Return one word without its quoting, which may be open."""
    _, current = split_line(word)
    return current.text


def quoted_rest(value: str, current: CurrentWord) -> str:
    """Return the text with which bash replaces the current word to insert a value."""
    rest = value[current.start :]
    if current.quote == "'":
        return rest.replace("'", "'\\''")
    if current.quote == '"':
        return "".join(f"\\{each}" if each in _SPECIAL_IN_DOUBLE else each for each in rest)
    return "".join(each if each in _SAFE or not each.isascii() else f"\\{each}" for each in rest)
