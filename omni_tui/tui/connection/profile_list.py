"""The list of profiles, with the demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from textual.message import Message

from omni_tui.api.urls import Environment
from omni_tui.tui.common.bars.environment_label import TONES, environment_label
from omni_tui.tui.common.table.table import Cell, Column, RowList
from omni_tui.tui.connection.known_profiles import Profile


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo, which needs no account."""

    name: str = "Demo"
    place: str = "sample dashboards, no account"
    environment: Environment | None = None
    is_vendors: bool = False


ProfileOrDemo: TypeAlias = Profile | Demo


class ProfileList(RowList[ProfileOrDemo]):
    """Lists profiles; the one in `here`, which is open now, has a dot."""

    class UpPressedAtTop(Message):
        """Up was pressed in the first row."""

    HAS_HEADER = False
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("here", "", width=1),
        Column("name", "", minimum=10, maximum=24),
        Column("place", "", minimum=12, share=3),
        Column("environment", "", width=10),
    )

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.here: ProfileOrDemo | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave `k` to the screen, which sets a new key."""
        return parameters != (-1,) if action == "step" else super().check_action(action, parameters)

    def action_cursor(self, by: int) -> None:
        """Move the cursor; up in the first row leaves the list."""
        if by < 0 and self.cursor == 0:
            self.post_message(self.UpPressedAtTop())
        else:
            super().action_cursor(by)

    def cells(self, row: ProfileOrDemo) -> dict[str, Cell]:
        """Return the name, the instance and the environment."""
        place = row.place
        if row.environment is not None:
            place = place.removesuffix(f" ({row.environment.value})")
        tone = TONES.get(row.environment, "text")
        return {
            "here": ("●" if row == self.here else " ", "good"),
            "name": (row.name, "strong"),
            "place": (f"{place} · from the omni CLI" if row.is_vendors else place, "muted"),
            "environment": (environment_label(row.environment), tone),
        }
