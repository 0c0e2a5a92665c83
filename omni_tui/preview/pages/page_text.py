"""Place a page's text in terminal cells, grouped by baseline, without cutting numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias
from unicodedata import category, normalize

from omni_tui.preview.grids.cell_width import cell_width, chopped

# Two characters belong to one phrase if the gap between them is at most this many font sizes.
_PHRASE_GAP = 0.9
_SAME_BASELINE = 0.2  # font sizes
_MIDDLE_OF_LETTERS = 0.3  # the height of the middle of small letters above the baseline, in font sizes
# A page may be stretched up to this factor so that each line of text gets its own row.
MAX_STRETCH = 1.7
_HAS_DIGIT = re.compile(r"\d")
_IS_NUMBER = re.compile(r"[^\w\s]{0,3}\d[\d.,' %:/]*[^\w\s]{0,2}(?:[kKmMbBx]|[a-zA-Z]{3})?")


Clashes: TypeAlias = Callable[[int, range, range], int]


# named tuples, not dataclasses: importing those would take a tenth of the time of a page
class Character(NamedTuple):
    """A character of a page: its baseline and its box, in points from the top left.

    `turn`: its angle in degrees clockwise. If it isn't 0, `baseline` is the middle of the box, and a space in
    `text` comes before the first character of a word.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    color: tuple[int, int, int] = (0, 0, 0)
    turn: float = 0.0


# Words on one line: the same, of all of them.
Phrase: TypeAlias = Character


class PlacedText(NamedTuple):
    """A phrase in cells; `is_cut` if it is shortened with …."""

    text: str
    row: int
    column: int
    color: tuple[int, int, int]
    is_cut: bool = False


def phrases_of(characters: Iterable[Character]) -> list[Phrase]:
    """Return the phrases of upright text, from top to bottom and left to right."""
    phrases = []
    for line in _lines(characters):
        begin = 0
        for number, (one, next_) in enumerate(pairwise(line), 1):
            if next_.left - one.right > _PHRASE_GAP * max(one.size, next_.size) or _is_column_gap(one, next_):
                phrases += _phrase(line[begin:number])
                begin = number
        phrases += _phrase(line[begin:])
    return phrases


def turned_phrases(characters: Iterable[Character]) -> list[Phrase]:
    """Return the phrases of turned text, such as an axis title, each upright around the same middle.

    Vertical text would have two characters in a row of cells, so that digits would be in the wrong order.
    """
    runs: list[list[Character]] = []
    for each in characters:
        if runs and _follows(runs[-1][-1], each):
            runs[-1].append(each)
        else:
            runs.append([each])
    return [phrase for run in runs for phrase in _upright(run)]


