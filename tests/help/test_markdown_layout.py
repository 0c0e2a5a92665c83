"""Markdown as lines of a terminal: every word is there, and no line is too wide."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.help.markdown_layout import lay_out, plain
from omni_tui.help.topic import Topic, all_topics


def lines(markdown: str, width: int = 40) -> list[str]:
    return [plain(line) for line in lay_out(markdown, width)]


def test_paragraphs_and_lists_are_wrapped_and_indented() -> None:
    text = "# Title\n\nOne two three\nfour five.\n\n- first item that is long\n- second\n\n1. one\n2. two\n"
    assert lines(text, 16) == [
        *("Title", "", "One two three", "four five.", ""),
        *("- first item", "  that is long", "- second", "", "1. one", "2. two"),
    ]


def test_a_table_is_aligned_and_its_widest_column_wraps() -> None:
    text = "| key | what it does |\n|---|---|\n| `F5` `ctrl+s` | export the dashboard now |\n| `q` | quit |\n"
    assert lines(text, 30) == [
        "key        what it does",
        "F5 ctrl+s  export the",
        "           dashboard now",
        "q          quit",
    ]


def test_a_table_with_a_missing_head_has_none() -> None:
    assert lines("| flag | |\n|---|---|\n| `--demo` | the demo |\n") == ["--demo  the demo"]


def test_styles_are_separate_and_code_is_not_broken() -> None:
    (first, second) = lay_out("Press **F5** or `ctrl+s x`, now.", 18)
    assert first == [("Press ", ""), ("F5", "strong"), (" or", "")]
    assert second == [("ctrl+s x", "code"), (", now.", "")]


def test_code_in_a_sentence_can_keep_its_marks_but_not_in_a_table_or_block() -> None:
    text = "Run `ls`.\n\n| `a` | `b` |\n|---|---|\n| `c` | d |\n\n```sh\nls\n```\n"
    found = [plain(line) for line in lay_out(text, 40, marks_code=True)]
    assert found == ["Run `ls`.", "", "a  b", "c  d", "", "  ls"]


@given(st.lists(st.from_regex(r"[a-z]{1,30}", fullmatch=True), min_size=1), st.integers(16, 100))
def test_every_word_is_there_in_order_and_no_line_is_too_wide(words: list[str], width: int) -> None:
    found = lines(" ".join(words), width)
    assert "".join(found).replace(" ", "") == "".join(words)
    assert max(map(len, found)) <= width


@pytest.mark.parametrize("topic", all_topics(), ids=lambda topic: topic.name)
@pytest.mark.parametrize("width", [40, 56, 80])
def test_topics_fit_any_width_except_for_their_code_blocks(topic: Topic, width: int) -> None:
    text = topic.markdown()
    code = {
        f"  {line}"
        for block in re.findall(r"```\w+\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
    }
    assert [line for line in lines(text, width) if len(line) > width and line not in code] == []
