"""Chooses the columns of a list that fit a width, and their widths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `width` in cells, or 0 to share the rest, from `minimum` to `maximum` (0: no limit).

    In a narrow list, columns with the highest `drop` are hidden first; 0 always stays. Search matches are
    highlighted in `searched` columns.
    """

    name: str
    title: str
    width: int = 0
    minimum: int = 8
    maximum: int = 0
    right: bool = False
    drop: int = 0
    share: int = 1
    searched: bool = False


def layout(columns: Sequence[Column], width: int, gap: int = 2) -> list[tuple[Column, int]]:
    """Return the columns that fit into `width` cells, with their widths.

    Flexible columns get their minimum and share the rest by `share`. If no more columns can be dropped, they
    get less than their minimum.
    """
    kept = list(columns)
    while _needed(kept, gap) > width and any(column.drop for column in kept):
        kept.remove(max(kept, key=lambda column: column.drop))
    extra = _extra([column for column in kept if not column.width], width - _needed(kept, gap))
    return [(column, column.width or max(1, column.minimum + extra[column.name])) for column in kept]


def _extra(flexible: Sequence[Column], room: int) -> dict[str, int]:
    """Return the cells beyond the minimum of each flexible column, up to its maximum."""
    extra: dict[str, int] = {}
    sharing = list(flexible)
    while sharing:
        parts = _shared(room, [column.share for column in sharing])
        full = [
            column
            for column, part in zip(sharing, parts, strict=True)
            if column.maximum and column.minimum + part > column.maximum
        ]
        if not full:
            extra.update(zip((column.name for column in sharing), parts, strict=True))
            break
        for column in full:
            extra[column.name] = column.maximum - column.minimum
            room -= extra[column.name]
            sharing.remove(column)
    return extra


def _needed(columns: Sequence[Column], gap: int) -> int:
    return sum(column.width or column.minimum for column in columns) + gap * (len(columns) - 1)


def _shared(room: int, shares: Sequence[int]) -> list[int]:
    """Divide all `room` cells by share, so that right-aligned columns end at the edge."""
    total = sum(shares) or 1
    parts = [room * share // total for share in shares]
    if parts:
        parts[-1] += room - sum(parts)
    return parts
