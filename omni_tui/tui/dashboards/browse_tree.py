"""The tree of parts that the list can show: all dashboards, favorites, folders and labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType

from omni_tui.catalog.sort_filter import ALL, FAVORITES, ListFilter, Part
from omni_tui.tui.common.table.table import Cell, Column, RowList


@dataclass(frozen=True, slots=True)
class Branch:
    """One line: a part of the list, its number of dashboards, its depth, and whether it has subfolders."""

    list_filter: ListFilter
    label: str
    count: int
    depth: int = 0
    has_more: bool = False
    kind: str = ""


class Branches:
    """All parts, and which folders are open.

    `folders` and `labels` map names to their own number of dashboards, without subfolders.
    """

    def __init__(
        self, total: int, favorites: int, folders: Mapping[str, int], labels: Mapping[str, int]
    ) -> None:
        self._total = total
        self._favorites = favorites
        self._labels = labels
        self._counts: dict[str, int] = {"": 0}
        self._below: dict[str, list[str]] = {"": []}
        self._open: set[str] = set()
        for path in sorted(folders, key=str.casefold):
            self._add(path, folders[path])

    def rows(self) -> list[Branch]:
        """Return the visible lines."""
        labels = sorted(self._labels.items(), key=lambda label: label[0].casefold())
        return [
            Branch(ALL, "All dashboards", self._total),
            Branch(FAVORITES, "Favorites", self._favorites),
            *self._folders("", 0),
            *(Branch(ListFilter(Part.LABEL, name), name, count, kind="label") for name, count in labels),
        ]

    def open(self, list_filter: ListFilter) -> None:
        """Expand this folder and all its parents."""
        self._open.update(each for each in _with_parents(list_filter.name) if self._below.get(each))

    def close(self, list_filter: ListFilter) -> ListFilter:
        """Collapse this folder or, if it is closed, its parent; return the collapsed one."""
        path = list_filter.name if list_filter.name in self._open else list_filter.name.rpartition("/")[0]
        self._open.discard(path)
        return ListFilter(Part.FOLDER, path) if path else list_filter

    def is_open(self, list_filter: ListFilter) -> bool:
        """Return whether this folder is expanded."""
        return list_filter.part is Part.FOLDER and list_filter.name in self._open

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
            yield Branch(ListFilter(Part.FOLDER, path), label, self._counts[path], depth, more, "folder")
            if path in self._open:
                yield from self._folders(path, depth + 1)


def _with_parents(path: str) -> list[str]:
    """Return `a`, `a/b` and `a/b/c` for `a/b/c`."""
    names = path.split("/")
    return ["/".join(names[:end]) for end in range(1, len(names) + 1)]


class BranchList(RowList[Branch]):
    """The parts as a list with folders that expand and collapse."""

    HAS_HEADER = False
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("label", "", minimum=16),
        Column("kind", "", width=6, drop=1),
        Column("count", "", width=9, right=True),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "show", key_display="enter", tooltip="Show only these dashboards"),
        Binding("right", "open", "expand", key_display="→", tooltip="Expand folder"),
        Binding("left", "close", "collapse", key_display="←", tooltip="Collapse folder"),
    ]

    def __init__(self, branches: Branches, at: ListFilter) -> None:
        super().__init__(id="branches")
        self._branches = branches
        if at.part is Part.FOLDER:
            branches.open(ListFilter(Part.FOLDER, at.name.rpartition("/")[0]))
        self._show(at)

    def key(self, row: Branch) -> object:
        """Identify a row by its part."""
        return row.list_filter

    def cells(self, row: Branch) -> dict[str, Cell]:
        """Return the cells of one part."""
        arrow = ("▾ " if self._branches.is_open(row.list_filter) else "▸ ") if row.has_more else "  "
        return {
            "label": (f"{'  ' * row.depth}{arrow}{row.label}", "text"),
            "kind": (row.kind, "muted"),
            "count": (f"{row.count:,}", "muted"),
        }

    def action_open(self) -> None:
        """Expand the folder, or move into it if it is expanded."""
        row = self.current
        if row is None or not row.has_more:
            return
        if self._branches.is_open(row.list_filter):
            self.cursor += 1
        else:
            self._branches.open(row.list_filter)
            self._show(row.list_filter)

    def action_close(self) -> None:
        """Collapse the folder or its parent."""
        if self.current is not None and self.current.list_filter.part is Part.FOLDER:
            self._show(self._branches.close(self.current.list_filter))

    def _show(self, at: ListFilter) -> None:
        rows = self._branches.rows()
        self.set_rows(rows, cursor=next((i for i, row in enumerate(rows) if row.list_filter == at), 0))
