"""Progress on standard error: lines for logs, one repainted line on a terminal."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios

import pytest

from omni_tui.commands.download.progress import BarProgress, LineProgress, Progress, progress_for, summary
from omni_tui.downloads.job.models import Job, JobFailure, JobState
from tests.commands.jobs import START, job


class Terminal(io.StringIO):
    """A stream like standard error on a terminal with 80 columns."""

    encoding = "utf-8"


def test_lines_report_each_state_once() -> None:
    stream = io.StringIO()
    progress = LineProgress(stream)
    for moved in (
        job(JobState.QUEUED),
        job(JobState.RENDERING),
        job(JobState.RENDERING),
        job(JobState.SAVING, bytes_received=10),
        job(JobState.SAVING, bytes_received=20),
        job(JobState.DONE, bytes_received=1_234_567),
    ):
        progress.update(moved)
    assert stream.getvalue().splitlines() == [
        "12db1a0a: queued",
        "12db1a0a: rendering",
        "12db1a0a: saving",
        "12db1a0a: saved, 1.2 MB in 4 s",
    ]


def test_lines_report_what_a_job_waits_for_in_one_plain_line() -> None:
    stream = io.StringIO()
    LineProgress(stream).update(job(JobState.QUEUED, note="waits for\nanother\x07\u202e"))
    assert stream.getvalue() == "12db1a0a: queued; waits for another\n"


def test_a_failure_is_left_to_the_report() -> None:
    stream = io.StringIO()
    LineProgress(stream).update(job(JobState.FAILED, failure=JobFailure("No.")))
    assert stream.getvalue() == ""


def test_the_bar_is_repainted_and_cleared() -> None:
    stream = Terminal()
    bar = BarProgress(stream, lambda: START + 65)
    bar.paint()
    bar.clear()
    assert stream.getvalue() == ""
    bar.update(job(JobState.RENDERING))
    bar.clear()
    text = stream.getvalue()
    assert text.startswith("\r\x1b[2K━━──")
    assert "0 of 1 saved · 1 rendering · 1 min 05 s" in text
    assert text.endswith("\r\x1b[2K")
    assert "\n" not in text


def test_the_bar_grows_with_every_step() -> None:
    def cells(*jobs: Job) -> int:
        stream = Terminal()
        bar = BarProgress(stream, lambda: START)
        for moved in jobs:
            bar.update(moved)
        return stream.getvalue().rsplit("\r", 1)[1].count("━")

    steps = [
        cells(job(JobState.QUEUED)),
        cells(job(JobState.RENDERING)),
        cells(job(JobState.SAVING)),
        cells(job(JobState.SAVING, bytes_received=50, bytes_expected=100)),
        cells(job(JobState.DONE)),
    ]
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (0, 24)
    assert cells(job(JobState.DONE, "one"), job(JobState.QUEUED, "two")) == 12


def test_the_bar_never_reaches_the_edge_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb"), os.fdopen(theirs, "w") as stream:
        os.set_blocking(ours, False)
        fcntl.ioctl(stream, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 20, 0, 0))
        monkeypatch.setenv("TERM", "xterm")
        progress = progress_for(stream, is_quiet=False, now=lambda: START)
        assert isinstance(progress, BarProgress)
        progress.update(job(JobState.RENDERING))
        painted = os.read(ours, 4096).decode().removeprefix("\r\x1b[2K")
    assert len(painted) == 19


def test_a_terminal_that_cannot_move_its_cursor_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb"), os.fdopen(theirs, "w") as stream:
        assert isinstance(progress_for(stream, is_quiet=False, now=lambda: START), LineProgress)


def test_a_terminal_without_unicode_gets_plain_characters() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace")
    BarProgress(stream, lambda: START).update(job(JobState.SAVING))
    stream.seek(0)
    assert "############------------ 0 of 1 saved" in stream.read()


def test_quiet_and_a_closed_standard_error_print_nothing() -> None:
    assert type(progress_for(io.StringIO(), is_quiet=True, now=lambda: START)) is Progress
    assert type(progress_for(None, is_quiet=False, now=lambda: START)) is Progress
    assert isinstance(progress_for(io.StringIO(), is_quiet=False, now=lambda: START), LineProgress)


def test_a_broken_standard_error_does_not_stop_a_download() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "w")
    LineProgress(stream).update(job(JobState.QUEUED))
    with pytest.raises(BrokenPipeError):
        stream.close()


@pytest.mark.parametrize(
    ("jobs", "words"),
    [
        ([job(JobState.DONE, "a"), job(JobState.FAILED, "b")], "1 of 2 saved · 1 failed"),
        (
            [job(JobState.QUEUED, "a"), job(JobState.SAVING, "b", bytes_received=12_000_000)],
            "0 of 2 saved · 1 queued · 1 saving · 12 MB",
        ),
    ],
)
def test_the_summary_counts_every_state(jobs: list[Job], words: str) -> None:
    assert summary(jobs) == words
