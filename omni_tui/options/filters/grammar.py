"""The grammar of filter text: quoting, and by type which words mean which operator.

Reading ignores blanks and case, and accepts symbols and synonyms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TypeVar

from omni_tui.options.filters.types import Condition
from omni_tui.options.filters.validate import is_period_text

QUOTED = r'"(?:[^"]|"")*"|“[^”]*”'
_QUOTED = re.compile(QUOTED)
# The start of a value in a list.
_START = re.compile(rf"\s*(?:(?P<quoted>{QUOTED})|(?P<open>[\"“]))?")
_VALUE = rf"{QUOTED}|[^\"“”]+?"  # separators are outside quotes
_DASH = r"\.{2,3}|…|\s[-–—]\s|[–—]|\s(?:to|until|till|and)\s"
_RANGE = re.compile(
    rf"(?:(?:is\s+)?(?:between|from|since)\s+)?({_VALUE})\s*(?:{_DASH})\s*({_VALUE})",
    re.IGNORECASE | re.DOTALL,
)
_NUMBERS_RANGE = re.compile(r"([+-]?[\d.]+)\s*-\s*([+-]?[\d.]+)", re.ASCII)
_SPAN = re.compile(
    rf"({QUOTED}|\d+\s*(?:complete\s+)?[a-z]+)\s+(?:from|starting)\s+({QUOTED}|.+)", re.IGNORECASE | re.DOTALL
)

_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_UNCLEAR = re.compile(r"(?:after|through|by)\b|<=|≤|>(?!=)", re.IGNORECASE)
_Values = TypeVar("_Values", str, tuple[str, ...])

_ANY = ("any", "any value", "anything", "is any", "is any value", "any time", "any date", "*")

# The phrases that a condition may begin with, by operator: longer ones before those that they begin with.
_Phrases = Mapping[str, tuple[str, ...]]
_TEXT_PREFIXES: _Phrases = {
    "not contains": ("does not contain", "doesn't contain", "not contains", "not containing"),
    "contains": ("contains", "containing"),
    "not starts with": ("does not start with", "doesn't start with", "not starts with", "not starting with"),
    "starts with": ("starts with", "starting with"),
    "not ends with": ("does not end with", "doesn't end with", "not ends with", "not ending with"),
    "ends with": ("ends with", "ending with"),
    "not": ("is not", "isn't", "not", "!=", "<>", "≠"),
    "is": ("is", "==", "="),
}
_NUMBER_PREFIXES: _Phrases = {
    ">=": (">=", "=>", "≥", "at least"),
    "<=": ("<=", "=<", "≤", "at most"),
    "!=": ("<>", "!=", "≠"),
    ">": (">", "more than", "greater than", "over", "above"),
    "<": ("<", "less than", "under", "below"),
    "=": ("==", "="),
}
_DATE_PREFIXES: _Phrases = {
    "past": ("in the past", "in the last", "within the last", "past", "last"),
    "on or after": ("on or after", "since", "from", ">=", "≥"),
    "before": ("before", "until", "till", "<"),
    "on": ("on", "in", "during", "==", "="),
}
_EMPTY = ("empty", "is empty", "blank", "is blank")
_NOT_EMPTY = ("not empty", "is not empty", "not blank", "is not blank")
# By operator, the phrases that are a whole condition.
_TEXT_WORDS: _Phrases = {"any": _ANY, "empty": _EMPTY, "not empty": _NOT_EMPTY}
_YES_NO_WORDS: _Phrases = {
    "any": _ANY,
    "yes": ("yes", "y", "true", "1", "on", "is true", "is yes"),
    "no": ("no", "n", "false", "0", "off", "is false", "is no"),
}
_NULL_WORDS: _Phrases = {
    "null": ("null", "is null", "none", *_EMPTY),
    "not null": ("not null", "is not null", "!= null", "has a value", *_NOT_EMPTY),
}


def text_condition(text: str) -> Condition:
    """Parse a text condition. Raises ValueError with what is wrong."""
    if whole := _whole(_words(text), _TEXT_WORDS):
        return whole
    if re.match(r"Not\s", text):
        raise ValueError("Ambiguous: quote the value, or write lowercase “not”.")
    key, rest = _prefixed(text, _TEXT_PREFIXES)
    return Condition(key or "is", _some(split(rest), text))


def is_text_grammar(value: str) -> bool:
    """Return whether an unquoted value would mean something other than itself."""
    is_whole = _whole(_words(value), _TEXT_WORDS) is not None
    return is_whole or bool(_prefixed(value, _TEXT_PREFIXES)[0]) or value[:1] == "{"


def number_condition(text: str) -> Condition:
    """Parse a number condition. Raises ValueError with what is wrong."""
    if _words(text) in _ANY:
        return Condition("any")
    not_, rest = _negated(_tidy(text))
    key, values_text = _prefixed(rest, _NUMBER_PREFIXES)
    if key in ("=", "!="):
        not_, rest = ("not " if (key == "!=") != bool(not_) else ""), values_text
    elif key:
        return Condition(not_ + key, (unquoted(_some(values_text, text)),))
    if ends := _RANGE.fullmatch(rest) or _NUMBERS_RANGE.fullmatch(rest):
        return Condition(f"{not_}between", (unquoted(ends[1]), unquoted(ends[2])))
    if _THOUSANDS.fullmatch(rest):
        plain, parted = rest.replace(",", ""), rest.replace(",", ", ")
        raise ValueError(f"“{rest}” is ambiguous: use “{plain}” or “{parted}”.")
    return Condition("!=" if not_ else "=", _some(split(rest), text))


def date_condition(text: str) -> Condition:
    """Parse a date condition. Raises ValueError with what is wrong."""
    if _words(text) in _ANY:
        return Condition("any")
    not_, rest = _negated(_tidy(text))
    if is_period_text(rest):  # before phrases that begin with "last" or "from"
        return Condition(f"{not_}on", (rest,))
    if span := _SPAN.fullmatch(rest):
        return Condition(f"{not_}span", (unquoted(span[1]), unquoted(span[2])))
    if ends := _RANGE.fullmatch(rest):
        return Condition(f"{not_}between", (unquoted(ends[1]), unquoted(ends[2])))
    if unclear := _UNCLEAR.match(rest):
        raise ValueError(f"“{unclear[0]}” is ambiguous: use “on or after”, “before” or START..END.")
    key, rest = _prefixed(rest, _DATE_PREFIXES)
    return Condition(not_ + (key or "on"), (unquoted(_some(rest, text)),))


def yes_no_condition(text: str) -> Condition | None:
    """Parse yes, no or any; None for other text."""
    return _whole(_words(text).removeprefix("= "), _YES_NO_WORDS)


def null_condition(text: str) -> Condition | None:
    """Parse null or not null; None for other text."""
    return _whole(_words(text), _NULL_WORDS)


def _whole(words: str, phrases: _Phrases) -> Condition | None:
    return next((Condition(key) for key, several in phrases.items() if words in several), None)


def _some(values: _Values, text: str) -> _Values:
    """Return the values, or the only value. Raises ValueError if there are none."""
    if not values:
        raise ValueError(f"No value after “{text}”.")
    return values


def _tidy(text: str) -> str:
    """Collapse blanks, which would take long to parse, unless the text has quoted values."""
    return text if '"' in text or "“" in text else " ".join(text.split())


def _words(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _prefixed(text: str, phrases: _Phrases) -> tuple[str, str]:
    """Return the operator that a text begins with, and the rest; "" and the text if there is none."""
    text = text.strip()
    match = _prefix_pattern(tuple(phrases.values())).match(text)
    if match is None or match.lastindex is None:
        return "", text
    return list(phrases)[match.lastindex - 1], text[match.end() :].strip()


@cache
def _prefix_pattern(phrases: tuple[tuple[str, ...], ...]) -> re.Pattern[str]:
    """Return a pattern with a group for each operator's phrases."""
    groups = ("|".join(map(_phrase_pattern, several)) for several in phrases)
    return re.compile("|".join(f"({group})" for group in groups), re.IGNORECASE)


