"""Shows where a form's files go, and checks the folder and names on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from textual.widget import Widget

from omni_tui.downloads.errors import FileSaveError
from omni_tui.downloads.files.folders import make_folder
from omni_tui.options.spec import Problem, Severity
from omni_tui.tui.common.work import start_work
from omni_tui.tui.export_form.destination.disk import run_in_own_thread
from omni_tui.tui.export_form.destination.folder_path import FOLDER_FIELD
from omni_tui.tui.export_form.destination.path_line import PathLine, Target, check_target

# The disk is checked only after typing pauses for this long.
TYPING_PAUSE_SECONDS = 0.1


class FormTarget:
    """Shows the requested path at once, and the free path after checking the disk.

    `changed` is called after each check. The work runs in `screen`'s workers and ends with it.
    """

    def __init__(self, screen: Widget, line: PathLine, changed: Callable[[], None]) -> None:
        self._screen = screen
        self._line = line
        self._changed = changed
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

    def check_then(self, then: Callable[[], object]) -> None:
        """Check the folder, then call `then`, unless another check starts first."""
        if self._target is not None:
            start_work(self._screen, "target", partial(self._check_then, self._target, then))

    async def _check_then(self, target: Target, then: Callable[[], object]) -> None:
        await self._check(target)
        then()

    def show(self, folder: Path, names: Sequence[str]) -> None:
        """Show the path of files with these names in a folder, and check it."""
        target = Target(folder, names[0], tuple(names[1:]))
        if not target.has_same_names(self._target):
            self._target, self._failure = target, None
            self._line.show_target(target)
            self.check_again()

    def check_again(self) -> None:
        """Check the folder and names again after a pause in typing."""
        if self._target is not None:
            start_work(self._screen, "target", partial(self._check, self._target))

    async def _check(self, target: Target) -> None:
        await asyncio.sleep(TYPING_PAUSE_SECONDS)
        self._target, self._failure = await run_in_own_thread(check_target, target), None
        self._checked_folder = target.folder
        self._line.show_target(self._target)
        self._changed()

    def make_folder(self) -> None:
        """Create the folder, as the problem's fix suggests."""
        if self._target is not None:
            start_work(self._screen, "target", partial(self._make_folder, self._target))

    async def _make_folder(self, target: Target) -> None:
        try:
            await run_in_own_thread(make_folder, target.folder)
        except FileSaveError as trouble:
            self._failure = Problem(FOLDER_FIELD, Severity.ERROR, str(trouble))
            self._changed()
        else:
            await self._check(target)
