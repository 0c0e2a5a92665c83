"""Run a schedule's command and record its result. Only one run at a time is possible."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import IO

from omni_tui.schedule.models import LastRun, RunFile, Schedule
from omni_tui.schedule.store import run_lock, write_last_run

_MAX_MESSAGES = 50


def run_schedule(
    schedule: Schedule,
    program: Sequence[str],
    *,
    is_by_timer: bool,
    on_line: Callable[[bytes], None] = lambda line: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> LastRun:
    """Run the command to its end; write and return the record.

    `on_line` receives each line of its standard output. Raises StillRunning if another run holds the lock,
    and ScheduleError if the command can't start or the record can't be written.
    """
    with run_lock(schedule.name):
        started = LastRun(started_at=now(), is_by_timer=is_by_timer, pid=os.getpid())
        write_last_run(schedule.name, started)
        files: list[RunFile] = []
        messages: list[str] = []
        status = 1
        try:
            status = _run(schedule, program, files, messages, on_line)
        except KeyboardInterrupt as interruption:
            status = 128 + getattr(interruption, "signal_number", signal.SIGINT)
            raise
        finally:
            ended = replace(
                started,
                ended_at=now(),
                exit_status=status,
                files=tuple(files),
                messages=tuple(messages),
                pid=0,
            )
            write_last_run(schedule.name, ended)
        return ended


def json_command(command: Sequence[str]) -> list[str]:
    """Return the command with `--json`, before any `--`, so that its result can be parsed."""
    return [command[0], "--json", *(word for word in command[1:] if word != "--json")]


def _run(
    schedule: Schedule,
    program: Sequence[str],
    files: list[RunFile],
    messages: list[str],
    on_line: Callable[[bytes], None],
) -> int:
    try:
        child = subprocess.Popen(
            [*program, *json_command(schedule.command)],
            cwd=schedule.folder,
            env={**os.environ, **schedule.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        what = schedule.folder if not schedule.folder.is_dir() else program[0]
        messages.append(f"{what}: {error.strerror}.")
        return 1
    with child:
        assert child.stdout is not None
        assert child.stderr is not None
        import threading

        telling = threading.Thread(target=_pass_on, args=(child.stderr, messages), daemon=True)
        telling.start()
        try:
            for line in child.stdout:
                on_line(line)
                files += filter(None, [file_in(line)])
        except KeyboardInterrupt:
            child.terminate()  # a terminal sends Ctrl+C to both, but SIGTERM comes only here
            raise
        finally:
            telling.join()
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _pass_on(stream: IO[bytes], messages: list[str]) -> None:
    """Store each line of standard error, and write it to ours."""
    for line in stream:
        messages.append(line.decode(errors="replace").rstrip())
        del messages[:-_MAX_MESSAGES]
        try:
            sys.stderr.write(messages[-1] + "\n")
            sys.stderr.flush()
        except (OSError, ValueError, AttributeError):
            continue


def file_in(line: bytes) -> RunFile | None:
    """Parse a JSON line of `omni-tui download`: a download, or a merged or unpacked file; else None."""
    try:
        record = json.loads(line)
        return RunFile(
            dashboard=str(record.get("dashboard") or ""),
            state=str(record["state"]),
            path="" if record.get("is_deleted") else str(record.get("path") or ""),
            error=str(record.get("error") or ""),
            is_recorded=not str(record.get("id", "")).startswith("unread "),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
