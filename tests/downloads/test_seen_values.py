"""Suggested filter values, from earlier exports and from saved files, which aren't trusted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from omni_tui.downloads.job.models import Job, JobState, Order
from omni_tui.downloads.seen_values import MAX_BYTES, MAX_VALUES, seen_values
from omni_tui.options.filters.editing import read_filters
from omni_tui.options.spec import ExportRequest, Format

CHANNEL = {"type": "string", "kind": "EQUALS", "values": [], "label": "Channel", "fieldName": "web.channel"}
FILTERS = read_filters({"c": CHANNEL, "n": {"type": "number", "kind": "EQUALS", "values": []}}, [])


def job(path: Path | None = None, *values: str, dashboard: str = "d", **keys: Any) -> Job:
    config = {"filterConfig": {"c": {**CHANNEL, "values": list(values), **keys}}} if values else {}
    order = Order(ExportRequest(dashboard, Format.CSV, config), "", Path("/"))
    return Job("j", order, JobState.DONE, path=path)


def seen(*jobs: Job) -> list[str]:
    return seen_values(jobs, "d", FILTERS).get("c", [])


def test_values_of_exports_come_first_newest_first(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('"Channel",Sessions\nOrganic,1\n"Paid, social",2\nEmail,3\n,4\n')
    jobs = (
        job(None, "Direct"),
        job(None, "Email", is_negative=True),
        job(file),
        job(None, "x", dashboard="e"),
    )
    assert seen(*jobs) == ["Email", "Direct", "Organic", "Paid, social"]


def test_a_column_is_found_by_the_fields_name_too(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"\xef\xbb\xbfWEB.channel\r\nOrganic\r\n\xff\r\n")
    assert seen(job(file)) == ["Organic"]


def test_no_file_can_hold_it_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to("/dev/zero")
    (tmp_path / "big.csv").write_text("Channel\n" + "\n".join(f"value {at:020}" for at in range(40_000)))
    (tmp_path / "field.csv").write_text('Channel\n"' + "x" * MAX_BYTES * 2)
    (tmp_path / "dir.csv").mkdir()
    names = ("pipe", "link", "field", "dir", "none")
    assert seen(*(job(tmp_path / f"{name}.csv") for name in names)) == []
    assert len(seen(job(tmp_path / "big.csv"))) == MAX_VALUES
