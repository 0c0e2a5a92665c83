"""Words as bash reads and takes them, checked against bash itself."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.commands.completion.shell_words import CurrentWord, quoted_rest, split_line, unquoted
from tests.examples import examples

BREAKS = " \t\n\"'@><=;|&(:"


@pytest.mark.parametrize(
    ("line", "words", "current"),
    [
        ("omni-tui ", ["omni-tui"], CurrentWord()),
        ("omni-tui d", ["omni-tui"], CurrentWord("d")),
        (r"omni-tui a\ b c", ["omni-tui", "a b"], CurrentWord("c")),
        (r"omni-tui 'a b' c\ d", ["omni-tui", "a b"], CurrentWord("c d")),
        ("omni-tui 'it", ["omni-tui"], CurrentWord("it", "'", 0)),
        ('omni-tui --preset="Weekly t', ["omni-tui"], CurrentWord("--preset=Weekly t", '"', 9)),
        ("omni-tui --preset=We", ["omni-tui"], CurrentWord("--preset=We", "", 9)),
        (r"omni-tui Company\ Scorecard:\ ev", ["omni-tui"], CurrentWord("Company Scorecard: ev", "", 18)),
        ("cd /tmp; omni-tui d", ["omni-tui"], CurrentWord("d")),
        ("", [], CurrentWord()),
        ('omni-tui "" x', ["omni-tui", ""], CurrentWord("x")),
        ("omni-tui \\", ["omni-tui"], CurrentWord()),
    ],
)
def test_a_line_is_split_like_in_bash(line: str, words: list[str], current: CurrentWord) -> None:
    assert split_line(line, BREAKS) == (words, current)


values = st.lists(
    st.text("ab :='\"\\$`!*?[]{}~#&;|<>()é😀-/", min_size=1, max_size=12), min_size=1, max_size=20
)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is missing")
@given(values)
@examples(15)
def test_bash_takes_every_value_unchanged(texts: list[str]) -> None:
    for open_quote in ("", "'", '"'):
        current = CurrentWord("", open_quote)
        line = " ".join(f"{open_quote}{quoted_rest(text, current)}{open_quote}" for text in texts)
        script = f'printf "%s\\0" {line}'
        passed = subprocess.run(["bash", "-c", script], capture_output=True, check=True).stdout.decode()
        assert passed.split("\0")[:-1] == texts


def test_only_what_the_shell_replaces_is_printed() -> None:
    _, current = split_line(r"omni-tui Company\ Scorecard:\ ev", BREAKS)
    assert quoted_rest("Company Scorecard: every metric", current) == r"\ every\ metric"
    _, current = split_line('omni-tui --preset="We', BREAKS)
    assert quoted_rest('--preset=We "do" $it', current) == r"We \"do\" \$it"


def test_a_word_of_fish_without_its_quotes() -> None:
    assert [unquoted(each) for each in ("a\\ b", "'a b", '"a b"', "")] == ["a b", "a b", "a b", ""]
