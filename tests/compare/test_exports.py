"""Finding the previous export, and differences between requests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from omni_tui.compare.exports import (
    OptionChange,
    earlier_exports,
    export_of_file,
    export_of_job,
    option_changes,
)
from omni_tui.downloads.archive.same_request import same_request_key
from omni_tui.downloads.files.manifest import manifest_of
from omni_tui.downloads.files.writer import SavedFile
from omni_tui.downloads.job.models import JobState
from omni_tui.formatting import json_line
from tests.compare.jobs_made import saved, status_is

FOLDER = Path("/exports")


def test_the_previous_one_of_the_same_request_comes_before_a_newer_one_with_another_filter() -> None:
    same = saved("a", FOLDER / "a.csv", 1, filterConfig=status_is("Complete"))
    other = saved("b", FOLDER / "b.csv", 2, filterConfig=status_is("Returned"))
    job = saved("c", FOLDER / "c.csv", 3, filterConfig=status_is("Complete"))
    later = saved("d", FOLDER / "d.csv", 4, filterConfig=status_is("Complete"))
    assert earlier_exports(job, [same, other, job, later]) == [same, other]


def test_without_the_same_request_it_finds_the_same_content() -> None:
    other_tile = saved("a", FOLDER / "a.csv", 2, queryIdentifierMapKey="7")
    other_dashboard = saved("b", FOLDER / "b.csv", 2, dashboard="ffffffff")
    other_filter = saved("c", FOLDER / "c.csv", 1, filterConfig=status_is("Returned"))
    job = saved("d", FOLDER / "d.csv", 3)
    assert earlier_exports(job, [other_tile, other_dashboard, other_filter, job]) == [other_filter]
    assert earlier_exports(job, [other_tile, other_dashboard, job]) == []


def test_failed_exports_and_the_file_itself_are_not_previous_ones() -> None:
    job = saved("b", FOLDER / "a.csv", 3)
    failed = replace(saved("a", FOLDER / "x.csv", 1), state=JobState.FAILED)
    same_file = saved("c", FOLDER / "a.csv", 2)
    assert earlier_exports(job, [failed, same_file, job]) == []


def test_a_file_name_and_uncached_data_are_not_part_of_the_request() -> None:
    one, other = (
        saved("a", FOLDER / "a.csv", filename="monday"),
        saved("b", FOLDER / "b.csv", filename="tuesday", fresh=True),
    )
    assert same_request_key(one) == same_request_key(other)
    found = replace(other, order=replace(other.order, has_unknown_options=True))
    assert same_request_key(one) != same_request_key(found)


def test_different_filters_come_first_and_as_text() -> None:
    old = export_of_job(saved("a", FOLDER / "a.csv", filterConfig=status_is("Complete"), maxRowLimit=5_000))
    new = export_of_job(
        saved("b", FOLDER / "b.csv", filterConfig=status_is("Returned"), enableFormatting=True)
    )
    assert option_changes(old, new) == [
        OptionChange("Filter", "Status is Complete", "Status is Returned"),
        OptionChange("Formatting", "", "yes"),
        OptionChange("Row limit", "5,000", ""),
    ]


def test_filters_against_the_dashboards_own_are_one_line() -> None:
    """It is unknown which of them differ: the dashboard's own filters may be the same."""
    filters = status_is("Complete") | {"orders.state": {"type": "string", "kind": "EQUALS", "values": ["NY"]}}
    old, new = saved("a", FOLDER / "a.csv"), saved("b", FOLDER / "b.csv", filterConfig=filters)
    [change] = option_changes(export_of_job(old), export_of_job(new))
    assert change == OptionChange("Filters", "", "Status is Complete · State is NY")


def test_a_default_that_was_set_is_not_a_difference() -> None:
    old = export_of_job(saved("a", FOLDER / "a.csv", enableFormatting=False))
    new = export_of_job(saved("b", FOLDER / "b.csv"))
    assert option_changes(old, new) == []


def test_another_dashboard_is_reported() -> None:
    old = export_of_job(saved("a", FOLDER / "a.csv", dashboard="ffffffff"))
    new = export_of_job(saved("b", FOLDER / "b.csv"))
    assert option_changes(old, new)[0].label == "Dashboard"


def test_the_manifest_has_what_the_list_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    job = saved("a", path, rows=1, filterConfig=status_is("Complete"), filename="a")
    manifest = manifest_of(job, SavedFile(path, 8, "00"), job.ended_at or 0)
    path.with_name("a.csv.manifest.json").write_text(json_line(manifest))
    known, read = export_of_job(job), export_of_file(path)
    assert read.options == known.options
    assert (read.dashboard_id, read.dashboard_name, read.saved_at) == (
        "12db1a0a",
        "Blob Orders",
        known.saved_at,
    )
    assert export_of_file(path, [job]) == known


def test_an_unknown_file_has_no_options(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    about = '{"file": "a.csv", "options": {}, "dashboard": {"id": "", "name": ""}, "saved": "0001-01-01T00:00'
    for content in ('{"file": "a.csv", "options": [1]}', f'{about}+14:00"}}'):
        path.with_name("a.csv.manifest.json").write_text(content)
        unknown = export_of_file(path)
        assert unknown.options is None
    assert option_changes(unknown, export_of_job(saved("b", FOLDER / "b.csv"))) == []
