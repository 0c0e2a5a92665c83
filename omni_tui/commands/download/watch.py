"""Watch jobs until they end or can be left, and report on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from omni_tui.commands.download.report import Report
from omni_tui.commands.shared.signals import Interrupts
from omni_tui.downloads.job.models import Job, JobState

if TYPE_CHECKING:
    from omni_tui.downloads.engine import Engine

# How often the bar's clock is updated while nothing else happens.
REPAINT_SECONDS = 0.5
RESUME = "omni-tui resume"


async def follow(engine: Engine, job_ids: Sequence[str], report: Report, interrupts: Interrupts) -> None:
    """Wait until all jobs end. If the user canceled this (Ctrl+C), cancel all jobs first.

    Any other cancellation leaves the jobs to `omni-tui resume`, if they are stored.
    """
    try:
        await asyncio.gather(*map(engine.wait, job_ids))
    except asyncio.CancelledError:
        if interrupts.is_user_interrupt or not engine.is_lasting:
            for job_id in job_ids:
                engine.cancel(job_id)
            await asyncio.gather(*map(engine.wait, job_ids))
        else:
            _leave([engine.job(job_id) for job_id in job_ids], report)
        raise
    if not await engine.recorded():
        report.unrecorded(engine.notice)
    held = sum(engine.job(job_id).needs_attention for job_id in job_ids)
    if held and engine.is_lasting:
        what = "1 download is paused" if held == 1 else f"{held} downloads are paused"
        report.remark(f"{what}; run {RESUME} once the problem is fixed.")


async def follow_until_started(engine: Engine, job_ids: Sequence[str]) -> list[Job]:
    """Wait until each job runs on the server or waits for another of ours; return their current states."""
    changed = asyncio.Event()
    unsubscribe = engine.subscribe(lambda job: changed.set())
    try:
        while True:
            jobs = [engine.job(job_id) for job_id in job_ids]
            if all(job.state not in (JobState.QUEUED, JobState.STARTING) or job.note for job in jobs):
                return jobs
            changed.clear()
            await changed.wait()
    finally:
        unsubscribe()


def _leave(jobs: Iterable[Job], report: Report) -> None:
    left = [job for job in jobs if not job.state.is_final]
    for job in left:
        report.left(job)
    if left:
        what = "1 download is" if len(left) == 1 else f"{len(left)} downloads are"
        them = "it" if len(left) == 1 else "them"
        report.remark(f"{what} unfinished; run {RESUME} to finish {them}.")


@contextmanager
def live_report(engine: Engine, report: Report, moved: Callable[[Job], None] | None = None) -> Iterator[None]:
    """A context in which the report, or `moved`, receives all changes of jobs, and the clock is updated."""

    async def keep_painting() -> None:
        while True:
            await asyncio.sleep(REPAINT_SECONDS)
            report.progress.paint()
            report.notice(engine.notice)

    unsubscribe = engine.subscribe(moved or report.moved)
    painting = asyncio.create_task(keep_painting())
    try:
        yield
    finally:
        painting.cancel()
        unsubscribe()
        report.progress.clear()
