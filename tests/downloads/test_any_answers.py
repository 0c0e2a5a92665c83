"""For any answers of the server and a cancel at any time: one complete valid file, or none."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.errors.types import (
    ApiError,
    Conflict,
    Forbidden,
    JobFailed,
    NotFound,
    NotOmni,
    NotReached,
    Rejected,
    ServerFailed,
    StillRunning,
    TimedOut,
    TooManyRequests,
    Unauthorized,
)
from omni_tui.api.models import JobStatus, Phase
from omni_tui.downloads.job.models import TRANSITIONS, FailureKind, Job, JobState
from tests.downloads.fakes import COMPLETE, PDF, PNG, RUNNING, WEB_PAGE, Bench, FakeFile
from tests.examples import examples

ENDINGS = (Forbidden, NotFound, NotOmni, Rejected, Unauthorized)
PASSING = (NotReached, TimedOut, ServerFailed, TooManyRequests)


def errors(*kinds: type[ApiError]) -> st.SearchStrategy[ApiError]:
    return st.sampled_from(kinds).map(lambda kind: kind("as it happens", status=400))


@st.composite
def conflicts(draw: st.DrawFn) -> Conflict:
    error = Conflict("in the way", status=409)
    error.existing_job_id = draw(st.sampled_from([None, "theirs", "server-1"]))
    return error


STARTS = st.just("job") | errors(*PASSING) | conflicts() | errors(*ENDINGS)
STATUSES = (
    st.sampled_from(
        [RUNNING, COMPLETE, JobStatus(Phase.FAILED, "error"), JobStatus(Phase.COMPLETE, "", "png")]
    )
    | errors(*PASSING)
    | errors(*ENDINGS, Conflict)
)
BODIES = st.sampled_from([PDF, PDF[:2000], PDF[:3], b"", PNG, WEB_PAGE, PDF + b"more"])
FILES = (
    st.builds(
        FakeFile,
        body=BODIES,
        content_length=st.sampled_from([None, len(PDF), 0]),
        chunk_bytes=st.sampled_from([1, 700, 5000]),
        ends_with=st.none() | errors(*PASSING),
    )
    | errors(*PASSING)
    | errors(*ENDINGS, JobFailed, StillRunning)
)


@examples(150, deadline=None)
@given(
    st.lists(STARTS, max_size=6),
    st.lists(STATUSES, max_size=12),
    st.lists(FILES, max_size=8),
    st.none() | st.floats(0, 60),
)
def test_one_complete_valid_file_or_none(
    starts: list[str | BaseException],
    statuses: list[JobStatus | BaseException],
    files: list[FakeFile | BaseException],
    cancelled_after_seconds: float | None,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), job_timeout_seconds=300)
        bench.client.starts.extend(starts)
        bench.client.statuses.extend(statuses)
        bench.client.files.extend(files)
        job = asyncio.run(work_off(bench, cancelled_after_seconds))

        assert job.state.is_final
        if job.state is JobState.DONE:
            assert bench.files() == ["Sales.pdf"]
            assert (bench.folder / "Sales.pdf").read_bytes() in {PDF, PDF + b"more"}
        else:
            is_wrong = job.failure is not None and job.failure.kind == FailureKind.WRONG_FILE
            assert set(bench.files()) <= ({"Sales.pdf.broken"} if is_wrong else set())
        assert (job.failure is not None) == (job.state is JobState.FAILED)
        assert job.failure is None or job.failure.message.endswith((".", "as it happens"))
        assert cancelled_after_seconds is not None or job.state is not JobState.CANCELED
        check_states(bench.told)
        polls = bench.client.times("status")
        assert all(later - sooner >= 1 for sooner, later in itertools.pairwise(polls))
        assert bench.engine.jobs() == bench.store.jobs() == (job,)


async def work_off(bench: Bench, cancelled_after_seconds: float | None) -> Job:
    job_id = bench.submit()
    if cancelled_after_seconds is not None:
        await bench.clock.advance(cancelled_after_seconds)
        bench.engine.cancel(job_id)
    return await bench.run(job_id)


def check_states(told: list[Job]) -> None:
    for sooner, later in itertools.pairwise(told):
        assert later != sooner
        assert later.state is sooner.state or later.state in TRANSITIONS[sooner.state]
        assert later.submitted_at == sooner.submitted_at
