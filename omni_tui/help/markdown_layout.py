"""Lay out Markdown as lines of styled text: for a pager, a pipe or a screen, at any width.

Supports what the topics use: headings, paragraphs, lists, tables, code blocks and inline styles.
All characters must be one terminal column wide (a test checks the topics).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token

Style: TypeAlias = Literal["", "heading", "strong", "code", "muted"]
Span: TypeAlias = tuple[str, Style]
Line: TypeAlias = list[Span]
# An unbreakable word, with the styles of its parts.
Word: TypeAlias = list[Span]

_GAP = 2
_MIN_COLUMN = 8
_CODE_INDENT = 2
_BULLET = "- "


def lay_out(markdown: str, width: int, *, marks_code: bool = False) -> list[Line]:
    """Return the text as lines of at most `width` columns; only code blocks may be wider.

    `marks_code` keeps the backticks around code in a sentence, for output without styles.
    """
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    lines = _Blocks(tokens, marks_code).lines(max(width, 2 * _MIN_COLUMN))
    while lines and not lines[-1]:
        lines.pop()
    return lines


def plain(line: Line) -> str:
    """Return the text of a line, without its styles."""
    return "".join(text for text, _ in line)


class _Blocks:
    """Iterates over the blocks of a document, with an empty line between them except in tight lists."""

    def __init__(self, tokens: Sequence[Token], marks_code: bool) -> None:
        self._tokens = iter(tokens)
        self._code_mark = "`" if marks_code else ""

    def lines(self, width: int, until: str = "") -> list[Line]:
        """Return the lines up to the token of that type."""
        lines: list[Line] = []
        for token in self._tokens:
            if token.type == until:
                break
            block = self._block(token, width)
            if block is not None:
                lines += block
                if not token.hidden:
                    lines.append([])
        return lines

    def _block(self, token: Token, width: int) -> list[Line] | None:
        if token.type == "heading_open":
            words = _words(next(self._tokens), "heading")
            next(self._tokens)
            return wrap(words, width)
        if token.type == "paragraph_open":
            words = _words(next(self._tokens), code_mark=self._code_mark)
            next(self._tokens)
            return wrap(words, width)
        if token.type in ("fence", "code_block"):
            return [
                [(" " * _CODE_INDENT + text, "code")] if text else [] for text in token.content.splitlines()
            ]
        if token.type in ("bullet_list_open", "ordered_list_open"):
            return self._list(token, width)
        if token.type == "table_open":
            return self._table(width)
        return None

    def _list(self, opening: Token, width: int) -> list[Line]:
        lines: list[Line] = []
        number = int(opening.attrGet("start") or 1)
        for token in self._tokens:
            if token.type == opening.type.replace("open", "close"):
                break
            mark = f"{number}. " if opening.type.startswith("ordered") else _BULLET
            number += 1
            item = self.lines(width - len(mark), until="list_item_close")
            while item and not item[-1]:
                item.pop()
            indents = [mark, *[" " * len(mark)] * (len(item) - 1)]
            lines += [
                [(indent, ""), *line] if line else [] for indent, line in zip(indents, item, strict=True)
            ]
        return lines

    def _table(self, width: int) -> list[Line]:
        rows: list[list[list[Word]]] = []
        heads = 0
        for token in self._tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(_words(token, "muted" if not heads else ""))
            elif token.type == "thead_close":
                heads = len(rows)
        widths = _column_widths(rows, width)
        body = rows if all(rows[0]) else rows[heads:]
        return [line for row in body for line in _row_lines(row, widths)]


def wrap(words: Sequence[Word], width: int) -> list[Line]:
    """Return the words in lines of at most `width` columns; a longer word is broken."""
    lines: list[Line] = [[]]
    used = 0
    for word in words:
        for part in _broken(word, width):
            length = len(plain(part))
            if used and used + 1 + length > width:
                lines.append([])
                used = 0
            if used:
                style: Style = part[0][1] if part[0][1] == lines[-1][-1][1] else ""
                lines[-1].append((" ", style))
                used += 1
            lines[-1] += part
            used += length
    return [_joined(line) for line in lines]


def _words(inline: Token, base: Style = "", code_mark: str = "") -> list[Word]:
    """Return the words of a paragraph. Inline code is one word unless it is long."""
    words: list[Word] = []
    is_open = False  # the next span continues the last word
    styles: list[Style] = [base]
    for token in inline.children or ():
        if token.type in ("strong_open", "em_open", "link_open"):
            styles.append("strong" if token.type == "strong_open" else styles[-1])
        elif token.type in ("strong_close", "em_close", "link_close"):
            styles.pop()
        elif token.type in ("softbreak", "hardbreak"):
            is_open = False
        elif token.type == "code_inline":
            code = f"{code_mark}{token.content}{code_mark}"
            _add(words, (code, styles[-1] or "code"), is_open)
            is_open = True
        elif token.type == "text" and token.content:
            is_open = is_open and not token.content[0].isspace()
            for text in token.content.split():
                _add(words, (text, styles[-1]), is_open)
                is_open = False
            is_open = not token.content[-1].isspace()
    return words


def _add(words: list[Word], span: Span, is_open: bool) -> None:
    if is_open and words:
        words[-1].append(span)
    else:
        words.append([span])


def _broken(word: Word, width: int) -> Iterator[Word]:
    """Yield the parts of a word that fit: split at its spaces if it has any, otherwise anywhere."""
    if len(plain(word)) <= width:
        yield word
        return
    part: Word = []
    room = width
    for text, style in word:
        for piece in _pieces(text, width):
            if len(piece) > room and part:
                yield part
                part, room = [], width
                piece = piece.lstrip()
            part.append((piece, style))
            room -= len(piece)
    if part:
        yield part


def _pieces(text: str, width: int) -> Iterator[str]:
    for number, piece in enumerate(text.split(" ")):
        piece = f" {piece}" if number else piece
        while len(piece) > width:
            yield piece[:width]
            piece = piece[width:]
        yield piece


def _joined(line: Line) -> Line:
    """Return the line with adjacent spans of the same style joined."""
    joined: Line = []
    for text, style in line:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + text, style)
        else:
            joined.append((text, style))
    return joined


def _column_widths(rows: Sequence[Sequence[Sequence[Word]]], width: int) -> list[int]:
    """Return a table's column widths: as wide as their content, or else with the widest ones reduced.

    No column is narrower than its longest word, unless that takes more than its part of the width.
    """
    columns = list(zip(*rows, strict=True))
    room = width - _GAP * (len(columns) - 1)
    widths = [max(map(_length, column)) for column in columns]
    longest = [max(len(plain(word)) for words in column for word in words) for column in columns]
    parts = (min(length, max(_MIN_COLUMN, room * 3 // 5)) for length in longest)
    least = [min(one, other) for one, other in zip(widths, parts, strict=True)]
    while sum(widths) > room:
        spare = [one - other for one, other in zip(widths, least, strict=True)]
        if max(spare) <= 0:  # not even the longest words fit
            widths[widths.index(max(widths))] -= 1
        else:
            widest = max(
                (index for index, one in enumerate(spare) if one > 0), key=lambda index: widths[index]
            )
            widths[widest] -= 1
    return widths


def _length(words: Sequence[Word]) -> int:
    return sum(len(plain(word)) for word in words) + max(0, len(words) - 1)


def _row_lines(row: Sequence[Sequence[Word]], widths: Sequence[int]) -> list[Line]:
    """Return the lines of a row, with each cell wrapped in its column."""
    cells = [wrap(words, width) for words, width in zip(row, widths, strict=True)]
    lines: list[Line] = []
    for number in range(max(map(len, cells))):
        line: Line = []
        for cell, width in zip(cells, widths, strict=True):
            part = cell[number] if number < len(cell) else []
            line += [*part, (" " * (width - len(plain(part)) + _GAP), "")]
        lines.append(_stripped(line))
    return lines


def _stripped(line: Line) -> Line:
    while line and not line[-1][0].strip():
        line.pop()
    return line
