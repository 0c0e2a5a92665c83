"""Check a JSON file while it is downloaded, and count the items of its list, in constant memory.

A file is untrusted, so nothing here may crash or grow with it: regular expressions find the tokens, and no
number is converted. (A parser in C crashed at a number of 4,301 digits.) The grammar is RFC 8259's.
"""

from __future__ import annotations

import codecs
import re

# The deepest nesting that is accepted, because each level costs memory.
MAX_DEPTH = 100_000
# How many bytes of an unfinished number are kept before its digits are dropped.
_MAX_HELD_BYTES = 1024
# Values up to this depth are matched at once; deeper ones token by token.
_LEVELS = 4

_SPACE = rb"[ \t\n\r]*+"
_PLAIN = rb'[^"\\\x00-\x1f]*+'
_ESCAPE = rb'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})'
_INSIDE = _PLAIN + rb"(?:" + _ESCAPE + _PLAIN + rb")*+"
_STRING = rb'"' + _INSIDE + rb'"'
_NUMBER = rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+(?![0-9.eE+-])"
_SCALAR = rb"(?:" + _STRING + rb"|" + _NUMBER + rb"|true|false|null)"


def _listed(open_: bytes, item: bytes, close: bytes) -> bytes:
    """Return a pattern for items separated by commas, without a trailing comma."""
    between = rb"(?:," + _SPACE + rb"(?!" + close + rb")|(?=" + close + rb"))"
    return open_ + _SPACE + rb"(?:" + item + _SPACE + between + rb")*+" + close


def _value(levels: int) -> bytes:
    """Return a pattern for any value nested at most that deep."""
    if levels == 0:
        return _SCALAR
    inner = _value(levels - 1)
    pair = _STRING + _SPACE + rb":" + _SPACE + inner
    return (
        rb"(?:"
        + _listed(rb"\{", pair, rb"\}")
        + rb"|"
        + _listed(rb"\[", inner, rb"\]")
        + rb"|"
        + _SCALAR
        + rb")"
    )


_COMMA = _SPACE + rb","
_ITEM = re.compile(_SPACE + _value(_LEVELS) + _COMMA)
_ITEMS = re.compile(rb"(?:" + _SPACE + _value(_LEVELS) + _COMMA + rb")*+")
# Items without commas, so that counting commas counts items.
_BARE = rb"(?:" + _NUMBER + rb'|true|false|null|\{\}|\[\]|"[^",\\\x00-\x1f]{0,4}+")'
_BARE_ITEMS = re.compile(rb"(?:" + _SPACE + _BARE + _COMMA + rb"){8,}+")
_PAIRS = re.compile(
    rb"(?:" + _SPACE + _STRING + _SPACE + rb":" + _SPACE + _value(_LEVELS - 1) + _COMMA + rb")*+"
)
_TOKEN = re.compile(
    _SPACE
    + rb"(?:([\[{])|([\]}])|(,)|(:)|("
    + _STRING
    + rb")|((?:"
    + _NUMBER
    + rb"|true|false|null)(?=[^\w.+-])))"
)
_OPEN, _CLOSE, _SEPARATOR, _COLON, _TEXT, _OTHER = range(1, 7)
_STRING_BEGINS = re.compile(_SPACE + rb'"')
_REST_OF_STRING = re.compile(_INSIDE)
_CUT_ESCAPE = re.compile(rb"\\(?:u[0-9a-fA-F]{0,3})?\Z")
# The beginning of a token that the next piece may complete.
_CUT_TOKEN = re.compile(_SPACE + rb"(?:-?[0-9][0-9.eE+-]*|-|[a-z]{1,5})?\Z")
_DIGITS = re.compile(rb"([0-9]{2})[0-9]+")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# What may come next.
_VALUE, _VALUE_OR_END, _KEY, _KEY_OR_END, _AFTER_KEY, _AFTER_VALUE = range(6)


class NotJson(ValueError):
    """The text isn't valid JSON."""


