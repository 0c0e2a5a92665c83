"""One method per endpoint of the API. Every failure is one of the kinds in `api.errors`."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from omni_tui.api.documents import count_in, text_in
from omni_tui.api.errors.types import (
    LONGEST_ID,
    ApiError,
    Forbidden,
    NotFound,
    NotOmni,
    Refused,
    Unauthorized,
)
from omni_tui.api.file_headers import proposed_name, size_in
from omni_tui.api.http_session import Answer, Connection
from omni_tui.api.models import (
    DashboardFilters,
    Document,
    DocumentPage,
    Identity,
    JobStatus,
    KeyKind,
    Tile,
    User,
    mappings,
)
from omni_tui.api.rate_limit.limiter import Budget
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.api.transport.decoding import encodings_of
from omni_tui.api.transport.file_stream import FileStream, decodable
from omni_tui.api.transport.transports import Sending, unrecorded
from omni_tui.clock import Clock

if TYPE_CHECKING:
    import httpx

# The tiles of so many dashboards are remembered.
MOST_REMEMBERED = 200
ORGANIZATION_KEY_PREFIX = "omni_osk_"
# A file comes as it is; an Accept that allows JSON only has been refused.
_FILE_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity"}


class OmniClient:
    """An Omni, as seen with one token. `root` is an address as `api_root` gives it.

    `key_kind`, where it is given, holds whatever the token looks like and the server answers. `transport` is
    the innermost one and replaces the network in tests. Raises Unauthorized for a token that no header could
    carry.
    """

    def __init__(
        self,
        root: str,
        token: str,
        *,
        budget: Budget,
        exchanges: ExchangeLog,
        clock: Clock,
        timeout_seconds: float = 30.0,
        key_kind: KeyKind = KeyKind.UNKNOWN,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._connection = Connection(
            root,
            token,
            budget=budget,
            exchanges=exchanges,
            clock=clock,
            timeout_seconds=timeout_seconds,
            transport=transport,
        )
        self.budget = budget
        self.exchanges = exchanges
        self._clock = clock
        self._tiles: dict[str, tuple[tuple[Tile, ...], float]] = {}  # and when they were read
        self._key_kind = key_kind
        self._is_kind_given = key_kind is not KeyKind.UNKNOWN
        if token.startswith(ORGANIZATION_KEY_PREFIX):
            self._learn(KeyKind.ORGANIZATION)

    def __repr__(self) -> str:
        return f"OmniClient({self.root!r})"

    @property
    def root(self) -> str:
        """The address that all paths are appended to."""
        return self._connection.root

    @property
    def key_kind(self) -> KeyKind:
        """What kind of key the token is: as it was given, else as its beginning or a list of users told."""
        return self._key_kind

    async def learn_key_kind(self) -> KeyKind:
        """Return what kind of key it is, and ask the server only if nothing has told yet.

        Answers that don't tell leave it unknown. Never raises ApiError.
        """
        with contextlib.suppress(ApiError):
            if self._key_kind is KeyKind.UNKNOWN:
                await self._whoami(Priority.BACKGROUND)
            if self._key_kind is KeyKind.UNKNOWN:  # an older server
                await self.users(count=1, priority=Priority.BACKGROUND)
        return self._key_kind

    async def check_credentials(self) -> None:
        """Ask for the smallest thing that needs a key; raises what the client's methods raise."""
        await self.documents(page_size=1, priority=Priority.PERSON)

    async def who_am_i(self) -> Identity:
        """Return who the key acts as; raises what the client's methods raise if address or key are wrong.

        One request to today's servers; a second one to those that don't know the first.
        """
        identity = await self._whoami(Priority.PERSON)
        if identity.kind is KeyKind.UNKNOWN:
            await self.check_credentials()
        return replace(identity, kind=self._key_kind)

    async def _whoami(self, priority: Priority) -> Identity:
        """Ask `/v1/whoami`, and learn from it. Older servers answer 404, or with a web page: an empty one."""
        try:
            answer = await self._get("/v1/whoami", {}, priority)
            identity = Identity.from_wire(answer.members)
        except (NotFound, Refused, Forbidden, NotOmni):
            return Identity()
        if identity.kind is not KeyKind.UNKNOWN and not self._is_kind_given:
            self._key_kind = identity.kind  # certain, whatever the key begins with
        return identity

    async def documents(
        self,
        *,
        cursor: str | None = None,
        page_size: int = 100,
        sort_field: str = "name",
        sort_direction: str = "asc",
        priority: Priority = Priority.BACKGROUND,
    ) -> DocumentPage:
        """A page of all documents; `page_size` is at most 100, `cursor` is the page before's `next_cursor`.

        `sort_field` is name, favorites, updatedAt or visits; `sort_direction` asc or desc.
        """
        query = {
            "pageSize": str(page_size),
            "sortField": sort_field,
            "sortDirection": sort_direction,
            "include": "_count,labels",
        }
        if cursor is not None:
            query["cursor"] = cursor
        answer = await self._get("/v1/documents", query, priority)
        records = mappings(answer.member("records", list))
        return DocumentPage.from_wire(answer.members, tuple(Document.from_wire(each) for each in records))

    async def document_name(self, document_id: str, *, priority: Priority = Priority.PERSON) -> str:
        """Return a dashboard's name, in one request; empty when the answer has none.

        Raises Refused (400) for a document without a dashboard [V], and NotFound also on older servers, which
        don't know the address.
        """
        answer = await self._get(f"/v1/documents/{_segment(document_id)}", {}, priority)
        return text_in(answer.members.get("name"))

    async def tiles(
        self, document_id: str, *, priority: Priority = Priority.PERSON, max_age_seconds: float = 0.0
    ) -> tuple[Tile, ...]:
        """The tiles of a dashboard, in the server's order.

        With `max_age_seconds`, an answer that is no older than that saves the request.
        """
        now = self._clock.monotonic()
        tiles, read_at = self._tiles.get(document_id, ((), -math.inf))
        if now - read_at <= max_age_seconds:
            return tiles
        answer = await self._get(f"/v1/documents/{_segment(document_id)}/queries", {}, priority)
        tiles = tuple(Tile.from_wire(each) for each in mappings(answer.member("queries", list)))
        self._tiles.pop(document_id, None)
        self._tiles[document_id] = (tiles, now)
        if len(self._tiles) > MOST_REMEMBERED:
            del self._tiles[next(iter(self._tiles))]
        return tiles

    async def filters(
        self, dashboard_id: str, *, user_id: str | None = None, priority: Priority = Priority.PERSON
    ) -> DashboardFilters:
        """A dashboard's filters and their present values, as that user sees them."""
        path = f"/v1/dashboards/{_segment(dashboard_id)}/filters"
        answer = await self._get(path, _as_user(user_id), priority)
        return DashboardFilters.from_wire(answer.members)

    async def users(
        self,
        *,
        start_index: int = 1,
        count: int = 100,
        filter_expression: str | None = None,
        embed: bool = False,
        priority: Priority = Priority.PERSON,
    ) -> tuple[tuple[User, ...], int]:
        """A page of users (or embed users) from `start_index` (the first is 1), and how many there are.

        Needs an organization key, and so tells whether the token is one. `filter_expression` is SCIM's:
        documented is `userName eq "…"` alone, and other servers refuse more, or take no notice of it.
        """
        path = "/scim/v2/embed/Users" if embed else "/scim/v2/Users"
        query = {"startIndex": str(start_index), "count": str(count)}
        if filter_expression:
            query["filter"] = filter_expression
        try:
            answer = await self._get(path, query, priority)
        except (Unauthorized, Forbidden) as error:
            if isinstance(error, Forbidden) or error.status == 401:  # a rejected key may be of any kind
                self._learn(KeyKind.PERSONAL)
            raise
        records = mappings(answer.member("Resources", list))
        self._learn(KeyKind.ORGANIZATION)
        users = tuple(User.from_wire(each, embed=embed) for each in records)
        total = answer.members.get("totalResults")
        return users, count_in(total) if isinstance(total, int) else start_index - 1 + len(users)

    async def initiate(
        self,
        dashboard_id: str,
        body: Mapping[str, Any],
        *,
        user_id: str | None = None,
        sending: Sending = unrecorded,
    ) -> str:
        """Start an export; returns the server's id for it. Raises Conflict while another one is running.

        `body` is sent as it is. When no answer comes, the export may have started all the same: `sending` is
        called each time that it goes out.
        """
        answer = await self._connection.fetch(
            "POST",
            f"/v1/dashboards/{_segment(dashboard_id)}/download",
            query=_as_user(user_id),
            content=json.dumps(body, default=dict, ensure_ascii=False, allow_nan=False).encode(),
            priority=Priority.START_OR_FETCH,
            sending=sending,
        )
        job_id = answer.member("job_id", str)
        if not 0 < len(job_id) <= LONGEST_ID or job_id in (".", ".."):
            raise answer.unreadable()
        return job_id

    async def status(self, dashboard_id: str, job_id: str, *, user_id: str | None = None) -> JobStatus:
        """How far an export is. `user_id` is the one that it was started with."""
        path = f"/v1/dashboards/{_segment(dashboard_id)}/download/{_segment(job_id)}/status"
        answer = await self._get(path, _as_user(user_id), Priority.POLL)
        return JobStatus.from_wire(answer.member("status", str), answer.members)

    @contextlib.asynccontextmanager
    async def file(
        self, dashboard_id: str, job_id: str, *, user_id: str | None = None
    ) -> AsyncIterator[FileStream]:
        """The file of an export that is complete, never held whole. `user_id` as for `status`.

        Raises StillRunning when it is not ready, NotFound when it is not known, JobFailed when it failed.
        """
        path = f"/v1/dashboards/{_segment(dashboard_id)}/download/{_segment(job_id)}"
        async with self._connection.open(
            "GET",
            path,
            query=_as_user(user_id),
            priority=Priority.START_OR_FETCH,
            headers=_FILE_HEADERS,
        ) as response:
            if response.status_code != 200:
                raise await self._connection.error(response)
            length = response.headers.get("content-length", "")
            encodings = decodable(encodings_of(response))
            yield FileStream(
                content_type=response.headers.get("content-type", ""),
                content_length=size_in(length) if not encodings else None,
                file_name=self._connection.redact(
                    proposed_name(response.headers.get("content-disposition", ""))
                ),
                is_end_marked=bool(encodings or length or "transfer-encoding" in response.headers),
                _response=response,
                _connection=self._connection,
                _encodings=encodings,
            )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._connection.aclose()

    def _learn(self, kind: KeyKind) -> None:
        """What is known stays: an organization key that may not list users is one all the same."""
        if self._key_kind is KeyKind.UNKNOWN:
            self._key_kind = kind

    async def _get(self, path: str, query: Mapping[str, str], priority: Priority) -> Answer:
        return await self._connection.fetch("GET", path, query=query, priority=priority)


def _segment(identifier: str) -> str:
    """An id as one segment of a path; an id that would lead to another path is not known anywhere."""
    if identifier in ("", ".", ".."):
        raise NotFound(f"There is no dashboard with the id {identifier!r}.", "Check the id.")
    return quote(identifier, safe="")


def _as_user(user_id: str | None) -> dict[str, str]:
    return {"userId": user_id} if user_id else {}
