"""What is recorded about an unfinished file, in the journal and beside the file."""

from __future__ import annotations

import resource
from dataclasses import replace
from pathlib import Path

from omni_tui.downloads.files.part_file import CompletePart
from omni_tui.downloads.files.row_count import Table
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.downloads.store.finished_note import write_note
from omni_tui.downloads.store.serialization import PartRecord
from tests.downloads.store.journals import FULL, HOSTILE, job, opened, put


def test_what_is_known_of_a_file_is_kept_until_the_job_ends(tmp_path: Path) -> None:
    whole = CompletePart(Path("/tmp") / HOSTILE, HOSTILE, 1, 2**63 - 1, 3, "ab")
    records = [PartRecord(whole.part), PartRecord(whole.part, whole, (Table("t", 3),))]
    first = opened(tmp_path)
    first.put(job())
    for record in records:
        first.note_part("a", record)
        assert opened(tmp_path).part_of("a") == record
    put(first, FULL)
    assert opened(tmp_path).part_of("a") is None


def test_a_program_that_died_while_it_checked_a_file_is_counted(tmp_path: Path) -> None:
    """A program that died earlier, had a complete file, or closed the journal isn't counted."""
    part = PartRecord(tmp_path / "a.json.part")
    whole = PartRecord(part.part, CompletePart(part.part, "a.json", 1, 2, 3, "ab"))

    def died_at(record: PartRecord | None, crash_count: int = 0) -> int:
        program = opened(tmp_path)
        put(program, job(crash_count=crash_count))
        program.note_part("a", record)
        program.close()
        taken = opened(tmp_path).claim("a")
        assert taken is not None
        return taken.crash_count

    assert died_at(part) == 1
    assert died_at(part, 1) == 2
    assert died_at(whole, 1) == 0
    assert died_at(None, 1) == 0


def checked_file(folder: Path) -> tuple[Path, Job, PartRecord]:
    """The folder of a job's files, the job, and the record of its file, which is complete."""
    files = folder / "files"
    files.mkdir()
    part = files / "a.pdf.12345678.part"
    ordered = replace(job("12345678abc"), order=replace(job().order, folder=files))
    return files, ordered, PartRecord(part, CompletePart(part, "a.pdf", 1, 2, 3, "ab"))


def check_the_next_program_knows(folder: Path, ordered: Job, whole: PartRecord) -> None:
    """Check that the record is found, and that no note is left when the job has ended."""
    following = opened(folder)
    assert following.part_of(ordered.id) == whole
    following.put(replace(ordered, state=JobState.FAILED))
    assert following.flush()
    assert list(ordered.order.folder.iterdir()) == []


def test_what_the_list_could_not_record_is_noted_beside_the_file(tmp_path: Path) -> None:
    files, ordered, whole = checked_file(tmp_path)
    first = opened(tmp_path)
    put(first, ordered)
    first._database.execute("PRAGMA query_only = 1")
    first.note_part(ordered.id, whole)
    assert [path.name for path in files.iterdir()] == ["a.pdf.12345678.done"]
    first._database.close()
    check_the_next_program_knows(tmp_path, ordered, whole)


def test_a_note_that_the_list_made_needless_before_its_program_died_is_removed(tmp_path: Path) -> None:
    files, ordered, whole = checked_file(tmp_path)
    first = opened(tmp_path)
    put(first, ordered)
    first.note_part(ordered.id, whole)
    assert list(files.iterdir()) == []
    write_note(whole)  # another thread saved the record between the failed attempt and the note
    first._database.close()
    check_the_next_program_knows(tmp_path, ordered, whole)


def test_a_job_that_was_never_recorded_leaves_no_note(tmp_path: Path) -> None:
    """The next program wouldn't look for the note."""
    ordered = replace(job("12345678abc"), order=replace(job().order, folder=tmp_path))
    part = tmp_path / "a.pdf.12345678.part"
    first = opened(tmp_path)
    first._database.execute("PRAGMA query_only = 1")
    first.put(ordered)
    first.note_part(ordered.id, PartRecord(part, CompletePart(part, "a.pdf", 1, 2, 3, "ab")))
    assert list(tmp_path.glob("*.done")) == []


def test_a_note_that_cant_be_written_leaves_no_file(tmp_path: Path) -> None:
    files, _, whole = checked_file(tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        written = write_note(whole)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert written is None
    assert list(files.iterdir()) == []
