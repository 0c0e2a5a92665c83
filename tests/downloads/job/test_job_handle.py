"""A job's handle stores each change before it notifies subscribers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from omni_tui.downloads.job.job_handle import JobHandle
from omni_tui.downloads.job.models import Job, JobFailure, JobState, Order
from omni_tui.downloads.store.interface import MemoryStore
from omni_tui.downloads.store.recorder import Recorder
from omni_tui.options.spec import ExportRequest, Format
from tests.downloads.fakes import Bench, inline


class Watched:
    """A handle of a queued job, with each version that subscribers got and what was stored then."""

    def __init__(self, folder: Path) -> None:
        clock = Bench(folder).clock
        self.store = MemoryStore()
        self.told: list[tuple[Job, Job]] = []
        recorder = Recorder(self.store, clock, inline)
        recorder.subscribe(lambda job: self.told.append((job, self.store.jobs()[0])))
        order = Order(ExportRequest("12db1a0a", Format.PDF, {}), "Sales", folder)
        job = Job("a", order, times=MappingProxyType({JobState.QUEUED: clock.time()}))
        self.handle = JobHandle(job, recorder, clock, inline)
        self.handle.keep(job)


async def test_a_change_is_stored_before_subscribers_are_notified(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    watched.handle.move(JobState.STARTING)
    watched.handle.move(JobState.RENDERING, server_job_id="s-1")
    watched.handle.failed(JobFailure("It failed."))
    states = [JobState.QUEUED, JobState.STARTING, JobState.RENDERING, JobState.FAILED]
    assert [job.state for job, _ in watched.told] == states
    assert all(told == stored for told, stored in watched.told)
    assert watched.handle.job == watched.told[-1][0]


async def test_an_invalid_transition_changes_nothing(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    with pytest.raises(ValueError, match="queued cannot become saving"):
        watched.handle.move(JobState.SAVING)
    assert watched.handle.job.state is JobState.QUEUED
    assert len(watched.told) == 1


async def test_a_waiting_note_is_reported_once_and_not_stored(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    before = watched.handle.job
    watched.handle.note("waiting")
    watched.handle.note("waiting")
    assert [job.note for job, _ in watched.told] == ["", "waiting"]
    assert watched.store.jobs() == (before,)


async def test_a_resumed_job_begins_without_what_came_of_it_before(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    watched.handle.failed(JobFailure("It failed."))
    watched.handle.job = replace(watched.handle.job, bytes_received=7, server_job_id="s-1", crash_count=1)
    watched.handle.begin_again(can_go_on=False, is_chosen=True)
    job = watched.handle.job
    assert (job.state, job.failure, job.bytes_received) == (JobState.QUEUED, None, 0)
    assert (job.server_job_id, job.crash_count) == (None, 0)
