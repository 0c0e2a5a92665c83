"""What stood in the forms that were closed, so that the same dashboards open with it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from omni_tui.options.filters.editing import Edit
    from omni_tui.options.spec import Format, OptionValue
    from omni_tui.tui.export_form.draft.draft import Draft

# So many forms are kept; the oldest go first.
MOST_FORMS = 100
# Whose form it is: the Omni's address, the profile, and the IDs of the dashboards.
Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A form's state: all that a user can set in it. `folder` is None unless one was chosen."""

    format: Format
    wants_tile: bool
    tile_names: Mapping[str, str]
    run_as: str
    values: Mapping[str, OptionValue]
    edits: Mapping[str, Edit]
    fan_out: str
    folder: Path | None


def draft_state(draft: Draft, folder: Path | None) -> KeptDraft:
    """Return what stands in a form now."""
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
    """Set a form's state as it was. The filters follow when the dashboard's own are told."""
    draft.format, draft.wants_tile = kept.format, kept.wants_tile
    draft.tile_names, draft.run_as = dict(kept.tile_names), kept.run_as
    draft.values = dict(kept.values)
    draft.filters.show_edits(kept.edits, kept.fan_out)


class KeptDrafts:
    """The states of closed forms, while the program runs."""

    def __init__(self) -> None:
        self._kept: dict[Key, KeptDraft] = {}

    def keep(self, key: Key, state: KeptDraft | None) -> None:
        """Keep this in place of what was there; None forgets that."""
        self._kept.pop(key, None)
        if state is not None:
            self._kept[key] = state
            while len(self._kept) > MOST_FORMS:
                del self._kept[next(iter(self._kept))]

    def find(self, key: Key) -> KeptDraft | None:
        """Return what stood in that form when it was closed."""
        return self._kept.get(key)
