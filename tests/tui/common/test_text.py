from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from omni_tui.tui.common.text import content, fit, shorten, shorten_folders, shorten_start

WIDTHS = st.integers(min_value=0, max_value=30)


def test_brackets_are_shown_and_escapes_removed() -> None:
    assert content("[red]x[/] \x1b[31my").plain == "[red]x[/] y"
    assert content("a\nb", "$muted").plain == "a b"
    assert content("[@click=app.quit]x[/]").spans == []


@pytest.mark.parametrize(
    ("text", "width", "end_cut", "start_cut"),
    [
        ("Sales Overview", 14, "Sales Overview", "Sales Overview"),
        ("Sales Overview", 8, "Sales O…", "…verview"),
        ("Sales Overview", 7, "Sales…", "…erview"),
        ("Sales Overview", 1, "…", "…"),
        ("Sales Overview", 0, "", ""),
        ("日本語日本語", 6, "日本…", "…本語"),
        ("日本", 2, "…", "…"),
    ],
)
def test_cutting(text: str, width: int, end_cut: str, start_cut: str) -> None:
    assert shorten(text, width) == end_cut
    assert shorten_start(text, width) == start_cut


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (28, "~/exports/Sales Overview.pdf"),
        (27, "…/Sales Overview.pdf"),
        (20, "…/Sales Overview.pdf"),
        (19, "…Sales Overview.pdf"),
        (8, "…iew.pdf"),
        (0, ""),
    ],
)
def test_a_path_is_cut_between_its_folders(width: int, shown: str) -> None:
    assert shorten_folders("~/exports/Sales Overview.pdf", width) == shown


@given(st.text(), WIDTHS)
def test_a_cut_text_is_never_too_wide(text: str, width: int) -> None:
    for cut in (shorten, shorten_start, shorten_folders):
        assert cell_len(cut(text, width)) <= width


@given(st.text("ab c", max_size=12), WIDTHS, st.booleans())
def test_plain_letters_are_cut_and_fitted_as_wide_ones_are(text: str, width: int, right: bool) -> None:
    """A non-ASCII letter takes the slow path, which measures each character."""
    short = shorten(text + "é", width).replace("é", "e")
    assert shorten(text + "e", width) == short
    assert fit(text + "e", width, right=right) == fit(text + "é", width, right=right).replace("é", "e")


@given(st.text(), WIDTHS, st.booleans())
def test_a_fitted_text_is_exactly_as_wide(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(text, width, right=right)) == width


def test_numbers_stand_at_the_right() -> None:
    assert fit("12 kB", 7, right=True) == "  12 kB"
    assert fit("12 kB", 7) == "12 kB  "


def test_a_name_of_a_megabyte_does_not_hold_up_the_screen() -> None:
    name = "\u202e" * 1_000_000 + "end"
    assert shorten(name, 20) == ""
    assert shorten_start(name, 20) == "end"


@given(st.text(max_size=40) | st.text("ab c…", max_size=40), WIDTHS, st.booleans())
def test_short_and_long_texts_are_padded_alike(text: str, width: int, right: bool) -> None:
    padded = fit(text, width, right=right)
    assert cell_len(padded) == width
    assert padded.strip(" ") == shorten(text, width).strip(" ")
