"""Output in chunks: whole locally; over SSH, the first visible change goes ahead."""

from __future__ import annotations

from io import StringIO

import pytest

from omni_tui.tui.painting.chunked_output import HOLD, LONG, SHOW, Chunker, Pause, is_far
from omni_tui.tui.painting.driver import SafeOutput

FIRST = "\x1b[3;5Hthe letter that was typed"
REST = "".join(f"\x1b[{row};1H{'x' * 60}" for row in range(5, 5 + LONG // 60))


def painted(pieces: Chunker, *texts: str) -> list[str]:
    return [piece for text in texts for piece in pieces.feed(text)]


def test_an_update_is_sent_when_complete() -> None:
    pieces = Chunker(is_far=False)
    assert painted(pieces, HOLD + FIRST) == []
    assert painted(pieces, SHOW) == [HOLD + FIRST + SHOW]


def test_output_outside_updates_is_sent_at_once() -> None:
    assert painted(Chunker(is_far=True), FIRST, "\x1b[2J") == [FIRST, "\x1b[2J"]


def test_empty_output_makes_no_chunk() -> None:
    assert painted(Chunker(is_far=True), "") == []


@pytest.mark.parametrize(("hold", "show"), [(HOLD, SHOW), ("", "")], ids=["held", "not held"])
def test_over_ssh_the_first_change_is_sent_ahead(hold: str, show: str) -> None:
    first, pause, rest = painted(Chunker(is_far=True), f"{hold}{FIRST}{REST}{show}")
    assert first == f"{hold}{FIRST}{show}"
    assert isinstance(pause, Pause)
    assert rest == f"{hold}{REST}{show}"


def test_local_output_is_not_split() -> None:
    whole = HOLD + FIRST + REST + SHOW
    assert painted(Chunker(is_far=False), whole) == [whole]


@pytest.mark.parametrize(
    "body",
    [
        FIRST + REST[: LONG // 2],
        "\x1b[3;1H" + "y" * LONG,
        f"\x1b[2;20r\x1b[1S{FIRST}{REST}",
    ],
    ids=["short", "one long line", "lines that the terminal moves"],
)
def test_output_without_a_cursor_move_is_not_split(body: str) -> None:
    assert painted(Chunker(is_far=True), HOLD, body, SHOW) == [HOLD + body + SHOW]


def test_the_remaining_output_is_returned() -> None:
    pieces = Chunker(is_far=True)
    assert painted(pieces, HOLD + FIRST) == []
    assert pieces.rest() == HOLD + FIRST
    assert pieces.rest() == ""


def test_a_pause_sends_what_was_written_and_writes_nothing() -> None:
    class Stream(StringIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed += 1

    stream = Stream()
    output = SafeOutput(stream)
    output.write("a")
    output.write(Pause())
    assert stream.flushed == 1
    output.write("b")
    assert stream.getvalue() == "ab"


@pytest.mark.parametrize(
    ("environment", "far"),
    [
        ({}, False),
        ({"SSH_CONNECTION": "10.0.0.5 50022 10.0.0.9 22"}, True),
        ({"SSH_TTY": "/dev/pts/3"}, True),
        ({"SSH_CONNECTION": ""}, False),
    ],
)
def test_ssh_is_detected_by_its_variables(environment: dict[str, str], far: bool) -> None:
    assert is_far(environment) is far
