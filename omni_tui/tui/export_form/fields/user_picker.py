"""The Run as field: searches users and embed users by name or email, or takes a membership ID."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar
from weakref import WeakKeyDictionary

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer

from omni_tui.api.errors.types import Forbidden, Unauthorized
from omni_tui.api.models import User
from omni_tui.catalog.users import UserDirectory
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import plain_line
from omni_tui.options.spec import OptionSpec, OptionValue
from omni_tui.tui.common.choices import FieldChanged
from omni_tui.tui.common.table.table import Cell, Column
from omni_tui.tui.common.text import content
from omni_tui.tui.export_form.fields.search_picker import ResultList, SearchPicker, failure_words
from omni_tui.tui.host import host_of

# The server is searched only after typing pauses for this long.
TYPING_PAUSE_SECONDS = 0.3
_REJECTED = (Forbidden, Unauthorized)
_ID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_USERS: WeakKeyDictionary[object, UserDirectory] = WeakKeyDictionary()


def users_of(client: object) -> UserDirectory:
    """Return the cache of users for a client; another client may see other users."""
    return _USERS.setdefault(client, UserDirectory())


class UserList(ResultList[User]):
    """The users found."""

    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("name", "Name", minimum=16, share=3),
        Column("address", "Address", minimum=16, share=4),
        Column("kind", "Kind", width=8, right=True),
    )

    def key(self, row: User) -> object:
        """Return the membership ID."""
        return row.identifier

    def cells(self, row: User) -> dict[str, Cell]:
        """Return the cells of a user's row."""
        return {
            "name": (row.name or row.identifier, "text" if row.active else "muted"),
            "address": (row.user_name, "muted"),
            "kind": (_kind(row), "muted" if row.active else "warn"),
        }


