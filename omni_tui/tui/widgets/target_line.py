"""The path that will be written: `→ ~/exports/Blob Web Traffic.pdf`, and what else there is to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual.content import Content
from textual.widget import Widget

from omni_tui.downloads.errors import FileTrouble
from omni_tui.downloads.files import check_folder
from omni_tui.options.file_names import numbered
from omni_tui.tui.text import content, shorten_start


@dataclass(frozen=True, slots=True)
class Target:
    """Where a file goes: `name` as it is wished, `free_name` as it will be, with a number if it is taken.

    `free_name` is empty, and `trouble` None, until the disk was looked at.
    """

    folder: Path
    name: str
    free_name: str = ""
    trouble: FileTrouble | None = None


def look_at(target: Target) -> Target:
    """The same, with what the disk says. Blocks; raises nothing."""
    try:
        check_folder(target.folder)
        free = next((name for name in numbered(target.name) if not _is_taken(target.folder / name)), "")
    except FileTrouble as trouble:
        return Target(target.folder, target.name, trouble=trouble)
    return Target(target.folder, target.name, free)


def _is_taken(path: Path) -> bool:
    try:
        path.lstat()
    except OSError:
        return False
    return True


def short_path(path: Path) -> str:
    """A path as people write it, with ~ for their home."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):  # not below it; or nobody knows where it is
        return str(path)


class TargetLine(Widget):
    """Drawn anew at every key of the name, and only this line."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._target: Target | None = None
        self._is_each = False

    def show_target(self, target: Target, *, is_each: bool = False) -> None:
        """Show this; `is_each`: the folder alone, where each file is named after its dashboard."""
        if (target, is_each) != (self._target, self._is_each):
            self._target, self._is_each = target, is_each
            self.refresh()

    def render(self) -> Content:
        """One line; of a path that is too long, the end is what tells."""
        target = self._target
        if target is None:
            return Content("")
        if self._is_each:
            words, note = f"{short_path(target.folder)}/", "  each named after its dashboard"
        else:
            words = short_path(target.folder / (target.free_name or target.name))
            is_taken = target.free_name not in ("", target.name)
            note = "  that name is taken" if is_taken else ""
        room = self.size.width - 2
        note = note if len(words) + len(note) <= room else ""
        return Content.assemble(("→ ", "$muted"), content(shorten_start(words, room)), (note, "$muted"))
