"""A short table in memory, such as the list of a file's tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from omni_tui.preview.grids.grid import Match, Progress


class MemoryRows:
    """Rows that are all known."""

    def __init__(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self._header = list(header)
        self._rows = [list(row) for row in rows]

    @property
    def progress(self) -> Progress:
        """Return a complete progress."""
        return Progress(len(self._rows), True)

    def header(self) -> list[str]:
        """Return the names of the columns."""
        return self._header

    def rows(self, start: int, count: int) -> list[list[str]]:
        """Return up to `count` rows from a position."""
        return self._rows[start : start + count]

    def wait_for_row(self, row: int) -> None:
        """Return at once."""

    def find(
        self, needle: str, start: int, *, backward: bool = False, is_wanted: Callable[[], bool] = lambda: True
    ) -> Match | None:
        """Return the nearest row with a cell that contains the text, in any case."""
        places = range(start, -1, -1) if backward else range(start, len(self._rows))
        for place in places:
            for column, cell in enumerate(self._rows[place]):
                if needle.lower() in cell.lower():
                    return Match(place, column)
        return None
