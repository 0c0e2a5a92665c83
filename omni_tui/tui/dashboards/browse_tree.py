"""The parts that the list of dashboards can be cut down to: all, favourites, folders as a tree, labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType

from omni_tui.catalog.sort_filter import ALL, FAVOURITES, Only, Part
from omni_tui.tui.common.table.table import Cell, Column, RowList


@dataclass(frozen=True, slots=True)
class Branch:
    """One line: a part, how many dashboards it has, how deep it stands, and whether more is below it."""

    only: Only
    label: str
    count: int
    depth: int = 0
    has_more: bool = False
    kind: str = ""


class Branches:
    """All parts, and which of the folders are open. `folders` and `labels` are how many each holds itself."""

    def __init__(
        self, total: int, favourites: int, folders: Mapping[str, int], labels: Mapping[str, int]
    ) -> None:
        self._total = total
        self._favourites = favourites
        self._labels = labels
        self._counts: dict[str, int] = {"": 0}
        self._below: dict[str, list[str]] = {"": []}
        self._open: set[str] = set()
        for path in sorted(folders, key=str.casefold):
            self._add(path, folders[path])

    def rows(self) -> list[Branch]:
        """The lines to be seen."""
        labels = sorted(self._labels.items(), key=lambda label: label[0].casefold())
        return [
            Branch(ALL, "All dashboards", self._total),
            Branch(FAVOURITES, "Favourites", self._favourites),
            *self._folders("", 0),
            *(Branch(Only(Part.LABEL, name), name, count, kind="label") for name, count in labels),
        ]

    def open(self, only: Only) -> None:
        """Show what is below this folder, and all folders that it is in."""
        self._open.update(each for each in _with_parents(only.name) if self._below.get(each))

    def close(self, only: Only) -> Only:
        """Show no more what is below this folder, or else below the one it is in; which one that was."""
        path = only.name if only.name in self._open else only.name.rpartition("/")[0]
        self._open.discard(path)
        return Only(Part.FOLDER, path) if path else only

    def is_open(self, only: Only) -> bool:
        """Whether what is below this folder is shown."""
        return only.part is Part.FOLDER and only.name in self._open

    def _add(self, path: str, count: int) -> None:
        for each in _with_parents(path):
            if each not in self._counts:
                self._counts[each] = 0
                self._below[each] = []
                self._below[each.rpartition("/")[0]].append(each)
            self._counts[each] += count

    def _folders(self, parent: str, depth: int) -> Iterator[Branch]:
        for path in self._below[parent]:
            label, more = path.rpartition("/")[2], bool(self._below[path])
            yield Branch(Only(Part.FOLDER, path), label, self._counts[path], depth, more, "folder")
            if path in self._open:
                yield from self._folders(path, depth + 1)


def _with_parents(path: str) -> list[str]:
    """`a/b/c`: `a`, `a/b`, `a/b/c`."""
    names = path.split("/")
    return ["/".join(names[:end]) for end in range(1, len(names) + 1)]


class BranchList(RowList[Branch]):
    """The parts as a list in which folders open and close."""

    HAS_HEADER = False
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("label", "", minimum=16),
        Column("kind", "", width=6, drop=1),
        Column("count", "", width=9, right=True),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "show only these", key_display="enter"),
        Binding("right", "open", "open", key_display="→", tooltip="Show the folders in it"),
        Binding("left", "close", "close", key_display="←", tooltip="Show the folders in it no more"),
    ]

    def __init__(self, branches: Branches, at: Only) -> None:
        super().__init__(id="branches")
        self._branches = branches
        if at.part is Part.FOLDER:
            branches.open(Only(Part.FOLDER, at.name.rpartition("/")[0]))
        self._show(at)

    def key(self, row: Branch) -> object:
        """A line is the same by its part."""
        return row.only

    def cells(self, row: Branch) -> dict[str, Cell]:
        """The line of one part."""
        sign = ("▾ " if self._branches.is_open(row.only) else "▸ ") if row.has_more else "  "
        return {
            "label": (f"{'  ' * row.depth}{sign}{row.label}", "text"),
            "kind": (row.kind, "muted"),
            "count": (f"{row.count:,}", "muted"),
        }

    def action_open(self) -> None:
        """Open the folder; where it is open, go into it."""
        row = self.current
        if row is None or not row.has_more:
            return
        if self._branches.is_open(row.only):
            self.cursor += 1
        else:
            self._branches.open(row.only)
            self._show(row.only)

    def action_close(self) -> None:
        """Close the folder, or the one that it is in."""
        if self.current is not None and self.current.only.part is Part.FOLDER:
            self._show(self._branches.close(self.current.only))

    def _show(self, at: Only) -> None:
        rows = self._branches.rows()
        self.set_rows(rows, cursor=next((i for i, row in enumerate(rows) if row.only == at), 0))
