"""Suggestions for mistyped words: in any case, and none if no word is close."""

from __future__ import annotations

import pytest

from omni_tui.suggestions import closest, did_you_mean


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Monday pak", "Monday pack"), (" MONDAY PACK ", "Monday pack"), ("xyzzy", ""), ("", "")],
)
def test_the_closest_word_in_its_own_spelling(typed: str, meant: str) -> None:
    assert closest(typed, ["rows", "Monday pack"]) == meant
    assert closest(typed, []) == ""


def test_without_a_close_word_the_other_advice_is_given() -> None:
    assert did_you_mean("formt", ["format"], "See the list.") == "Did you mean format?"
    assert did_you_mean("zzz", ["format"], "See the list.") == "See the list."
