"""The list of profiles; dialogs to choose one, to confirm the switch, and for URLs of another Omni."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from omni_tui.tui.common.bars.footer import Footer
from omni_tui.tui.common.bars.header import TONES, environment_label
from omni_tui.tui.common.table.table import Cell, Column, RowList
from omni_tui.tui.common.text import content
from omni_tui.tui.connection.known_profiles import Profile


class ProfileList(RowList[Profile]):
    """Lists profiles; the one in `here`, which is open now, has a dot."""

    class UpPressedAtTop(Message):
        """Up was pressed in the first row."""

    HAS_HEADER = False
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("here", "", width=1),
        Column("name", "", minimum=10, maximum=24),
        Column("instance", "", minimum=12, share=3),
        Column("environment", "", width=10),
    )

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.here: Profile | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave `k` to the screen, which sets a new key."""
        return parameters != (-1,) if action == "step" else super().check_action(action, parameters)

    def action_cursor(self, by: int) -> None:
        """Move the cursor; up in the first row leaves the list."""
        if by < 0 and self.cursor == 0:
            self.post_message(self.UpPressedAtTop())
        else:
            super().action_cursor(by)

    def cells(self, row: Profile) -> dict[str, Cell]:
        """Return the name, the instance and the environment."""
        instance = row.instance
        if row.environment is not None:
            instance = instance.removesuffix(f" ({row.environment.value})")
        tone = TONES.get(row.environment, "text")
        return {
            "here": ("●" if row == self.here else " ", "good"),
            "name": (row.name, "strong"),
            "instance": (f"{instance} · from the omni CLI" if row.is_vendors else instance, "muted"),
            "environment": (environment_label(row.environment), tone),
        }


# The dialog's lines besides the list: frame, keys and margins.
_OTHER_LINES = 6


class NewProfile:
    """The result to set up a new profile."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """The result to set a new key for a profile of ours."""

    profile: Profile


ProfilesResult: TypeAlias = Profile | NewProfile | NewKey

_STYLES = Path(__file__).parent.parent / "theme" / "styles" / "profiles.tcss"


class ProfilesScreen(ModalScreen[ProfilesResult]):
    """Returns the chosen profile, or to set up a new one (`n`) or a new key (`k`)."""

    CSS_PATH = _STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "new profile", tooltip="Set up another profile", id="new-profile"),
        Binding("k", "key", "new key", tooltip="Set a new API key for the profile", id="new-key"),
        Binding("escape", "dismiss", "close", key_display="escape"),
        Binding("f2,ctrl+n", "dismiss", "close", show=False),
    ]

    def __init__(self, choices: Sequence[Profile], here: Profile | None) -> None:
        super().__init__()
        self._choices = tuple(choices)
        self._here = here

    def compose(self) -> ComposeResult:
        """Compose the list in a frame, and the keys."""
        with Vertical(classes="frame", id="profiles") as frame:
            frame.border_title = "Profiles"
            yield SwitchList(id="profile-list")
            yield Footer()

    def on_mount(self) -> None:
        """Move the cursor to the current profile."""
        rows = self.query_one(SwitchList)
        rows.here = self._here
        rows.set_rows(
            self._choices, cursor=self._choices.index(self._here) if self._here in self._choices else 0
        )
        rows.styles.height = max(1, min(len(self._choices), self.app.size.height - _OTHER_LINES))
        rows.focus()

    @on(RowList.Selected)
    def _row_selected(self, event: RowList.Selected) -> None:
        if isinstance(event.row, Profile):
            self.dismiss(event.row)

    def action_key(self) -> None:
        """Return to set a new key for the profile under the cursor."""
        row = self.query_one(SwitchList).current
        if row is not None and not (row.is_vendors or row.is_demo):
            self.dismiss(NewKey(row))
        else:
            self.app.notify(
                "You can only change the keys of profiles in omni-tui's config.toml.", markup=False
            )

    def action_new(self) -> None:
        """Return to set up a new profile."""
        self.dismiss(NewProfile())


class SwitchList(ProfileList):
    """A profile list whose footer names enter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "switch", key_display="enter", tooltip="Switch to this profile"),
    ]


class SwitchDialog(ModalScreen[bool]):
    """Asks whether to switch while exports run. With `is_lasting` they are kept and resumed later."""

    CSS_PATH = _STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "dismiss(True)", "switch", key_display="enter"),
        Binding("escape,n", "dismiss(False)", "stay", key_display="escape"),
    ]

    def __init__(self, running_count: int, *, is_lasting: bool) -> None:
        super().__init__()
        self._running_count = running_count
        self._is_lasting = is_lasting

    def compose(self) -> ComposeResult:
        """Compose the question and the keys."""
        count, one = self._running_count, self._running_count == 1
        what = "1 export is still running." if one else f"{count} exports are still running."
        them, they = ("it", "It'll") if one else ("them", "They'll")
        pauses = f"{they} pause and resume when you switch back."
        then = pauses if self._is_lasting else f"Switching cancels {them}."
        with Vertical(classes="frame", id="switching") as frame:
            frame.border_title = "Switch?"
            yield Static(
                Content.assemble(
                    f"{what} {then}\n\n",
                    ("enter", "bold $primary"),
                    " switch   ",
                    ("escape", "bold $primary"),
                    " stay",
                )
            )


class OtherOmniDialog(ModalScreen[Profile | None]):
    """Asks whether to open a URL of another Omni, at `instance`; returns the profile to switch to.

    `profiles` all have that address, one or more.
    """

    CSS_PATH = _STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss(None)", "stay", key_display="escape"),
    ]

    def __init__(self, instance: str, profiles: Sequence[Profile]) -> None:
        super().__init__()
        self._instance = instance
        self._profiles = list(profiles)

    def compose(self) -> ComposeResult:
        """Compose the question and the profiles."""
        with Vertical(classes="frame", id="other-omni") as frame:
            frame.border_title = "Switch?"
            profile = "this profile" if len(self._profiles) == 1 else "one of these profiles"
            yield Static(content(f"This URL belongs to {self._instance}. Open it with {profile}?"))
            yield SwitchList(id="other-omni-list")
            yield Footer()

    def on_mount(self) -> None:
        """Focus the list."""
        rows = self.query_one(SwitchList)
        rows.set_rows(self._profiles)
        rows.styles.height = max(1, min(len(self._profiles), self.app.size.height - _OTHER_LINES))
        rows.focus()

    @on(RowList.Selected)
    def _row_selected(self, event: RowList.Selected) -> None:
        if isinstance(event.row, Profile):
            self.dismiss(event.row)
