"""The tile to export: searched as one types, over name and key, in a list that opens under the field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content
from textual.message import Message

from omni_tui.api.models import Tile
from omni_tui.catalog.search.index import fold
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import plain_line
from omni_tui.options.spec import OptionSpec, OptionValue
from omni_tui.tui.common.table.table import Cell, Column
from omni_tui.tui.common.text import content
from omni_tui.tui.export_form.fields.base import FieldChanged
from omni_tui.tui.export_form.fields.search_picker import FoundList, SearchPicker

NO_KEY = "not told"

LOADING = "Loading the tiles …"
NO_TILES = "This dashboard tells of no tiles. If you know a tile's key, type it."
NO_KEYS = "No keys are told here. Type one; only the server can check it."
UNCHECKED_KEY = "Only the server can check this key."
UNLISTED_KEY = "No tile in the list has this key; only the server can check it."


class TileList(FoundList[Tile]):
    """The tiles that were found."""

    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("name", "Tile", minimum=20, share=3),
        Column("key", "Key", minimum=6, share=1, right=True),
    )

    def key(self, row: Tile) -> object:
        """A tile is the same by its identifier and key."""
        return (row.identifier, row.key)

    def cells(self, row: Tile) -> dict[str, Cell]:
        """The row of one tile."""
        return {"name": (row.name or "without a name", "text"), "key": (row.key or NO_KEY, "muted")}


class TilePicker(SearchPicker[Tile]):
    """The tiles are handed in when they are told. What is typed counts when it can mean one tile only."""

    HINT = "type to search · ↑↓ · enter chooses"
    PLACEHOLDER = "Search by name or key"

    class Wanted(Message):
        """The tiles are to be asked for, once more."""

        def __init__(self, picker: TilePicker) -> None:
            super().__init__()
            self.picker = picker

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(spec, TileList())
        self._tiles: tuple[Tile, ...] | None = None
        self._failure: OmniTuiError | None = None
        self.is_requested = False
        self._key = ""

    # what the outside does

    @property
    def option_value(self) -> OptionValue | None:
        """The chosen tile's key; None while none is chosen. What is typed counts as if it were left so."""
        return (self._typed_key if self.is_mounted else "") or self._key or None

    def show_value(self, value: OptionValue | None) -> None:
        """Show the chosen tile, by its key; None or an empty one: none is chosen."""
        key = value if isinstance(value, str) else ""
        if key != self._key:
            self._key = key
            self.restore_text()
            self.show_found()

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """These are the dashboard's tiles."""
        is_searched = bool(self.typed)
        self._tiles, self._failure = tuple(tiles), None
        if not is_searched:
            self.restore_text()
        self.show_found()

    def show_failure(self, failure: OmniTuiError) -> None:
        """They cannot be had now, and why."""
        self._failure = failure
        self.show_found()

    def show_loading(self) -> None:
        """They are being asked for."""
        self._failure = None
        self.is_requested = True
        self.show_found()

    # what is shown

    @property
    def _chosen(self) -> Tile | None:
        """The tile that has the key, where the list tells of it."""
        return next((tile for tile in self._tiles or () if self._key and tile.key == self._key), None)

    @property
    def chosen_text(self) -> str:
        """The chosen tile's name; its key where only that is known."""
        return plain_line(self._chosen.name) if self._chosen and self._chosen.name else self._key

    @property
    def aside(self) -> str:
        """The chosen tile's key."""
        return f"key {self._key}" if self._chosen and self._chosen.name else ""

    def max_rows(self) -> int:
        """All tiles, and what may be a key."""
        return len(self._tiles or ()) + self._has_no_keys

    @property
    def _is_loading(self) -> bool:
        return self._tiles is None and self._failure is None

    @property
    def _has_no_keys(self) -> bool:
        """Whether a key can only be typed: no list, or one without keys."""
        return not self._is_loading and not any(tile.key for tile in self._tiles or ())

    def found(self) -> Sequence[Tile]:
        """The tiles that match, and what was typed as a key of its own where it may be meant so."""
        words = fold(self.typed).split()
        texts = ((tile, fold(f"{tile.name} {tile.key or ''}")) for tile in self._tiles or ())
        found = [tile for tile, text in texts if all(word in text for word in words)]
        if not words or self._is_loading:
            return found
        typed = Tile("", f"use “{self.typed}” as the tile's key", self.typed)
        if not any(tile.key for tile in found):
            return [typed, *found]
        return found if all(tile.key for tile in self._tiles or ()) else [*found, typed]

    @property
    def _typed_key(self) -> str:
        """The key that is meant by what was typed when it can mean one only; empty when it cannot."""
        if not self.typed:
            return ""
        found = self.found()
        listed = [tile.key for tile in found if tile.identifier and tile.key]
        if len(listed) == 1 and listed[0]:
            return listed[0]
        is_a_name = any(tile.identifier for tile in found) and not any(map(str.isdigit, self.typed))
        return self.typed if self._has_no_keys and not is_a_name else ""

    def words(self) -> Content | None:
        """That they load, why they cannot be had, or what the list cannot tell of the key."""
        if self._failure is not None:
            retry = Content.assemble(("enter", "bold $primary"), (" tries again", "$foreground"))
            return Content.assemble(content(f"✗ {self._failure.message}", "$error"), "  ", retry)
        words = self._note()
        return content(words, "$muted") if words else None

    def _note(self) -> str:
        """Why there is no list, or what it cannot tell of the key."""
        if self._tiles is None:
            return LOADING
        if not self._tiles and not self.typed and not self._key:
            return NO_TILES
        if self._has_no_keys:
            return UNCHECKED_KEY if self._key and not self.typed else NO_KEYS
        return UNLISTED_KEY if self._key and self._chosen is None and not self.typed else ""

    # what is done

    def left(self) -> None:
        """What was typed counts when it can mean one tile only; else the chosen one stays."""
        if meant := self._typed_key:
            self._choose(meant)
        self.restore_text()

    def can_choose(self, row: Tile) -> bool:
        """One without a key cannot be asked for."""
        return bool(row.key)

    def choose(self, row: Tile) -> None:
        """Export this one."""
        self._choose(row.key or "")

    def nothing_chosen(self) -> None:
        """Ask again for the tiles, or open the list."""
        if self._failure is not None:
            self.post_message(self.Wanted(self))
        else:
            super().nothing_chosen()

    def _choose(self, key: str) -> None:
        if key != self._key:
            self._key = key
            self.post_message(FieldChanged())
