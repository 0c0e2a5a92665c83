"""The API client: one method per endpoint. All failures are errors from `api.errors.types`."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from omni_tui.api.documents import MAX_ID_LENGTH, count_in, text_in
from omni_tui.api.errors.types import (
    ApiError,
    Forbidden,
    NotFound,
    NotOmni,
    Rejected,
    Unauthorized,
)
from omni_tui.api.http_session import ApiResponse, HttpSession
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
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.request_log.log import Exchange, ExchangeLog
from omni_tui.api.transport.file_stream import FileStream
from omni_tui.api.transport.transports import Sending, unrecorded
from omni_tui.clock import Clock

if TYPE_CHECKING:
    import httpx

# Of a longer cursor, no URL can be made that servers accept.
MAX_CURSOR_LENGTH = 4_000
# How many dashboards' tiles are remembered.
MAX_REMEMBERED = 200
ORGANIZATION_KEY_PREFIX = "omni_osk_"
# Accept anything for a file: servers have rejected an Accept header that allows JSON only.
_FILE_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity"}


class OmniClient:
    """A client for one Omni server with one token. `root` is a URL as `api_root` returns it.

    `key_kind`, if given, is used whatever the token looks like and the server says. `transport` is the
    innermost transport and replaces the network in tests. Raises Unauthorized if the token contains
    characters that aren't allowed in a header.
    """

    def __init__(
        self,
        root: str,
        token: str,
        *,
        limiter: RateLimiter,
        exchanges: ExchangeLog,
        clock: Clock,
        timeout_seconds: float = 30.0,
        key_kind: KeyKind = KeyKind.UNKNOWN,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._session = HttpSession(
            root,
            token,
            limiter=limiter,
            exchanges=exchanges,
            clock=clock,
            timeout_seconds=timeout_seconds,
            transport=transport,
        )
        self.root = self._session.root
        """The URL that all paths are appended to."""
        self.limiter = limiter
        self.exchanges = exchanges
        self._clock = clock
        self._tiles: dict[str, tuple[tuple[Tile, ...], float]] = {}  # with the time they were read
        self.tiles_read: Callable[[str, tuple[Tile, ...]], None] = lambda id_, tiles: None
        self.filters_read: Callable[[str, DashboardFilters], None] = lambda id_, filters: None
        """Called with the server's response, by dashboard ID, for a cache."""
        self.key_kind = key_kind
        """The kind of key: as given, or as its prefix or the server's responses show."""
        self._is_kind_given = key_kind is not KeyKind.UNKNOWN
        if token.startswith(ORGANIZATION_KEY_PREFIX):
            self._learn(KeyKind.ORGANIZATION)

    def __repr__(self) -> str:
        return f"OmniClient({self.root!r})"

    async def get_key_kind(self) -> KeyKind:
        """Return the kind of key; ask the server only if it is not known yet.

        It stays unknown if the responses don't show it. Never raises ApiError.
        """
        with contextlib.suppress(ApiError):
            if self.key_kind is KeyKind.UNKNOWN:
                await self._whoami(Priority.BACKGROUND)
            if self.key_kind is KeyKind.UNKNOWN:  # an older server
                await self.users(count=1, priority=Priority.BACKGROUND)
        return self.key_kind

    async def check_credentials(self) -> None:
        """Check the key with the smallest request that needs one; raises what the client's methods raise."""
        await self.documents(page_size=1, priority=Priority.INTERACTIVE)

    async def get_identity(self) -> Identity:
        """Return who the key acts as; raises what the client's methods raise if the URL or key is wrong.

        Sends one request, and a second one to older servers that don't know the first endpoint.
        """
        identity = await self._whoami(Priority.INTERACTIVE)
        if identity.kind is KeyKind.UNKNOWN:
            await self.check_credentials()
        return replace(identity, kind=self.key_kind)

    async def _whoami(self, priority: Priority) -> Identity:
        """Call `/v1/whoami` and keep the kind of key. Older servers send 404 or a web page: empty."""
        try:
            answer = await self._get("/v1/whoami", {}, priority)
            identity = Identity.from_wire(answer.members)
        except (NotFound, Rejected, Forbidden, NotOmni):
            return Identity()
        if identity.kind is not KeyKind.UNKNOWN and not self._is_kind_given:
            self.key_kind = identity.kind  # certain, whatever the key's prefix
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
        """Return a page of dashboards. `page_size` is at most 100; `cursor` is the last page's `next_cursor`.

        `sort_field` is name, favorites, updatedAt or visits; `sort_direction` is asc or desc.
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
        page = DocumentPage.from_wire(answer.members, tuple(Document.from_wire(each) for each in records))
        if len(page.next_cursor or "") > MAX_CURSOR_LENGTH:
            raise answer.unreadable()
        return page

    async def document_name(self, document_id: str) -> str:
        """Return a dashboard's name with one request; empty if the response has none.

        Raises Rejected (400) for a document without a dashboard [V], and NotFound on older servers too, which
        don't have this endpoint.
        """
        answer = await self._get(f"/v1/documents/{_segment(document_id)}", {}, Priority.INTERACTIVE)
        return text_in(answer.members.get("name"))

    async def tiles(
        self, document_id: str, *, priority: Priority = Priority.INTERACTIVE, max_age_seconds: float = 0.0
    ) -> tuple[Tile, ...]:
        """Return a dashboard's tiles, in the server's order.

        With `max_age_seconds`, a remembered response no older than that is used instead of a request.
        """
        now = self._clock.monotonic()
        tiles, read_at = self._tiles.get(document_id, ((), -math.inf))
        if now - read_at <= max_age_seconds:
            return tiles
        answer = await self._get(f"/v1/documents/{_segment(document_id)}/queries", {}, priority)
        tiles = tuple(Tile.from_wire(each) for each in mappings(answer.member("queries", list)))
        self._tiles.pop(document_id, None)
        self._tiles[document_id] = (tiles, now)
        if len(self._tiles) > MAX_REMEMBERED:
            del self._tiles[next(iter(self._tiles))]
        self.tiles_read(document_id, tiles)
        return tiles

    async def filters(
        self, dashboard_id: str, *, user_id: str | None = None, priority: Priority = Priority.INTERACTIVE
    ) -> DashboardFilters:
        """Return a dashboard's filters and their current values, as that user sees them."""
        path = f"/v1/dashboards/{_segment(dashboard_id)}/filters"
        answer = await self._get(path, _as_user(user_id), priority)
        filters = DashboardFilters.from_wire(answer.unchanged_members)
        self.filters_read(dashboard_id, filters)
        return filters

    async def users(
        self,
        *,
        start_index: int = 1,
        count: int = 100,
        filter_expression: str | None = None,
        embed: bool = False,
        priority: Priority = Priority.INTERACTIVE,
    ) -> tuple[tuple[User, ...], int]:
        """Return a page of users (or embed users) from `start_index` (the first is 1), and the total count.

        Needs an organization key, so the response also shows whether the token is one. `filter_expression` is
        SCIM; only `userName eq "…"` is documented, and some servers reject or ignore anything else.
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
        priority: Priority = Priority.START_OR_FETCH,
    ) -> str:
        """Start an export and return the server's job ID. Raises Conflict while another export is running.

        `body` is sent unchanged. Without a response, the export may have started anyway: `sending` is called
        each time the request is sent.
        """
        answer = await self._session.fetch(
            "POST",
            _start_path(dashboard_id),
            query=_as_user(user_id),
            content=_json(body),
            priority=priority,
            sending=sending,
        )
        job_id = answer.member("job_id", str)
        if not 0 < len(job_id) <= MAX_ID_LENGTH or job_id in (".", ".."):
            raise answer.unreadable()
        return job_id

    def start_request(
        self, dashboard_id: str, body: Mapping[str, Any], *, user_id: str | None = None
    ) -> Exchange:
        """Return the request that `initiate` would send, as the log would show it; send nothing."""
        return self._session.described(
            "POST", _start_path(dashboard_id), query=_as_user(user_id), content=_json(body)
        )

    async def status(self, dashboard_id: str, job_id: str, *, user_id: str | None = None) -> JobStatus:
        """Return how far an export is. `user_id` must be the one it was started with."""
        path = f"/v1/dashboards/{_segment(dashboard_id)}/download/{_segment(job_id)}/status"
        answer = await self._get(path, _as_user(user_id), Priority.POLL)
        return JobStatus.from_wire(answer.member("status", str), answer.members)

    @contextlib.asynccontextmanager
    async def file(
        self, dashboard_id: str, job_id: str, *, user_id: str | None = None
    ) -> AsyncIterator[FileStream]:
        """Open the file of a finished export as a stream. `user_id` as for `status`.

        Raises StillRunning if it is not ready, NotFound if it is unknown, JobFailed if it failed.
        """
        path = f"/v1/dashboards/{_segment(dashboard_id)}/download/{_segment(job_id)}"
        async with self._session.open(
            "GET",
            path,
            query=_as_user(user_id),
            priority=Priority.START_OR_FETCH,
            headers=_FILE_HEADERS,
            is_file=True,
        ) as response:
            if response.status_code != 200:
                raise await self._session.error(response)
            yield FileStream(response, self._session)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._session.aclose()

    def _learn(self, kind: KeyKind) -> None:
        """Keep the kind of key once it is known: an organization key may lack the right to list users."""
        if self.key_kind is KeyKind.UNKNOWN:
            self.key_kind = kind

    async def _get(self, path: str, query: Mapping[str, str], priority: Priority) -> ApiResponse:
        return await self._session.fetch("GET", path, query=query, priority=priority)


def _start_path(dashboard_id: str) -> str:
    return f"/v1/dashboards/{_segment(dashboard_id)}/download"


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, default=dict, ensure_ascii=False, allow_nan=False).encode()


def _segment(identifier: str) -> str:
    """Return an ID as one path segment. Raises NotFound for an ID that would lead to another path."""
    if identifier in ("", ".", ".."):
        raise NotFound(f"No dashboard has the ID {identifier!r}.", "Check the ID.")
    return quote(identifier, safe="")


def _as_user(user_id: str | None) -> dict[str, str]:
    return {"userId": user_id} if user_id else {}
