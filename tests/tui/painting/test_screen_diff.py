"""Unchanged cells aren't written again, and the terminal still shows the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from omni_tui.tui.painting import screen_diff
from omni_tui.tui.painting.screen_diff import ScreenDiff
from tests.tui.painting.test_sgr import COLUMNS, ROWS, picture, styled

texts = st.one_of(
    st.text("ab─é 漢🎉e\u0301", min_size=1, max_size=9),
    st.builds(
        lambda text, blanks: text + " " * blanks, st.text("ab", max_size=3), st.integers(10, COLUMNS - 3)
    ),
)
moves = st.builds(lambda row, column: f"\x1b[{row};{column}H", st.integers(1, ROWS), st.integers(1, COLUMNS))
ends = st.sampled_from(["\r\n", "\n", "\r\n\r\n"])
modes = st.sampled_from(["\x1b[?2026h", "\x1b[?2026l", "\x1b[?25l", "\x1b[?25h"])
strange = st.sampled_from(["\x1b[2J", "\x1b[K", "\x1b[3C", "\t", "\x1b[1049h", "\x1b[99;1H", "\r"])
# mostly like Textual's output: a position, then text
painted = st.builds(lambda move, text: f"{move}{text}", moves, st.one_of(styled, styled, texts))
writings = st.lists(
    st.lists(
        st.one_of(painted, painted, painted, styled, texts, moves, ends, modes, strange), max_size=5
    ).map("".join),
    max_size=8,
)


abilities = st.fixed_dictionaries({"clears": st.booleans(), "scrolls": st.booleans()})
SEQUENCE = re.compile(r"\x1b\[[0-9;]*m")
LINES = [
    "Web traffic",
    "Churn",
    "\x1b[31mMargins\x1b[0m     old",
    "Sales 2024",
    "Orders",
    "Returns",
    "Stock",
    "漢 Costs",
]


def new_diff(columns: int = COLUMNS, rows: int = ROWS, **able: bool) -> ScreenDiff:
    made = ScreenDiff(**able)
    made.resize(columns, rows)
    return made


@pytest.fixture(autouse=True, scope="module")
def lines_that_moved_are_always_looked_for() -> Iterator[None]:
    """Look for scrolls even in these small terminals."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screen_diff, "LONG_CHARACTERS", 0)
        yield


def known(text: str = "abcdefghij") -> ScreenDiff:
    """Return the diff of a terminal that shows this text in its second line."""
    made = new_diff()
    made.reduced(f"\x1b[2;1H{text}\x1b[1;1H")
    return made


@given(writings, abilities)
def test_the_picture_is_the_same(written: list[str], able: dict[str, bool]) -> None:
    reduce = new_diff(**able).reduced
    assert picture(*map(reduce, written)) == picture(*written)


@given(writings, writings)
def test_nothing_is_assumed_after_another_program_had_the_terminal(
    first: list[str], second: list[str]
) -> None:
    made = new_diff()
    before = [made.reduced(each) for each in first]
    foreign = "\x1b[0;7mwhat another wrote\x1b[0m\x1b[3;3H"
    made.forget()
    at = "\x1b[0m\x1b[1;1H"
    after = [made.reduced(each) for each in (at, *second)]
    assert picture(*before, foreign, *after) == picture(*first, foreign, at, *second)


def test_repeated_output_is_not_sent() -> None:
    made = known()
    assert made.reduced("\x1b[?2026h\x1b[2;1Habcdefghij\x1b[1;1H\x1b[?2026l") == ""


def test_one_letter_is_sent_with_one_cursor_move() -> None:
    assert known().reduced("\x1b[2;1HabcdEfghij\x1b[1;1H") == "\x1b[2;5H\x1b[0mE\x1b[1;1H"


def test_near_changes_are_sent_together_and_distant_ones_apart() -> None:
    assert known().reduced("\x1b[2;1HAbCdefghij") == "\x1b[B\x1b[0mAbC\x1b[7C"
    assert known().reduced("\x1b[2;1HAbcdefghiJ") == "\x1b[B\x1b[0mA\x1b[8CJ"


