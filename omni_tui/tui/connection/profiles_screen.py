"""The profiles, to be switched to without leaving; and the question before, while exports run."""

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
from textual.screen import ModalScreen
from textual.widgets import Static

from omni_tui.tui.common.footer import Footer
from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.common.text import content
from omni_tui.tui.connection.known_profiles import Profile
from omni_tui.tui.connection.profile_list import Demo, ProfileList, ProfileOrDemo

# Besides the list: the frame, the keys, and a line of its own at either end.
_OTHER_LINES = 6


class NewProfile:
    """One that is not there yet is wanted."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """Another key is wanted for one of ours."""

    profile: Profile


ProfilesResult: TypeAlias = Profile | Demo | NewProfile | NewKey

_STYLES = Path(__file__).parent.parent / "theme" / "styles" / "profiles.tcss"


class ProfilesScreen(ModalScreen[ProfilesResult]):
    """`enter` goes to the one under the cursor, `n` asks for another Omni."""

    CSS_PATH = _STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "another Omni", tooltip="Another Omni, or another key", id="new-profile"),
        Binding("k", "key", "new key", tooltip="Give the profile another key", id="new-key"),
        Binding("escape", "dismiss", "close", key_display="escape"),
        Binding("f2,ctrl+n", "dismiss", "close", show=False),
    ]

    def __init__(self, ways: Sequence[ProfileOrDemo], here: ProfileOrDemo | None) -> None:
        super().__init__()
        self._ways = tuple(ways)
        self._here = here

    def compose(self) -> ComposeResult:
        """The list in a frame, and its keys."""
        with Vertical(classes="frame", id="profiles") as frame:
            frame.border_title = "Profiles"
            yield SwitchList(id="profile-list")
            yield Footer()

    def on_mount(self) -> None:
        """The cursor stands where one is."""
        rows = self.query_one(SwitchList)
        rows.here = self._here
        rows.set_rows(self._ways, cursor=self._ways.index(self._here) if self._here in self._ways else 0)
        rows.styles.height = max(1, min(len(self._ways), self.app.size.height - _OTHER_LINES))
        rows.focus()

    @on(RowList.Selected)
    def _row_selected(self, event: RowList.Selected) -> None:
        if isinstance(event.row, Profile | Demo):
            self.dismiss(event.row)

    def action_key(self) -> None:
        """Ask for another token, for the profile under the cursor."""
        row = self.query_one(SwitchList).current
        if isinstance(row, Profile) and not row.is_vendors:
            self.dismiss(NewKey(row))
        else:
            self.app.notify("Only your own profiles can be given another key from here.", markup=False)

    def action_new(self) -> None:
        """Ask for an address and a token."""
        self.dismiss(NewProfile())


class SwitchList(ProfileList):
    """The list of the screen: its footer says what enter does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "go there", key_display="enter", tooltip="Go there"),
    ]


class SwitchDialog(ModalScreen[bool]):
    """Asked while exports run. `is_lasting`: they are kept, and go on when one comes back."""

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
        """Two lines in a frame."""
        count, one = self._running_count, self._running_count == 1
        what = "1 export is still running." if one else f"{count} exports are still running."
        rests = "It rests, and goes" if one else "They rest, and go"
        then = f"{rests} on when you come back." if self._is_lasting else "Switching cancels it."
        then = then if one or self._is_lasting else "Switching cancels them."
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
    """Asked when a URL belongs to another Omni, at `place`: the result is the profile to switch to.

    `profiles` all have that address, one or more.
    """

    CSS_PATH = _STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss(None)", "stay", key_display="escape"),
    ]

    def __init__(self, place: str, profiles: Sequence[Profile]) -> None:
        super().__init__()
        self._place = place
        self._profiles = list(profiles)

    def compose(self) -> ComposeResult:
        """What the URL is, and the profiles to choose from."""
        with Vertical(classes="frame", id="other-omni") as frame:
            frame.border_title = "Switch?"
            yield Static(content(f"This URL belongs to {self._place}. Open it with this profile?"))
            yield SwitchList(id="other-omni-list")
            yield Footer()

    def on_mount(self) -> None:
        """The keys go to the list."""
        rows = self.query_one(SwitchList)
        rows.set_rows(self._profiles)
        rows.styles.height = max(1, min(len(self._profiles), self.app.size.height - _OTHER_LINES))
        rows.focus()

    @on(RowList.Selected)
    def _row_selected(self, event: RowList.Selected) -> None:
        if isinstance(event.row, Profile):
            self.dismiss(event.row)
