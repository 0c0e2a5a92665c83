"""Suggests values for a text filter from earlier exports; other values are allowed, too."""

from __future__ import annotations

from collections.abc import Sequence

from textual.suggester import Suggester

from omni_tui.formatting import plain_line
from omni_tui.options.filters.grammar import is_plain


class ValueSuggester(Suggester):
    """Completes the last value of a comma-separated list, ignoring case."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._values: tuple[str, ...] = ()

    def show_values(self, values: Sequence[str]) -> None:
        """Set the values to suggest, in order; those that need quotes or aren't plain text are left out."""
        self._values = tuple(value for value in values if is_plain(value) and plain_line(value) == value)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the text with its last value completed, or None."""
        before, comma, last = value.rpartition(",")
        typed = last.lstrip()
        if not typed or '"' in value:
            return None
        blank = last[: len(last) - len(typed)]
        listed = {each.strip().casefold() for each in before.split(",")}
        for known in self._values:
            is_longer = len(known) > len(typed) and known[: len(typed)].casefold() == typed.casefold()
            if is_longer and known.casefold() not in listed:
                return f"{before}{comma}{blank}{known}"
        return None
