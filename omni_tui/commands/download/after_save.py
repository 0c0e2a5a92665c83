"""Process saved files: keep or delete, unpack and merge them, and run a command for each."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from omni_tui.commands.download.flags.after_save_flags import MERGE, THEN, UNZIP, AfterSave
from omni_tui.commands.download.merge_and_unpack import merge_pdfs, merged_name, remove_files, unpack
from omni_tui.commands.download.report import Report, saved_path
from omni_tui.downloads.archive.same_request import same_request_key
from omni_tui.downloads.engine import Engine
from omni_tui.downloads.files.manifest import MANIFEST_SUFFIX
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import json_line, plain_line
from omni_tui.options.file_names.sanitize import unnumbered
from omni_tui.options.rules import is_whole_dashboard
from omni_tui.preview.fingerprint import fingerprint

# How long a command may take to end after it was asked to.
_GRACE_SECONDS = 5.0


class _Checked(NamedTuple):
    """A saved job, and the job that it becomes: with its fingerprint, or in a state without a file."""

    saved: Job
    result: Job


class FollowUp:
    """Receives jobs from the engine, and reports each when the steps after saving are done.

    Files to merge wait for the last one, and are all kept, or none. Use it inside a running event loop;
    `finish` waits for pending steps.
    """

    def __init__(self, engine: Engine, report: Report, after: AfterSave) -> None:
        self._engine = engine
        self._report = report
        self._after = after
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._to_merge: dict[str, _Checked] = {}
        self._one_command = asyncio.Lock()

    def moved(self, job: Job) -> None:
        """Handle a change of a job; a saved one is processed before it is reported."""
        if job.id in self._tasks:
            return
        if job.state is not JobState.DONE:
            self._report.moved(job)
            return
        step = self._check_to_merge if self._after.merge else self._follow
        self._tasks[job.id] = asyncio.create_task(step(job), name=f"after {job.id}")

    async def finish(self, job_ids: Sequence[str]) -> None:
        """Wait for all steps, then merge. `job_ids` are in the order given."""
        await asyncio.gather(*self._tasks.values())
        if self._after.merge:
            await self._merge_all(job_ids)

    async def stop(self) -> None:
        """Cancel pending steps; the files stay, and their jobs are reported."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._report_merged([each.saved for each in self._to_merge.values()])

    async def _follow(self, saved: Job) -> None:
        job, unpacked = saved, list[Path]()
        try:
            checked = await asyncio.to_thread(self._check, saved)
            job = await self._apply(checked, checked.result)
            unpacked = await self._unpacked(job)
            for path in unpacked or filter(None, [saved_path(job)]):
                await self._run_command(self._record(job, path))
        finally:
            self._report.moved(job)
            for path in unpacked:
                self._report.also_saved(self._record(job, path))

    async def _check_to_merge(self, saved: Job) -> None:
        self._to_merge[saved.id] = _Checked(saved, saved)
        self._to_merge[saved.id] = await asyncio.to_thread(self._check, saved)

    def _check(self, saved: Job) -> _Checked:
        """Decide whether the file is kept. Blocks."""
        path = saved_path(saved)
        if path is None:
            return _Checked(saved, saved)
        if self._after.only_if_rows and saved.is_empty:
            return _Checked(saved, _without_file(saved, JobState.EMPTY, "No rows: the file wasn't kept."))
        if not self._after.only_if_changed:
            return _Checked(saved, saved)
        job = saved
        try:
            job = replace(job, fingerprint=fingerprint(path))
            earlier = self._earlier(job)
            if earlier is None or _fingerprint_of(earlier) != job.fingerprint:
                return _Checked(job, job)
        except OmniTuiError as error:  # keep what can't be compared
            self._report.remark(f"{path.name} is kept because it can't be compared: {error}")
            return _Checked(job, job)
        note = earlier.note
        if earlier.path is not None:
            # this file may have the name of an earlier one that was deleted
            has_file = earlier.path != path and earlier.path.exists()
            note = f"Unchanged since {earlier.path}{'' if has_file else ' (deleted or moved)'}."
        return _Checked(job, _without_file(job, JobState.UNCHANGED, note))

    def _earlier(self, job: Job) -> Job | None:
        """Return the last saved export of the same request."""
        key = same_request_key(job)
        same = [
            each
            for each in self._engine.jobs()
            if each.state in (JobState.DONE, JobState.UNCHANGED)
            and each.id != job.id
            and same_request_key(each) == key
        ]
        return max(same, key=lambda each: each.ended_at or 0.0, default=None)

    async def _apply(self, checked: _Checked, job: Job) -> Job:
        """Record what becomes of a saved job; delete its file if it isn't kept. Return the job."""
        if job.path is None:
            await asyncio.to_thread(_delete_file, checked.saved)
        if job is not self._engine.job(job.id):
            self._engine.store_comparison(job)
        return job

    async def _unpacked(self, job: Job) -> list[Path]:
        """Unpack a job's ZIP; return the files, none if there is no ZIP or it can't be unpacked."""
        path = saved_path(job)
        if not self._after.unzip or path is None or not is_whole_dashboard(job.order.request):
            return []
        try:
            files = await asyncio.to_thread(unpack, path)
        except OmniTuiError as error:
            self._report.failed(f"{UNZIP}: {error}")
            return []
        if self._after.removes_originals:
            await self._delete_original(job)
        return files

    async def _merge_all(self, job_ids: Sequence[str]) -> None:
        """Merge all files, or none: if a download failed, or if none has changed."""
        checked = [self._to_merge[job_id] for job_id in job_ids if job_id in self._to_merge]
        has_failed = any(self._engine.job(job_id).state is not JobState.DONE for job_id in job_ids)
        is_kept = has_failed or any(each.result is each.saved for each in checked)
        jobs = [await self._apply(each, each.saved if is_kept else each.result) for each in checked]
        record: dict[str, object] = {}
        if has_failed:
            self._report.failed(f"{MERGE}: nothing was merged because a download failed.")
        elif is_kept:
            record = await self._merged(jobs)
        self._report_merged(jobs)
        if record:
            self._report.also_saved(record)

    def _report_merged(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            self._report.moved(job)
        self._to_merge.clear()

    async def _merged(self, jobs: Sequence[Job]) -> dict[str, object]:
        """Merge the files of these jobs; return the new file's record, an empty one if that failed."""
        parts = [
            (path, job.order.value or job.order.dashboard_name or unnumbered(path.stem))
            for job in jobs
            if (path := saved_path(job)) is not None
        ]
        try:
            merged = await asyncio.to_thread(merge_pdfs, parts, parts[0][0].parent, self._after.merge)
        except OmniTuiError as error:
            self._report.failed(f"{MERGE}: {error}")
            return {}
        self._report.saved_under_another_name(merged_name(self._after.merge), merged)
        record: dict[str, object] = {
            "state": JobState.DONE.value,
            "path": str(merged),
            "merged_from": [str(path) for path, _ in parts],
        }
        await self._run_command(record)
        for job in jobs if self._after.removes_originals else ():
            await self._delete_original(job)
        return record

    async def _delete_original(self, job: Job) -> None:
        await asyncio.to_thread(_delete_file, job)
        self._report.deleted(job)

    def _record(self, job: Job, path: Path) -> dict[str, object]:
        """Return the JSON object of a job's file, or of one that was unpacked from it."""
        record = self._report.record(job)
        if path == saved_path(job):
            return record
        kept = {key: record[key] for key in ("dashboard", "format", "filters", "state")}
        return {**kept, "path": str(path), "from": record["path"]}

    async def _run_command(self, record: Mapping[str, object]) -> None:
        """Run the command for the file of a record, one at a time. Its output goes to standard error."""
        if not self._after.then:
            return
        path = str(record["path"])
        words = [*self._after.then, path]
        async with self._one_command:
            try:
                child = await asyncio.create_subprocess_exec(
                    *words, stdin=asyncio.subprocess.PIPE, stdout=2, stderr=2
                )
            except OSError as error:
                self._report.failed(f"{THEN}: {words[0]} can't be run: {error.strerror}.")
                return
            try:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    await child.communicate(f"{json_line(record)}\n".encode())
                status = await child.wait()
            except asyncio.CancelledError:
                await _end(child)
                raise
        if status:
            how = f"was killed by signal {-status}" if status < 0 else f"failed with status {status}"
            self._report.failed(f"{THEN}: {words[0]} {how} for {plain_line(Path(path).name)}.")


async def _end(child: asyncio.subprocess.Process) -> None:
    """Ask a command to end; kill it if it doesn't."""
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
        try:
            await asyncio.wait_for(child.wait(), _GRACE_SECONDS)
        except TimeoutError:
            child.kill()
            await child.wait()


def _fingerprint_of(job: Job) -> str | None:
    """Return the stored fingerprint, or that of the file if it still exists. Raises PreviewError."""
    if job.fingerprint is not None or job.path is None:
        return job.fingerprint
    return fingerprint(job.path) if job.path.is_file() else None


def _without_file(job: Job, state: JobState, note: str) -> Job:
    """Return the job in a state in which its file isn't kept."""
    return replace(
        job, state=state, path=None, note=note, times={**job.times, state: job.times[JobState.DONE]}
    )


def _delete_file(job: Job) -> None:
    """Delete a saved job's file and its manifest. Blocks; raises FileSaveError."""
    assert job.path is not None
    manifests = [job.path.with_name(f"{job.path.name}{MANIFEST_SUFFIX}")] if job.order.has_manifest else []
    remove_files([job.path, *manifests])