class JsonRows:
    """Checks one JSON text in pieces of any size."""

    def __init__(self) -> None:
        self.is_list = False
        self.items = 0  # of the outermost list
        self._expected = _VALUE
        self._open = bytearray()  # the brackets that are open
        self._held = b""  # the beginning of a token that continues in the next piece
        self._is_in_string = False
        self._first: bytes | None = b""  # the first bytes, until a byte order mark is ruled out
        self._text = codecs.getincrementaldecoder("utf-8")()
        self._is_ascii = True  # no character is unfinished so far

    def feed(self, piece: bytes) -> None:
        """Read the next bytes. Raises NotJson."""
        self._check_characters(piece)
        if self._first is not None:
            self._first += piece
            if len(self._first) < len(_BYTE_ORDER_MARK):
                return
            piece, self._first = self._first.removeprefix(_BYTE_ORDER_MARK), None
        self._read(piece)

    def _read(self, piece: bytes) -> None:
        text, self._held = self._held + piece, b""
        position = 0
        while position < len(text):
            if self._is_in_string:
                position = self._read_string(text, position)
            else:
                position = self._read_runs(text, position)
                position = self._read_token(text, position)

    def close(self) -> bool:
        """Return whether the text is complete. Raises NotJson."""
        if not self._is_ascii:
            return False
        first, self._first = self._first or b"", None
        self._read(first)
        if not self._is_in_string:
            self._read(b" ")  # ends a number
        return self._expected == _AFTER_VALUE and not self._open and not self._is_in_string

    def _check_characters(self, piece: bytes) -> None:
        if self._is_ascii and piece.isascii():
            return
        try:
            self._text.decode(piece)
        except UnicodeDecodeError as error:
            raise NotJson from error
        self._is_ascii = not self._text.getstate()[0]

    def _read_runs(self, text: bytes, position: int) -> int:
        """Skip complete values within an open list or object: nearly all of a data file."""
        if not self._open:
            return position
        start = position
        if self._open.endswith(b"{"):
            if self._expected in (_KEY, _KEY_OR_END):
                position = _end(_PAIRS, text, position)
                if position > start:
                    self._expected = _KEY
        elif self._expected in (_VALUE, _VALUE_OR_END):
            position = (
                self._read_rows(text, position) if len(self._open) == 1 else _end(_ITEMS, text, position)
            )
            if position > start:
                self._expected = _VALUE
        return position

    def _read_rows(self, text: bytes, position: int) -> int:
        """Skip the items of the outermost list, and count them."""
        is_bare = True
        while True:
            if is_bare and (found := _BARE_ITEMS.match(text, position)):
                self.items += text.count(b",", position, found.end())
            else:
                found = _ITEM.match(text, position)
                if found is None:
                    return position
                self.items += 1
                is_bare = found.end() - position < 16
            position = found.end()

    def _read_token(self, text: bytes, position: int) -> int:
        """Read one token, or keep the rest of the piece for later."""
        found = _TOKEN.match(text, position)
        if found is None:
            return self._read_cut_token(text, position)
        kind = found.lastindex
        if kind == _OPEN:
            self._begin_value()
            self._descend(found[_OPEN])
        elif kind == _CLOSE:
            self._ascend(found[_CLOSE])
        elif kind == _TEXT:
            self._begin_string()
            self._end_string()
        elif kind == _OTHER:
            self._begin_value()
            self._expected = _AFTER_VALUE
        elif kind == _COLON and self._expected == _AFTER_KEY:
            self._expected = _VALUE
        elif kind == _SEPARATOR and self._expected == _AFTER_VALUE and self._open:
            self._expected = _KEY if self._open.endswith(b"{") else _VALUE
        else:
            raise NotJson
        return found.end()

    def _read_cut_token(self, text: bytes, position: int) -> int:
        if begins := _STRING_BEGINS.match(text, position):
            self._begin_string()
            self._is_in_string = True
            return begins.end()
        if not _CUT_TOKEN.match(text, position):
            raise NotJson
        held = text[position:].lstrip(b" \t\n\r")
        if len(held) > _MAX_HELD_BYTES:  # a number, whose digits don't matter
            held = _DIGITS.sub(rb"\1", held)
            if len(held) > _MAX_HELD_BYTES:
                raise NotJson
        self._held = held
        return len(text)

    def _read_string(self, text: bytes, position: int) -> int:
        """Continue a string that is longer than its piece."""
        end = _end(_REST_OF_STRING, text, position)
        if text[end : end + 1] == b'"':
            self._is_in_string = False
            self._end_string()
            return end + 1
        if end < len(text):
            if not _CUT_ESCAPE.match(text, end):
                raise NotJson
            self._held = text[end:]
        return len(text)

    def _begin_value(self) -> None:
        if self._expected not in (_VALUE, _VALUE_OR_END):
            raise NotJson
        if len(self._open) == 1 and self._open.endswith(b"["):
            self.items += 1

    def _begin_string(self) -> None:
        if self._expected not in (_KEY, _KEY_OR_END):
            self._begin_value()
            self._expected = _VALUE

    def _end_string(self) -> None:
        self._expected = _AFTER_VALUE if self._expected == _VALUE else _AFTER_KEY

    def _descend(self, bracket: bytes) -> None:
        if not self._open:
            self.is_list = bracket == b"["
        if len(self._open) >= MAX_DEPTH:
            raise NotJson
        self._open += bracket
        self._expected = _KEY_OR_END if bracket == b"{" else _VALUE_OR_END

    def _ascend(self, bracket: bytes) -> None:
        is_object = bracket == b"}"
        may_end = (_KEY_OR_END if is_object else _VALUE_OR_END, _AFTER_VALUE)
        if not self._open.endswith(b"{" if is_object else b"[") or self._expected not in may_end:
            raise NotJson
        self._open.pop()
        self._expected = _AFTER_VALUE


def _end(pattern: re.Pattern[bytes], text: bytes, position: int) -> int:
    """Return where a match at `position` ends, or `position`."""
    found = pattern.match(text, position)
    return found.end() if found else position
