"""What a form is called, before there is one: by its dashboard, or by how many it is for."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.api.documents import Document
from omni_tui.tui.common.text import shorten

MOST_TITLE_CELLS = 80


def name_of(document: Document) -> str:
    """A dashboard's name; one that was opened by its id may have none yet."""
    return document.name or document.identifier


def form_title(documents: Sequence[Document]) -> str:
    """`Export · Blob Web Traffic`, as one plain line."""
    several = f"{len(documents)} dashboards"
    return f"Export · {several if len(documents) > 1 else shorten(name_of(documents[0]), MOST_TITLE_CELLS)}"
