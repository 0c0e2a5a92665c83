"""Requests as lines, and the recorder that writes them beside the program."""

from __future__ import annotations

import os
import re
import stat
import threading
from pathlib import Path

import pytest

from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.support.kept_requests import last_run
from omni_tui.support.request_lines import request_line
from omni_tui.support.request_recorder import RequestRecorder
from tests.api.request_log.test_log import exchange

DONE = {"status": 200, "duration_seconds": 0.142, "response_bytes": 1234, "is_complete": True}


def test_a_line_says_when_what_and_how_long() -> None:
    line = request_line(exchange(1, **DONE))
    start, rest = line.split(" ", 1)
    assert re.fullmatch(r"\d\d:\d\d:00\.000", start)
    assert rest == "GET https://b.omniapp.co/api/v1/documents?pageSize=1&x=%27 -> 200 in 142 ms, 1.2 kB"


def test_a_line_with_the_date_says_the_time_zone() -> None:
    line = request_line(exchange(1, started_at=1_800_000_000.25, **DONE), has_date=True)
    assert re.match(r"2027-01-1\dT\d\d:\d\d:\d\d\.250[+-]\d\d:\d\d GET ", line)


def test_a_line_says_why_there_is_no_response_and_controls_nothing() -> None:
    failed = exchange(1, failure="b.omniapp.co\x1b[2J\nis gone. (ConnectError)", duration_seconds=2.0)
    assert request_line(failed).endswith(" -> no response in 2.0 s: b.omniapp.co is gone. (ConnectError)")


def test_each_finished_request_is_in_both_files(tmp_path: Path) -> None:
    log, path = ExchangeLog(), tmp_path / "requests.log"
    recorder = RequestRecorder(log, str(path))
    log.put(exchange(1))
    log.put(exchange(1, **DONE))
    log.put(exchange(2))
    log.put(exchange(2, failure="gone (ReadError)", is_complete=True))
    recorder.close()
    log.put(exchange(3, **DONE))
    head, first, second = path.read_text().splitlines()
    assert head.startswith("# omni-tui ")
    assert first.endswith("-> 200 in 142 ms, 1.2 kB")
    assert second.endswith("-> no response in 0 ms: gone (ReadError)")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.number for each in last_run()] == [1, 2]
    assert recorder.failure == ""


def test_an_existing_log_is_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "requests.log"
    path.write_text("before\n")
    log = ExchangeLog()
    recorder = RequestRecorder(log, str(path))
    log.put(exchange(1, **DONE))
    recorder.close()
    assert path.read_text().startswith("before\n# omni-tui ")


def test_without_requests_there_is_no_file_and_no_thread(tmp_path: Path) -> None:
    recorder = RequestRecorder(ExchangeLog(), str(tmp_path / "requests.log"))
    recorder.close()
    assert os.listdir(tmp_path) == []
    assert last_run() == ()


def test_closing_waits_for_a_thread_that_is_just_starting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log, path = ExchangeLog(), tmp_path / "requests.log"
    recorder = RequestRecorder(log, str(path))
    errors: list[RuntimeError] = []

    def close() -> None:
        try:
            recorder.close()
        except RuntimeError as error:
            errors.append(error)

    closing = threading.Thread(target=close)

    class SlowThread(threading.Thread):
        def start(self) -> None:
            closing.start()
            closing.join(0.1)  # it can't end before this thread has started
            super().start()

    monkeypatch.setattr(threading, "Thread", SlowThread)
    log.put(exchange(1, **DONE))
    closing.join()
    assert errors == []
    assert len(path.read_text().splitlines()) == 2


def test_a_file_that_takes_nothing_is_reported_and_the_other_is_written() -> None:
    log = ExchangeLog()
    recorder = RequestRecorder(log, "/dev/full")
    log.put(exchange(1, **DONE))
    log.put(exchange(2, **DONE))
    recorder.close()
    assert recorder.failure == "/dev/full is incomplete: it can't be written (No space left on device)."
    assert [each.number for each in last_run()] == [1, 2]
