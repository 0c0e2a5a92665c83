"""What the API answers, as plain immutable values. No pydantic: the first screen shows these before it loads.

Reading is forgiving (`from_wire`): a field that is missing or odd becomes its empty value, as servers of
different ages answer differently. All text in here is the server's, and hostile until it is shown through
`tui/text.py` or written through `downloads/files.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from omni_tui.api.reasons import words_in


class KeyKind(Enum):
    """What kind of key the token is; only an organization key may run as somebody else."""

    ORGANIZATION = "organization key"
    PERSONAL = "personal token"
    UNKNOWN = "key"


_KINDS = {"organization": KeyKind.ORGANIZATION, "user": KeyKind.PERSONAL, "personal": KeyKind.PERSONAL}


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose key it is, as far as the server tells: the texts are empty where it does not."""

    kind: KeyKind = KeyKind.UNKNOWN
    organization: str = ""
    person: str = ""

    @classmethod
    def from_wire(cls, answer: Mapping[str, Any]) -> Identity:
        """Read `GET /v1/whoami`. No source describes it, so nothing in it is counted on."""
        user = _mapping(answer.get("user"))
        return cls(
            kind=_KINDS.get(_text(answer.get("type")).lower(), KeyKind.UNKNOWN),
            organization=_name(answer.get("organization")) or _text(answer.get("organizationName")),
            person=_name(user) or _text(user.get("displayName")) or _text(user.get("email")),
        )


@dataclass(frozen=True, slots=True)
class Document:
    """One dashboard of the list. `folder` is its path, empty at the top; `updated_at` has a time zone."""

    identifier: str
    name: str
    has_dashboard: bool = True
    folder: str = ""
    owner: str = ""
    labels: tuple[str, ...] = ()
    updated_at: datetime | None = None
    url: str = ""
    favorites: int = 0
    views: int = 0
    deleted: bool = False

    @classmethod
    def from_wire(cls, record: Mapping[str, Any]) -> Document:
        """Read a record of `GET /v1/documents`."""
        counts = _mapping(record.get("_count"))
        folder = _mapping(record.get("folder"))
        labels = record.get("labels")
        return cls(
            identifier=_text(record.get("identifier")),
            name=_text(record.get("name")),
            has_dashboard=bool(record.get("hasDashboard", False)),
            folder=_text(folder.get("path")) or _text(folder.get("name")),
            owner=_text(_mapping(record.get("owner")).get("name")),
            labels=tuple(_name(item) for item in labels) if isinstance(labels, list) else (),
            updated_at=parse_time(record.get("updatedAt")),
            url=_text(record.get("url")),
            favorites=_count(counts.get("favorites")),
            views=_count(counts.get("views")),
            deleted=bool(record.get("deleted", False)),
        )


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page of documents; `total_records` is the server's word, on some what remains."""

    records: tuple[Document, ...]
    next_cursor: str | None
    total_records: int | None

    @classmethod
    def from_wire(cls, answer: Mapping[str, Any], records: tuple[Document, ...]) -> DocumentPage:
        """Read what `GET /v1/documents` says of the pages. A document without an id cannot be asked for."""
        page = _mapping(answer.get("pageInfo"))
        cursor = page.get("nextCursor")
        total = page.get("totalRecords")
        return cls(
            records=tuple(record for record in records if record.identifier),
            next_cursor=_text(cursor) or None if page.get("hasNextPage", True) else None,
            total_records=_count(total) if isinstance(total, int | float) else None,
        )


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile of a dashboard; `key` is None where an older server leaves it out."""

    identifier: str
    name: str
    key: str | None

    @classmethod
    def from_wire(cls, record: Mapping[str, Any]) -> Tile:
        """Read a record of `GET /v1/documents/{id}/queries`."""
        key = record.get("queryIdentifierMapKey")
        return cls(
            identifier=_text(record.get("id")),
            name=_text(record.get("name")),
            key=str(key) if isinstance(key, str | int) and key != "" else None,
        )


@dataclass(frozen=True, slots=True)
class DashboardFilters:
    """A dashboard's filters as the server gave them: `filters` by id, kept whole, and their order."""

    order: tuple[str, ...]
    filters: Mapping[str, Any]
    controls: Any = None

    @classmethod
    def from_wire(cls, answer: Mapping[str, Any]) -> DashboardFilters:
        """Read `GET /v1/dashboards/{id}/filters`. What the order leaves out comes after it."""
        filters = _mapping(answer.get("filters"))
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
    """Somebody to run as; `identifier` is the membership id that `userId` takes."""

    identifier: str
    name: str
    user_name: str
    active: bool = True
    embed: bool = False

    @classmethod
    def from_wire(cls, record: Mapping[str, Any], *, embed: bool) -> User:
        """Read a resource of SCIM's `Users`."""
        user_name = _text(record.get("userName"))
        return cls(
            identifier=_text(record.get("id")),
            name=_text(record.get("displayName")) or user_name,
            user_name=user_name,
            active=bool(record.get("active", True)),
            embed=embed,
        )


class Phase(Enum):
    """How far the server says a job is. A word that is not known means still running."""

    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"

    @classmethod
    def from_word(cls, word: str) -> Phase:
        """What a status word of any server means."""
        return _PHASES.get(word.strip().lower(), cls.RUNNING)


# in_progress, queued, pending, running, executing and every word that is not known: running
_PHASES = {
    **dict.fromkeys(("complete", "completed", "success", "succeeded", "done", "finished"), Phase.COMPLETE),
    **dict.fromkeys(("error", "errored", "failed", "failure", "cancelled", "canceled"), Phase.FAILED),
}


@dataclass(frozen=True, slots=True)
class JobStatus:
    """The answer to a status request; `word` is the server's own."""

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
            format=_text(answer.get("format")).lower() or None,
            created_at=parse_time(answer.get("created_at")),
            error=words_in(answer.get("error")) or words_in(answer.get("error_message")) or None,
        )


def mappings(values: Iterable[object]) -> Iterator[Mapping[str, Any]]:
    """Those of the values that are objects: in a list of records nothing else can be read."""
    return (value for value in values if isinstance(value, Mapping))


def parse_time(value: object) -> datetime | None:
    """An RFC 3339 time with its zone, or None."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.astimezone() if moment.tzinfo is None else moment


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) and math.isfinite(value) else 0


def _name(item: object) -> str:
    """The name of an object, or the text that stands in its place."""
    return _text(_mapping(item).get("name")) or _text(item)
