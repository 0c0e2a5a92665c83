"""The dashboards that were typed: ids or addresses, and whose Omni they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from omni_tui.api.addresses import api_root, dashboard_reference
from omni_tui.commands.console import tell
from omni_tui.commands.errors import UsageError

_WORD = re.compile(r"[A-Za-z0-9_-]+")


def dashboard_id(text: str) -> str:
    """The id in what was typed. Raises UsageError when there is none."""
    # A word alone is an id here, whatever it looks like: nothing else is expected in its place.
    found = text if _WORD.fullmatch(text) else dashboard_reference(text)
    if found is None:
        raise UsageError(f"{text!r} is neither a dashboard's id nor its address.")
    return found


def dashboard_ids(typed: Sequence[str], program: str) -> tuple[str, ...]:
    """The ids that were typed, each once and in order: a second download of one would make the same file."""
    found: dict[str, None] = {}
    for text in typed:
        if (each := dashboard_id(text)) in found:
            tell(f"{program}: {each} was given twice; it is downloaded once.")
        found[each] = None
    return tuple(found)


def roots_of(typed: Iterable[str]) -> frozenset[str]:
    """The API roots of those that were typed as whole addresses. Raises AddressError."""
    return frozenset(api_root(text) for text in typed if _names_a_host(text))


def refuse_other_instances(roots: Iterable[str], root: str) -> None:
    """An id of one Omni means another dashboard, or none, in another. Raises UsageError."""
    origin = _origin(root)
    for other in roots:
        if _origin(other) != origin:
            message = f"The dashboard's address is at {_origin(other)}, but the settings say {origin}."
            hint = "Choose its settings with --profile. If both are the same Omni, give the id alone."
            raise UsageError(message, hint)


def _names_a_host(text: str) -> bool:
    """Whether it is an address, and not only the path of one (`/dashboards/12db1a0a`)."""
    return "://" in text or ("/" in text and text.split("/")[0] not in ("", "dashboards", "w"))


def _origin(root: str) -> str:
    parts = urlsplit(root)
    return f"{parts.scheme}://{parts.netloc}"