class UserPicker(SearchPicker[User]):
    """Loads users when first focused, then searches as the user types.

    Text that matches no user yet gives an empty value, which blocks the export: it must never run as
    someone other than the screen shows.
    """

    HINT = "type a name, email or ID · ↑↓ · enter select"
    PLACEHOLDER = "myself"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close list", key_display="esc", tooltip="Close the list"),
        Binding("escape", "clear", "myself", key_display="esc", tooltip="Clear Run as"),
        Binding("delete", "clear", "Clear Run as", show=False, priority=True),
    ]

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(spec, UserList())
        self._user: User | None = None
        self._failure: OmniTuiError | None = None
        self._answered_text: str | None = None
        """The last text searched on the server."""
        self._is_loading_users = False
        self._pause_timer: Timer | None = None
        self._is_typing = False
        """Whether TYPING_PAUSE_SECONDS haven't passed since the last key."""

    # for the form

    @property
    def option_value(self) -> OptionValue | None:
        """The membership ID; None for the key's owner; empty if the typed text matches no user yet."""
        if self.is_mounted and self.typed:
            return ""
        return self._user.identifier if self._user is not None else None

    @property
    def chosen_name(self) -> str:
        """The selected user's name, or ID if the name is unknown; empty for the key's owner."""
        return (self._user.name or self._user.identifier) if self._user is not None else ""

    def show_value(self, value: OptionValue | None) -> None:
        """Select a user by membership ID; None is the key's owner. An empty value changes nothing."""
        if value == self.option_value or value == "":
            return
        self.show_user(value if isinstance(value, str) else "", "")

    def show_user(self, user_id: str, name: str) -> None:
        """Select a user, even one not loaded yet; an empty ID is the key's owner. Posts no message."""
        known = self._directory.find(user_id) if self._directory is not None else None
        self._user = known or (User(user_id, name, "") if user_id else None)
        self.restore_text()
        self.show_found()

    # display

    @property
    def _directory(self) -> UserDirectory | None:
        services = host_of(self).services
        return users_of(services.client) if services is not None else None

    @property
    def chosen_text(self) -> str:
        """The name, or the ID if the name is unknown."""
        return plain_line(self.chosen_name).strip() or (self._user.identifier if self._user else "")

    @property
    def aside(self) -> str:
        """The membership ID if the name is shown, and whether the user is inactive or embed."""
        user = self._user
        if user is None or self.typed:
            return ""
        return " · ".join(part for part in (user.identifier if user.name else "", _kind(user)) if part)

    def found(self) -> Sequence[User]:
        """Return the matching users, or a row for the typed text as an ID if no user matches."""
        typed = self.typed
        users = self._directory.known(typed) if self._directory is not None else []
        is_id = _ID.fullmatch(typed) is not None
        if typed and not users and (is_id or not self._is_searching):
            return [User(typed, f"use “{typed}” as the ID", "")]
        return users

    def max_rows(self) -> int:
        """Return the number of users loaded."""
        return self._directory.known_count if self._directory is not None else 0

    @property
    def _is_searching(self) -> bool:
        """Whether the server may still return users for the typed text."""
        is_known = self._directory is not None and self._directory.is_complete
        return not is_known and self._failure is None and self._answered_text != self.typed

    def words(self) -> Content | None:
        """Return why there is no list, or which users aren't in it; None for nothing."""
        directory = self._directory
        if self._failure is not None:
            return _failure_words(self._failure)
        if not self._is_open or directory is None:
            return None
        if self._is_searching and not self.found():
            return content("Searching …" if self.typed else "Loading users …", "$muted")
        if not directory.has_embed and not self.found():
            return content("Embed users can't be listed here. Enter a membership ID.", "$muted")
        if directory.is_complete or self.typed:
            return None
        count = f"{directory.known_count:,} of {directory.total_count:,} users. Type to search all."
        return content(count, "$muted") if directory.total_count > directory.known_count else None

    # actions

    def entered(self) -> None:
        """Load the first users, once."""
        self._load_if_needed()

    def text_changed(self) -> None:
        """Clear the user if the field is empty; otherwise search after a pause in typing."""
        if not self.search.value.strip():
            self._user = None
        if self._pause_timer is not None:
            self._pause_timer.stop()
        self._pause_timer = self.set_timer(TYPING_PAUSE_SECONDS, self._typing_paused)
        self._is_typing = True
        self.post_message(FieldChanged())

    def left(self) -> None:
        """Select the user that the typed text means; if it is ambiguous, keep the text and no user."""
        typed = self.typed
        found = self.found() if typed else ()
        if len(found) == 1 and (_ID.fullmatch(typed) or (not self._is_searching and found[0].user_name)):
            self.choose(found[0])
            self.restore_text()

    def choose(self, row: User) -> None:
        """Run as a user."""
        is_known = self._directory is not None and self._directory.find(row.identifier) is not None
        self._user = row if is_known else User(row.identifier, "", "")
        self.post_message(FieldChanged())

    def nothing_chosen(self) -> None:
        """Search again after a failure."""
        if self._failure is not None:
            self._failure, self._answered_text = None, None
            self._load_if_needed()
        super().nothing_chosen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable `clear` if a user is selected and the list is closed."""
        if action == "clear":
            return self._user is not None and not self.typed and not self._list.display
        return super().check_action(action, parameters)

    def action_close(self) -> None:
        """Close the list and clear the search text."""
        super().action_close()
        self.post_message(FieldChanged())

    def action_clear(self) -> None:
        """Run as the key's owner again."""
        self._user = None
        self.restore_text()
        self.set_open(False)
        self.post_message(FieldChanged())

    # loading

    def _typing_paused(self) -> None:
        self._is_typing = False
        self._load_if_needed()

    def _load_if_needed(self) -> None:
        """Search unless the users are known, or the key can't list users."""
        if not isinstance(self._failure, _REJECTED) and self._answered_text != self.typed:
            self._failure = None
        if not self._is_loading_users and self._is_searching:
            self._load_users()

    @work(group="users")
    async def _load_users(self) -> None:
        """Search one text at a time; then the text typed meanwhile, if typing has paused."""
        services = host_of(self).services
        if services is None:
            return
        self._is_loading_users = True
        try:
            is_first = True
            while self._is_searching and (is_first or not self._is_typing):
                is_first, text = False, self.typed
                try:
                    await users_of(services.client).look_for(services.client, text)
                except OmniTuiError as error:
                    self._failure = error
                self._answered_text = text
                self.set_open(self._is_open)
        finally:
            self._is_loading_users = False


def _kind(user: User) -> str:
    if not user.active:
        return "inactive"
    return "embed" if user.embed else ""


def _failure_words(failure: OmniTuiError) -> Content:
    if isinstance(failure, Unauthorized) and failure.status == 403:  # the key itself was rejected
        return content(f"✗ {failure.message}", "$error")
    if isinstance(failure, _REJECTED):
        return content("✗ This key can't list users. Enter a membership ID.", "$error")
    return failure_words(failure, "retry, or enter a membership ID")
