from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from omni_tui.formatting import (
    display_path,
    format_ago,
    format_duration,
    format_latency,
    format_short_duration,
    format_size,
    json_line,
    plain_line,
    plain_lines,
    sentences,
    shell_word,
    without_controls,
)
from tests.examples import examples


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("Web Traffic [EMEA] Q3", "Web Traffic [EMEA] Q3"),
        ("[red]x[/]", "[red]x[/]"),
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("a\x9b31mred", "ared"),
        ("\x1b]0;title\x07name", "]0;titlename"),
        ("bell\x07 null\x00", "bell null"),
        ("two\r\nlines\tand\x0btab", "two  lines and tab"),
        ("para\u2029graph", "para graph"),
        ("gpj\u202egnp", "gpjgnp"),
        ("\u2066left\u2069 zero\u200bwidth", "left zerowidth"),
        ("日本語 é", "日本語 é"),
        ("heart \u2764\ufe0f", "heart \u2764"),
        ("\U0001f44d\U0001f3fd", "\U0001f44d"),
        ("  indented é", "  indented é"),
        ("\ud800lone", "lone"),
    ],
)
def test_untrusted_text_becomes_one_safe_line(foreign: str, shown: str) -> None:
    assert plain_line(foreign) == shown


@given(st.text())
def test_no_control_or_direction_mark_is_kept(text: str) -> None:
    plain = plain_line(text)
    assert plain.isprintable() or all(c.isprintable() or c.isspace() for c in plain)
    assert not set(plain) & set("\x1b\x9b\n\r\t\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@given(st.text())
def test_a_line_is_as_wide_as_its_characters(text: str) -> None:
    """Then all terminals agree on its width, whether they join characters or not."""
    without_marks = [c for c in plain_line(text) if cell_len(c)]
    assert cell_len("".join(without_marks)) <= sum(map(cell_len, without_marks))


def test_lines_keep_their_breaks_and_their_indentation() -> None:
    assert plain_lines('{\n\t"a": 1,\r\n  "b": "\x1b[1mé"\n}') == ["{", '    "a": 1,', '  "b": "é"', "}"]
    assert plain_lines("") == []


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_950, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_234_567, "1.2 MB"),
        (200_000_000, "200 MB"),
        (3_400_000_000, "3.4 GB"),
        (999_500_000_000, "1.0 TB"),
    ],
)
def test_sizes(size_bytes: int, words: str) -> None:
    assert format_size(size_bytes) == words


@given(st.integers(min_value=0, max_value=9_949_000_000_000))
def test_a_size_fits_its_column(size_bytes: int) -> None:
    assert len(format_size(size_bytes)) <= 6


@pytest.mark.parametrize(
    ("seconds", "words", "short"),
    [
        (0, "0 s", "0 s"),
        (59.9, "59 s", "59 s"),
        (60, "1 min 00 s", "1:00"),
        (125, "2 min 05 s", "2:05"),
        (3599, "59 min 59 s", "59:59"),
        (3725, "1 h 02 min", "1:02:05"),
    ],
)
def test_durations(seconds: float, words: str, short: str) -> None:
    assert format_duration(seconds) == words
    assert format_short_duration(seconds) == short


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0004, "0 ms"),
        (0.142, "142 ms"),
        (0.9996, "1.0 s"),
        (2.41, "2.4 s"),
        (9.96, "10 s"),
        (30.0, "30 s"),
        (59.7, "1:00"),
    ],
)
def test_latencies(seconds: float, words: str) -> None:
    assert format_latency(seconds) == words


def test_a_path_is_written_with_a_tilde(fake_home: Path) -> None:
    assert display_path(fake_home / "exports" / "a.pdf") == "~/exports/a.pdf"
    assert display_path(Path("/srv/exports/a.pdf")) == "/srv/exports/a.pdf"
    assert display_path(fake_home.with_name(fake_home.name + "-other")) != "~-other"
    assert display_path(fake_home) == str(fake_home)


def test_a_path_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    assert display_path(Path("/srv/a.pdf")) == "/srv/a.pdf"


NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC).astimezone()


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (None, ""),
        (NOW - timedelta(seconds=3), "just now"),
        (NOW - timedelta(minutes=5), "5 min ago"),
        (NOW - timedelta(hours=2), "2 h ago"),
        (NOW.replace(hour=0, minute=1) - timedelta(hours=12), "yesterday"),
        (NOW - timedelta(days=11), f"{(NOW - timedelta(days=11)).day} Nov"),
        (NOW.replace(year=2024), f"{NOW.day} Nov 2024"),
    ],
)
def test_past_times(moment: datetime | None, words: str) -> None:
    assert format_ago(moment, NOW) == words


def test_a_future_time_is_a_date() -> None:
    later = NOW + timedelta(days=2)
    assert format_ago(later, NOW) == f"{later.day} {later:%b}"


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        (("No room", "Try again."), "No room. Try again."),
        (("No room.", "Try again."), "No room. Try again."),
        (("No room!", "", " Try again "), "No room! Try again"),
        (("The server says: gone:", "Ask the owner."), "The server says: gone. Ask the owner."),
        (("He said “no.”", "Ask."), "He said “no.” Ask."),
        (("Cut …", "Ask."), "Cut … Ask."),
        (("Make it first: mkdir -p /x",), "Make it first: mkdir -p /x"),
        (("", ""), ""),
        ((), ""),
    ],
)
def test_sentences_have_a_full_stop_before_the_next_one(parts: tuple[str, ...], joined: str) -> None:
    assert sentences(*parts) == joined


HOSTILE = st.text(st.one_of(st.characters(max_codepoint=0xA0), st.characters()), max_size=12)


@given(HOSTILE)
def test_a_line_of_json_is_printable_and_equal(text: str) -> None:
    line = json_line({text: [text]})
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line) == {text: [text]}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("plain", "plain"),
        ("a b", "'a b'"),
        ("it's", "'it'\"'\"'s'"),
        ("no-break\xa0space \u3000 👩\u200d🚀", "'no-break\xa0space \u3000 👩\u200d🚀'"),  # for sh, too
        ("x\x7f\x7fy'", r"$'x\x7f\x7fy\''"),
        ("\x1b]0;t\x07", r"$'\x1b]0;t\x07'"),
        ("a\nb\\", r"$'a\nb\\'"),
        ("\x9b\u202e", r"$'\xc2\x9b\xe2\x80\xae'"),
    ],
)
def test_unprintable_text_is_escaped_for_a_shell(text: str, word: str) -> None:
    assert shell_word(text) == word


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash reads the words back")
@given(st.lists(HOSTILE, min_size=20, max_size=40))
@examples(5)
def test_a_shell_reads_every_word_back_and_no_word_has_controls(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    words = [shell_word(text) for text in texts]
    assert all(without_controls(word) == word for word in words)
    script = "".join(f"printf '%s\\0' {word}\n" for word in words)
    told = subprocess.run(["bash"], input=script.encode(), capture_output=True, check=True).stdout
    assert told.decode().split("\0")[:-1] == [text.replace("\0", "") for text in texts]


def test_controls_are_removed_and_everything_else_stays() -> None:
    every = "".join(map(chr, range(0x100)))
    kept = without_controls(every)
    assert set(every) - set(kept) == {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))} - {"\n", "\t"}
    assert without_controls("👩‍🚀 é\u200f\u202e\u2066") == "👩‍🚀 é\u200f"
