from __future__ import annotations

import hashlib
import itertools
import logging
from pathlib import Path

import pytest

from omni_tui.api.errors.types import (
    Conflict,
    Forbidden,
    NotFound,
    Rejected,
    StillRunning,
    TimedOut,
    Unauthorized,
)
from omni_tui.api.models import JobStatus, Phase
from omni_tui.downloads.engine import Engine
from omni_tui.downloads.errors import OptionsRejected
from omni_tui.downloads.job.job_handle import PROGRESS_SECONDS
from omni_tui.downloads.job.models import FailureKind, Job, JobState, Order
from omni_tui.downloads.job.runner import WAITS_FOR_OTHER
from omni_tui.downloads.store.interface import MemoryStore
from omni_tui.options.spec import ExportRequest, Format
from tests.downloads.fakes import COMPLETE, PDF, RUNNING, Bench, FakeFile


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def conflict_with(job_id: str | None) -> Conflict:
    error = Conflict("Another export of this dashboard is running.", status=409)
    error.existing_job_id = job_id
    return error


async def test_from_an_order_to_a_file(bench: Bench) -> None:
    bench.client.statuses.extend([RUNNING, RUNNING, COMPLETE])
    bench.client.files.append(FakeFile(PDF, len(PDF)))
    job_id = bench.submit("Sales", paperFormat="letter", userId="u-1")
    job = await bench.run(job_id)
    assert list(bench.states(job_id)) == ["queued", "starting", "rendering", "saving", "done"]
    assert job.path == bench.folder / "Sales.pdf"
    assert job.path.read_bytes() == PDF
    assert bench.files() == ["Sales.pdf"]
    assert job.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (job.bytes_received, job.bytes_expected) == (len(PDF), len(PDF))
    assert (job.server_job_id, job.failure, job.note) == ("server-1", None, "")
    first = bench.client.calls[0]
    assert first.body == {"format": "pdf", "paperFormat": "letter"}
    assert {call.user_id for call in bench.client.calls} == {"u-1"}


async def test_times_of_states_grow_and_end_with_the_last(bench: Bench) -> None:
    bench.client.statuses.extend([RUNNING] * 5)
    job = await bench.run(bench.submit())
    moments = [job.times[state] for state in JobState if state in job.times]
    assert moments == sorted(moments)
    assert job.ended_at == job.times[JobState.DONE] == bench.clock.time()
    assert job.elapsed_seconds(bench.clock.time()) == job.ended_at - job.submitted_at > 10


async def test_a_single_job_is_polled_every_two_seconds(bench: Bench) -> None:
    bench.client.statuses.extend([RUNNING] * 40)
    await bench.run(bench.submit())
    moments = [*bench.client.times("initiate"), *bench.client.times("status")]
    gaps = [later - sooner for sooner, later in itertools.pairwise(moments)]
    assert gaps == pytest.approx([2.0] * 41)


async def test_a_state_is_stored_before_subscribers_are_notified(bench: Bench) -> None:
    unkept: list[Job] = []

    def compare(job: Job) -> None:
        kept = {kept.id: kept for kept in bench.store.jobs()}[job.id]
        if kept.state is not job.state:
            unkept.append(job)

    bench.engine.subscribe(compare)
    await bench.run(bench.submit())
    assert unkept == []
    assert bench.store.jobs() == bench.engine.jobs()


async def test_an_engine_knows_the_jobs_of_its_store(bench: Bench) -> None:
    job = await bench.run(bench.submit())
    later = Engine(bench.client, bench.store, clock=bench.clock)
    assert later.jobs() == (job,)
    assert await later.wait(job.id) == job


async def test_options_with_errors_are_rejected_before_any_request(bench: Bench) -> None:
    with pytest.raises(OptionsRejected) as refused:
        bench.submit(fmt=Format.JSON)
    assert [problem.field for problem in refused.value.problems] == ["queryIdentifierMapKey"]
    assert refused.value.message == refused.value.problems[0].message
    assert bench.engine.jobs() == ()
    await bench.clock.settle()
    assert bench.client.calls == []


