"""The tile to export: searched as one types, over name and key, in a list that opens under the field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from omni_tui.api.models import Tile
from omni_tui.catalog.search import fold
from omni_tui.errors import OmniTuiError
from omni_tui.options.spec import OptionSpec, OptionValue
from omni_tui.tui.text import content
from omni_tui.tui.widgets.field import Field, FieldChanged, field_id
from omni_tui.tui.widgets.line_input import LineInput
from omni_tui.tui.widgets.muted_line import MutedLine
from omni_tui.tui.widgets.row_list import Cell, Column, RowList
from omni_tui.words import plain_line

MOST_ROWS = 6
NO_KEY = "not told"

LOADING = "Loading the tiles …"
NO_TILES = "This dashboard tells of no tiles. If you know a tile's key, type it."
NO_KEYS = "No keys are told here. Type one; only the server can check it."
UNTOLD_KEY = "Only the server can check this key."
UNLISTED_KEY = "No tile in the list has this key; only the server can check it."


class TileList(RowList[Tile], can_focus=False):
    """The tiles that were found. The keys stay in the field above; the cursor moves here."""

    HAS_HEADER = False
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

    def on_click(self, event: events.Click) -> None:
        """One click chooses."""
        event.prevent_default()
        index = event.y + round(self.scroll_y)
        if 0 <= index < len(self.rows):
            self.cursor = index
            self.action_select()


class TilePicker(Vertical, Field):
    """A field to search in, the list of tiles while one searches, and words while there is no list."""

    HINT = "type to search · ↑↓ · enter chooses"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "cursor(1)", "The next tile", show=False),
        Binding("up", "cursor(-1)", "The tile before", show=False),
        Binding("pagedown", "cursor(5)", "Further down", show=False),
        Binding("pageup", "cursor(-5)", "Further up", show=False),
        Binding("enter", "choose", "Choose this tile", show=False, priority=True),
        Binding("escape", "close", "close list", key_display="esc", tooltip="Close the list of tiles"),
    ]

    class Wanted(Message):
        """The tiles are to be asked for, once more."""

        def __init__(self, picker: TilePicker) -> None:
            super().__init__()
            self.picker = picker

    class Opened(Message):
        """The list has opened, or closed: the form may have to scroll."""

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(id=field_id(spec))
        self.spec = spec
        self._tiles: tuple[Tile, ...] | None = None
        self._failure: OmniTuiError | None = None
        self.is_asked_for = False
        self._key = ""
        self._is_open = False

    def compose(self) -> ComposeResult:
        """The field with the chosen tile's key beside it, the list and the words under it."""
        with Horizontal(classes="field-line"):
            yield LineInput(placeholder="Search by name or key", id="tile-search")
            yield MutedLine(id="tile-key")
        yield TileList(id="tile-list")
        yield Static("", id="tile-words")

    def on_mount(self) -> None:
        """Closed at first."""
        self._show_list()

    # what the outside does

    @property
    def option_value(self) -> OptionValue | None:
        """The chosen tile's key; None while none is chosen. What is typed counts as if it were left so."""
        return self._meant_key or self._key or None

    def show_value(self, value: OptionValue | None) -> None:
        """Show the chosen tile, by its key; None or an empty one: none is chosen."""
        key = value if isinstance(value, str) else ""
        if key != self._key:
            self._key = key
            self._restore_text()
            self._show_list()

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """These are the dashboard's tiles."""
        is_searched = bool(self._typed)
        self._tiles, self._failure = tuple(tiles), None
        if not is_searched:
            self._restore_text()
        self._show_list()

    def show_failure(self, failure: OmniTuiError) -> None:
        """They cannot be had now, and why."""
        self._failure = failure
        self._show_list()

    def show_loading(self) -> None:
        """They are being asked for."""
        self._failure = None
        self.is_asked_for = True
        self._show_list()

    # what is shown

    @property
    def _input(self) -> LineInput:
        return self.query_one("#tile-search", LineInput)

    @property
    def _list(self) -> TileList:
        return self.query_one(TileList)

    @property
    def _chosen(self) -> Tile | None:
        return (
            next((tile for tile in self._tiles or () if tile.key == self._key), None) if self._key else None
        )

    @property
    def _chosen_text(self) -> str:
        """What stands in the field when nobody is searching."""
        return plain_line(self._chosen.name) if self._chosen and self._chosen.name else self._key

    def _restore_text(self) -> None:
        with self.prevent(Input.Changed):
            self._input.value = self._chosen_text

    @property
    def _typed(self) -> str:
        """What is searched for: what was typed, unless it is the chosen tile's own name."""
        text = self._input.value.strip()
        return "" if text == self._chosen_text else text

    @property
    def _is_loading(self) -> bool:
        return self._tiles is None and self._failure is None

    @property
    def _has_no_keys(self) -> bool:
        """Whether a key can only be typed: no list, or one without keys."""
        return not self._is_loading and not any(tile.key for tile in self._tiles or ())

    def _found(self) -> list[Tile]:
        """The tiles that match, and what was typed as a key of its own where it may be meant so."""
        words = fold(self._typed).split()
        texts = ((tile, fold(f"{tile.name} {tile.key or ''}")) for tile in self._tiles or ())
        found = [tile for tile, text in texts if all(word in text for word in words)]
        if not words or self._is_loading:
            return found
        typed = Tile("", f"use “{self._typed}” as the tile's key", self._typed)
        if not any(tile.key for tile in found):
            return [typed, *found]
        return found if all(tile.key for tile in self._tiles or ()) else [*found, typed]

    @property
    def _meant_key(self) -> str:
        """The key that is meant by what was typed when it can mean one only; empty when it cannot."""
        if not self._typed:
            return ""
        found = self._found()
        listed = [tile.key for tile in found if tile.identifier and tile.key]
        if len(listed) == 1 and listed[0]:
            return listed[0]
        is_a_name = any(tile.identifier for tile in found) and not any(map(str.isdigit, self._typed))
        return self._typed if self._has_no_keys and not is_a_name else ""

    def _show_list(self) -> None:
        """The list or the words, as things stand."""
        rows = self._found()
        is_listed = self._is_open and bool(rows)
        if is_listed:
            self._list.styles.height = min(MOST_ROWS, len(self._tiles or ()) + self._has_no_keys)
            self._list.set_rows(rows)
        self._list.display = is_listed
        words = self._words()
        static = self.query_one("#tile-words", Static)
        static.display = words is not None
        if words is not None:
            static.update(words)
        aside = f"key {self._key}" if self._chosen and self._chosen.name else ""
        self.query_one(MutedLine).say(aside)

    def _words(self) -> Content | None:
        if self._failure is not None:
            retry = Content.assemble(("enter", "bold $primary"), (" tries again", "$foreground"))
            return Content.assemble(content(f"✗ {self._failure.message}", "$error"), "  ", retry)
        words = self._quiet_words()
        return content(words, "$muted") if words else None

    def _quiet_words(self) -> str:
        """Why there is no list, or what it cannot tell of the key."""
        if self._tiles is None:
            return LOADING
        if not self._tiles and not self._typed and not self._key:
            return NO_TILES
        if self._has_no_keys:
            return UNTOLD_KEY if self._key and not self._typed else NO_KEYS
        return UNLISTED_KEY if self._key and self._chosen is None and not self._typed else ""

    # what is done

    @on(Input.Changed, "#tile-search")
    def _search_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._list.cursor = 0
        self._set_open(True)

    def on_descendant_focus(self) -> None:
        """Without a tile the list is there at once; a chosen tile's name is replaced by typing."""
        if not self._typed:
            self._input.select_all()
        self._set_open(not self._key or bool(self._typed))

    def on_descendant_blur(self) -> None:
        """What was typed counts when it can mean one tile only; else the chosen one stays."""
        if meant := self._meant_key:
            self._choose(meant)
        self._restore_text()
        self._set_open(False)

    @on(RowList.Selected)
    def _row_selected(self, event: RowList.Selected) -> None:
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Take the tile under the cursor; without one, ask again for the tiles, or open the list."""
        row = self._list.current if self._list.display else None
        if row is not None and row.key:
            self._choose(row.key)
            self._restore_text()
            self._input.select_all()  # the next search replaces it
            self._set_open(False)
        elif self._failure is not None:
            self.post_message(self.Wanted(self))
        else:
            self._set_open(True)

    def _choose(self, key: str) -> None:
        if key != self._key:
            self._key = key
            self.post_message(FieldChanged())

    def action_cursor(self, by: int) -> None:
        """Move in the list; at its ends, and without it, out of the field."""
        before = self._list.cursor
        if self._list.display:
            self._list.cursor += by
        if not self._list.display or self._list.cursor == before:
            raise SkipAction

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is ours while there is something to close."""
        return action != "close" or self._list.display or bool(self._typed)

    def action_close(self) -> None:
        """Close the list and forget what was typed."""
        self._restore_text()
        self._input.select_all()
        self._set_open(False)

    def _set_open(self, is_open: bool) -> None:
        was_listed = self._list.display
        self._is_open = is_open
        self._show_list()
        if self._list.display != was_listed:
            self.post_message(self.Opened())
            self.refresh_bindings()
