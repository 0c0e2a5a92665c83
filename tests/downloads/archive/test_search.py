from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.downloads.archive.saved_files import FileCheck, FileState
from omni_tui.downloads.archive.search import Days, days_of, parse_search
from omni_tui.downloads.job.models import FailureKind, Job, JobFailure, JobState, Order
from omni_tui.options.spec import ExportRequest, Format

TODAY = date(2026, 11, 30)


def job_at(day: str, name: str = "Blob Web Traffic", state: JobState = JobState.DONE) -> Job:
    """A download that ended at noon, local time."""
    moment = datetime.fromisoformat(f"{day}T12:00").timestamp()
    order = Order(ExportRequest("12db1a0a", Format.CSV), name, Path("/exports"))
    times = {JobState.QUEUED: moment - 5, state: moment}
    path = Path("/exports/traffic.csv") if state is JobState.DONE else None
    return Job("a", order, state, times, path=path)


def found(text: str, job: Job, check: FileCheck | None = None) -> bool:
    search = parse_search(text, TODAY)
    assert not search.problem
    return search.finds(job, check)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("", True),
        ("WEB blob", True),
        ("web churn", False),
        ("12db1a0a", True),
        ("traffic.csv", True),
        ("csv saved", True),
        ("2026-11-29", True),
        ("state:saved", True),
        ("state:failed", False),
        ("state:failed state:saved", True),
        ("dashboard:traffic", True),
        ("dashboard:traffic.csv", False),
        ('dashboard:"web traffic" date:yesterday', True),
        ('dashboard:"traffic web"', False),
        ("date:today", False),
        ("date:2d", True),
        ("date:1d", False),
        ("date:2026", True),
        ("date:2026-11", True),
        ("date:2026-10", False),
        ("date:2026-11-01..2026-11-29", True),
        ("date:..2026-11-28", False),
        ("date:2026-11-29..", True),
        ("state: web", True),  # half typed: no search yet
        ("date:", True),
        ("https://x", False),
    ],
)
def test_words_dashboard_state_and_date_must_all_apply(text: str, is_found: bool) -> None:
    assert found(text, job_at("2026-11-29")) is is_found


def test_states_are_those_of_the_screen_and_of_the_file_today() -> None:
    failed = job_at("2026-11-29", state=JobState.FAILED)
    held = replace(failed, failure=JobFailure("No answer.", kind=FailureKind.NOT_REACHED))
    assert found("state:failed", failed)
    assert not found("state:attention", failed)
    assert found("state:attention", held)
    assert found("state:cancelled", job_at("2026-11-29", state=JobState.CANCELED))
    saved = job_at("2026-11-29")
    assert found("state:deleted", saved, FileCheck(FileState.DELETED))
    assert not found("state:deleted", saved, FileCheck(FileState.SAME))
    assert not found("state:deleted", saved)


def test_unusable_parts_are_named_and_left_out() -> None:
    search = parse_search("web state:lost", TODAY)
    assert search.problem.startswith("Unknown state “lost”. Use saved, running,")
    assert search.finds(job_at("2026-11-29"))
    search = parse_search("date:2026-13", TODAY)
    assert search.problem.startswith("Unknown date “2026-13”. Use today,")
    assert search.is_empty


@given(st.dates(min_value=date(1, 1, 1), max_value=date(9999, 11, 30)))
def test_a_day_is_in_its_day_month_and_year(day: date) -> None:
    for text in (f"{day:%Y-%m-%d}".zfill(10), f"{day.year:04d}-{day.month:02d}", f"{day.year:04d}"):
        days = days_of(text, TODAY)
        assert days is not None
        assert days.holds(day)
    assert days_of(day.isoformat(), TODAY) == Days(day, day)


@given(st.text())
def test_any_text_is_a_search(text: str) -> None:
    parse_search(text, TODAY).finds(job_at("2026-11-29"))
    days_of(text, TODAY)