async def test_a_failing_subscriber_affects_no_other(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    def fail(job: Job) -> None:
        raise RuntimeError("cannot paint")

    bench.engine.subscribe(fail)
    heard: list[Job] = []
    unsubscribe = bench.engine.subscribe(heard.append)
    with caplog.at_level(logging.ERROR):
        job = await bench.run(bench.submit())
    assert job.state is JobState.DONE
    assert heard == bench.told
    assert "cannot paint" in caplog.text
    unsubscribe()
    await bench.run(bench.submit())
    assert len(bench.told) > len(heard)


async def test_jobs_of_different_dashboards_run_side_by_side(bench: Bench) -> None:
    bench.client.statuses.extend([RUNNING] * 20)
    ids = [bench.submit(f"D{number}") for number in range(20)]
    await bench.clock.settle()
    assert bench.client.count("initiate") == 20
    for job_id in ids:
        assert (await bench.run(job_id)).state is JobState.DONE
    assert [job.id for job in bench.engine.jobs()] == ids
    assert bench.files() == sorted(f"D{number}.pdf" for number in range(20))


async def test_jobs_of_one_dashboard_and_user_run_one_at_a_time(bench: Bench) -> None:
    bench.client.statuses.extend([RUNNING, COMPLETE, RUNNING, COMPLETE])
    first, second = bench.submit(hideTitle=True), bench.submit(hideTitle=False)
    other_user = bench.submit(userId="somebody")
    await bench.clock.settle()
    assert bench.client.count("initiate") == 2
    assert bench.engine.job(second).state is JobState.QUEUED
    assert bench.engine.job(second).note == WAITS_FOR_OTHER
    for job_id in (first, second, other_user):
        assert (await bench.run(job_id)).state is JobState.DONE
    bodies = [call.body for call in bench.client.calls if call.what == "initiate" and call.user_id is None]
    assert [body and body["hideTitle"] for body in bodies] == [True, False]
    assert bench.engine.job(second).times[JobState.STARTING] >= bench.engine.job(first).times[JobState.SAVING]
    assert bench.files() == ["Sales (2).pdf", "Sales (3).pdf", "Sales.pdf"]


async def test_a_conflict_waits_for_the_other_export_then_starts_ours(bench: Bench) -> None:
    bench.client.starts.append(conflict_with("theirs"))
    bench.client.statuses_of["theirs"].extend([RUNNING, RUNNING, COMPLETE])
    job_id = bench.submit()
    await bench.clock.advance(1)
    assert bench.engine.job(job_id).state is JobState.QUEUED
    assert bench.engine.job(job_id).note == WAITS_FOR_OTHER
    await bench.clock.advance(2)
    assert bench.engine.job(job_id).note == WAITS_FOR_OTHER
    job = await bench.run(job_id)
    assert job.state is JobState.DONE
    assert list(bench.states(job_id)) == [
        "queued", "starting", "queued", "starting", "rendering", "saving", "done",
    ]  # fmt: skip
    assert {call.job_id for call in bench.client.calls if call.what == "file"} == {"server-2"}


@pytest.mark.parametrize("gone", [NotFound("gone", status=404), Forbidden("not yours", status=403)])
async def test_a_conflict_with_an_inaccessible_job_is_retried(bench: Bench, gone: Exception) -> None:
    bench.client.starts.append(conflict_with("theirs"))
    bench.client.statuses_of["theirs"].append(gone)
    job = await bench.run(bench.submit())
    assert job.state is JobState.DONE
    assert bench.client.times("initiate")[1] - bench.client.times("initiate")[0] >= 5


async def test_a_conflict_that_names_a_job_which_has_ended_is_not_hammered(bench: Bench) -> None:
    bench.client.starts.extend([conflict_with("theirs")] * 5)
    job = await bench.run(bench.submit())
    assert job.state is JobState.DONE
    moments = bench.client.times("initiate")
    assert len(moments) == 6
    assert all(later - sooner >= 2 for sooner, later in itertools.pairwise(moments))
    assert len(bench.client.times("status", "theirs")) < 5


async def test_a_conflict_without_an_id_waits_too(bench: Bench) -> None:
    bench.client.starts.extend([conflict_with(None)] * 2)
    job = await bench.run(bench.submit())
    assert job.state is JobState.DONE
    assert bench.client.times("initiate")[-1] - bench.client.times("initiate")[0] >= 10


async def test_an_export_that_may_have_started_unseen_is_never_taken_for_ours(bench: Bench) -> None:
    """Ours got no answer; the 409 may name it, or somebody else's with other options."""
    bench.client.starts.extend([TimedOut("no answer"), conflict_with("unknown")])
    bench.client.statuses_of["unknown"].extend([RUNNING, COMPLETE])
    job = await bench.run(bench.submit())
    assert job.state is JobState.DONE
    assert job.server_job_id == "server-3"
    assert {call.job_id for call in bench.client.calls if call.what == "file"} == {"server-3"}


async def test_waiting_for_an_endless_export_times_out_with_a_message(tmp_path: Path) -> None:
    bench = Bench(tmp_path, job_timeout_seconds=600)
    bench.client.starts.append(conflict_with("theirs"))
    bench.client.statuses_of["theirs"].extend([RUNNING] * 1000)
    job = await bench.run(bench.submit())
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert job.failure.kind == FailureKind.TIMED_OUT
    assert "couldn't be started within 10 minutes" in job.failure.message
    assert job.elapsed_seconds(bench.clock.time()) == pytest.approx(600)


async def test_the_deadline_cuts_off_a_request_that_hangs(tmp_path: Path) -> None:
    bench = Bench(tmp_path, job_timeout_seconds=90)
    bench.client.hangs_at = "status"
    job = await bench.run(bench.submit())
    assert job.failure is not None
    assert job.failure.kind == FailureKind.TIMED_OUT
    assert job.failure.message.endswith("1.5 minutes. Omni didn't respond to the status requests.")
    assert job.elapsed_seconds(bench.clock.time()) == pytest.approx(90)


async def test_the_deadline_cuts_off_a_stalled_file(tmp_path: Path) -> None:
    bench = Bench(tmp_path, job_timeout_seconds=90)
    slow = FakeFile(PDF, len(PDF), waits_at_chunk=2)
    bench.client.files.append(slow)
    job_id = bench.submit()
    await bench.clock.advance(3600)
    assert slow.is_waiting.is_set()
    job = bench.engine.job(job_id)
    assert job.failure is not None
    arrived = f"Only 2,000 of {len(PDF):,} bytes arrived."
    assert job.failure.message == f"The file couldn't be downloaded within 1.5 minutes. {arrived}"
    assert job.needs_attention
    assert job.elapsed_seconds(bench.clock.time()) == pytest.approx(90)
    assert bench.files() == []


async def test_a_file_that_is_never_ready_ends_in_words(tmp_path: Path) -> None:
    """The status says complete, the file says 202, for ever."""
    bench = Bench(tmp_path, job_timeout_seconds=120)
    bench.client.files.extend([StillRunning("not ready", status=202)] * 1000)
    job = await bench.run(bench.submit())
    assert job.failure is not None
    assert job.failure.kind == FailureKind.TIMED_OUT
    assert bench.client.count("file") <= 120 / 2
    assert bench.files() == []


async def test_a_rejected_option_is_named(bench: Bench) -> None:
    bench.client.starts.append(
        Rejected("Omni rejected the request.", status=400, reason="maxRowLimit: Expected number")
    )
    job = await bench.run(bench.submit())
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert (job.failure.field, job.failure.kind) == ("maxRowLimit", FailureKind.REJECTED)
    assert "Expected number" in job.failure.message
    assert bench.client.count("initiate") == 1


async def test_a_missing_folder_is_reported_before_any_request(bench: Bench) -> None:
    order = Order(ExportRequest("d", Format.PDF), "Sales", bench.folder / "nowhere")
    job = await bench.run(bench.engine.submit(order))
    assert job.failure is not None
    assert job.failure.kind == FailureKind.FILE_SAVE_ERROR
    assert "nowhere" in job.failure.message
    assert bench.client.calls == []


async def test_a_mistake_of_ours_is_a_failed_job_and_a_log_entry(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.client.statuses.append(ZeroDivisionError("secret-token"))
    job = await bench.run(bench.submit())
    assert job.failure is not None
    assert job.failure.kind == FailureKind.INTERNAL
    assert "secret-token" not in job.failure.message
    assert "ZeroDivisionError" in caplog.text


async def test_progress_is_reported_a_few_times_per_second(bench: Bench) -> None:
    class Slow(FakeFile):
        async def chunks(self):  # type: ignore[no-untyped-def]
            async for chunk in super().chunks():
                await bench.clock.sleep(0.01)
                yield chunk

    body = b"%PDF-" + b"x" * 100_000 + b"%%EOF"
    bench.client.files.append(Slow(body, len(body), chunk_bytes=100))
    job_id = bench.submit()
    await bench.run(job_id)
    saving = [job for job in bench.told if job.state is JobState.SAVING and job.bytes_received]
    assert len(saving) <= 10.1 / PROGRESS_SECONDS
    assert len(saving) >= 0.9 * 10 / PROGRESS_SECONDS
    assert [job.bytes_received for job in saving] == sorted(job.bytes_received for job in saving)
    assert {job.bytes_expected for job in saving} == {len(body)}


async def test_a_wait_is_shown_while_it_lasts(bench: Bench) -> None:
    bench.client.statuses.extend([TimedOut("Omni didn't respond in time."), *[RUNNING] * 9])
    job_id = bench.submit()
    await bench.clock.advance(2.5)
    assert bench.engine.job(job_id).note == "Omni didn't respond in time. Retrying."
    await bench.clock.advance(5)
    assert (bench.engine.job(job_id).state, bench.engine.job(job_id).note) == (JobState.RENDERING, "")
    assert (await bench.run(job_id)).state is JobState.DONE


async def test_a_render_that_failed_says_why_and_what_to_look_for(bench: Bench) -> None:
    bench.client.statuses.append(JobStatus(Phase.FAILED, "error", error="Job failed\nto render."))
    job = await bench.run(bench.submit())
    assert job.failure is not None
    assert job.failure.kind == FailureKind.RENDER_FAILED
    assert "Job failed to render." in job.failure.message
    assert "One tile" in job.failure.hint
    assert bench.client.count("file") == 0


async def test_a_job_of_another_format_is_not_fetched(bench: Bench) -> None:
    bench.client.statuses.append(JobStatus(Phase.COMPLETE, "complete", format="csv"))
    job = await bench.run(bench.submit())
    assert job.failure is not None
    assert job.failure.kind == FailureKind.WRONG_FILE
    assert bench.client.count("file") == 0


async def test_a_closed_engine_takes_nothing(bench: Bench) -> None:
    await bench.engine.aclose()
    with pytest.raises(RuntimeError):
        bench.submit()


async def test_unauthorized_in_the_middle_ends_the_job(bench: Bench) -> None:
    bench.client.statuses.extend([RUNNING, Unauthorized("Omni rejected the API key.", status=401)])
    job = await bench.run(bench.submit())
    assert job.failure is not None
    assert job.failure.kind == FailureKind.UNAUTHORIZED
    assert bench.client.count("status") == 2


async def test_an_unknown_job_is_a_key_error() -> None:
    from tests.fakes import FakeClock

    engine = Engine(Bench(Path()).client, MemoryStore(), clock=FakeClock())
    with pytest.raises(KeyError):
        engine.job("nobody")
