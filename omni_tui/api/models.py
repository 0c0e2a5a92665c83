"""The API's responses as plain immutable values. No pydantic: it is used for the settings only.

`from_wire` is lenient: a missing or odd field becomes its empty value, as servers of different versions
answer differently. All text comes from the server and is hostile until shown through `tui/common/text.py` or
written through `downloads/files`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from omni_tui.api.documents import MAX_ID_LENGTH, count_in, mapping_in, parse_time, text_in
from omni_tui.api.documents import Document as Document
from omni_tui.api.errors.reason_text import words_in


class KeyKind(Enum):
    """The kind of the token; only an organization key can run exports as another user."""

    ORGANIZATION = "organization key"
    PERSONAL = "personal access token"
    UNKNOWN = "API key"


_SCOPES = {"organization": KeyKind.ORGANIZATION, "user": KeyKind.PERSONAL}
_ROLES = {"MEMBER": "member", "ORG_ADMIN": "organization admin"}


@dataclass(frozen=True, slots=True)
class Identity:
    """The kind of a key, and who it acts as; the texts are empty if the server doesn't give them.

    `role` is in the organization; `membership_id` is what `userId` takes. No server gives a name.
    """

    kind: KeyKind = KeyKind.UNKNOWN
    role: str = ""
    membership_id: str = ""

    @classmethod
    def from_wire(cls, answer: Mapping[str, Any]) -> Identity:
        """Read `GET /v1/whoami` [V]: its `keyScope` is always present and gives the kind of key."""
        return cls(
            kind=_SCOPES.get(text_in(answer.get("keyScope")), KeyKind.UNKNOWN),
            role=_ROLES.get(text_in(answer.get("orgRole")), text_in(answer.get("orgRole"))),
            membership_id=text_in(mapping_in(answer.get("user")).get("membershipId")),
        )


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page of documents; `total_records` comes from the server, and is the remaining count on some."""

    records: tuple[Document, ...]
    next_cursor: str | None
    total_records: int | None

    @classmethod
    def from_wire(cls, answer: Mapping[str, Any], records: tuple[Document, ...]) -> DocumentPage:
        """Read a page of `GET /v1/documents`. Drop documents without a usable ID: they can't be requested."""
        page = mapping_in(answer.get("pageInfo"))
        cursor = page.get("nextCursor")
        total = page.get("totalRecords")
        return cls(
            records=tuple(record for record in records if 0 < len(record.identifier) <= MAX_ID_LENGTH),
            next_cursor=text_in(cursor) or None if page.get("hasNextPage", True) else None,
            total_records=count_in(total) if isinstance(total, int | float) else None,
        )


# The row limit of a query if its author set none, and if the server doesn't give one (api/README.md).
DEFAULT_ROW_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile of a dashboard; `key` is None if an older server omits it.

    `row_limit` is the most rows its query returns unless an export overrides it; None for no limit.
    """

    identifier: str
    name: str
    key: str | None
    row_limit: int | None = DEFAULT_ROW_LIMIT

    @classmethod
    def from_wire(cls, record: Mapping[str, Any]) -> Tile:
        """Read a record of `GET /v1/documents/{id}/queries`."""
        key = record.get("queryIdentifierMapKey")
        return cls(
            identifier=text_in(record.get("id")),
            name=text_in(record.get("name")),
            key=str(key) if isinstance(key, str | int) and key != "" else None,
            row_limit=_row_limit(mapping_in(record.get("query"))),
        )


def _row_limit(query: Mapping[str, Any]) -> int | None:
    """Return the query's own limit; the default if it is missing or unreadable, None if it is null."""
    limit = query.get("limit", DEFAULT_ROW_LIMIT)
    if limit is None:
        return None
    if isinstance(limit, str) and limit.isascii() and limit.isdigit() and len(limit) <= 9:
        limit = int(limit)
    is_count = isinstance(limit, int | float) and not isinstance(limit, bool) and limit >= 1
    return (count_in(limit) or DEFAULT_ROW_LIMIT) if is_count else DEFAULT_ROW_LIMIT


@dataclass(frozen=True, slots=True)
class DashboardFilters:
    """A dashboard's filters from the server: `filters` by ID, unchanged, and their order."""

    order: tuple[str, ...]
    filters: Mapping[str, Any]
    controls: Any = None

    @classmethod
    def from_wire(cls, answer: Mapping[str, Any]) -> DashboardFilters:
        """Read `GET /v1/dashboards/{id}/filters`. Filters missing from the order come last."""
        filters = mapping_in(answer.get("filters"))
        listed = answer.get("filterOrder")
        order = (
            [each for each in listed if isinstance(each, str) and each in filters]
            if isinstance(listed, list)
            else []
        )
        return cls(
            order=tuple(dict.fromkeys([*order, *filters])), filters=filters, controls=answer.get("controls")
        )


@dataclass(frozen=True, slots=True)
class User:
    """A user to run as; `identifier` is the membership ID that `userId` takes."""

    identifier: str
    name: str
    user_name: str
    active: bool = True
    embed: bool = False

    @classmethod
    def from_wire(cls, record: Mapping[str, Any], *, embed: bool) -> User:
        """Read a resource of SCIM `Users`."""
        user_name = text_in(record.get("userName"))
        return cls(
            identifier=text_in(record.get("id")),
            name=text_in(record.get("displayName")) or user_name,
            user_name=user_name,
            active=bool(record.get("active", True)),
            embed=embed,
        )


class Phase(Enum):
    """A job's phase on the server. Unknown words mean that it is still running."""

    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"

    @classmethod
    def from_word(cls, word: str) -> Phase:
        """Return what a status word of any server means."""
        return _PHASES.get(word.strip().lower(), cls.RUNNING)


# in_progress, queued, pending, running, executing and every unknown word: running
_PHASES = {
    **dict.fromkeys(("complete", "completed", "success", "succeeded", "done", "finished"), Phase.COMPLETE),
    **dict.fromkeys(("error", "errored", "failed", "failure", "cancelled", "canceled"), Phase.FAILED),
}


# Members in which servers explain why a job failed: the first of them [D], the others seen [C].
REASON_MEMBERS = ("error", "error_message", "detail", "message", "reason")


@dataclass(frozen=True, slots=True)
class JobStatus:
    """The response to a status request; `word` is the server's own."""

    phase: Phase
    word: str
    format: str | None = None
    created_at: datetime | None = None
    error: str | None = None

    @classmethod
    def from_wire(cls, word: str, answer: Mapping[str, Any]) -> JobStatus:
        """Read `GET …/download/{jobId}/status`; `word` is its `status`."""
        return cls(
            phase=Phase.from_word(word),
            word=word,
            format=text_in(answer.get("format")).lower() or None,
            created_at=parse_time(answer.get("created_at")),
            error=next(filter(None, (words_in(answer.get(name)) for name in REASON_MEMBERS)), None),
        )


def mappings(values: Iterable[object]) -> Iterator[Mapping[str, Any]]:
    """Yield the values that are objects; other values in a list of records can't be read."""
    return (value for value in values if isinstance(value, Mapping))
