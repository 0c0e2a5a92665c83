"""Read a JSON list, or JSON Lines, as a stream of items, in bounded memory, without converting numbers."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

from omni_tui.preview.errors import PreviewError
from omni_tui.preview.readers.text_format import SAMPLE_BYTES, text_format_of

# The longest item, in characters.
MAX_ITEM_BYTES = 4 * 1024**2
MAX_COLUMNS = 16_384
_PIECE_BYTES = 64 * 1024
_SPACE = re.compile(r"[ \t\n\r]*")


class Number(str):
    """A number as written in the file."""

    __slots__ = ()


class NotAList(PreviewError):
    """The JSON is a single value, not a list of rows."""


_DECODER = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=Number)


def items(file: IO[bytes]) -> Iterator[Any]:
    """Yield the items of a file's outermost list. Raises PreviewError; NotAList if there is none."""
    text = JsonText(file)
    if text.enter_list():
        yield from text.items()


def columns_of(records: Iterable[Any], columns: dict[str, int] | None = None) -> dict[str, int]:
    """Return the columns of objects in order of first use, each with its position.

    Columns already in `columns`, which is extended, come first.

    Raises NotAList if an item isn't an object, and PreviewError if there are too many columns.
    """
    columns = {} if columns is None else columns
    for record in records:
        if not isinstance(record, dict):
            raise NotAList("The JSON isn't a list of objects.")
        if record.keys() - columns.keys():
            for name in record:
                columns.setdefault(name, len(columns))
            if len(columns) > MAX_COLUMNS:
                raise PreviewError(f"The objects have more than {MAX_COLUMNS:,} different names.")
    return columns


def record_row(record: dict[str, Any], columns: Iterable[str]) -> list[str]:
    """Return an object's values as text, in the order of the columns; missing ones are empty."""
    return [value_text(record.get(name)) for name in columns]


def value_text(value: Any) -> str:
    """Return a value as text: numbers as written, null as empty, lists and objects as JSON.

    Raises PreviewError if it is nested too deeply.
    """
    if isinstance(value, str):
        # half a surrogate pair, or invalid bytes, can't be encoded
        return str(value) if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        text = _json(value)
    except RecursionError as error:
        raise PreviewError("The JSON is nested too deeply.") from error
    return text.encode("utf-8", "backslashreplace").decode()


def _json(value: Any) -> str:
    if isinstance(value, Number):
        return value
    if isinstance(value, dict):
        pairs = (f"{json.dumps(name, ensure_ascii=False)}: {_json(each)}" for name, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    return json.dumps(value, ensure_ascii=False)


class JsonText:
    """Decoded text, read as needed. An empty `encoding` is detected, if the file is at its start.

    `is_lines`: it has objects one after the other (JSON Lines) instead of a list.
    """

    def __init__(self, file: IO[bytes], encoding: str = "", *, is_lines: bool = False) -> None:
        mark_bytes, sample = 0, b""
        if not encoding:
            sample = file.read(SAMPLE_BYTES)
            found = text_format_of(sample, separator=",")
            encoding, mark_bytes = found.encoding, found.mark_bytes
        self.encoding = encoding
        self.is_lines = is_lines
        self._file = file
        # a lossless encoding, so that positions in the text can be converted to positions in the file
        self._errors = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(self._errors)
        self._begin = mark_bytes  # the text's start in the file
        self._text = ""
        self._position = 0
        self._trimmed = 0  # consumed characters that are no longer in memory
        self._is_at_end = False
        self._text = self._decoded(sample[mark_bytes:])

    def enter_list(self) -> bool:
        """Consume the list's opening bracket, if it has one; return False if it is empty.

        Raises PreviewError; NotAList if there is none.
        """
        if self.next_character() != "[":
            self.is_lines = self._has_two_objects()
            if self.is_lines:
                return True
            raise NotAList("The JSON isn't a list of rows.")
        self._position += 1
        return self.next_character() != "]"

    def items(self) -> Iterator[Any]:
        """Consume a list's items from here to its end. Raises PreviewError."""
        while True:
            yield self.value()
            if not self.skip_item_end():
                return

    def skip_item_end(self) -> bool:
        """Consume what follows an item; return False at the end of the list. Raises PreviewError."""
        if self.is_lines:
            return self._has_more()
        if self._text.startswith(",", self._position):
            self._position += 1
            return True
        separator = self.next_character()
        self._position += 1
        if separator not in ",]" or (separator == "]" and self._has_more()):
            raise broken()
        return separator == ","

    def _has_two_objects(self) -> bool:
        """Return whether the text in memory begins with two objects, as JSON Lines do."""
        try:
            first, end = _DECODER.raw_decode(self._text, self._position)
        except (ValueError, RecursionError):
            return False
        return isinstance(first, dict) and self._text.startswith("{", _end_of_space(self._text, end))

    def _has_more(self) -> bool:
        """Skip white space; return whether anything follows it."""
        while self._position < len(self._text) or self._read_more():
            self._position = _end_of_space(self._text, self._position)
            if self._position < len(self._text):
                return True
        return False

    @property
    def position(self) -> int:
        """Return how many characters were consumed."""
        return self._trimmed + self._position

    @property
    def byte_position(self) -> int:
        """Return the next character's position in bytes, from where the file was opened."""
        taken = self._text[: self._position]
        is_one_byte_each = self.encoding == "utf-8" and taken.isascii()
        return self._begin + len(taken if is_one_byte_each else taken.encode(self.encoding, self._errors))

    def next_character(self) -> str:
        """Return the next character after white space, not consumed. Raises PreviewError at the end."""
        if not self._has_more():
            raise PreviewError("The JSON ends too early.", "Export it again.")
        return self._text[self._position]

    def value(self) -> Any:
        """Consume one value. Raises PreviewError."""
        self.next_character()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._position)
            except json.JSONDecodeError as error:
                if not self._read_more():
                    raise broken() from error
                continue
            except RecursionError as error:
                raise PreviewError("The JSON is nested too deeply.") from error
            # a number may continue in the unread part
            if end == len(self._text) and self._read_more():
                continue
            self._position = end
            return value

    def _read_more(self) -> bool:
        """Double the text in memory, so that a long value isn't parsed too often; return False at the end."""
        if self._is_at_end:
            return False
        held = len(self._text) - self._position
        if held > MAX_ITEM_BYTES:
            raise PreviewError("A row of the JSON is longer than 4 MB.")
        piece = self._file.read(max(_PIECE_BYTES, held))
        self._is_at_end = not piece
        self._begin = self.byte_position
        self._trimmed += self._position
        self._text = self._text[self._position :] + self._decoded(piece)
        self._position = 0
        return True

    def _decoded(self, piece: bytes) -> str:
        try:
            return self._decoder.decode(piece, final=self._is_at_end)
        except UnicodeDecodeError as error:
            raise broken() from error


def broken() -> PreviewError:
    """Return the error for invalid JSON."""
    return PreviewError("The file isn't valid JSON.", "Export it again.")


def _end_of_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position
