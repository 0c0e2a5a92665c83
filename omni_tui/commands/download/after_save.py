"""Process saved files: keep or delete, unpack and merge them, and run a command for each."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from omni_tui.commands.download.flags.after_save_flags import MERGE, THEN, UNZIP, After
from omni_tui.commands.download.merge_and_unpack import merge_pdfs, remove_files, unpack
from omni_tui.commands.download.report import Report, json_object, saved_path
from omni_tui.downloads.engine import Engine
from omni_tui.downloads.files.manifest import MANIFEST_SUFFIX
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import json_line, plain_line
from omni_tui.options.rules import payload, query
from omni_tui.options.spec import ExportRequest
from omni_tui.preview.fingerprint import fingerprint

# Options that don't change the file's content.
_NOT_CONTENT = ("filename", "cache")


class FollowUp:
    """Receives jobs from the engine, and reports each when the steps after saving are done.

    Use it inside a running event loop; `finish` waits for pending steps.
    """

    def __init__(self, engine: Engine, report: Report, after: After) -> None:
        self._engine = engine
        self._report = report
        self._after = after
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._one_command = asyncio.Lock()

    def moved(self, job: Job) -> None:
        """Handle a change of a job; a saved one is processed before it is reported."""
        if job.id in self._tasks:
            return
        if job.state is not JobState.DONE:
            self._report.moved(job)
            return
        self._tasks[job.id] = asyncio.create_task(self._follow(job), name=f"after {job.id}")

    async def finish(self, job_ids: Sequence[str]) -> None:
        """Wait for all steps, then merge. `job_ids` are in the order given."""
        await asyncio.gather(*self._tasks.values())
        if self._after.merge:
            await self._merge([self._engine.job(job_id) for job_id in job_ids])

    async def stop(self) -> None:
        """Cancel pending steps; the files stay, and their jobs are reported."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _follow(self, saved: Job) -> None:
        job, files = saved, list(filter(None, [saved_path(saved)]))
        try:
            job = await asyncio.to_thread(self._kept, saved)
            if job is not saved:
                self._engine.reviewed(job)
            files = list(filter(None, [saved_path(job)]))
            if self._after.unzip and files and files[0].suffix == ".zip":
                files = await self._unpacked(files[0])
            if self._after.then and not self._after.merge:
                for file in files:
                    await self._run_command(file, {**json_object(job), "path": str(file)})
        finally:
            self._report.moved(job)
            for file in files:
                if file != saved.path:
                    self._report.also_saved(file, {"from": str(saved.path)})

    def _kept(self, job: Job) -> Job:
        """Return the job with its fingerprint, or without its file if it isn't kept. Blocks."""
        path = saved_path(job)
        if path is None:
            return job
        if self._after.only_if_rows and job.is_empty:
            return _without_file(job, JobState.EMPTY, "No rows: the file wasn't kept.")
        if not self._after.only_if_changed:
            return job
        try:
            job = replace(job, fingerprint=fingerprint(path))
            earlier = self._earlier(job)
            if earlier is None or _fingerprint_of(earlier) != job.fingerprint:
                return job
        except OmniTuiError as error:  # keep what can't be compared
            self._report.remark(f"{path.name} is kept because it can't be compared: {error}")
            return job
        where = earlier.path or earlier.note
        return _without_file(job, JobState.UNCHANGED, f"Unchanged since {where}.")

    def _earlier(self, job: Job) -> Job | None:
        """Return the last saved export of the same request."""
        content = _content_key(job.order.request)
        same = [
            each
            for each in self._engine.jobs()
            if each.state in (JobState.DONE, JobState.UNCHANGED)
            and each.id != job.id
            and not each.order.has_unknown_options
            and _content_key(each.order.request) == content
        ]
        return max(same, key=lambda each: each.ended_at or 0.0, default=None)

    async def _unpacked(self, path: Path) -> list[Path]:
        try:
            files = await asyncio.to_thread(unpack, path)
        except OmniTuiError as error:
            self._report.follow_up_failed(f"{UNZIP}: {error}")
            return [path]
        if self._after.removes_originals:
            await asyncio.to_thread(remove_files, [path])
        return files

    async def _merge(self, jobs: Sequence[Job]) -> None:
        paths = [saved_path(job) for job in jobs]
        if not all(job.state in (JobState.DONE, JobState.UNCHANGED, JobState.EMPTY) for job in jobs):
            self._report.follow_up_failed(f"{MERGE}: nothing was merged because a download failed.")
            return
        parts = [
            (path, job.order.value or job.order.dashboard_name or _unnumbered(path.stem))
            for job, path in zip(jobs, paths, strict=True)
            if path is not None
        ]
        if not parts:
            return
        try:
            merged = await asyncio.to_thread(merge_pdfs, parts, parts[0][0].parent, self._after.merge)
        except OmniTuiError as error:
            self._report.follow_up_failed(f"{MERGE}: {error}")
            return
        merged_from = [str(path) for path, _ in parts]
        if self._after.then:
            await self._run_command(merged, {"path": str(merged), "merged_from": merged_from})
        if self._after.removes_originals:
            await asyncio.to_thread(remove_files, [path for path, _ in parts])
        self._report.also_saved(merged, {"merged_from": merged_from})

    async def _run_command(self, path: Path, record: dict[str, object]) -> None:
        """Run the command for a file, one at a time. Its output goes to standard error."""
        words = [*self._after.then, os.fspath(path)]
        async with self._one_command:
            try:
                child = await asyncio.create_subprocess_exec(
                    *words, stdin=asyncio.subprocess.PIPE, stdout=2, stderr=2
                )
            except OSError as error:
                self._report.follow_up_failed(f"{THEN}: {words[0]} can't be run: {error.strerror}.")
                return
            try:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    await child.communicate(f"{json_line(record)}\n".encode())
            except asyncio.CancelledError:
                with contextlib.suppress(ProcessLookupError):
                    child.terminate()
                await child.wait()
                raise
        status = await child.wait()
        if status:
            how = f"was killed by signal {-status}" if status < 0 else f"failed with status {status}"
            self._report.follow_up_failed(f"{THEN}: {words[0]} {how} for {plain_line(path.name)}.")


def _unnumbered(stem: str) -> str:
    return re.sub(r" \(\d+\)$", "", stem)


def _content_key(request: ExportRequest) -> str:
    """Return what determines a file's content, as one text."""
    body = {key: value for key, value in payload(request).items() if key not in _NOT_CONTENT}
    return json.dumps([request.dashboard_id, body, query(request)], sort_keys=True)


def _fingerprint_of(job: Job) -> str | None:
    """Return the stored fingerprint, or that of the file if it still exists. Raises PreviewError."""
    if job.fingerprint is not None or job.path is None:
        return job.fingerprint
    return fingerprint(job.path) if job.path.is_file() else None


def _without_file(job: Job, state: JobState, note: str) -> Job:
    assert job.path is not None
    remove_files([job.path, job.path.with_name(f"{job.path.name}{MANIFEST_SUFFIX}")])
    times = {**job.times, state: job.times[JobState.DONE]}
    return replace(job, state=state, path=None, note=note, times=times)
