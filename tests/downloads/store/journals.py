"""Several programs with one journal, each with its own engine, on one fake clock."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from omni_tui.downloads.engine import Engine
from omni_tui.downloads.job.models import Job, JobState, Order
from omni_tui.downloads.job.truncation import CutOff
from omni_tui.downloads.store.interface import JobStore
from omni_tui.downloads.store.sqlite_file import OpenedStore, open_journal
from omni_tui.downloads.store.sqlite_store import Journal
from omni_tui.options.spec import ExportRequest, Format
from tests.downloads.fakes import Bench, ScriptedClient, inline

PLACE = "blobsrus.omniapp.co work"


# What a test has opened: its end closes them (conftest.py), as the end of a program would.
OPEN: list[JobStore] = []


def kept_at(path: Path, place: str = PLACE) -> OpenedStore:
    """Open the journal; it is closed at the end of the test."""
    kept = open_journal(place, path)
    OPEN.append(kept.store)
    return kept


def opened(folder: Path, place: str = PLACE) -> Journal:
    """Open the journal of a folder as another program would."""
    kept = kept_at(folder / "jobs.db", place)
    assert kept.notice == ""
    assert isinstance(kept.store, Journal)
    return kept.store


HOSTILE = "na\udcffme\u202e[bold]\x1b]0;x\x07 ' \" ; DROP TABLE jobs"


def job(job_id: str = "a", state: JobState = JobState.RENDERING, **more: object) -> Job:
    request = ExportRequest(
        "12db1a0a",
        Format.CSV,
        {"maxRowLimit": 5, "filterConfig": {"a.b": {"values": ["x", None, 1.5, True]}}},
    )
    order = Order(request, HOSTILE, Path("/tmp") / HOSTILE, None, "Uma", has_manifest=True)
    times = MappingProxyType({JobState.QUEUED: 1000.5, state: 1001.25})
    return replace(Job(job_id, order, state, times), **more)  # type: ignore[arg-type]


FULL = job(
    state=JobState.DONE,
    server_job_id="s-1",
    bytes_received=10,
    bytes_expected=10,
    path=Path("/tmp") / HOSTILE,
    sha256="ab" * 32,
    rows=5,
    cut_off=(CutOff("", 5, "8"), CutOff(HOSTILE, 7)),
    empty=(HOSTILE,),
    note="its manifest is missing",
)


def put(journal: Journal, *jobs: Job) -> None:
    """Save these jobs."""
    for each in jobs:
        journal.put(each)
    assert journal.flush(), journal.notice


class Program(Bench):
    """One run of the program with the journal in `state`; it follows the run `after`."""

    def __init__(
        self, folder: Path, state: Path, after: Program | None = None, *, client: ScriptedClient | None = None
    ) -> None:
        super().__init__(folder)
        if after is not None:
            self.clock, self.client = after.clock, after.client
        self.client = client or self.client
        self.state = state
        self.journal = opened(state)
        self.engine = Engine(self.client, self.journal, clock=self.clock, run_blocking=inline)
        self.told = []
        self.engine.subscribe(self.told.append)

    async def die(self) -> None:
        """End as on SIGKILL: nothing more is saved, and the kernel releases the lock."""
        self.journal.close()
        tasks = [task for task in asyncio.all_tasks() if task.get_name().startswith("job ")]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def next(self) -> Program:
        """Start the program again."""
        return Program(self.folder, self.state, self)

    async def finish(self) -> list[Job]:
        """Resume all unfinished jobs and wait until they are done."""
        jobs = [await self.run(job.id) for job in await self.engine.resume_all()]
        assert all(job.state is JobState.DONE for job in jobs), jobs
        return jobs
