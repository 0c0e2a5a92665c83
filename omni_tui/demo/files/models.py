"""A rendered file, and the task of rendering it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from omni_tui.demo.sample_data.models import Dashboard

HUGE_ROW_BYTES = 200  # of the endless export: a CSV row with all fields and its line end


class RenderFailed(Exception):
    """The job ends with an error; the message is shown in its status."""


@dataclass(frozen=True, slots=True)
class RenderTask:
    """What to render: `body` was accepted by `rules.verdict`. `now` is in UTC.

    `huge_bytes` is the size of the huge dashboard's complete CSV; `drops_misfit_filters`: drop filters whose
    keys don't fit their type.
    """

    dashboard: Dashboard
    body: Mapping[str, Any]
    now: datetime
    huge_bytes: int
    drops_misfit_filters: bool = False
    is_renderer_down: bool = False

    @property
    def huge_rows(self) -> int:
        """Return how many rows the huge dashboard has."""
        return max(1, self.huge_bytes // HUGE_ROW_BYTES)

    def is_on(self, name: str) -> bool:
        """Return whether that option is true; for options that default to false."""
        return self.body.get(name) is True


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file: `chunks` yields its bytes from the start; `length` in bytes, None if unknown.

    Without a `name`, it is sent without a Content-Disposition; `encoding` is its Content-Encoding.
    """

    name: str
    content_type: str
    length: int | None
    chunks: Callable[[], Iterator[bytes]]
    encoding: str = ""


def whole_file(name: str, content_type: str, content: bytes, *, length_known: bool = True) -> RenderedFile:
    """Return a file in memory."""
    length = len(content) if length_known else None
    return RenderedFile(name, content_type, length, lambda: _chunks(content))


_CHUNK_BYTES = 64 * 1024


def _chunks(content: bytes) -> Iterator[bytes]:
    view = memoryview(content)
    return (bytes(view[start : start + _CHUNK_BYTES]) for start in range(0, len(content), _CHUNK_BYTES))
