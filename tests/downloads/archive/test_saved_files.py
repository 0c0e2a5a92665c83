from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from omni_tui.downloads.archive import saved_files
from omni_tui.downloads.archive.saved_files import FileChecker, FileState
from omni_tui.downloads.job.models import Job, JobState
from tests.compare.jobs_made import saved


def saved_file(path: Path, content: bytes = b"a,b\n1,2\n", id: str = "a") -> Job:
    """A download whose file is there, saved at the moment."""
    path.write_bytes(content)
    job = saved(id, path, rows=1)
    times = {JobState.QUEUED: 0.0, JobState.DONE: path.stat().st_ctime}
    return replace(job, times=times, sha256=hashlib.sha256(content).hexdigest())


def long_ago(job: Job) -> Job:
    """The same, saved so long before the file's change time that only its content can tell."""
    return replace(job, times={JobState.QUEUED: 0.0, JobState.DONE: 1.0})


def checked(job: Job, *folders: Path) -> tuple[FileState, Path | None]:
    [(id_, check)] = FileChecker(folders).check([job])
    assert id_ == job.id
    return check.state, check.path


def test_an_untouched_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = saved_file(tmp_path / "a.csv")
    monkeypatch.setattr(saved_files, "_sha256", None)
    assert checked(job) == (FileState.SAME, job.path)


def test_the_content_decides_whether_a_file_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    job = long_ago(saved_file(path))
    assert checked(job) == (FileState.SAME, path)
    path.write_bytes(b"a,b\n1,3\n")
    os.utime(path, (0, 0))  # whoever hides it in the modification time
    assert checked(job) == (FileState.CHANGED, path)
    path.write_bytes(b"a,b\n1,30\n")  # another size: nothing is read
    assert checked(replace(job, sha256=None)) == (FileState.CHANGED, path)


def test_a_file_that_changes_again_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    job, checker = long_ago(saved_file(path)), FileChecker()
    for content, state in ((b"a,b\n1,3\n", FileState.CHANGED), (b"a,b\n1,2\n", FileState.SAME)):
        path.unlink()  # another inode: the change time of a fast machine may be the same
        (tmp_path / "other").write_bytes(content)
        (tmp_path / "other").rename(path)
        assert [check.state for _, check in checker.check([job])] == [state]


def test_a_file_that_was_moved_is_found_by_its_content(tmp_path: Path) -> None:
    path, folder = tmp_path / "a.csv", tmp_path / "reports"
    folder.mkdir()
    job = saved_file(path)
    (tmp_path / "same size.csv").write_bytes(b"a,b\n1,9\n")
    path.rename(tmp_path / "renamed.csv")
    assert checked(job) == (FileState.MOVED, tmp_path / "renamed.csv")
    (tmp_path / "renamed.csv").rename(folder / "a.csv")
    assert checked(job) == (FileState.DELETED, None)
    assert checked(job, folder) == (FileState.MOVED, folder / "a.csv")
    assert checked(replace(job, sha256=None), folder) == (FileState.DELETED, None)


def test_a_deleted_folder_and_what_took_the_files_place(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "a.csv"
    path.parent.mkdir()
    job = saved_file(path)
    path.unlink()
    path.mkdir()
    assert checked(job) == (FileState.CHANGED, path)
    path.rmdir()
    path.parent.rmdir()
    assert checked(job) == (FileState.DELETED, None)
    path.parent.write_text("a file now")
    assert checked(job) == (FileState.DELETED, None)


def test_a_pipe_in_its_place_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    job = long_ago(saved_file(path, b""))
    path.unlink()
    os.mkfifo(path)
    assert checked(job) == (FileState.CHANGED, path)


def test_what_is_too_much_to_read_is_not_marked(tmp_path: Path) -> None:
    jobs = [long_ago(saved_file(tmp_path / f"{name}.csv", id=name)) for name in "ab"]
    for path in (tmp_path / "a.csv", tmp_path / "b.csv"):
        path.write_bytes(b"a,b\n1,3\n")
    checks = dict(FileChecker(most_read_bytes=10).check(jobs))
    assert [checks[name].state for name in "ba"] == [FileState.CHANGED, FileState.UNKNOWN]
    assert not checks["a"].is_noted


def test_its_tasks_end_when_no_job_waits(tmp_path: Path) -> None:
    jobs = [saved_file(tmp_path / f"{name}.csv", id=name) for name in "abc"]
    seen: list[str] = []
    for id_, _ in FileChecker().check(jobs, lambda: len(seen) < 2):
        seen.append(id_)
    assert seen == ["c", "b"]
