"""The folder's input line, with completion of folder names and ~ for the home folder."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.suggester import Suggester

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.formatting import display_path, plain_line
from omni_tui.tui.export_form.destination.folder_path import best_name, folders_in, typed_folder
from omni_tui.tui.export_form.fields.text import FieldInput

# A folder's names are cached for this long.
CACHE_SECONDS = 3.0
# The number of folders read at once; with more, there are no suggestions, because the disks may hang.
MAX_READS = 4


class FolderSuggester(Suggester):
    """Suggests the rest of a folder's name. Threads read the disk, so typing never waits.

    There is no suggestion for the text `not_typed`: the program set it, nobody typed it.
    """

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.not_typed = ""
        self._reads: dict[Path, asyncio.Task[tuple[str, ...]]] = {}
        self._held: tuple[Path, tuple[str, ...], float] = (Path(), (), 0.0)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the text completed to the first matching folder, or None."""
        if value == "~":
            return "~/"
        above, slash, typed = value.rpartition("/")
        if not typed or value == self.not_typed:
            return None
        name = best_name(await self._names_in(typed_folder(above + slash)), typed)
        return f"{above}{slash}{name}/" if name else None

    async def _names_in(self, folder: Path) -> tuple[str, ...]:
        held, names, until = self._held
        if folder == held and time.monotonic() < until:
            return names
        read = self._reads.get(folder)
        if read is None:
            if len(self._reads) >= MAX_READS:
                return ()
            read = self._reads[folder] = asyncio.create_task(
                run_in_daemon_thread(partial(folders_in, folder))
            )
            read.add_done_callback(lambda _: self._reads.pop(folder, None))
        names = await asyncio.shield(read)
        self._held = (folder, names, time.monotonic() + CACHE_SECONDS)
        return names

    def stop(self) -> None:
        """Cancel all reads."""
        for read in list(self._reads.values()):
            read.cancel()


class FolderLine(FieldInput):
    """A folder; if empty, `default`. It has no option but posts FieldChanged like the fields.

    Typing never creates a folder.
    """

    HINT = "type   → accepts the suggestion"
    DEFAULT_CSS: ClassVar[str] = "FolderLine { width: 1fr; max-width: 60; }"
    help_text = "Where the file goes; ~ is your home folder"

    def __init__(self, default: Path, *, id: str | None = None) -> None:
        super().__init__(placeholder=_shown(default), id=id)
        self._default = default
        # The text may lack characters of the folder's name; while it is unchanged, this folder is meant.
        self._given: tuple[str, Path] | None = None
        self.suggester = self._names = FolderSuggester()

    @property
    def folder(self) -> Path:
        """The current folder; it may not exist."""
        return self.chosen or self._default

    @property
    def chosen(self) -> Path | None:
        """The folder in the line; None if it is empty, so that the default applies."""
        if self._given is not None and self._given[0] == self.value:
            return self._given[1]
        return typed_folder(self.value) if self.value.strip() else None

    def show_value(self, folder: Path | None) -> None:
        """Show a folder unless it is already shown; None is the default. Posts no message."""
        if folder == self.chosen:
            return
        self._given = (_shown(folder), folder) if folder is not None else None
        self._names.not_typed = text = self._given[0] if self._given else ""
        self.show_text(text)
        self.cursor_position = len(self.value)

    def show_default(self, folder: Path) -> None:
        """Set the folder that applies while the line is empty."""
        self._default = folder
        self.placeholder = _shown(folder)

    def on_unmount(self) -> None:
        self._names.stop()


def _shown(folder: Path) -> str:
    return plain_line(display_path(folder))
