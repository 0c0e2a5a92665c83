"""Filter labels: made unique if they repeat, and found in any spelling."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from omni_tui.options.filters.types import Filter


def folded(text: str) -> str:
    """Return a key for a label that ignores case, blanks and composition."""
    return unicodedata.normalize("NFC", " ".join(text.split()).casefold())


def with_distinct_labels(filters: Iterable[Filter]) -> tuple[Filter, ...]:
    """Append IDs to labels that repeat; hidden filters don't lengthen visible labels."""
    listed = tuple(filters)
    shown = Counter(folded(each.own_label) for each in listed if not each.is_hidden)
    everything = Counter(folded(each.own_label) for each in listed)
    return tuple(
        replace(each, label=f"{each.own_label} ({each.id})")
        if (everything if each.is_hidden else shown)[folded(each.own_label)] > 1 and each.own_label != each.id
        else each
        for each in listed
    )


def named(filters: Sequence[Filter], name: str) -> list[Filter]:
    """Return the filters that a name may mean: by ID, then by label; visible ones before hidden ones."""
    name = name.strip()
    key = folded(name)
    for found in (
        [each for each in filters if each.id == name],
        [each for each in filters if name in (each.label.strip(), each.own_label.strip())],
        [each for each in filters if key in (folded(each.label), folded(each.own_label))],
        [each for each in filters if folded(each.id) == key],
    ):
        if found:
            return [each for each in found if not each.is_hidden] or found
    return []
