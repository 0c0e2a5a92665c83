"""Shows changes between a saved export and an earlier one: options, then rows, columns and totals."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from omni_tui.compare.exports import earlier_exports, export_of_job, option_changes
from omni_tui.compare.models import FileDiff
from omni_tui.compare.process import Comparison
from omni_tui.compare.report import Line, Tone, file_lines, option_lines, result_lines
from omni_tui.downloads.job.models import Job
from omni_tui.downloads.planned import free_path
from omni_tui.errors import OmniTuiError
from omni_tui.preview.errors import Stopped
from omni_tui.tui.common.bars.footer import Footer
from omni_tui.tui.common.bars.header import Header
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.common.key_labels import keys_of, with_keys
from omni_tui.tui.common.screens.reader_screen import ReaderScreen
from omni_tui.tui.common.text import content
from omni_tui.tui.common.work import start_work
from omni_tui.tui.compare.page_areas import page_lines

# The maximum number of changed rows shown per table; the CSV of changes has all.
MAX_SHOWN = 200
STYLES: dict[Tone, str] = {
    "text": "",
    "heading": "$heading",
    "muted": "$muted",
    "added": "$success",
    "removed": "$error",
    "changed": "$warning",
    "warn": "$warning",
    "good": "$success",
}
NO_EARLIER = "No earlier export in this format. To export again: {again-job} in the downloads."


class CompareScreen(ReaderScreen):
    """Compares in a separate process, which ends with the screen. `jobs` contain the earlier export."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "older", "older", tooltip="Compare with an older export", id="older-export"),
        Binding("k", "key", "key", tooltip="Choose the columns that match rows", id="compare-key"),
        Binding("w", "write", "write CSV", tooltip="Write every changed cell to a CSV", id="write-changes"),
    ]
    DEFAULT_CSS = """
    CompareScreen #compare-key { display: none; dock: bottom; padding: 0 1; }
    CompareScreen #compare-key.-open { display: block; }
    """

    def __init__(self, job: Job, jobs: Sequence[Job]) -> None:
        super().__init__("Compare", note="")
        self.reader.hanging = 2  # after a row's symbol
        self._job = job
        self._earlier = earlier_exports(job, jobs)
        self._index = 0
        self._key: tuple[str, ...] = ()
        self._diff: FileDiff | None = None
        self._pages: list[Content] = []
        self._failure = ""
        self._comparison: Comparison | None = None
        self._input = LineInput(
            placeholder="Columns, separated by commas; leave blank to choose automatically", id="compare-key"
        )

    def compose(self) -> ComposeResult:
        """Compose the header, the frame with the hidden input, and the footer."""
        yield Header()
        with self.frame:
            yield self.reader
            yield self._input
        yield Footer()

    def on_mount(self) -> None:
        """Start the comparison."""
        super().on_mount()
        self._begin()

    def on_unmount(self) -> None:
        """Stop the comparison."""
        self._stop()

    @property
    def _old(self) -> Job | None:
        return self._earlier[self._index] if self._earlier else None

    def lines(self) -> list[Content]:
        """Return the two files, their changed options, and the result so far."""
        lines = [content(self._job.title, "bold")]
        if self._old is None:
            return [*lines, Content(""), content(with_keys(NO_EARLIER, keys_of(self.app)), "$muted")]
        old, new = export_of_job(self._old), export_of_job(self._job)
        lines += [_styled(line) for line in (*file_lines(old, new), *option_lines(option_changes(old, new)))]
        lines.append(Content(""))
        if self._failure:
            lines.append(content(self._failure, "$error"))
        elif self._diff is None:
            lines.append(content("Comparing …", "$muted"))
        else:
            lines += map(_styled, result_lines(self._diff, MAX_SHOWN, key_hint="press k to change"))
            lines += self._pages
        return lines

    # what keys do

    def is_idle(self, action: str) -> bool:
        """Return whether the key has no effect now, so that the footer hides it."""
        diff = self._diff
        has_tables = diff is not None and bool(diff.tables)
        if action == "older":
            return len(self._earlier) < 2
        return (action == "key" and not has_tables) or (
            action == "write" and (not has_tables or (diff is not None and diff.is_same))
        )

    def action_older(self) -> None:
        """Compare with the next older export; after the oldest, with the newest again."""
        if len(self._earlier) < 2:
            self.frame.show_message("no older export")
            return
        self._index = (self._index + 1) % len(self._earlier)
        self._begin()

    def action_key(self) -> None:
        """Open the input for the columns that match rows."""
        tables = self._diff.tables if self._diff is not None else ()
        if not tables:
            self.frame.show_message("only tables have keys")
            return
        self._input.value = ", ".join(self._key or tables[0].key)
        self._input.add_class("-open")
        self._input.focus()

    @on(Input.Submitted)
    def _use_key(self, event: Input.Submitted) -> None:
        event.stop()
        self._close_input()
        self._key = tuple(filter(None, map(str.strip, event.value.split(","))))
        self._begin()

    def action_close(self) -> None:
        """Close the input, else the screen."""
        if self._input.has_class("-open"):
            self._close_input()
        else:
            super().action_close()

    def action_write(self) -> None:
        """Write every changed cell to a new CSV beside the newer file."""
        if self._diff is None or self._diff.is_same or not self._diff.tables:
            self.frame.show_message("no changed rows to write")
            return
        start_work(self, "write", self._write)

    def _close_input(self) -> None:
        self._input.remove_class("-open")
        self.reader.focus()

    # the comparison

    def _begin(self) -> None:
        self._stop()
        self._diff, self._failure, self._pages = None, "", []
        self.refresh_bindings()
        self.show_lines(from_the_top=True)
        if self._old is not None:
            start_work(self, "compare", self._compare)

    def _stop(self) -> None:
        if self._comparison is not None:
            self._comparison.stop()
            self._comparison = None

    async def _compare(self) -> None:
        old, new = self._paths()
        comparison = self._comparison = Comparison(old, new, self._key)
        self.frame.note = "comparing"
        try:
            diff = await asyncio.to_thread(comparison.run)
            if diff.pages is not None:
                columns = max(20, self.reader.scrollable_content_region.width)
                self._pages = await asyncio.to_thread(page_lines, new, diff.pages, columns)
            self._diff = diff
        except Stopped:
            return
        except OmniTuiError as error:
            self._failure = str(error)
        finally:
            comparison.stop()
        self.frame.note = self._note()
        self.show_lines(from_the_top=True)
        self.refresh_bindings()

    async def _write(self) -> None:
        old, new = self._paths()
        output = await asyncio.to_thread(free_path, new.with_name(f"{new.stem} changes.csv"))
        try:
            await asyncio.to_thread(Comparison(old, new, self._key, output).run)
        except OmniTuiError as error:
            self.frame.show_message(str(error))
        else:
            self.frame.show_message(f"saved {output.name} next to the file")

    def _paths(self) -> tuple[Path, Path]:
        assert self._old is not None
        assert self._old.path is not None
        assert self._job.path is not None
        return self._old.path, self._job.path

    def _note(self) -> str:
        return f"earlier export {self._index + 1} of {len(self._earlier)}" if len(self._earlier) > 1 else ""


def _styled(line: Line) -> Content:
    return content(line.text, STYLES[line.tone])
