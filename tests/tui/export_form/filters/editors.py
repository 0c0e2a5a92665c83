"""Filter editors alone on a screen, ready for a pilot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

import omni_tui.tui
from omni_tui.options.filters.editing import read_filters
from omni_tui.options.filters.types import Edit, Filter
from omni_tui.options.spec import Kind
from omni_tui.options.table import OPTIONS
from omni_tui.tui.app import OmniTui
from omni_tui.tui.common.bars.footer import Footer
from omni_tui.tui.common.choices import FieldChanged
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.export_form.fields.base import PartLeft
from omni_tui.tui.export_form.filters import calendar
from omni_tui.tui.export_form.filters.list import FilterList
from omni_tui.tui.export_form.filters.row import FilterRow
from tests.tui.fake_services import FakeApp
from tests.tui.waiting import screen_lines, wait_for

STYLES = Path(omni_tui.tui.__file__).parent / "theme" / "styles"
SPEC = next(spec for spec in OPTIONS if spec.kind is Kind.FILTERS)
TODAY = date(2026, 11, 24)

STATUS = {"type": "string", "kind": "EQUALS", "values": ["complete"], "label": "Status", "is_negative": False}
PRICE = {"type": "number", "kind": "GREATER_THAN", "values": ["10"], "label": "Price"}
CREATED = {
    "type": "date",
    "kind": "TIME_FOR_INTERVAL_DURATION",
    "ui_type": "PAST",
    "left_side": "6 months ago",
    "right_side": "6 months",
    "label": "Created",
}
SIGNED_UP = {"type": "date", "kind": "ON_OR_AFTER", "left_side": "2026-01-31", "label": "Signed up"}
ACTIVE = {"type": "boolean", "is_negative": False, "label": "Active"}
EMAIL = {"type": "null", "is_negative": True, "label": "E-mail"}
PLACE = {"type": "geo", "kind": "WITHIN", "km": 5, "label": "Place"}
SECRET = {"type": "string", "kind": "EQUALS", "values": ["x"], "label": "Secret", "hidden": True}
ALL = {
    "orders.status": STATUS,
    "orders.price": PRICE,
    "orders.created": CREATED,
    "users.signed_up": SIGNED_UP,
    "users.active": ACTIVE,
    "users.email": EMAIL,
    "users.place": PLACE,
    "users.secret": SECRET,
}


class EditorsScreen(Screen[None]):
    """A field above and one below the editors, to move between."""

    def compose(self) -> ComposeResult:
        self.editors = FilterList(SPEC)
        self.changes = 0
        self.left: list[str] = []
        with VerticalScroll(can_focus=False):
            yield LineInput(id="above")
            yield self.editors
            yield LineInput(id="below")
        yield Footer()

    def on_field_changed(self, event: FieldChanged) -> None:
        """Read and show the values, as the form does."""
        self.changes += 1
        self.editors.show_edits(self.editors.edits)

    def on_part_left(self, event: PartLeft) -> None:
        self.left.append(event.part)


class EditorsApp(FakeApp):
    """The real application with the editors as its first screen."""

    CSS_PATH: ClassVar[Any] = [*OmniTui.CSS_PATH, STYLES / "export.tcss", STYLES / "filters.tcss"]

    def __init__(self) -> None:
        super().__init__(None)

    def get_default_screen(self) -> Screen[None]:
        return EditorsScreen()


@dataclass
class Editors:
    """The open editors, and helpers for tests."""

    pilot: Pilot[int]
    screen: EditorsScreen
    filters: tuple[Filter, ...] = field(default=())

    @property
    def widget(self) -> FilterList:
        return self.screen.editors

    @property
    def edits(self) -> dict[str, Edit]:
        return self.widget.edits

    @property
    def focused(self) -> Widget | None:
        return self.screen.focused

    def row(self, label: str) -> FilterRow:
        """Return the row of the filter with that label."""
        return next(row for row in self.screen.query(FilterRow) if row.filter.label == label)

    def line(self, text: str) -> str:
        """Return the first line of the screen with this text."""
        return next((line for line in screen_lines(self.pilot) if text in line), "")

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type_anew(self, text: str) -> None:
        """Replace the field's text."""
        await self.press("end", "ctrl+u", *["space" if key == " " else key for key in text])

    async def go_to(self, label: str, part: str = "value") -> None:
        """Move by keyboard from the top to this filter's value or operator."""
        self.screen.set_focus(self.screen.query_one("#above"))
        await self.press("tab")
        row = self.row(label)
        for _ in range(100):
            if row in self.focused.ancestors if self.focused is not None else False:
                break
            await self.press("tab")
        if part == "value" and self.focused is not row.entry:
            await self.press("tab")


def filters_of(raw: Mapping[str, Any]) -> tuple[Filter, ...]:
    """Return the filters in the order of the mapping."""
    return read_filters(raw, list(raw))


@asynccontextmanager
async def open_editors(
    raw: Mapping[str, Any] = ALL,
    edits: Mapping[str, Edit] | None = None,
    size: tuple[int, int] = (80, 24),
) -> AsyncIterator[Editors]:
    """Open the editors of these filters, with the focus in the field above."""
    app = EditorsApp()
    with patch.object(calendar, "local_today", lambda: TODAY):
        async with app.run_test(size=size) as pilot:
            screen = app.screen
            assert isinstance(screen, EditorsScreen)
            filters = filters_of(raw)
            await wait_for(pilot, lambda: screen.query(FilterList))
            screen.editors.show_filters(filters, edits or {})
            shown = [each for each in filters if not each.is_hidden]
            await wait_for(pilot, lambda: all(row.region.size != Size() for row in screen.query(FilterRow)))
            assert len(screen.query(FilterRow)) == len(shown)
            screen.set_focus(screen.query_one("#above"))
            await pilot.pause()
            yield Editors(pilot, screen, filters)
