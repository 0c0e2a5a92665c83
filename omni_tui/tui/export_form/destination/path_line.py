"""The line with the path that will be written: `→ ~/exports/Blob Web Traffic.pdf`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from omni_tui.formatting import display_path, plain_line
from omni_tui.options.file_names.sanitize import numbered
from omni_tui.options.spec import Problem
from omni_tui.tui.common.text import content, shorten, shorten_folders, shorten_start
from omni_tui.tui.export_form.destination.folder_path import folder_problem

# With several files, the folder takes at most this share of the line.
FOLDER_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Target:
    """Where files go: the requested names `name` and `others`, and the free names they will get.

    A name that exists already gets a number. Until the disk is checked, the free names are empty and
    `problem` is None; if there is a problem, they stay empty.
    """

    folder: Path
    name: str
    others: tuple[str, ...] = ()
    free_name: str = ""
    free_others: tuple[str, ...] = ()
    problem: Problem | None = None

    def has_same_names(self, other: Target | None) -> bool:
        """Return whether folder and requested names are the same."""
        return other is not None and (self.folder, self.name, self.others) == (
            other.folder,
            other.name,
            other.others,
        )


def check_target(target: Target) -> Target:
    """Return the target with its free names or its problem from the disk. Blocks; raises nothing."""
    problem = folder_problem(target.folder)
    if problem is not None:
        return replace(target, free_name="", free_others=(), problem=problem)
    name, *others = _free_names((target.name, *target.others), target.folder)
    return replace(target, free_name=name, free_others=tuple(others), problem=None)


def _free_names(names: tuple[str, ...], folder: Path | None) -> Iterator[str]:
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
    """Shows a target; repainted at every key in the name, and only this line."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._target: Target | None = None

    def show_target(self, target: Target) -> None:
        """Show the path of one file, or the folder and names of several."""
        if target != self._target:
            self._target = target
            self.refresh()

    def render(self) -> Content:
        """Return one line; the start of a long path is cut off."""
        if self._target is None:
            return Content("")
        line = _several if self._target.others else _one
        return Content.assemble(("→ ", "$muted"), *line(self._target, self.size.width - 2))


def _one(target: Target, room: int) -> list[Content]:
    words = plain_line(display_path(target.folder / (target.free_name or target.name)))
    is_taken = target.free_name not in ("", target.name)
    note = "  name already exists" if is_taken else ""
    note = note if cell_len(words) + len(note) <= room else ""
    return [content(shorten_start(words, room)), content(note, "$muted")]


def _several(target: Target, room: int) -> list[Content]:
    """Return `~/exports/  3 files: Blob EMEA.pdf, Blob APAC.pdf …` with as many names as fit."""
    requested = (target.name, *target.others)
    free = (target.free_name, *target.free_others) if target.free_name else _free_names(requested, None)
    names = [got or asked for got, asked in zip(free, requested, strict=True)]
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
