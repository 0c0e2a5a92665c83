"""Keeps the state of closed forms, so that they reopen with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from omni_tui.options.filters.types import Edit
    from omni_tui.options.spec import Format, OptionValue
    from omni_tui.tui.export_form.draft.draft import Draft

# The number of forms kept; the oldest are dropped first.
MAX_FORMS = 100
# Identifies a form: the server's URL, the profile and the dashboards' IDs.
Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """Everything a user can set in a form. `folder` is None unless one was chosen."""

    format: Format
    wants_tile: bool
    tile_names: Mapping[str, str]
    run_as: str
    values: Mapping[str, OptionValue]
    edits: Mapping[str, Edit]
    fan_out: str
    folder: Path | None


def draft_state(draft: Draft, folder: Path | None) -> KeptDraft:
    """Return a form's current state."""
    filters = draft.filters
    return KeptDraft(
        draft.format,
        draft.wants_tile,
        dict(draft.tile_names),
        draft.run_as,
        dict(draft.values),
        dict(filters.edits),
        filters.fan_out,
        folder,
    )


def restore(draft: Draft, kept: KeptDraft) -> None:
    """Restore a form's state. The filters follow when the dashboard's are loaded."""
    draft.format, draft.wants_tile = kept.format, kept.wants_tile
    draft.tile_names, draft.run_as = dict(kept.tile_names), kept.run_as
    draft.values = dict(kept.values)
    draft.filters.show_edits(kept.edits, kept.fan_out)


class KeptDrafts:
    """The states of closed forms, in memory."""

    def __init__(self) -> None:
        self._kept: dict[Key, KeptDraft] = {}

    def keep(self, key: Key, state: KeptDraft | None) -> None:
        """Store a form's state in place of the old one; None removes it."""
        self._kept.pop(key, None)
        if state is not None:
            self._kept[key] = state
            while len(self._kept) > MAX_FORMS:
                del self._kept[next(iter(self._kept))]

    def find(self, key: Key) -> KeptDraft | None:
        """Return the state of a form when it was closed, or None."""
        return self._kept.get(key)
