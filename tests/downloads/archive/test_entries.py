from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from omni_tui.downloads.archive.entries import Archive, ended_in, rows_words
from omni_tui.downloads.archive.search import parse_search
from omni_tui.downloads.job.models import JobState
from tests.compare.jobs_made import saved

FOLDER = Path("/exports")
OLD = saved("old", FOLDER / "a.csv", 0, rows=1_204)
NEW = saved("new", FOLDER / "a (2).csv", 60, rows=1_180)
OTHER = saved("other", FOLDER / "b.csv", 30, dashboard="77aa01c2", rows=7)


def ids(archive: Archive, *jobs: object, text: str = "") -> list[str]:
    search = parse_search(text, date(2026, 11, 30))
    return [entry.job.id for entry in archive.entries(jobs, search)]  # type: ignore[arg-type]


def test_every_export_of_a_request_is_under_the_latest_of_them() -> None:
    archive = Archive()
    first, second = archive.entries([OLD, OTHER, NEW])
    assert (first.job, first.group, first.has_more) == (NEW, (NEW, OLD), True)
    assert (second.job, second.group, second.has_more) == (OTHER, (OTHER,), False)
    archive.expand(OLD)
    lines = archive.entries([OLD, OTHER, NEW])
    assert [(entry.job.id, entry.is_earlier) for entry in lines] == [
        ("new", False),
        ("old", True),
        ("other", False),
    ]
    archive.collapse(OLD)
    assert ids(archive, OLD, OTHER, NEW) == ["new", "other"]


def test_what_runs_is_in_sight_in_a_collapsed_group() -> None:
    running = replace(OLD, id="running", state=JobState.RENDERING, path=None)
    assert ids(Archive(), OLD, running, NEW) == ["new", "running"]


def test_a_search_finds_earlier_exports_too() -> None:
    assert ids(Archive(), OLD, OTHER, NEW, text="77aa") == ["other"]
    assert ids(Archive(), OLD, NEW, text='"a.csv"') == ["old"]


def test_rows_of_the_latest_two_saved_exports() -> None:
    failed = replace(NEW, state=JobState.FAILED, rows=None)
    assert rows_words([NEW, failed, OLD]) == "1,204 → 1,180 rows"
    assert rows_words([NEW, replace(OLD, rows=1_180)]) == "1,180 rows"
    assert rows_words([replace(OLD, rows=1)]) == "1 row"
    assert rows_words([NEW, replace(OLD, rows=None)]) == "1,180 rows"
    assert rows_words([replace(NEW, rows=None), OLD]) == ""
    assert rows_words([failed]) == ""


def test_what_can_be_cleared_is_what_has_ended_in_collapsed_groups_too() -> None:
    running = replace(OTHER, state=JobState.QUEUED)
    assert ended_in(Archive().entries([OLD, running, NEW])) == ["new", "old"]
