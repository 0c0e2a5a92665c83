"""The files of the download folder, to open any of them in the preview."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.downloads.job.models import Job
from omni_tui.formatting import display_path, format_size
from omni_tui.options.filters.describe import folded
from omni_tui.preview.errors import PreviewError
from omni_tui.preview.folder import FolderEntry, FolderListing, list_folder
from omni_tui.tui.common.bars.footer import Footer
from omni_tui.tui.common.bars.header import Header
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.common.table.table import Cell, Column, RowList
from omni_tui.tui.common.text import shorten_folders
from omni_tui.tui.common.titled_frame import TitledFrame
from omni_tui.tui.common.work import start_work
from omni_tui.tui.messages import OpenPreview

_TITLE_CELLS = 60


class FileList(RowList[FolderEntry]):
    """Folders, then files, newest first."""

    HAS_HEADER = False
    EMPTY = "No files to preview here."
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("name", "Name", minimum=24),
        Column("size", "Size", width=6, right=True),
        Column("modified", "Modified", width=16, drop=1),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "open", key_display="enter", tooltip="Show the file"),
    ]

    def key(self, row: FolderEntry) -> object:
        """Identify a row by its path."""
        return row.path

    def cells(self, row: FolderEntry) -> dict[str, Cell]:
        """Return the cells of one file."""
        if row.is_folder:
            return {"name": (f"{row.path.name}/", "accent")}
        return {
            "name": (row.path.name, "text"),
            "size": (format_size(row.size), "muted"),
            "modified": (f"{datetime.fromtimestamp(row.modified_at):%Y-%m-%d %H:%M}", "muted"),
        }


class FilesScreen(Screen[None]):
    """Lists the files and folders of one folder. `jobs` have the files' details, if they saved them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", key_display="escape", tooltip="Close"),
        Binding("slash", "search", "search", key_display="/", tooltip="Search the file names"),
        Binding("left,backspace", "go_up", "folder above", key_display="←", tooltip="Show the folder above"),
        Binding("r", "reload", "reload", tooltip="Reload the list"),
    ]

    def __init__(self, folder: Path, jobs: Sequence[Job]) -> None:
        super().__init__()
        self._root = self._folder = folder
        self._jobs = jobs
        self._listing = FolderListing(())
        self._frame = TitledFrame("Files")
        self._line = LineInput(placeholder="Search file names", id="search-files")
        self._list = FileList()

    def compose(self) -> ComposeResult:
        """Compose the header, the frame with the hidden search, and the footer."""
        yield Header()
        with self._frame:
            yield self._line
            yield self._list
        yield Footer()

    def on_mount(self) -> None:
        """Read the folder."""
        self._list.focus()
        self._read(self._folder)

    def on_screen_resume(self) -> None:
        """Reload the folder: there may be new files."""
        if self._list.is_attached:
            self._read(self._folder)

    def _read(self, folder: Path) -> None:
        start_work(self, "read", partial(self._read_folder, folder))

    async def _read_folder(self, folder: Path) -> None:
        try:
            listing = await run_in_daemon_thread(partial(list_folder, folder))
        except PreviewError as error:
            self._frame.show_message(str(error))
            return
        if folder != self._folder:
            self._line.value = ""
        self._folder, self._listing = folder, listing
        self._frame.title = f"Files in {shorten_folders(display_path(folder), _TITLE_CELLS)}"
        self._show()
        self.refresh_bindings()

    def _show(self) -> None:
        words = folded(self._line.value).split()
        shown = [
            entry for entry in self._listing.entries if all(word in folded(entry.path.name) for word in words)
        ]
        self._list.set_rows(shown)
        count = sum(not entry.is_folder for entry in shown)
        note = f"{count:,} file{'s' * (count != 1)}"
        self._frame.note = f"{note}; the folder has more files" if self._listing.is_cut else note

    # keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Don't go above the first folder."""
        if action == "go_up":
            return self._folder != self._root
        return super().check_action(action, parameters)

    @on(RowList.Selected)
    def _open(self, event: RowList.Selected) -> None:
        event.stop()
        row = event.row
        if not isinstance(row, FolderEntry):
            return
        if row.is_folder:
            self._read(row.path)
        else:
            made_by = (job for job in reversed(self._jobs) if job.path == row.path)
            self.post_message(OpenPreview(row.path, next(made_by, None)))

    def action_go_up(self) -> None:
        """Show the parent folder."""
        self._read(self._folder.parent)

    def action_reload(self) -> None:
        """Reload the folder."""
        self._read(self._folder)

    def action_search(self) -> None:
        """Open the search."""
        self._line.add_class("-shown")
        self._line.focus()

    def action_close(self) -> None:
        """Close the search, else the screen."""
        if self._line.has_class("-shown"):
            self._line.value = ""
            self._line.remove_class("-shown")
            self._list.focus()
        else:
            self.dismiss()

    @on(LineInput.Changed)
    def _typed(self, event: LineInput.Changed) -> None:
        event.stop()
        self._show()

    @on(LineInput.Submitted)
    def _submitted(self, event: LineInput.Submitted) -> None:
        event.stop()
        self._list.focus()
