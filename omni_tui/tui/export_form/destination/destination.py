"""Where a form's files go: checks the folder and names on disk, and shows the path that will be written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.downloads.errors import FileSaveError
from omni_tui.downloads.files.folders import make_folder
from omni_tui.formatting import display_path, plain_line
from omni_tui.options.file_names.sanitize import numbered
from omni_tui.options.spec import Problem, Severity
from omni_tui.tui.common.text import content, shorten, shorten_folders, shorten_start
from omni_tui.tui.common.work import start_work
from omni_tui.tui.export_form.destination.folder_path import FOLDER_FIELD, folder_problem

# The disk is checked only after typing pauses for this long.
TYPING_PAUSE_SECONDS = 0.1
# With several files, the folder takes at most this share of the line.
FOLDER_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Target:
    """Where files go: their requested names, and the free names they will get.

    A name that exists already gets a number. Until the disk is checked, or if there is a problem,
    `free_names` is empty.
    """

    folder: Path
    names: tuple[str, ...]
    free_names: tuple[str, ...] = ()
    problem: Problem | None = None


def check_target(target: Target) -> Target:
    """Return the target with its free names or its problem from the disk. Blocks; raises nothing."""
    problem = folder_problem(target.folder)
    free_names = () if problem else tuple(_free_names(target.names, target.folder))
    return replace(target, free_names=free_names, problem=problem)


def _free_names(names: Sequence[str], folder: Path | None) -> Iterator[str]:
    """Yield the free name of each file, saved in this order; without a folder, nothing exists yet.

    Yields an empty name if every number of a name exists.
    """
    given: set[str] = set()
    for name in names:
        free = (one for one in numbered(name) if one not in given and not _exists(folder, one))
        found = next(free, "")
        given.add(found)
        yield found


def _exists(folder: Path | None, name: str) -> bool:
    if folder is None:
        return False
    try:
        (folder / name).lstat()
    except (OSError, ValueError):
        return False
    return True


class PathLine(Widget):
    """`→ ~/exports/Blob Web Traffic.pdf`: the requested path at once, the free path after checking the disk.

    Repainted at every key in the name, and only this line.
    """

    class Checked(Message):
        """The folder and the names were checked, or the folder couldn't be created."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._target: Target | None = None
        self._failure: Problem | None = None
        self._checked_folder: Path | None = None

    @property
    def problem(self) -> Problem | None:
        """The folder's problem, or None if it has none or isn't checked yet."""
        return self._failure or (self._target.problem if self._target else None)

    @property
    def is_checked(self) -> bool:
        """Whether the folder was checked."""
        return self._target is None or self._target.folder == self._checked_folder

    def show(self, folder: Path, names: Sequence[str]) -> None:
        """Show the path of files with these names in a folder, and check it."""
        before = self._target
        if before is None or (before.folder, before.names) != (folder, tuple(names)):
            self._failure = None
            self.show_target(Target(folder, tuple(names)))
            self.check_again()

    def show_target(self, target: Target) -> None:
        """Show the path of one file, or the folder and names of several."""
        if target != self._target:
            self._target = target
            self.refresh()

    def render(self) -> Content:
        """Return one line; the start of a long path is cut off."""
        if self._target is None:
            return Content("")
        line = _several if len(self._target.names) > 1 else _one
        return Content.assemble(("→ ", "$muted"), *line(self._target, self.size.width - 2))

    def check_again(self, then: Callable[[], object] = lambda: None) -> None:
        """Check after a pause in typing, then call `then`, unless another check starts first."""
        if self._target is not None:
            start_work(self.screen, "target", partial(self._check, self._target, then))

    async def _check(self, target: Target, then: Callable[[], object] = lambda: None) -> None:
        await asyncio.sleep(TYPING_PAUSE_SECONDS)
        checked = await run_in_daemon_thread(partial(check_target, target))
        self._failure, self._checked_folder = None, target.folder
        self.show_target(checked)
        self.post_message(self.Checked())
        then()

    def make_folder(self) -> None:
        """Create the folder, as the problem's fix suggests."""
        if self._target is not None:
            start_work(self.screen, "target", partial(self._make_folder, self._target))

    async def _make_folder(self, target: Target) -> None:
        try:
            await run_in_daemon_thread(partial(make_folder, target.folder))
        except FileSaveError as trouble:
            self._failure = Problem(FOLDER_FIELD, Severity.ERROR, str(trouble))
            self.post_message(self.Checked())
        else:
            await self._check(target)


def _one(target: Target, room: int) -> list[Content]:
    name = next(filter(None, target.free_names), target.names[0])
    words = plain_line(display_path(target.folder / name))
    note = "" if name == target.names[0] else "  name already exists"
    note = note if cell_len(words) + len(note) <= room else ""
    return [content(shorten_start(words, room)), content(note, "$muted")]


def _several(target: Target, room: int) -> list[Content]:
    """Return `~/exports/  3 files: Blob EMEA.pdf, Blob APAC.pdf …` with as many names as fit."""
    free_names = target.free_names or _free_names(target.names, None)
    names = [free or asked for free, asked in zip(free_names, target.names, strict=True)]
    folder = shorten_folders(f"{display_path(target.folder).rstrip('/')}/", int(room * FOLDER_SHARE))
    count = f"  {len(names):,} files: "
    room -= cell_len(folder) + len(count)
    return [content(folder), content(count, "$muted"), content(_listed(names, room))]


def _listed(names: list[str], room: int) -> str:
    """Return names separated by commas, with … in place of those that don't fit."""
    shown = ""
    for index, name in enumerate(names):
        longer = f"{shown}, {plain_line(name)}" if index else plain_line(name)
        mark = 0 if index == len(names) - 1 else len(" …")
        if cell_len(longer) + mark > room:
            return f"{shown} …" if shown else shorten(name, room)
        shown = longer
    return shown
