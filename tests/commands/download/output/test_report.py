"""What a script reads: paths, JSON lines, failures, the exit code."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from omni_tui.commands.download.args import Plan
from omni_tui.commands.download.output_target import Target
from omni_tui.commands.download.report import Report, failure_line, json_object, report_options
from omni_tui.commands.shared.exit_codes import Status
from omni_tui.downloads.job.failure_messages import RELOAD_LIST
from omni_tui.downloads.job.models import FailureKind, Job, JobFailure, JobState
from omni_tui.downloads.job.truncation import CutOff
from omni_tui.formatting import json_line
from omni_tui.options.spec import ExportRequest, Format, Problem, Severity
from tests.commands.jobs import job

KEYS = ["dashboard", "format", "filters", "id", "job_id", "state", "path", "bytes", "sha256"]
KEYS += ["rows", "may_be_cut_off_at", "cut_off_tables", "is_empty", "empty_tables"]
KEYS += ["may_be_incomplete", "seconds", "error"]


def plan(**changes: Any) -> Plan:
    return replace(Plan(("12db1a0a",), Format.PDF, is_quiet=True), **changes)


def done(path: str = "/exports/Blob.pdf", dashboard: str = "12db1a0a") -> Job:
    return job(
        JobState.DONE, dashboard, path=Path(path), sha256="ab" * 32, bytes_received=3, server_job_id="s-1"
    )


def failed(
    kind: FailureKind = FailureKind.RENDER_FAILED, dashboard: str = "12db1a0a", **words: object
) -> Job:
    failure = JobFailure(**({"message": "It failed.", "kind": kind} | words))
    return job(JobState.FAILED, dashboard, failure=failure)


def report_of(told: Plan, *jobs: Job) -> Report:
    report = Report(report_options(told))
    for moved in jobs:
        report.moved(moved)
    return report


def test_one_path_a_line_as_soon_as_it_is_saved(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    report = report_of(plan(), job(JobState.RENDERING), done())
    assert capsysbinary.readouterr().out == b"/exports/Blob.pdf\n"
    report.moved(done(os.fsdecode(b"/exports/\xff\xc3\xa9.pdf"), "other"))
    assert capsysbinary.readouterr() == (b"/exports/\xff\xc3\xa9.pdf\n", b"")
    assert report.status() is Status.SAVED


def test_a_json_line_has_the_keys_that_scripts_rely_on() -> None:
    line = json_object(done())
    assert list(line) == KEYS
    assert line == {
        "dashboard": "12db1a0a",
        "format": "pdf",
        "filters": {},
        "id": "job 12db1a0a",
        "job_id": "s-1",
        "state": "done",
        "path": "/exports/Blob.pdf",
        "bytes": 3,
        "sha256": "ab" * 32,
        "rows": None,
        "may_be_cut_off_at": None,
        "cut_off_tables": [],
        "is_empty": None,
        "empty_tables": [],
        "may_be_incomplete": False,
        "seconds": 4.0,
        "error": None,
    }


def test_a_json_line_of_what_was_not_saved_names_no_file() -> None:
    half = failed(hint="Try\nagain.")
    half = replace(half, bytes_received=7, path=Path("/exports/Blob.pdf"))
    line = json_object(half)
    assert list(line) == KEYS
    assert (line["state"], line["error"]) == ("failed", "It failed. Try again.")
    assert [line[key] for key in ("path", "bytes", "sha256", "job_id")] == [None] * 4


def test_a_json_line_is_one_line_of_ascii_whatever_is_in_it() -> None:
    text = json_line(json_object(done("/exports/\x1b[31m\u202eBlob\n\x9b.pdf")))
    assert text.isascii()
    assert text.isprintable()


def test_json_lines_include_failures(capsys: pytest.CaptureFixture[str]) -> None:
    report_of(plan(as_json=True), done(), failed(dashboard="other"), job(JobState.CANCELED, "third"))
    told = capsys.readouterr()
    states = [json.loads(line)["state"] for line in told.out.splitlines()]
    assert states == ["done", "failed", "cancelled"]
    assert told.err == "omni-tui download: other: It failed.\n"


def test_a_failure_names_its_flag_and_is_plain(capsys: pytest.CaptureFixture[str]) -> None:
    report_of(plan(), failed(message="No \x07rows\u202e.", hint="Use 1.", field="maxRowLimit"))
    words = "omni-tui download: 12db1a0a: --max-row-limit: No rows. Use 1.\n"
    assert capsys.readouterr() == ("", words)


def test_a_failure_without_field_or_hint() -> None:
    assert failure_line(JobFailure("It failed.")) == "It failed."
    gone = JobFailure("Gone.", "Check the ID.", problems=(Problem("", Severity.ERROR, "Gone.", RELOAD_LIST),))
    assert failure_line(gone) == "Gone. Check the ID.", "a command has no list to reload"


@pytest.mark.parametrize(
    ("jobs", "status"),
    [
        ([done(), failed(dashboard="b")], Status.FAILED),
        ([failed(FailureKind.UNAUTHORIZED), failed(dashboard="b")], Status.CREDENTIALS),
        ([done(), done(dashboard="b")], Status.SAVED),
    ],
)
def test_the_status_is_that_of_the_worst(
    jobs: list[Job], status: Status, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_of(plan(), *jobs).status() is status


def test_a_typed_name_that_exists_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    typed = plan(target=Target(folder=Path("/exports"), file_name="report.pdf"))
    report_of(typed, done("/exports/report (2).pdf"))
    assert capsys.readouterr() == (
        "/exports/report (2).pdf\n",
        "omni-tui download: report.pdf already exists; saved as report (2).pdf.\n",
    )
    report_of(typed, done("/exports/report.pdf"))
    assert capsys.readouterr().err == ""


def test_standard_output_is_for_the_bytes_if_they_go_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = report_of(plan(target=Target(is_standard_output=True)), done("/private/Blob.pdf"))
    assert capsys.readouterr().out == ""
    assert report.saved_paths() == [Path("/private/Blob.pdf")]


class Broken(io.RawIOBase):
    """A standard output that accepts nothing."""

    def __init__(self, error: OSError) -> None:
        self.error = error

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"),
    [(BrokenPipeError(), Status.SAVED), (OSError(28, "No space left on device"), Status.FAILED)],
)
def test_a_standard_output_that_breaks_stops_no_download(
    error: OSError, status: Status, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Text:
        buffer = Broken(error)

    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Text())
        report = report_of(plan(), done(), done(dashboard="b"))
    assert report.status() is status
    assert ("No space left" in capsys.readouterr().err) is (status is Status.FAILED)


def test_a_file_with_as_many_rows_as_the_limit_is_reported_with_the_flags_that_lift_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cut = csv_job(rows=5000, cut_off=(CutOff("", 5000, "8"),))
    report = report_of(plan(fails_if_empty=True), cut)
    told = capsys.readouterr()
    assert told.out == "/exports/Blob.csv\n"
    assert "Blob.csv: The file may be cut off at 5,000 rows." in told.err
    assert "Get up to 1,000,000 rows: --override-row-limit --max-row-limit 1000000." in told.err
    assert report.status() is Status.SAVED
    line = json_object(cut)
    assert (line["rows"], line["may_be_cut_off_at"], line["cut_off_tables"]) == (5000, 5000, [])


def test_a_file_without_rows_is_reported_and_fails_if_requested(
    capsys: pytest.CaptureFixture[str],
) -> None:
    empty = csv_job(rows=0, empty=("",))
    assert report_of(plan(), empty).status() is Status.SAVED
    told = capsys.readouterr()
    assert told.out == "/exports/Blob.csv\n"
    assert "Blob.csv: No rows matched. Check the filter values." in told.err
    assert report_of(plan(fails_if_empty=True), empty, done(dashboard="b")).status() is Status.FAILED
    assert capsys.readouterr().out == "/exports/Blob.csv\n/exports/Blob.pdf\n"
    line = json_object(empty)
    assert (line["rows"], line["is_empty"], line["empty_tables"]) == (0, True, [])


def test_the_tables_of_an_archive_are_all_named(capsys: pytest.CaptureFixture[str]) -> None:
    cut_off = (CutOff("A.csv", 1000, "1"), CutOff("B.csv", 10))
    tables = csv_job(rows=1010, cut_off=cut_off, empty=("C.csv", "D.csv"))
    assert report_of(plan(fails_if_empty=True), tables).status() is Status.FAILED
    told = capsys.readouterr().err
    assert "No rows in C, D. Check the filter values." in told
    assert "2 tables may be cut off: A (1,000 rows), B (10 rows)." in told
    line = json_object(tables)
    assert (line["is_empty"], line["empty_tables"]) == (False, ["C.csv", "D.csv"])
    assert line["cut_off_tables"] == [{"name": "A.csv", "limit": 1000}, {"name": "B.csv", "limit": 10}]


def csv_job(**more: Any) -> Job:
    request = ExportRequest("12db1a0a", Format.CSV)
    made = done("/exports/Blob.csv")
    return replace(made, order=replace(made.order, request=request), **more)
