"""What a job is called on the screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from omni_tui.downloads.job.models import Job, Order
from omni_tui.options.spec import ExportRequest, Format


@pytest.mark.parametrize(
    ("name", "path", "title"),
    [
        ("Blob Web Traffic", None, "Blob Web Traffic"),
        ("Blob Web Traffic", Path("/exports/traffic.pdf"), "Blob Web Traffic"),
        ("", None, "12db1a0a"),
        ("", Path("/exports/Blob Web Traffic (2).pdf"), "Blob Web Traffic"),
    ],
)
def test_a_job_without_the_dashboards_name_is_called_by_its_file(
    name: str, path: Path | None, title: str
) -> None:
    order = Order(ExportRequest("12db1a0a", Format.PDF), name, Path("/exports"))
    assert replace(Job("1", order), path=path).title == title
