"""Any JSON in any field of a stored job: the job is read and can be shown, or only that row is skipped."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.commands.download.report import json_object
from omni_tui.downloads.files.part_file import CompletePart
from omni_tui.downloads.files.row_count import Table
from omni_tui.downloads.job.failure_messages import failure_from
from omni_tui.downloads.job.models import Job, JobFailure, JobState, Order
from omni_tui.downloads.store.serialization import (
    UNREADABLE,
    PartRecord,
    job_from,
    job_text,
    part_from,
    part_text,
)
from omni_tui.downloads.store.sqlite_file import read_journal
from omni_tui.formatting import format_size, json_line
from omni_tui.options.spec import ExportRequest, Format
from tests.api.test_any_records import ANY
from tests.downloads.store.journals import job as journal_job
from tests.downloads.store.journals import opened
from tests.examples import examples

JOB = Job(
    "a",
    Order(ExportRequest("12db1a0a", Format.CSV, {"filename": "x"}), "Sales", Path("/exports")),
    JobState.FAILED,
    MappingProxyType({JobState.QUEUED: 1e9, JobState.FAILED: 1e9 + 5}),
    server_job_id="j",
    failure=JobFailure("No.", "Ask."),
)
PART = PartRecord(Path("/x.part"), CompletePart(Path("/x.part"), "x", 1, 2, 3, "ab"), (Table("T", 3),))
FIELDS = sorted(json.loads(job_text(JOB)))


@pytest.mark.parametrize(
    "damage",
    [
        "owner = X'00'",
        "owner = 7",
        "owner = '../../victim'",
        "owner = CAST(X'FF' AS TEXT)",
        "part = CAST(X'FFFE' AS TEXT)",
        "part = 7",
        "server_job_id = CAST(X'FF' AS TEXT)",
        "is_final = 'x'",
        "job = CAST(X'FF' AS TEXT)",
    ],
)
def test_a_damaged_column_costs_only_its_row(damage: str, tmp_path: Path) -> None:
    folder = tmp_path / "state" / "omni-tui"
    folder.mkdir(parents=True)
    victim = tmp_path / "state" / "victim"
    victim.write_text("not a lock")
    before = opened(folder)
    before.put(journal_job("damaged"))
    before.put(journal_job("good"))
    before.close()
    with closing(sqlite3.connect(folder / "jobs.db", isolation_level=None)) as database:
        database.execute(f"UPDATE jobs SET {damage} WHERE id = 'damaged'")
    assert "good" in [each.job.id for each in read_journal(folder / "jobs.db")]
    after = opened(folder)
    assert "good" in [each.id for each in after.orphaned_jobs()]
    for job_id in ("damaged", "good"):
        taken = after.claim(job_id)
        after.part_of(job_id)
    assert taken is not None
    assert victim.exists()


def show(job: Job) -> None:
    """What a list of downloads shows of a job."""
    datetime.fromtimestamp(job.submitted_at)
    format_size(job.bytes_received)
    job.elapsed_seconds(2e9)
    f"{job.rows or 0:,} {job.cut_off_at or 0:,} {job.order.dashboard_name.lower()} {job.note.strip()}"
    json_line(json_object(job))


@examples(300)
@given(name=st.sampled_from(FIELDS), value=ANY)
def test_any_value_in_any_field_of_a_job(name: str, value: Any) -> None:
    text = json.dumps({**json.loads(job_text(JOB)), name: value})
    try:
        job = job_from(text)
    except UNREADABLE:
        return
    show(job)
    assert failure_from(ValueError("x"), job.order).message


@pytest.mark.parametrize("at", [10**400, 1e300, -1e300, -1, 253402300799, "x", None])
def test_a_time_that_no_calendar_has_costs_only_its_row(at: Any) -> None:
    text = json.dumps({**json.loads(job_text(JOB)), "times": {"queued": at, "failed": 1e9}})
    with pytest.raises(UNREADABLE):
        job_from(text)


@examples(200)
@given(name=st.sampled_from(["part", "whole", "tables"]), value=ANY)
def test_any_value_in_any_field_of_a_part(name: str, value: Any) -> None:
    try:
        part_from(json.dumps({**json.loads(part_text(PART)), name: value}))
    except UNREADABLE:
        return


@given(st.text() | st.builds(json.dumps, ANY))
def test_any_text_in_place_of_a_row(text: str) -> None:
    for read in (job_from, part_from):
        with pytest.raises(UNREADABLE):
            read(text)
