"""The dashboards that were typed: IDs or URLs, whose Omni they belong to, and the filters in the URLs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from omni_tui.api.urls import dashboard_reference, dashboard_root, origin_of
from omni_tui.commands.shared.console import tell
from omni_tui.commands.shared.errors import UsageError

if TYPE_CHECKING:
    from omni_tui.options.filters.from_url import UrlFilters

_WORD = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Reference:
    """A dashboard as it was typed: its ID, and what its URL says of filters (None: nothing)."""

    id: str
    url: UrlFilters | None = None


def reference_of(text: str) -> Reference:
    """Return the dashboard that was typed. Raises UsageError when it is neither an ID nor a URL."""
    id_ = dashboard_id(text)
    if "?" not in text:
        return Reference(id_)
    from omni_tui.options.filters.from_url import url_filters

    return Reference(id_, url_filters(text) or None)


def dashboard_id(text: str) -> str:
    """The id in what was typed. Raises UsageError when there is none."""
    # A word alone is an id here, whatever it looks like: nothing else is expected in its place.
    found = text if _WORD.fullmatch(text) else dashboard_reference(text)
    if found is None:
        raise UsageError(f"{text!r} is neither a dashboard's id nor its address.")
    return found


def references_of(typed: Sequence[str], program: str) -> tuple[Reference, ...]:
    """Return the dashboards that were typed, each once and in order.

    A second download of one would make the same file, unless its URL has other filters.
    """
    found: dict[Reference, None] = {}
    for text in typed:
        if (each := reference_of(text)) in found:
            tell(f"{program}: {each.id} was given twice; it is downloaded once.")
        found[each] = None
    return tuple(found)


def roots_of(typed: Iterable[str]) -> frozenset[str]:
    """The API roots of those that were typed as whole addresses. Raises AddressError."""
    return frozenset(filter(None, map(dashboard_root, typed)))


def refuse_other_instances(roots: Iterable[str], root: str) -> None:
    """An id of one Omni means another dashboard, or none, in another. Raises UsageError."""
    origin = origin_of(root)
    for other in roots:
        if origin_of(other) != origin:
            message = f"The dashboard's URL is at {origin_of(other)}, but the settings say {origin}."
            hint = "Choose its settings with --profile. If both are the same Omni, give the id alone."
            raise UsageError(message, hint)
