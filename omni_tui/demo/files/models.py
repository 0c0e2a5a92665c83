"""A rendered file, and what is asked of the one that renders it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from omni_tui.demo.fleet.models import Dashboard

HUGE_ROW_BYTES = 200  # of the endless export: a CSV row with all fields and its line end


class RenderFailed(Exception):
    """The job ends in an error; the text is what its status says."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is to be rendered: `body` as `rules.verdict` let it pass. `now` is in UTC.

    `huge_bytes` is how large the whole export of the dashboard without an end is, as CSV;
    `drops_misfit_filters` is whether a filter whose keys do not fit its type is dropped.
    """

    dashboard: Dashboard
    body: Mapping[str, Any]
    now: datetime
    huge_bytes: int
    drops_misfit_filters: bool = False
    is_renderer_down: bool = False

    @property
    def huge_rows(self) -> int:
        """How many rows that dashboard has."""
        return max(1, self.huge_bytes // HUGE_ROW_BYTES)

    def says(self, name: str) -> bool:
        """Whether that switch is on; for switches that are off when nothing is said."""
        return self.body.get(name) is True


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file: `pieces` starts its bytes anew each time; `length` in bytes, None when it is not known."""

    name: str
    content_type: str
    length: int | None
    pieces: Callable[[], Iterator[bytes]]


def whole_file(name: str, content_type: str, content: bytes, *, length_known: bool = True) -> RenderedFile:
    """A file that is held in memory."""
    length = len(content) if length_known else None
    return RenderedFile(name, content_type, length, lambda: _pieces(content))


_PIECE_BYTES = 64 * 1024


def _pieces(content: bytes) -> Iterator[bytes]:
    view = memoryview(content)
    return (bytes(view[start : start + _PIECE_BYTES]) for start in range(0, len(content), _PIECE_BYTES))
