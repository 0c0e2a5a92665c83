"""Failure kinds in the journal: today's, and the class names of older journals."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from omni_tui.downloads.job.models import FailureKind, Job, JobFailure
from omni_tui.downloads.store.serialization import job_from, job_text
from tests.downloads.store.journals import opened

OLD_JOURNAL = Path(__file__).with_name("journal_with_class_names.sql")

KINDS_OF_NAMES = {
    "NotReached": FailureKind.NOT_REACHED,
    "TimedOut": FailureKind.NOT_REACHED,
    "UntrustedStore": FailureKind.NOT_REACHED,
    "NotOmni": FailureKind.NOT_OMNI,
    "ServerFailed": FailureKind.SERVER_FAILED,
    "TooManyRequests": FailureKind.RATE_LIMITED,
    "Unauthorized": FailureKind.UNAUTHORIZED,
    "Refused": FailureKind.REJECTED,
    "Forbidden": FailureKind.FORBIDDEN,
    "NotFound": FailureKind.NOT_FOUND,
    "RenderFailed": FailureKind.RENDER_FAILED,
    "WrongFile": FailureKind.WRONG_FILE,
    "FileGone": FailureKind.FILE_GONE,
    "FileTrouble": FailureKind.FILE_SAVE_ERROR,
    "GaveUp": FailureKind.TIMED_OUT,
    "SetAside": FailureKind.SET_ASIDE,
    "ZeroDivisionError": FailureKind.OTHER,
    "none": FailureKind.OTHER,
}
# Those that could be resumed after a fix, by the names that were stored.
HELD_NAMES = {
    *("NotReached", "TimedOut", "UntrustedStore", "NotOmni", "ServerFailed", "TooManyRequests"),
    *("FileTrouble", "Unauthorized", "GaveUp"),
}


@pytest.fixture
def old_jobs(tmp_path: Path) -> tuple[Job, ...]:
    """Return the jobs of a journal that an older omni-tui wrote, read by this one."""
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as database:
        database.executescript(OLD_JOURNAL.read_text())
    return opened(tmp_path).jobs()


def test_an_older_journals_class_names_are_read_as_kinds(old_jobs: tuple[Job, ...]) -> None:
    assert {job.id: job.failure and job.failure.kind for job in old_jobs} == KINDS_OF_NAMES
    assert all(
        job.failure == JobFailure("It failed.", "Do this.", "", job.failure.kind)
        for job in old_jobs
        if job.failure
    )


def test_an_older_journals_jobs_need_attention_as_before(old_jobs: tuple[Job, ...]) -> None:
    assert {job.id for job in old_jobs if job.needs_attention} == HELD_NAMES
    assert {job.id for job in old_jobs if job.is_key_rejected} == {"Unauthorized"}


@pytest.mark.parametrize("kind", FailureKind)
def test_every_kind_is_stored_and_read(old_jobs: tuple[Job, ...], kind: FailureKind) -> None:
    job = replace(old_jobs[0], failure=JobFailure("It failed.", kind=kind))
    assert job_from(job_text(job)) == job


@pytest.mark.parametrize("stored", ["of_a_newer_version", "", "__class__"])
def test_an_unknown_kind_costs_no_job(old_jobs: tuple[Job, ...], stored: str) -> None:
    record = json.loads(job_text(old_jobs[0]))
    record["failure"][3] = stored
    failure = job_from(json.dumps(record)).failure
    assert failure is not None
    assert failure.kind is FailureKind.OTHER
