"""Wrapping long lines: a shell reads a wrapped command as one line, whatever it contains."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from omni_tui.tui.file_transfer.copied_screen import wrap_lines
from omni_tui.tui.file_transfer.scp import SshHost, scp_line

PATH = Path('/home/ada/exports of mine/it\'s a "rather" long name, ÄÖÜ 日本語 $HOME `x`.pdf')


@given(words=st.lists(st.text(st.characters(blacklist_categories=("C", "Zl", "Zp"))), min_size=1, max_size=5),
       width=st.integers(8, 80))  # fmt: skip
def test_a_wrapped_command_means_the_same(words: list[str], width: int) -> None:
    line = "scp " + " ".join(map(shlex.quote, words))
    parts = wrap_lines(line, width)
    assert all(cell_len(part) <= width for part in parts)
    assert (
        shlex.split("\n".join(parts).replace("\\\n", "\\\n")) == shlex.split(line)
        or _as_a_shell(parts) == words
    )


def _as_a_shell(parts: list[str]) -> list[str]:
    """Return the words as sh reads them."""
    script = "scp() { printf '%s\\0' \"$@\"; }\n" + "\n".join(parts)
    done = subprocess.run(["sh", "-c", script], capture_output=True, check=True)
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize("width", [8, 20, 40, 60, 79])
def test_a_shell_reads_a_wrapped_scp_command_as_one(width: int) -> None:
    line = scp_line(PATH, SshHost("ada", "10.0.0.5", 2222))
    assert _as_a_shell(wrap_lines(line, width)) == shlex.split(line)[1:]


def test_short_lines_and_other_texts_are_unchanged() -> None:
    assert wrap_lines("scp a b", 20) == ["scp a b"]
    assert wrap_lines("/a/path/with it's own\nlines", 10) == ["/a/path/wi", "th it's ow", "n", "lines"]
    assert wrap_lines("日本語日本語", 8) == ["日本語日", "本語"]
    assert wrap_lines("", 20) == [""]
