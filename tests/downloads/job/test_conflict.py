"""Another export is running (409): ours is adopted; for any other, the job waits or downloads its file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from omni_tui.api.errors.types import Conflict, NotReached, ServerFailed
from omni_tui.api.models import JobStatus, Phase
from omni_tui.downloads.errors import CannotStartAgain
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.downloads.job.runner import WAITS_FOR_OTHER
from omni_tui.options.spec import Format
from tests.downloads.fakes import PNG, RUNNING, Bench, FakeFile, zip_of

OTHER = "their-job"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def conflict_error(job_id: str = OTHER) -> Conflict:
    error = Conflict("A download is running.", status=409)
    error.existing_job_id = job_id
    return error


def made_at(seconds: float, fmt: str = "pdf", phase: Phase = Phase.RUNNING) -> JobStatus:
    return JobStatus(phase, phase.name.lower(), fmt, datetime.fromtimestamp(seconds, UTC))


async def test_a_job_of_ours_with_the_same_request_is_taken_over(bench: Bench) -> None:
    bench.client.statuses_of["server-1"].extend([RUNNING] * 3)
    first = bench.submit()
    await bench.clock.advance(3)
    bench.engine.cancel(first)
    bench.client.starts.append(conflict_error("server-1"))
    job = await bench.run(bench.submit())
    assert (job.state, job.server_job_id) == (JobState.DONE, "server-1")
    assert {call.job_id for call in bench.client.calls if call.what == "file"} == {"server-1"}


async def test_a_job_of_ours_with_other_options_is_waited_for(bench: Bench) -> None:
    bench.client.statuses_of["server-1"].extend([RUNNING] * 3)
    first = bench.submit(paperFormat="letter")
    await bench.clock.advance(3)
    bench.engine.cancel(first)
    bench.client.starts.append(conflict_error("server-1"))
    job = await bench.run(bench.submit())
    assert (job.state, job.server_job_id) == (JobState.DONE, "server-3")


@pytest.mark.parametrize("lost", [NotReached("no answer"), ServerFailed("bad gateway", status=502)])
async def test_a_start_without_an_answer_is_found_again(bench: Bench, lost: Exception) -> None:
    bench.client.starts.extend([lost, conflict_error()])
    bench.client.statuses_of[OTHER].append(made_at(bench.clock.time() + 2))
    job = await bench.run(bench.submit())
    assert (job.state, job.server_job_id, job.start_sent_at) == (JobState.DONE, OTHER, ())
    assert job.attempts == 2
    assert bench.client.count("initiate") == 2


@pytest.mark.parametrize(
    ("after_seconds", "fmt", "phase"),
    [
        (-30, "pdf", Phase.RUNNING),
        (300, "pdf", Phase.RUNNING),
        (2, "png", Phase.RUNNING),
        (2, "pdf", Phase.FAILED),
    ],
    ids=["older", "younger", "another format", "failed"],
)
async def test_a_job_that_does_not_match_our_start_is_not_ours(
    bench: Bench, after_seconds: float, fmt: str, phase: Phase
) -> None:
    bench.client.starts.extend([NotReached("no answer"), conflict_error()])
    bench.client.statuses_of[OTHER].append(made_at(bench.clock.time() + after_seconds, fmt, phase))
    job = await bench.run(bench.submit())
    assert (job.state, job.server_job_id) == (JobState.DONE, "server-3")


async def test_a_rejection_alone_says_that_it_is_not_ours(bench: Bench) -> None:
    """A job of our format was created at the time of our start, but our start was rejected."""
    bench.client.starts.append(conflict_error())
    bench.client.statuses_of[OTHER].append(made_at(bench.clock.time(), phase=Phase.COMPLETE))
    job = await bench.run(bench.submit())
    assert job.server_job_id == "server-2"


async def waiting(bench: Bench, fmt: Format = Format.PDF) -> Job:
    bench.client.starts.append(conflict_error())
    bench.client.statuses_of[OTHER].extend([RUNNING] * 5)
    job_id = bench.submit(fmt=fmt)
    await bench.clock.advance(3)
    job = bench.engine.job(job_id)
    assert (job.state, job.note, job.conflicting_job_id) == (JobState.QUEUED, WAITS_FOR_OTHER, OTHER)
    return job


async def test_the_other_exports_file_is_downloaded_under_a_name_that_says_so(bench: Bench) -> None:
    job = await waiting(bench)
    bench.client.statuses_of[OTHER].appendleft(JobStatus(Phase.RUNNING, "in_progress", "png"))
    bench.client.files.append(FakeFile(PNG, content_type="image/png"))
    taken = await bench.clock.run(bench.engine.take_other(job.id))
    assert bench.engine.job(job.id).state is JobState.CANCELED
    done = await bench.run(taken)
    assert done.path == bench.folder / "Sales (another export).png"
    assert bench.client.count("initiate") == 1


@pytest.mark.parametrize(("content_type", "suffix"), [("application/zip", "zip"), ("text/csv", "csv")])
async def test_another_users_csv_may_be_a_zip(bench: Bench, content_type: str, suffix: str) -> None:
    job = await waiting(bench)
    bench.client.statuses_of[OTHER].appendleft(JobStatus(Phase.RUNNING, "in_progress", "csv"))
    body = zip_of("a.csv") if suffix == "zip" else b"a,b\n1,2\n"
    bench.client.files.append(FakeFile(body, content_type=content_type))
    done = await bench.run(await bench.clock.run(bench.engine.take_other(job.id)))
    assert done.path == bench.folder / f"Sales (another export).{suffix}"


async def test_another_users_export_is_never_restarted(bench: Bench) -> None:
    job = await waiting(bench)
    taken = await bench.clock.run(bench.engine.take_other(job.id))
    bench.client.statuses_of[OTHER].clear()
    bench.client.statuses_of[OTHER].append(JobStatus(Phase.FAILED, "error"))
    assert (await bench.run(taken)).state is JobState.FAILED
    with pytest.raises(CannotStartAgain):
        await bench.engine.resume(taken)
    assert bench.client.count("initiate") == 1


async def test_there_is_nothing_to_take_where_nothing_is_in_the_way(bench: Bench) -> None:
    with pytest.raises(ValueError, match="another export"):
        await bench.engine.take_other(bench.submit())
    await bench.engine.aclose()
