"""The lock between processes."""

from __future__ import annotations

import errno
import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from omni_tui.settings import file_lock
from omni_tui.settings.file_lock import locked


def test_the_file_is_private_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "state" / "presets.lock"
    with locked(path):
        pass
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.read_bytes() == b""


def test_another_process_waits_until_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "presets.lock"
    code = (
        "import sys, pathlib\n"
        "from omni_tui.settings.file_lock import locked\n"
        "print('started', flush=True)\n"
        "with locked(pathlib.Path(sys.argv[1])): print('locked', flush=True)"
    )
    with locked(path):
        other = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
        assert other.stdout is not None
        assert other.stdout.readline() == "started\n"
        assert other.poll() is None
    with other:
        assert other.stdout.read() == "locked\n"


def test_a_child_process_does_not_hold_it(tmp_path: Path) -> None:
    path = tmp_path / "presets.lock"
    with locked(path):
        child = subprocess.Popen(["cat"], stdin=subprocess.PIPE, close_fds=False)
    with child, locked(path, wait_seconds=0):
        pass


def test_a_lock_that_is_held_too_long_times_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_lock, "MAX_SECONDS", 0.05)
    path = tmp_path / "presets.lock"
    with locked(path), pytest.raises(TimeoutError) as raised, locked(path):
        pass
    assert raised.value.strerror == "another omni-tui holds it"


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL])
def test_a_file_system_without_locks_is_no_failure(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(handle: int, operation: int) -> None:
        raise OSError(number, "no locks here")

    monkeypatch.setattr(fcntl, "flock", flock)
    with locked(tmp_path / "presets.lock"), locked(tmp_path / "presets.lock"):
        pass


def test_a_folder_that_cannot_be_created_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"), locked(tmp_path / "file" / "presets.lock"):
        pass


def test_an_error_in_the_block_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "presets.lock"
    with pytest.raises(PermissionError), locked(path):
        raise PermissionError(errno.EACCES, "in the block")
    with locked(path, wait_seconds=0):
        pass
