"""Find the one dashboard with exactly the name that was typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from omni_tui.api.documents import Document
from omni_tui.api.urls import dashboard_reference, is_omni_identifier
from omni_tui.catalog.by_name import find_by_name, named, read_changed_documents
from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.dashboard_ids import Reference, given_twice
from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.formatting import plain_line, shell_word

if TYPE_CHECKING:
    from omni_tui.services import Services

# How many dashboards with the same or a similar name are listed in an error.
_MAX_LISTED = 6


async def resolve_names(
    services: Services, references: Iterable[Reference], console: Console
) -> tuple[Reference, ...]:
    """Replace names by IDs; return each dashboard once, and report one that is given by its ID and its URL.

    An ID costs no request, unless it isn't known and doesn't look like Omni's. A name costs one: the list may
    have changed since it was cached, and the name may no longer be unique. Raises UsageError if a name is
    ambiguous or unknown, OmniTuiError if the list can't be loaded.
    """
    names = _Names(services)
    found: dict[Reference, None] = {}
    for each in references:
        id_ = await names.id_of(each.id) if each.may_be_name else each.id
        resolved = Reference(id_, each.url)
        if resolved in found:
            console.info(given_twice(id_))
        found[resolved] = None
    return tuple(found)


class _Names:
    """Looks up names; requests the changes of the list at most once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._news: dict[str, Document] | None = None

    async def id_of(self, typed: str) -> str:
        catalog = self._services.catalog
        if catalog.find(typed) is not None:
            return typed
        if is_omni_identifier(typed) and not named(catalog.dashboards, typed):
            return typed
        if self._news is None:
            self._news = await read_changed_documents(catalog, self._services.client)
        found = find_by_name(catalog.dashboards, self._news, typed)
        if len(found) > 1:
            what = f"{len(found)} dashboards are named “{plain_line(typed)}”: {_listed(found)}."
            raise UsageError(what, "Use the ID.")
        if found:
            return found[0].identifier
        if catalog.find(typed) is not None or typed in self._news or dashboard_reference(typed) is not None:
            return typed
        raise UsageError(f"No dashboard has the ID, URL or name {typed!r}.", self._hint(typed))

    def _hint(self, typed: str) -> str:
        from omni_tui.catalog.search.index import Index

        index = Index(self._services.catalog.dashboards)
        close = index.search(typed) or (index.search(meant) if (meant := index.respelled(typed)) else ())
        if not close:
            return "Find it: omni-tui list WORDS"
        return f"Close matches: {_listed(close)}. See omni-tui list {shell_word(typed)}"


def _listed(documents: Sequence[Document]) -> str:
    """List as many names, folders and IDs as fit in an error message."""
    shown = [
        f"{each.identifier} ({', '.join(filter(None, (each.name, each.folder, each.owner)))})"
        for each in documents[:_MAX_LISTED]
    ]
    more = len(documents) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")
