"""The list of dashboards on disk, so that the first screen is not empty.

One JSON file, private, replaced in one step. It holds only what the list shows, never a token. A file that is
damaged or of another version counts as none, and goes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from omni_tui.api.models import Document, parse_time
from omni_tui.settings.locations import write_private_file

VERSION = 1


def read_cache(path: Path) -> tuple[tuple[Document, ...], float] | None:
    """The documents that were kept and when they were read (seconds since 1970), or None."""
    try:
        return _parsed(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        _drop(path)
        return None


def write_cache(path: Path, documents: Iterable[Document], as_of: float) -> None:
    """Keeps the documents, read at `as_of` (seconds since 1970). Raises OSError when the disk refuses.

    One document a line: each is encoded by itself, so that a thread that writes 100,000 of them lets the
    screen's thread in between.
    """
    rows = ",\n".join(json.dumps(_row(document), separators=(",", ":")) for document in documents)
    write_private_file(
        path, f'{{"version":{VERSION},"as_of":{json.dumps(as_of)},"documents":[\n{rows}\n]}}\n'
    )


def _row(document: Document) -> list[Any]:
    updated_at = document.updated_at
    return [
        document.identifier,
        document.name,
        document.folder,
        document.owner,
        list(document.labels),
        updated_at.isoformat() if updated_at else None,
        document.url,
        document.favorites,
        document.views,
    ]


def _parsed(content: Any) -> tuple[tuple[Document, ...], float]:
    """Raises ValueError, KeyError or TypeError for anything that `write_cache` would not have written."""
    if content["version"] != VERSION:
        raise ValueError("another version")
    return tuple(_document(*row) for row in content["documents"]), float(content["as_of"])


def _document(
    identifier: object,
    name: object,
    folder: object,
    owner: object,
    labels: object,
    updated_at: object,
    url: object,
    favorites: object,
    views: object,
) -> Document:
    if not isinstance(labels, list):
        raise TypeError("labels must be a list")
    return Document(
        identifier=_text(identifier),
        name=_text(name),
        folder=_text(folder),
        owner=_text(owner),
        labels=tuple(_text(label) for label in labels),
        updated_at=_time(updated_at),
        url=_text(url),
        favorites=_number(favorites),
        views=_number(views),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("must be text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("must be a whole number")
    return value


def _time(value: object) -> datetime | None:
    return None if value is None else parse_time(_text(value))


def _drop(path: Path) -> None:
    """Where the folder lets nothing be removed, the next write tells so."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
