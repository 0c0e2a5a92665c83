"""The field of the tile to export: searches tiles by name and key while the user types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content
from textual.message import Message

from omni_tui.api.models import Tile
from omni_tui.catalog.search.folding import fold
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import plain_line
from omni_tui.options.spec import OptionSpec, OptionValue
from omni_tui.tui.common.choices import FieldChanged
from omni_tui.tui.common.table.table import Cell, Column
from omni_tui.tui.common.text import content
from omni_tui.tui.export_form.fields.search_picker import ResultList, SearchPicker, failure_words

NO_KEY = "unknown"

LOADING = "Loading tiles …"
NO_TILES = "No tiles found. If you know a tile's key, enter it."
NO_KEYS = "Tile keys aren't available; enter one (checked by the server)."
UNCHECKED_KEY = "Only the server can check this key."
UNLISTED_KEY = "No tile in the list has this key; only the server can check it."


class TileList(ResultList[Tile]):
    """The tiles that were found."""

    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("name", "Tile", minimum=20, share=3),
        Column("key", "Key", minimum=6, share=1, right=True),
    )

    def key(self, row: Tile) -> object:
        """Return the tile's ID and key."""
        return (row.identifier, row.key)

    def cells(self, row: Tile) -> dict[str, Cell]:
        """Return the cells of a tile's row."""
        return {"name": (row.name or "unnamed", "text"), "key": (row.key or NO_KEY, "muted")}


class TilePicker(SearchPicker[Tile]):
    """Gets its tiles from the screen. Typed text selects a tile if only one matches."""

    HINT = "type to search · ↑↓ · enter select"
    PLACEHOLDER = "Search by name or key"

    class ReloadRequested(Message):
        """The user wants to load the tiles again."""

        def __init__(self, picker: TilePicker) -> None:
            super().__init__()
            self.picker = picker

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(spec, TileList())
        self._tiles: tuple[Tile, ...] | None = None
        self._failure: OmniTuiError | None = None
        self.is_requested = False
        self._key = ""

    # for the form

    @property
    def option_value(self) -> OptionValue | None:
        """The key of the selected tile, or of the tile that the typed text means; None if there is none."""
        return (self._typed_key if self.is_mounted else "") or self._key or None

    def show_value(self, value: OptionValue | None) -> None:
        """Select a tile by its key; None or an empty key selects none."""
        key = value if isinstance(value, str) else ""
        if key != self._key:
            self._key = key
            self.restore_text()
            self.show_found()

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Set the dashboard's tiles."""
        is_searched = bool(self.typed)
        self._tiles, self._failure = tuple(tiles), None
        if not is_searched:
            self.restore_text()
        self.show_found()

    def show_failure(self, failure: OmniTuiError) -> None:
        """Show why the tiles can't be loaded."""
        self._failure = failure
        self.show_found()

    def show_loading(self) -> None:
        """Show that the tiles are loading."""
        self._failure = None
        self.is_requested = True
        self.show_found()

    # display

    @property
    def _chosen(self) -> Tile | None:
        """The selected tile if it is in the list, else None."""
        return next((tile for tile in self._tiles or () if self._key and tile.key == self._key), None)

    @property
    def chosen_text(self) -> str:
        """The selected tile's name, or its key if the name is unknown."""
        return plain_line(self._chosen.name if self._chosen else "").strip() or self._key

    @property
    def aside(self) -> str:
        """The selected tile's key."""
        return f"key {self._key}" if self._chosen and self._chosen.name else ""

    def max_rows(self) -> int:
        """Return the number of tiles, plus one for a typed key."""
        return len(self._tiles or ()) + self._has_no_keys

    @property
    def _is_loading(self) -> bool:
        return self._tiles is None and self._failure is None

    @property
    def _has_no_keys(self) -> bool:
        """Whether a key has to be typed, because there is no list or it has no keys."""
        return not self._is_loading and not any(tile.key for tile in self._tiles or ())

    def found(self) -> Sequence[Tile]:
        """Return the matching tiles, and a row for the typed text as a key if it may be one."""
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
        """The key that the typed text means; empty if it is ambiguous."""
        if not self.typed:
            return ""
        found = self.found()
        listed = [tile.key for tile in found if tile.identifier and tile.key]
        if len(listed) == 1 and listed[0]:
            return listed[0]
        is_a_name = any(tile.identifier for tile in found) and not any(map(str.isdigit, self.typed))
        return self.typed if self._has_no_keys and not is_a_name else ""

    def words(self) -> Content | None:
        """Return why there is no list, with the key that retries, or a note; None for nothing."""
        if self._failure is not None:
            return failure_words(self._failure, "retry")
        words = self._note()
        return content(words, "$muted") if words else None

    def _note(self) -> str:
        """Return why there is no list, or that only the server can check the key; or empty."""
        if self._tiles is None:
            return LOADING
        if not self._tiles and not self.typed and not self._key:
            return NO_TILES
        if self._has_no_keys:
            return UNCHECKED_KEY if self._key and not self.typed else NO_KEYS
        return UNLISTED_KEY if self._key and self._chosen is None and not self.typed else ""

    # actions

    def left(self) -> None:
        """Select the tile that the typed text means; keep the selected one if it is ambiguous."""
        if key := self._typed_key:
            self._choose(key)
        self.restore_text()

    def can_choose(self, row: Tile) -> bool:
        """Return whether the tile has a key; the API needs one."""
        return bool(row.key)

    def choose(self, row: Tile) -> None:
        """Select a tile."""
        self._choose(row.key or "")

    def nothing_chosen(self) -> None:
        """Load the tiles again after a failure, or open the list."""
        if self._failure is not None:
            self.post_message(self.ReloadRequested(self))
        else:
            super().nothing_chosen()

    def _choose(self, key: str) -> None:
        if key != self._key:
            self._key = key
            self.post_message(FieldChanged())
