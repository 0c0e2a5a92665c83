"""Escape sequences: their content, and that no dashboard name can break out of one."""

from __future__ import annotations

import re
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.tui.terminal.detect import Multiplexer, NotificationKind
from omni_tui.tui.terminal.escape_sequences import (
    FILE_END,
    MAX_CHARACTERS,
    SCREEN_BYTES,
    clipboard,
    field,
    file_part,
    file_start,
    file_whole,
    notification,
    wrapped,
)

HOSTILE = "a\x1b]0;title\x07b\x9b31mc;d\u202ee\nf\x1b\\g" + "x" * 5000
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@pytest.mark.parametrize("alert", [NotificationKind.OSC_9, NotificationKind.OSC_777])
@given(body=st.text(max_size=400))
def test_nothing_breaks_out_of_a_notification(alert: NotificationKind, body: str) -> None:
    sequence = notification(alert, "omni-tui", body)
    assert sequence.startswith("\x1b]")
    assert sequence.endswith("\a")
    assert not CONTROLS.search(sequence[2:-1])
    assert sequence.count(";") == (1 if alert is NotificationKind.OSC_9 else 3)


def test_a_hostile_name_becomes_one_short_safe_line() -> None:
    text = field(HOSTILE)
    assert not CONTROLS.search(text)
    assert ";" not in text
    assert len(text) == MAX_CHARACTERS
    assert text.endswith("…")


def test_each_terminal_gets_its_own_notification() -> None:
    assert (
        notification(NotificationKind.OSC_9, "omni-tui", "Saved: a.pdf") == "\x1b]9;omni-tui: Saved: a.pdf\a"
    )
    assert notification(NotificationKind.OSC_777, "omni-tui", "Saved") == "\x1b]777;notify;omni-tui;Saved\a"
    assert notification(NotificationKind.NONE, "omni-tui", "Saved") == ""
    title, body = re.findall(
        r"\x1b\]99;([^\a]*)\a", notification(NotificationKind.OSC_99, "omni-tui", HOSTILE)
    )
    assert title == "i=omni-tui:d=0:e=1;b21uaS10dWk="
    head, _, payload = body.partition(";")
    assert head == "i=omni-tui:d=1:e=1:p=body"
    assert b64decode(payload).decode() == field(HOSTILE)
    assert len(b64decode(payload)) <= 2048  # what the protocol allows


def test_the_clipboard_gets_the_text_unchanged() -> None:
    text = "Übersicht; \x1b]0;x\a\n"
    found = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\a", clipboard(text))
    assert found is not None
    assert b64decode(found[1]).decode() == text


def test_escapes_are_doubled_for_tmux() -> None:
    assert wrapped("\x1b]9;x\a", Multiplexer.TMUX) == "\x1bPtmux;\x1b\x1b]9;x\a\x1b\\"


@given(text=st.text(alphabet="abc", min_size=1, max_size=2000))
def test_sequences_are_split_for_screen(text: str) -> None:
    sequence = clipboard(text)
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", wrapped(sequence, Multiplexer.SCREEN), flags=re.DOTALL)
    assert "".join(pieces) == sequence
    assert all(0 < len(piece) <= SCREEN_BYTES for piece in pieces)


@pytest.mark.parametrize("multiplexer", [Multiplexer.NONE, Multiplexer.UNKNOWN])
def test_other_terminals_get_sequences_unchanged(multiplexer: Multiplexer) -> None:
    assert wrapped("\x1b]9;x\a", multiplexer) == "\x1b]9;x\a"


def test_a_file_has_its_name_and_size() -> None:
    assert file_start("a;b.pdf", 7) == "\x1b]1337;MultipartFile=name=YTtiLnBkZg==;size=7;inline=0\a"
    assert file_part(b"abc") == "\x1b]1337;FilePart=YWJj\a"
    assert FILE_END == "\x1b]1337;FileEnd\a"
    assert file_whole("a.pdf", b"abcd") == "\x1b]1337;File=name=YS5wZGY=;size=4;inline=0:YWJjZA==\a"
