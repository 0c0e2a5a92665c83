"""Parse the dashboards of a command line: IDs, URLs or names, their servers, and the URLs' filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from omni_tui.api.urls import dashboard_reference, dashboard_root, origin_of
from omni_tui.commands.shared.console import print_error
from omni_tui.commands.shared.exit_codes import UsageError

if TYPE_CHECKING:
    from omni_tui.options.filters.from_url import UrlFilters


@dataclass(frozen=True, slots=True)
class Reference:
    """A dashboard as typed: its ID, the filters in its URL, or None, and the URL's API root, or empty.

    `may_be_name`: the text isn't a URL, so it may be the dashboard's name; `dashboard_names` resolves it.
    """

    id: str
    url: UrlFilters | None = None
    may_be_name: bool = False
    root: str = ""


def reference_of(text: str) -> Reference:
    """Parse one dashboard. Raises UsageError if the text can't be an ID, URL or name, and AddressError."""
    found = dashboard_reference(text) if "/" in text else None
    if found is None:
        if "://" in text or not text.strip():
            raise UsageError(f"{text!r} isn't the ID, the URL or the name of a dashboard.")
        return Reference(text.strip(), may_be_name=True)
    root = dashboard_root(text)
    if "?" not in text:
        return Reference(found, root=root)
    from omni_tui.options.filters.from_url import url_filters

    return Reference(found, url_filters(text) or None, root=root)


def references_of(typed: Sequence[str], program: str) -> tuple[Reference, ...]:
    """Parse the dashboards, in order and without repetition.

    Repeating one would make the same file, unless its URL has other filters.
    """
    found: dict[Reference, None] = {}
    for text in typed:
        if (each := reference_of(text)) in found:
            print_error(f"{program}: {given_twice(each.id)}")
        found[each] = None
    return tuple(found)


def given_twice(id_: str) -> str:
    """Return the message about a dashboard that was given twice."""
    return f"{id_} was given twice; it is downloaded once."


def reject_other_instances(references: Iterable[Reference], root: str) -> None:
    """Raise UsageError if a URL is of another server, where the same ID means another dashboard or none."""
    origin = origin_of(root)
    for each in references:
        if each.root and origin_of(each.root) != origin:
            message = f"The dashboard's URL is at {origin_of(each.root)}, but the settings use {origin}."
            hint = "Choose its settings with --profile. If both are the same server, use only the ID."
            raise UsageError(message, hint)