def test_near_rows_are_reached_in_few_bytes() -> None:
    made = known()
    assert made.reduced("\x1b[1;3HX\x1b[2;2HY\x1b[1;1H") == "\x1b[2C\x1b[0mX\x1b[B\b\bY\x1b[A\b\b"


def test_text_that_may_be_two_cells_wide_is_followed_by_an_absolute_move() -> None:
    assert known().reduced("\x1b[2;1H…bcdefghij\x1b[1;1H") == "\x1b[B\x1b[0m…\x1b[1;1H"


def test_a_space_depends_only_on_its_background() -> None:
    made = known("a         b")
    assert made.reduced("\x1b[2;1Ha\x1b[31m         \x1b[0mb\x1b[1;1H") == ""
    assert "\x1b[0;41m" in made.reduced("\x1b[2;1Ha\x1b[41m         \x1b[0mb\x1b[1;1H")


@pytest.mark.parametrize("wide", ["漢字", "🎉", "e\u0301"])
def test_everything_after_text_of_unknown_width_is_sent(wide: str) -> None:
    made = known("abcdefghij")
    line = f"\x1b[2;1Hab{wide}efgh\x1b[1;1H"
    first = made.reduced(line)
    assert "efgh" in first
    assert "efgh" in made.reduced(line)


def test_a_link_is_sent_once_and_without_the_number_that_changes() -> None:
    made = new_diff()
    link = "\x1b[1;1H\x1b]8;id={};https://o.example/d\x1b\\open\x1b]8;;\x1b\\\x1b[2;1H"
    assert made.reduced(link.format(1)) == (
        "\x1b[1;1H\x1b[0m\x1b]8;;https://o.example/d\x1b\\open\x1b]8;;\x1b\\\x1b[2;1H"
    )
    assert made.reduced(link.format(2)) == ""
    assert "o.example/e" in made.reduced(link.format(3).replace("/d", "/e"))


def test_a_resize_forgets_the_screen() -> None:
    made = known()
    made.resize(COLUMNS, ROWS)
    assert made.reduced("\x1b[2;1Habcdefghij\x1b[1;1H") == ""
    made.resize(COLUMNS + 1, ROWS)
    assert "abcdefghij" in made.reduced("\x1b[2;1Habcdefghij")


def test_before_the_size_is_known_all_is_sent() -> None:
    assert "abc" in ScreenDiff().reduced("\x1b[1;1Habc")


def listed(first: int, beside: str = "", *, is_whole: bool = True) -> str:
    """Return numbered lines below a header, with text beside them; or only the lines' texts."""
    rows = [LINES[(first + row) % len(LINES)] for row in range(ROWS - 1)]
    blanks = [" " * (COLUMNS - 4 - cell_len(SEQUENCE.sub("", text))) if is_whole else "  " for text in rows]
    lines = (f"\x1b[{row};1H{text}{blanks[row - 2]}" for row, text in enumerate(rows, 2))
    cut = (f"\x1b[{row};{COLUMNS - 3}H{beside:4}" for row in range(2, ROWS + 1))
    return "".join([f"\x1b[1;1H{'a list':20}", *lines, *cut, "\x1b[1;1H"])


steps = st.tuples(st.integers(0, len(LINES)), st.sampled_from(["", "xy", "─"]), st.booleans())


@given(st.lists(steps, max_size=6), abilities)
def test_a_list_that_scrolls_looks_the_same(
    steps: list[tuple[int, str, bool]], able: dict[str, bool]
) -> None:
    written = [listed(first, beside, is_whole=is_whole) for first, beside, is_whole in steps]
    reduce = new_diff(**able).reduced
    assert picture(*map(reduce, written)) == picture(*written)


def test_lines_that_moved_are_moved_by_the_terminal_and_only_the_new_one_is_written() -> None:
    made, plainly = new_diff(scrolls=True), new_diff()
    for each in (made, plainly):
        each.reduced(listed(0))
    moved = made.reduced(listed(1))
    assert moved.startswith("\x1b[2;6r\x1b[2H\x1b[1M\x1b[r")
    assert "Returns" in moved
    assert "Orders" not in moved
    assert len(moved) < len(plainly.reduced(listed(1)))
    back = made.reduced(listed(0))
    assert back.startswith("\x1b[2;6r\x1b[2H\x1b[1L\x1b[r")
    assert "Web traffic" in back


