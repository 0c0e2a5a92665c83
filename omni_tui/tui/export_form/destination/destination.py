"""Where the files of a form go: the folder, the names, and what the disk says of them."""

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
from omni_tui.tui.export_form.destination.disk import in_own_thread
from omni_tui.tui.export_form.destination.folder_path import FOLDER_FIELD
from omni_tui.tui.export_form.destination.path_line import PathLine, Target, check_target

# While somebody types a name, the disk is not asked at every key.
TYPING_PAUSE_SECONDS = 0.1


class FormTarget:
    """Shows the path at once as it is wished, and a moment later as the disk lets it be.

    `changed` is called when the disk has told something. The work runs as
    `screen`'s workers, and ends with it.
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
        """What is wrong with the folder, as far as the disk has told."""
        return self._failure or (self._target.problem if self._target else None)

    @property
    def is_checked(self) -> bool:
        """Whether the disk has told of the folder that is shown."""
        return self._target is None or self._target.folder == self._checked_folder

    def when_checked(self, then: Callable[[], object]) -> None:
        """Ask the disk, and go on; something else that is typed meanwhile ends it."""
        if self._target is not None:
            start_work(self._screen, "target", partial(self._check_then, self._target, then))

    async def _check_then(self, target: Target, then: Callable[[], object]) -> None:
        await self._check(target)
        then()

    def show(self, folder: Path, names: Sequence[str]) -> None:
        """Files of these names go into that folder."""
        target = Target(folder, names[0], tuple(names[1:]))
        if not target.has_same_names(self._target):
            self._target, self._failure = target, None
            self._line.show_target(target)
            self.check_again()

    def check_again(self) -> None:
        """Ask the disk, after a moment's rest: something may have changed there."""
        if self._target is not None:
            start_work(self._screen, "target", partial(self._check, self._target))

    async def _check(self, target: Target) -> None:
        await asyncio.sleep(TYPING_PAUSE_SECONDS)
        self._target, self._failure = await in_own_thread(check_target, target), None
        self._checked_folder = target.folder
        self._line.show_target(self._target)
        self._changed()

    def make_folder(self) -> None:
        """Make the folder, as the problem's fix offers."""
        if self._target is not None:
            start_work(self._screen, "target", partial(self._make_folder, self._target))

    async def _make_folder(self, target: Target) -> None:
        try:
            await in_own_thread(make_folder, target.folder)
        except FileSaveError as trouble:
            self._failure = Problem(FOLDER_FIELD, Severity.ERROR, str(trouble))
            self._changed()
        else:
            await self._check(target)
