"""The operators of each filter type: their keys, their labels, how many values they take."""

from __future__ import annotations

from collections.abc import Mapping

from omni_tui.options.filters.types import FilterType, Operator, ValueCount

ANY = Operator("any", "any", ValueCount.NONE)

_TEXT = (
    Operator("is", "is", ValueCount.MANY),
    Operator("not", "is not", ValueCount.MANY),
    Operator("contains", "contains", ValueCount.MANY),
    Operator("not contains", "does not contain", ValueCount.MANY),
    Operator("starts with", "starts with", ValueCount.MANY),
    Operator("not starts with", "does not start with", ValueCount.MANY),
    Operator("ends with", "ends with", ValueCount.MANY),
    Operator("not ends with", "does not end with", ValueCount.MANY),
    Operator("empty", "is empty", ValueCount.NONE),
    Operator("not empty", "is not empty", ValueCount.NONE),
    ANY,
)
_NUMBER = (
    Operator("=", "=", ValueCount.MANY),
    Operator("!=", "≠", ValueCount.MANY),
    Operator("<", "<", ValueCount.ONE),
    Operator("<=", "≤", ValueCount.ONE),
    Operator(">", ">", ValueCount.ONE),
    Operator(">=", "≥", ValueCount.ONE),
    Operator("between", "between", ValueCount.TWO),
    Operator("not between", "not between", ValueCount.TWO),
    ANY,
)
_DATE = (
    Operator("past", "past", ValueCount.ONE),
    Operator("between", "between", ValueCount.TWO),
    Operator("on or after", "on or after", ValueCount.ONE),
    Operator("before", "before", ValueCount.ONE),
    Operator("on", "is", ValueCount.ONE),
    ANY,
)
_YES_NO = (Operator("yes", "yes", ValueCount.NONE), Operator("no", "no", ValueCount.NONE), ANY)
_NULL = (
    Operator("null", "is null", ValueCount.NONE),
    Operator("not null", "is not null", ValueCount.NONE),
)

OFFERED: Mapping[FilterType, tuple[Operator, ...]] = {
    FilterType.TEXT: _TEXT,
    FilterType.NUMBER: _NUMBER,
    FilterType.DATE: _DATE,
    FilterType.YES_NO: _YES_NO,
    FilterType.NULL: _NULL,
    FilterType.OTHER: (),
}

# Read from a server and kept, but offered only if the filter already uses them.
READ_ONLY: Mapping[FilterType, tuple[Operator, ...]] = {
    FilterType.NUMBER: (
        Operator("not <", "not <", ValueCount.ONE),
        Operator("not <=", "not ≤", ValueCount.ONE),
        Operator("not >", "not >", ValueCount.ONE),
        Operator("not >=", "not ≥", ValueCount.ONE),
    ),
    FilterType.DATE: (
        Operator("span", "a span of", ValueCount.TWO),
        Operator("not past", "not past", ValueCount.ONE),
        Operator("not between", "not between", ValueCount.TWO),
        Operator("not on or after", "not on or after", ValueCount.ONE),
        Operator("not before", "not before", ValueCount.ONE),
        Operator("not on", "is not", ValueCount.ONE),
        Operator("not span", "not a span of", ValueCount.TWO),
    ),
}


def operator(type_: FilterType, key: str) -> Operator | None:
    """Return the operator with that key, offered or read-only; None if the type has none."""
    for each in (*OFFERED[type_], *READ_ONLY.get(type_, ())):
        if each.key == key:
            return each
    return None