def test_unknown_cells_are_not_moved() -> None:
    made = new_diff(scrolls=True)
    made.reduced(listed(0, is_whole=False))
    assert "\x1b[1M" not in made.reduced(listed(1, is_whole=False))


def test_lines_are_not_moved_if_that_takes_more_bytes() -> None:
    made = new_diff(scrolls=True)
    made.reduced(listed(0))
    assert "M" not in made.reduced(listed(4)).replace("Margins", "")


def test_long_spaces_are_cleared_if_the_terminal_clears_in_color() -> None:
    ground = f"\x1b[1;1H\x1b[44mab{' ' * 12}cd\x1b[0m\x1b[2;1H"
    assert new_diff(clears=True).reduced(ground) == ("\x1b[1;1H\x1b[0;44mab\x1b[12X\x1b[12Ccd\x1b[2;1H")
    assert " " * 12 in new_diff().reduced(ground)


def test_blanks_to_the_end_of_a_line_are_cleared_without_being_counted() -> None:
    assert new_diff(clears=True).reduced(f"\x1b[1;1Hab{' ' * 18}\x1b[1;1H") == (
        "\x1b[1;1H\x1b[0mab\x1b[K\b\b"
    )


@pytest.mark.parametrize("style", ["4", "7", "9"])
def test_underlined_reversed_or_struck_spaces_are_written(style: str) -> None:
    assert " " * 18 in new_diff(clears=True).reduced(f"\x1b[1;1H\x1b[{style}mab{' ' * 18}\x1b[0m\x1b[1;1H")


def test_text_in_one_look_is_written_together_if_that_is_shorter() -> None:
    name, folder = "38;2;125;207;255", "38;2;106;113;133"
    rows = "".join(f"\x1b[{row};1H\x1b[{name}mab\x1b[{folder}mcd\x1b[0m" for row in (1, 2, 3))
    written = new_diff().reduced(f"{rows}\x1b[1;1H")
    assert written.count(name) == written.count(folder) == 1


def test_only_what_changes_of_a_style_is_sent() -> None:
    line = "\x1b[1;1H\x1b[31;44mab\x1b[0;32;44mcd\x1b[0;1;32;44mef\x1b[0;32mgh\x1b[0mij\x1b[1;1H"
    assert new_diff().reduced(line) == (
        "\x1b[1;1H\x1b[0;31;44mab\x1b[32mcd\x1b[1mef\x1b[0;32mgh\x1b[39mij\x1b[10D"
    )


def test_the_color_of_text_is_not_changed_for_spaces() -> None:
    line = "\x1b[1;1H\x1b[31;44mab\x1b[0;45m \x1b[0;31;46mcd\x1b[1;1H"
    assert new_diff().reduced(line) == "\x1b[1;1H\x1b[0;31;44mab\x1b[45m \x1b[46mcd\x1b[5D"


def test_text_on_one_background_is_written_together() -> None:
    made = new_diff(columns=60)
    cells = "".join(f"\x1b[{30 + column % 6};{41 + column % 2}mx" for column in range(50))
    written = made.reduced(f"\x1b[1;1H{cells}\x1b[1;1H")
    assert written.count("41m") == written.count("42m") == 1


def test_a_synchronized_update_without_changes_sends_nothing() -> None:
    made = known()
    assert made.reduced("\x1b[?2026h") == ""
    assert made.reduced("\x1b[2;1Habcdefghij\x1b[1;1H") == ""
    assert made.reduced("\x1b[?2026l") == ""
    assert made.reduced("\x1b[?2026h") == ""
    assert made.reduced("\x1b[2;1HX\x1b[1;1H") == "\x1b[?2026h\x1b[B\x1b[0mX\x1b[A\b"
    assert made.reduced("\x1b[?2026l") == "\x1b[?2026l"
