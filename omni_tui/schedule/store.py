"""Store schedules: one JSON file each in the settings folder, its last run in the state folder."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from omni_tui.schedule.models import (
    LastRun,
    RunFile,
    Schedule,
    ScheduleError,
    StillRunning,
    TimerKind,
    check_name,
)
from omni_tui.settings.file_lock import locked
from omni_tui.settings.locations import config_folder, state_folder, write_private_file

_SUFFIX = ".json"


def schedule_path(name: str) -> Path:
    """Return the path of the schedule with that name. Raises InvalidSchedule."""
    return config_folder() / "schedules" / f"{check_name(name)}{_SUFFIX}"


def read_schedules() -> list[Schedule]:
    """Return all schedules by name. Raises ScheduleError if one can't be read."""
    folder = config_folder() / "schedules"
    try:
        names = sorted(path.stem for path in folder.iterdir() if path.suffix == _SUFFIX)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ScheduleError(f"Can't read {folder}: {error.strerror}.") from error
    return [read_schedule(name) for name in names if not name.startswith(".")]


def read_schedule(name: str) -> Schedule:
    """Return the schedule with that name. Raises ScheduleError if there is none or it can't be read."""
    path = schedule_path(name)
    try:
        record = json.loads(path.read_text("utf-8"))
        return Schedule(
            name=name,
            every=str(record["every"]),
            command=tuple(map(str, record["command"])),
            folder=Path(record["folder"]),
            environment={str(key): str(value) for key, value in record["environment"].items()},
            timer=TimerKind(record["timer"]),
            added_at=datetime.fromisoformat(record["added_at"]),
        )
    except FileNotFoundError:
        message = f"No schedule is named “{name}”."
        raise ScheduleError(message, "omni-tui schedule list shows all schedules.") from None
    except OSError as error:
        raise ScheduleError(f"Can't read {path}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        hint = f"Remove it (omni-tui schedule remove {name}) and add it again."
        raise ScheduleError(f"{path} is damaged.", hint) from error


def find_schedule(name: str) -> Schedule | None:
    """Return the schedule with that name; None if there is none or it can't be read."""
    with contextlib.suppress(ScheduleError):
        return read_schedule(name)
    return None


def write_schedule(schedule: Schedule) -> None:
    """Write the schedule, replacing one with that name. Raises ScheduleError."""
    record: dict[str, Any] = {
        "every": schedule.every,
        "command": schedule.command,
        "folder": str(schedule.folder),
        "environment": dict(schedule.environment),
        "timer": schedule.timer.value,
        "added_at": schedule.added_at.isoformat(),
    }
    _write(schedule_path(schedule.name), record)


def delete_schedule(name: str) -> bool:
    """Delete the schedule and its last run; return whether it existed. Raises ScheduleError."""
    path = schedule_path(name)
    try:
        is_found = path.exists()
        for each in (path, _run_path(name), _lock_path(name)):
            each.unlink(missing_ok=True)
    except OSError as error:
        raise ScheduleError(f"Can't delete {path}: {error.strerror}.") from error
    return is_found


def read_last_run(name: str) -> LastRun | None:
    """Return the record of the last run; None if there is none or it can't be read."""
    try:
        record = json.loads(_run_path(name).read_text("utf-8"))
        ended_at = record["ended_at"]
        return LastRun(
            started_at=datetime.fromisoformat(record["started_at"]),
            is_by_timer=bool(record["is_by_timer"]),
            ended_at=None if ended_at is None else datetime.fromisoformat(ended_at),
            exit_status=record["exit_status"],
            files=tuple(RunFile(**each) for each in record["files"]),
            messages=tuple(map(str, record["messages"])),
            pid=record.get("pid", 0),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_last_run(name: str, run: LastRun) -> None:
    """Write the record of the last run. Raises ScheduleError."""
    ended_at = None if run.ended_at is None else run.ended_at.isoformat()
    times = {"started_at": run.started_at.isoformat(), "ended_at": ended_at}
    _write(_run_path(name), {**asdict(run), **times})


@contextlib.contextmanager
def run_lock(name: str) -> Iterator[None]:
    """Hold the lock of a run. Raises StillRunning if another run holds it, and ScheduleError."""
    path = _lock_path(name)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(path, wait_seconds=0))
        except TimeoutError:
            raise StillRunning(f"The previous run of {name} is still running.") from None
        except OSError as error:
            raise ScheduleError(f"Can't open {path}: {error.strerror}.") from error
        yield


def _run_path(name: str) -> Path:
    return state_folder() / "schedules" / f"{check_name(name)}{_SUFFIX}"


def _lock_path(name: str) -> Path:
    return state_folder() / "schedules" / f"{check_name(name)}.lock"


def _write(path: Path, record: dict[str, Any]) -> None:
    try:
        write_private_file(path, json.dumps(record, indent=2) + "\n")
    except OSError as error:
        raise ScheduleError(f"Can't write {path}: {error.strerror}.") from error
