"""Texts about the list of dashboards: its title, its counts and progress, and why it is empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from textual.content import Content

from omni_tui.api.urls import (
    AddressError,
    dashboard_reference,
    dashboard_root,
    instance_label,
    origin_of,
)
from omni_tui.catalog.sort_filter import FAVORITES, ListFilter, Part, SortBy
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import format_ago, plain_line
from omni_tui.tui.common.key_labels import bold_keys, with_keys
from omni_tui.tui.common.text import content

if TYPE_CHECKING:
    from omni_tui.catalog.catalog import Catalog

_EMPTY = {
    Part.FAVORITES: "No favorites yet. Press {favorite} on a dashboard to add it.",
    Part.FOLDER: "This folder is now empty.",
    Part.LABEL: "No dashboards have this label now.",
}
# The age of a younger list isn't shown.
NEW_SECONDS = 60


def title_of(list_filter: ListFilter) -> str:
    """Return `Dashboards`, followed by the part that is shown."""
    if list_filter == FAVORITES:
        return "Dashboards · favorites"
    if list_filter.part is Part.LABEL:
        return f"Dashboards · label {plain_line(list_filter.name)}"
    return f"Dashboards · {plain_line(list_filter.name)}" if list_filter.part is Part.FOLDER else "Dashboards"


def count_words(selected: int, found: int | None, total: int, sort_by: SortBy) -> list[str]:
    """Return the counts of selected, found (None without a search) and all dashboards, and the sort order."""
    counts = [f"{selected} selected"] if selected else []
    counts.append(f"{total:,}" if found is None else f"{found:,} of {total:,}")
    return [*counts, *([sort_by.value] if sort_by is not SortBy.CHANGE else [])]


def state_words(catalog: Catalog, now: datetime) -> list[str]:
    """Return the list's age, unless it is new, and its loading progress."""
    words: list[str] = []
    if catalog.as_of is not None and now.timestamp() - catalog.as_of >= NEW_SECONDS:
        words.append(f"as of {format_ago(datetime.fromtimestamp(catalog.as_of, UTC), now)}")
    if catalog.is_loading:
        of = f" of {catalog.total_count:,}" if catalog.total_count else ""
        return [*words, f"loading {catalog.loaded_count:,}{of}" if catalog.loaded_count else "loading"]
    if catalog.failure is not None and catalog.dashboards:
        return ["reload failed", *words]
    return words


def empty_list_text(
    catalog: Catalog | None, list_filter: ListFilter, typed: str, root: str, keymap: Mapping[str, str]
) -> Content:
    """Explain why no dashboard is shown, and what to do. `catalog` is None until it is open.

    `root` is the API root of the connected Omni, empty until there is a connection. `keymap` has the keys
    that aren't the default ones.
    """
    reference = dashboard_reference(typed)
    if reference is not None:
        elsewhere = other_server_host(typed, root)
        if elsewhere:
            words = content(f"This URL belongs to {elsewhere}, not to {instance_label(root)}.", "$error")
            look = Content.assemble(("enter", "bold $primary"), " finds a profile with that address")
            return Content("\n").join([words, look])
        return Content.assemble(("enter", "bold $primary"), " opens ", content(reference, "bold"))
    if catalog is None:
        return content("Opening …", "$muted")
    if not catalog.dashboards and catalog.failure is not None:
        return _failed(catalog.failure, keymap)
    if not catalog.dashboards and catalog.is_loading:
        return content("Loading dashboards …", "$muted")
    if typed:
        text = "No dashboards match this name, folder, owner or label."
        where = "" if list_filter.part is Part.ALL else " Only the current folder or label was searched."
        return _with_key(f"{text}{where}", bold_keys("{back} clears the search", keymap))
    if list_filter.part is not Part.ALL:
        empty = with_keys(_EMPTY[list_filter.part], keymap)
        return _with_key(empty, bold_keys("{back} shows all", keymap))
    advice = "This API key can't see any dashboards. Ask its owner for access, or use another key."
    return content(advice, "$muted")


def respelled_words(typed: str, respelled: str) -> Content:
    """Explain that nothing matches what was typed, and which spelling the list shows instead."""
    nothing, shown = content("No dashboards match ", "$muted"), content(". Showing ", "$muted")
    return Content.assemble(nothing, content(typed), shown, content(respelled, "bold"), ".")


def other_server_host(typed: str, root: str) -> str:
    """Return the host of a dashboard's URL if it isn't `root`'s Omni; otherwise an empty string."""
    try:
        other = dashboard_root(typed)
    except AddressError:
        return plain_line(urlsplit(typed.strip()).netloc) or "another address"
    return urlsplit(other).netloc if root and other and origin_of(other) != origin_of(root) else ""


def _failed(failure: OmniTuiError, keymap: Mapping[str, str]) -> Content:
    lines = [content(failure.message, "$error"), content(failure.hint, "$muted")]
    return Content("\n").join([*lines, bold_keys("{reload} retries", keymap)])


def _with_key(text: str, key: Content) -> Content:
    return Content("\n").join([content(text, "$muted"), key])
