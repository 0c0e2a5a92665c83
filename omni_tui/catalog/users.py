"""Find the user that an export may run as, while the user types and without reading all users first.

The first users are read at once. If there are more, the server is asked for those that contain the text. If
it can't search (only a full address is documented), more pages are read, up to a limit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from omni_tui.api.errors.types import Forbidden, NotFound, Rejected, ServerFailed
from omni_tui.api.models import User
from omni_tui.catalog.search.folding import fold

if TYPE_CHECKING:
    from omni_tui.api.client import OmniClient

FIRST_COUNT = 100
NEXT_COUNT = 500  # if the server returns fewer, more pages are read
# How many pages of one kind of users are read; beyond that, the user must enter an address or an ID.
MAX_PAGES = 8


class UserDirectory:
    """All users that were read so far, the organization's and the embed users; kept for a session."""

    def __init__(self) -> None:
        self._groups = (_UserGroup(embed=False), _UserGroup(embed=True))
        self._last: tuple[object, list[User]] = (None, [])

    @property
    def is_complete(self) -> bool:
        """Return whether all users are known, so that no request is needed."""
        return all(group.is_complete for group in self._groups)

    @property
    def known_count(self) -> int:
        """Return how many are known."""
        return sum(len(group.users) for group in self._groups)

    @property
    def total_count(self) -> int:
        """Return how many there are, as far as the server has reported."""
        return sum(max(group.total or 0, len(group.users)) for group in self._groups)

    @property
    def has_embed(self) -> bool:
        """Return whether the key can list embed users too."""
        return not self._groups[1].is_closed

    def find(self, user_id: str) -> User | None:
        """Return the user with that membership ID, if known."""
        found = (group.users.get(user_id) for group in self._groups)
        return next((user for user in found if user is not None), None)

    def known(self, text: str = "") -> list[User]:
        """Return the known users whose name, address or ID contains every word of `text`, best first."""
        wanted = fold(text).strip()
        asked = (wanted, *(group.changes for group in self._groups))
        if self._last[0] != asked:
            self._last = (asked, self._matching(wanted))
        return list(self._last[1])

    def _matching(self, wanted: str) -> list[User]:
        users = {user.identifier: user for group in self._groups for user in group.matching(wanted)}
        return sorted(users.values(), key=lambda user: _rank(user, wanted))

    async def look_for(self, client: OmniClient, text: str) -> None:
        """Send requests until `known(text)` is complete or the limit is reached. Raises ApiError.

        Doesn't fail if the server lists its own users but rejects the request for embed users.
        """
        organization, embed = await asyncio.gather(
            *(group.look_for(client, text.strip()) for group in self._groups), return_exceptions=True
        )
        if organization is not None:
            raise organization
        if isinstance(embed, Forbidden | NotFound):
            self._groups[1].close()
        elif embed is not None:
            raise embed


class _UserGroup:
    """The users of one kind."""

    def __init__(self, *, embed: bool) -> None:
        self._embed = embed
        self.users: dict[str, User] = {}
        self.total: int | None = None
        self.is_closed = False
        self.changes = 0
        self._texts: dict[str, str] = {}
        self._next_index = 1
        self._pages = 0
        self._takes_parts = True
        self._asked: set[str] = set()

    @property
    def is_complete(self) -> bool:
        """Return whether the list was read to its end."""
        return self.is_closed or (self.total is not None and self._next_index > self.total)

    def close(self) -> None:
        """Send no more requests: the key can't list these users."""
        self.is_closed = True

    def matching(self, wanted: str) -> list[User]:
        """Return the users that contain all words of a folded text."""
        words = wanted.split()
        return [self.users[id_] for id_, text in self._texts.items() if all(word in text for word in words)]

    async def look_for(self, client: OmniClient, text: str) -> None:
        if self.total is None and not self.is_closed:
            await self._read_page(client, FIRST_COUNT)
        if self.is_complete or not text or text in self._asked:
            return
        if self._takes_parts:
            await self._ask_for_parts(client, text)
        if not self._takes_parts:
            await self._read_on(client, text)
        self._asked.add(text)

    async def _ask_for_parts(self, client: OmniClient, text: str) -> None:
        """Search for the whole text; if nobody matches, for its longest word."""
        for part in dict.fromkeys((text, max(text.split(), key=len))):
            quoted = _quoted(part)
            found = await self._search(client, f"userName co {quoted} or displayName co {quoted}")
            is_noticed = found is not None and all(
                fold(part) in self._texts[user.identifier] for user in found
            )
            if not is_noticed:
                self._takes_parts = False
            if not self._takes_parts or self.matching(fold(text)):
                return

    async def _read_on(self, client: OmniClient, text: str) -> None:
        """Search for a full address, which all servers support; else read pages until somebody matches."""
        if "@" in text and await self._search(client, f"userName eq {_quoted(text)}"):
            return
        while not self.is_complete and self._pages < MAX_PAGES and not self.matching(fold(text)):
            await self._read_page(client, NEXT_COUNT)

    async def _search(self, client: OmniClient, expression: str) -> tuple[User, ...] | None:
        """Return the users that the server finds, or None if it rejects the expression."""
        try:
            users, _ = await client.users(count=FIRST_COUNT, filter_expression=expression, embed=self._embed)
        except Rejected:
            return None
        except ServerFailed as error:
            if error.status not in (500, 501):
                raise
            return None
        self._keep(users)
        return tuple(user for user in users if user.identifier)

    async def _read_page(self, client: OmniClient, count: int) -> None:
        users, total = await client.users(start_index=self._next_index, count=count, embed=self._embed)
        self._keep(users)
        self._pages += 1
        self._next_index += len(users)
        # an empty page ends the list, whatever the total is
        self.total = total if users else self._next_index - 1

    def _keep(self, users: Iterable[User]) -> None:
        self.changes += 1
        for user in users:
            if user.identifier:
                self.users[user.identifier] = user
                self._texts[user.identifier] = fold(f"{user.name}\n{user.user_name}\n{user.identifier}")


def _rank(user: User, wanted: str) -> tuple[object, ...]:
    """Rank active users first, then names that begin with the text, then names with a word that does."""
    name = fold(user.name)
    begins = name.startswith(wanted)
    return (not user.active, not begins, f" {wanted}" not in name, name, user.user_name)


def _quoted(text: str) -> str:
    """Return a text quoted and escaped for a filter expression."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
