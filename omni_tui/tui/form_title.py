"""Titles of export forms, without importing the form: the dashboard's name, or how many there are."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.api.documents import Document
from omni_tui.tui.common.text import shorten

MAX_TITLE_CELLS = 80


def name_of(document: Document) -> str:
    """Return the dashboard's name, or its ID while the name is unknown."""
    return document.name or document.identifier


def form_title(documents: Sequence[Document]) -> str:
    """Return a title such as `Export · Blob Web Traffic`, on one plain line."""
    several = f"{len(documents)} dashboards"
    return f"Export · {several if len(documents) > 1 else shorten(name_of(documents[0]), MAX_TITLE_CELLS)}"
