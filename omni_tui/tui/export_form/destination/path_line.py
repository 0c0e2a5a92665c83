"""The path that will be written: `→ ~/exports/Blob Web Traffic.pdf`, and what else there is to say of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from omni_tui.formatting import path_words, plain_line
from omni_tui.options.file_names.sanitize import numbered
from omni_tui.options.spec import Problem
from omni_tui.tui.common.text import content, shorten, shorten_folders, shorten_start
from omni_tui.tui.export_form.destination.folder_path import folder_problem

# Of several files, the folder takes at most this part of the line.
FOLDER_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Target:
    """Where files go: `name` and `others` as they are wished, `free_name` and `free_others` as they will be.

    A name that is taken gets a number. The free names are empty, and `problem` None, until the disk was
    looked at; where there is a problem, they stay empty.
    """

    folder: Path
    name: str
    others: tuple[str, ...] = ()
    free_name: str = ""
    free_others: tuple[str, ...] = ()
    problem: Problem | None = None

    def has_same_names(self, other: Target | None) -> bool:
        """Whether it is the same folder with the same names, whatever the disk says to them."""
        return other is not None and (self.folder, self.name, self.others) == (
            other.folder,
            other.name,
            other.others,
        )


def check_target(target: Target) -> Target:
    """The same, with what the disk says. Blocks; raises nothing."""
    problem = folder_problem(target.folder)
    if problem is not None:
        return replace(target, free_name="", free_others=(), problem=problem)
    name, *others = _free_names((target.name, *target.others), target.folder)
    return replace(target, free_name=name, free_others=tuple(others), problem=None)


def _free_names(names: tuple[str, ...], folder: Path | None) -> Iterator[str]:
    """The names that files get which come in this order, in a folder that is empty if it is None.

    Empty for one of which every number is taken.
    """
    given: set[str] = set()
    for name in names:
        free = (one for one in numbered(name) if one not in given and not _is_taken(folder, one))
        found = next(free, "")
        given.add(found)
        yield found


def _is_taken(folder: Path | None, name: str) -> bool:
    if folder is None:
        return False
    try:
        (folder / name).lstat()
    except (OSError, ValueError):
        return False
    return True


class PathLine(Widget):
    """Drawn anew at every key of the name, and only this line."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._target: Target | None = None

    def show_target(self, target: Target) -> None:
        """Show one path, or a folder and the names in it."""
        if target != self._target:
            self._target = target
            self.refresh()

    def render(self) -> Content:
        """One line; of a path that is too long, the end is what tells."""
        if self._target is None:
            return Content("")
        line = _several if self._target.others else _one
        return Content.assemble(("→ ", "$muted"), *line(self._target, self.size.width - 2))


def _one(target: Target, room: int) -> list[Content]:
    words = plain_line(path_words(target.folder / (target.free_name or target.name)))
    is_taken = target.free_name not in ("", target.name)
    note = "  that name is taken" if is_taken else ""
    note = note if cell_len(words) + len(note) <= room else ""
    return [content(shorten_start(words, room)), content(note, "$muted")]


def _several(target: Target, room: int) -> list[Content]:
    """`~/exports/  3 files: Blob EMEA.pdf, Blob APAC.pdf …`: as many names as there is room for."""
    wished = (target.name, *target.others)
    free = (target.free_name, *target.free_others) if target.free_name else _free_names(wished, None)
    names = [have or wish for have, wish in zip(free, wished, strict=True)]
    folder = shorten_folders(f"{path_words(target.folder).rstrip('/')}/", int(room * FOLDER_SHARE))
    count = f"  {len(names):,} files: "
    room -= cell_len(folder) + len(count)
    return [content(folder), content(count, "$muted"), content(_listed(names, room))]


def _listed(names: list[str], room: int) -> str:
    """Names by commas, with … for those that there is no room for."""
    shown = ""
    for index, name in enumerate(names):
        longer = f"{shown}, {plain_line(name)}" if index else plain_line(name)
        mark = 0 if index == len(names) - 1 else len(" …")
        if cell_len(longer) + mark > room:
            return f"{shown} …" if shown else shorten(name, room)
        shown = longer
    return shown