def row_pitch(phrases: Sequence[Phrase]) -> float | None:
    """Return the usual distance in points between lines, or None if there are too few lines."""
    gaps = []
    for number, upper in enumerate(phrases):
        for lower in phrases[number + 1 : number + 200]:
            gap = lower.baseline - upper.baseline
            if gap > 0.7 * upper.size and lower.left < upper.right and upper.left < lower.right:
                gaps.append(gap)
                break
    if len(gaps) < 3:
        return None
    gaps.sort()
    return gaps[len(gaps) // 10]


def placed(
    phrases: Sequence[Phrase],
    columns: int,
    rows: int,
    cell: tuple[float, float],
    clashes: Clashes = lambda row, cells, own: 0,
) -> list[PlacedText]:
    """Place phrases in columns and rows; `cell` is a cell's width and height in points.

    `clashes(row, cells, own)` returns how much of the picture a text would hide in those columns: the half
    cells that differ from the background in its own columns.
    """
    width, height = cell
    by_row: dict[int, list[_Preference]] = {}
    taken: dict[int, list[tuple[float, float]]] = {}
    for phrase in phrases:
        row = min(rows - 1, max(0, int((phrase.baseline - _MIDDLE_OF_LETTERS * phrase.size) / height)))
        # a line that was displaced by another one goes into the next row
        if _overlaps(taken.get(row, ()), phrase) and row + 1 < rows:
            row += 1
        taken.setdefault(row, []).append((phrase.left, phrase.right))
        by_row.setdefault(row, []).append(_Preference(phrase, phrase.left / width, phrase.right / width))
    result = []
    for row, wishes in sorted(by_row.items()):
        result += _place_row(row, sorted(wishes, key=lambda wish: wish.left), columns, clashes)
    return result


class _Preference(NamedTuple):
    """The preferred position of a phrase, in cells."""

    phrase: Phrase
    left: float
    right: float


def _lines(characters: Iterable[Character]) -> list[list[Character]]:
    """Group characters by baseline, each line from left to right."""
    lines: list[list[Character]] = []
    for character in sorted(characters, key=lambda each: (each.baseline, each.left)):
        same = lines and character.baseline - lines[-1][0].baseline <= _SAME_BASELINE * character.size
        if same:
            lines[-1].append(character)
        else:
            lines.append([character])
    return [sorted(line, key=lambda each: each.left) for line in lines]


def _is_column_gap(one: Character, next_: Character) -> bool:
    """Return whether a number is next to a gap wider than a space: columns may be close together."""
    gap = next_.left - one.right
    return gap > 0.45 * max(one.size, next_.size) and one.text.isdigit() != next_.text.isdigit()


def _phrase(characters: Sequence[Character]) -> list[Phrase]:
    text = ""
    last: Character | None = None
    for each in characters:
        if last is not None and each.left - last.right > 0.18 * each.size and not text.endswith(" "):
            text += " "
        text += each.text
        last = each
    text = " ".join(one_cell_each(text).split())
    if not text or last is None:
        return []
    first = characters[0]
    right = max(each.right for each in characters)
    return [Phrase(text, first.left, right, first.baseline, first.size, first.color)]


def _follows(one: Character, next_: Character) -> bool:
    """Return whether a turned character continues the text of another one."""
    right, down = _middle(next_) - _middle(one), next_.baseline - one.baseline
    angle = math.radians(one.turn)
    along = right * math.cos(angle) + down * math.sin(angle)
    across = down * math.cos(angle) - right * math.sin(angle)
    is_near = 0 < along < 2 * one.size and abs(across) < 0.5 * one.size
    return is_near and abs(one.turn - next_.turn) < 1


def _upright(run: Sequence[Character]) -> list[Phrase]:
    first, last = run[0], run[-1]
    middle = (_middle(first) + _middle(last)) / 2
    half = (math.dist((_middle(first), first.baseline), (_middle(last), last.baseline)) + first.size) / 2
    baseline = (first.baseline + last.baseline) / 2 + _MIDDLE_OF_LETTERS * first.size
    text = " ".join(one_cell_each("".join(each.text for each in run)).split())
    return [Phrase(text, middle - half, middle + half, baseline, first.size, first.color)] if text else []


def _middle(character: Character) -> float:
    return (character.left + character.right) / 2


def _overlaps(taken: Iterable[tuple[float, float]], phrase: Phrase) -> bool:
    return any(left < phrase.right and phrase.left < right for left, right in taken)


def _place_row(row: int, wishes: Sequence[_Preference], columns: int, clashes: Clashes) -> list[PlacedText]:
    result = []
    end = 0  # of the placed phrases
    for number, wish in enumerate(wishes):
        text = wish.phrase.text
        # the next phrase may move to the right, but not beyond its own end
        limit = columns
        if number + 1 < len(wishes):
            next_ = wishes[number + 1]
            slack = (
                max(0.0, next_.right - next_.left - cell_width(next_.phrase.text))
                if _is_number(next_)
                else 0.0
            )
            limit = min(columns, int(next_.left + slack + 0.5))
            limit -= limit > end  # a space between two
        room = limit - end
        if room <= 0:
            continue
        shown = shortened(text, room)
        column = _best_column(row, wish, cell_width(shown), end, limit, clashes)
        result.append(PlacedText(shown, row, column, wish.phrase.color, shown != text))
        end = column + cell_width(shown) + 1
    return result


def _best_column(row: int, wish: _Preference, width: int, end: int, limit: int, clashes: Clashes) -> int:
    """Return the column, at least `end`: numbers are right-aligned, others go where they hide the least."""
    left, right = round(wish.left), round(wish.right) - width
    centered = round((wish.left + wish.right - width) / 2)
    choices = [right, centered, left] if _is_number(wish) else [left, centered, right]
    allowed = [min(max(choice, end), limit - width) for choice in choices]
    own = range(max(0, left), max(left + 1, round(wish.right)))
    costs = [
        (clashes(row, range(column, column + width), own) + abs(column - choices[0]), order)
        for order, column in enumerate(allowed)
    ]
    return allowed[min(costs)[1]]


def _is_number(wish: _Preference) -> bool:
    return _IS_NUMBER.fullmatch(wish.phrase.text) is not None


def one_cell_each(text: str) -> str:
    """Remove marks of zero width, on which terminals disagree."""
    if text.isascii():
        return text
    return "".join(each for each in normalize("NFC", text) if category(each) not in ("Mn", "Me", "Cf"))


def shortened(text: str, room: int) -> str:
    """Shorten a text to a number of cells, with … at the cut; near digits, cut only between words."""
    if cell_width(text) <= room:
        return text
    if room <= 1:
        return "…"[:room]
    kept = chopped(text, room - 1)
    # a word with a digit is shown completely or not at all
    start = kept.rfind(" ") + 1
    word_end = text.find(" ", start)
    word = text[start : word_end if word_end >= 0 else None]
    if _HAS_DIGIT.search(word) and word != kept[start:]:
        kept = kept[:start]
    elif text[len(kept) :].startswith(" "):
        kept = kept.rstrip()
    return kept.rstrip() + "…"