def _phrase_pattern(phrase: str) -> str:
    words = r"\s+".join(map(re.escape, phrase.split())).replace("'", "['’]")
    return words + r"(?!\w)" if phrase[-1].isalpha() else words


def _negated(text: str) -> tuple[str, str]:
    """Return "not " and the rest if the text begins with a negation, else "" and the text; skips "is"."""
    text = text.strip()
    match = re.match(r"(?:is\s+not|isn['’]t|not)(?!\w)\s*", text, re.IGNORECASE)
    if match:
        return "not ", text[match.end() :]
    return "", re.sub(r"^is\s+", "", text, flags=re.IGNORECASE)


# quoting


def quoted(value: str) -> str:
    """Return the value in quotes; quotes inside it are doubled."""
    return '"' + value.replace('"', '""') + '"'


def unquoted(text: str) -> str:
    """Return the value that a text means: the text between quotes, else the text itself."""
    text = text.strip()
    if _QUOTED.fullmatch(text):
        return text[1:-1].replace('""', '"') if text[0] == '"' else text[1:-1]
    return text


def joined(values: Iterable[str], looks_plain: Callable[[str], bool]) -> str:
    """Join values with commas; quote those that don't look plain."""
    return ", ".join(value if is_plain(value) and looks_plain(value) else quoted(value) for value in values)


def is_plain(value: str) -> bool:
    """Return whether a value needs no quotes in a list."""
    return bool(value) and value == value.strip() and "," not in value and value[0] not in '"“'


def split(text: str) -> tuple[str, ...]:
    """Split a comma-separated list into values. Raises ValueError for invalid quoting."""
    values: list[str] = []
    place = 0
    while place < len(text):
        start = _START.match(text, place)
        assert start is not None  # it also matches nothing
        if start["open"]:
            raise ValueError("Missing closing quote.")
        end = text.find(",", start.end())
        end = len(text) if end < 0 else end
        rest = text[start.end() : end].strip()
        if start["quoted"] and rest:
            raise ValueError("Text after a closing quote. Separate values with commas.")
        if value := start["quoted"] or rest:
            values.append(unquoted(value))
        place = end + 1
    return tuple(values)
