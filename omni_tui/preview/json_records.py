"""Read a JSON list as a stream of its items, in bounded memory; no number is ever converted."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

from omni_tui.preview.errors import BrokenFile
from omni_tui.preview.text_format import SAMPLE_BYTES, text_format_of

# The longest item, in characters.
LONGEST_ITEM = 4 * 1024**2
MOST_COLUMNS = 16_384
_PIECE_BYTES = 64 * 1024
_SPACE = re.compile(r"[ \t\n\r]*")


class Number(str):
    """A number as it is written in the file."""

    __slots__ = ()


class NotAList(BrokenFile):
    """The JSON is one value, not a list of rows."""


_DECODER = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=Number)


def items(file: IO[bytes]) -> Iterator[Any]:
    """Return the items of a file's outermost list. Raises NotAList and BrokenFile."""
    text = _Text(file)
    if text.next_character() != "[":
        raise NotAList("The JSON isn't a list of rows.")
    text.skip(1)
    if text.next_character() == "]":
        return
    while True:
        yield text.value()
        separator = text.next_character()
        text.skip(1)
        if separator == "]":
            return
        if separator != ",":
            raise broken()


def columns_of(records: Iterable[Any]) -> dict[str, int]:
    """Return the columns of objects in the order of their first use, each with its position.

    Raises NotAList when an item isn't an object, and BrokenFile for too many columns.
    """
    columns: dict[str, int] = {}
    for record in records:
        if not isinstance(record, dict):
            raise NotAList("The JSON isn't a list of objects.")
        if record.keys() - columns.keys():
            for name in record:
                columns.setdefault(name, len(columns))
            if len(columns) > MOST_COLUMNS:
                raise BrokenFile(f"The objects have more than {MOST_COLUMNS:,} different names.")
    return columns


def record_row(record: dict[str, Any], columns: Iterable[str]) -> list[str]:
    """Return an object's values in the order of the columns, as text; a missing one is empty."""
    return [value_text(record.get(name)) for name in columns]


def value_text(value: Any) -> str:
    """Return a value as text: numbers as written, null as nothing, lists and objects as JSON."""
    if isinstance(value, str):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _json(value)


def _json(value: Any) -> str:
    if isinstance(value, Number):
        return value
    if isinstance(value, dict):
        pairs = (f"{json.dumps(name, ensure_ascii=False)}: {_json(each)}" for name, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    return json.dumps(value, ensure_ascii=False)


class _Text:
    """Decoded text that is read on as it is needed."""

    def __init__(self, file: IO[bytes]) -> None:
        sample = file.read(SAMPLE_BYTES)
        found = text_format_of(sample, separator=",")
        self._file = file
        self._decoder = codecs.getincrementaldecoder(found.encoding)("backslashreplace")
        self._text = self._decoder.decode(sample[found.mark_bytes :])
        self._position = 0
        self._is_at_end = False

    def next_character(self) -> str:
        """Return the next character but white space, without taking it. Raises BrokenFile at the end."""
        while True:
            self._position = _end_of_space(self._text, self._position)
            if self._position < len(self._text):
                return self._text[self._position]
            if not self._read_more():
                raise BrokenFile("The JSON ends too early.", "Export it again.")

    def skip(self, count: int) -> None:
        """Take so many characters."""
        self._position += count

    def value(self) -> Any:
        """Take one value. Raises BrokenFile."""
        self.next_character()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._position)
            except json.JSONDecodeError as error:
                if not self._read_more():
                    raise broken() from error
                continue
            except RecursionError as error:
                raise BrokenFile("The JSON is nested too deeply.") from error
            # a number may go on in what was not read yet
            if end == len(self._text) and self._read_more():
                continue
            self._position = end
            return value

    def _read_more(self) -> bool:
        """Read on, twice as much as is held: a long value is not parsed too often. False at the end."""
        if self._is_at_end:
            return False
        held = len(self._text) - self._position
        if held > LONGEST_ITEM:
            raise BrokenFile("A row of the JSON is longer than 4 MB.")
        piece = self._file.read(max(_PIECE_BYTES, held))
        self._is_at_end = not piece
        self._text = self._text[self._position :] + self._decoder.decode(piece, final=self._is_at_end)
        self._position = 0
        return True


def broken() -> BrokenFile:
    """Return the error for text that is no JSON."""
    return BrokenFile("The file isn't valid JSON.", "Export it again.")


def _end_of_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position
