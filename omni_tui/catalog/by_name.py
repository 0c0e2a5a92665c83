"""Find dashboards by their exact name, in the cached list and among those that have changed since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from omni_tui.api.documents import Document
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.catalog.catalog import PAGE_SIZE, Catalog, is_dashboard
from omni_tui.catalog.list_view import Listing
from omni_tui.catalog.search.folding import SIGNS, begins_name, fold, spaced

if TYPE_CHECKING:
    from omni_tui.api.client import OmniClient


def named(listing: Listing, name: str) -> list[Document]:
    """Return the dashboards with exactly that name, or else in any case and with any accents."""
    name_start = begins_name(tuple(spaced(fold(name)).split())) + SIGNS
    texts = listing.table.texts
    alike = [listing.table.document(at) for at in listing.rows if texts[at].startswith(name_start)]
    return _closest(alike, name)


def find_by_name(listing: Listing, changed: Mapping[str, Document], name: str) -> list[Document]:
    """Return the dashboards with that name; the changed documents, by ID, replace those of the list."""
    listed = [each for each in named(listing, name) if each.identifier not in changed]
    return _closest([*listed, *(each for each in changed.values() if is_dashboard(each))], name)


async def read_changed_documents(catalog: Catalog, client: OmniClient) -> dict[str, Document]:
    """Return the documents, by ID, that may have changed since the list was read.

    Reads the last updated first, until a page holds nothing new: one request for most lists. Reads the whole
    list, into the catalog, if it was never read. Raises OmniTuiError.
    """
    if catalog.as_of is None:
        await catalog.refresh()
        return {}
    changed: dict[str, Document] = {}
    cursors: set[str | None] = set()
    cursor: str | None = None
    while cursor not in cursors:
        cursors |= {cursor, None}
        page = await client.documents(
            cursor=cursor,
            page_size=PAGE_SIZE,
            sort_field="updatedAt",
            sort_direction="desc",
            priority=Priority.INTERACTIVE,
        )
        changed |= {each.identifier: each for each in page.records}
        cursor = page.next_cursor
        if not any(_has_changed(catalog, each) for each in page.records):
            break
    return changed


def _has_changed(catalog: Catalog, document: Document) -> bool:
    known = catalog.find(document.identifier)
    if known is None:
        return is_dashboard(document)
    return known.updated_at != document.updated_at


def _closest(documents: list[Document], name: str) -> list[Document]:
    wanted = name.strip()
    exact = [each for each in documents if each.name.strip() == wanted]
    return exact or [each for each in documents if fold(each.name).strip() == fold(wanted)]
