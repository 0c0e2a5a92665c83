"""Suggest what was meant by a mistyped command, option, setting or name. The search has its own spellings."""

from __future__ import annotations

from collections.abc import Iterable


def closest(typed: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the known word most similar to the typed one, in any case; empty if none is close.

    `cutoff` is the least similarity, from 0 to 1.
    """
    from difflib import get_close_matches  # needed only after a typo

    by_folded = {word.casefold().strip(): word for word in known}
    found = get_close_matches(typed.casefold().strip(), by_folded, n=1, cutoff=cutoff)
    return by_folded[found[0]] if found else ""


def did_you_mean(typed: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return `Did you mean WORD?`, or another text if none is close."""
    word = closest(typed, known)
    return f"Did you mean {word}?" if word else otherwise
