"""Hash what a file shows, not its bytes: equal for two exports with the same rows or the same pixels."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from pathlib import Path
from typing import Any

from omni_tui.preview.kinds import kind_of
from omni_tui.preview.pages.document import PageDocument
from omni_tui.preview.tables import tables_in


def fingerprint(path: Path) -> str:
    """Return the hash of a file's content, prefixed with its method: `rows:…` or `pixels:…`.

    Row order and table names count; quoting, line ends and compression don't. Blocks; raises PreviewError.
    """
    hash_ = hashlib.sha256()
    if not kind_of(path).is_table:
        with closing(PageDocument(path)) as document:
            for number in range(document.pages):
                _add(hash_, document.pixels(number))
        return f"pixels:{hash_.hexdigest()}"
    for table in sorted(tables_in(path), key=lambda each: each.name):
        with table.open() as rows:
            _add(hash_, [table.name, *rows.header])
            for row in rows:
                _add(hash_, row)
        _add(hash_, None)
    return f"rows:{hash_.hexdigest()}"


def _add(hash_: Any, value: object) -> None:
    hash_.update(json.dumps(value).encode())
    hash_.update(b"\n")
