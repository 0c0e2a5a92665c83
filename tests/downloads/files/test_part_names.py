from __future__ import annotations

from pathlib import Path

import pytest

from omni_tui.downloads.files.part_file import file_name_for
from omni_tui.downloads.job.models import Order
from omni_tui.options.file_names.sanitize import NAME_LIMIT_BYTES, ROOM_BYTES
from omni_tui.options.spec import ExportRequest, Format


@pytest.mark.parametrize(
    ("values", "typed", "dashboard", "name"),
    [
        ({}, None, "Sales / EMEA", "Sales - EMEA.pdf"),
        ({"filename": "mine"}, None, "Sales", "mine.pdf"),
        ({}, None, "", "12db1a0a.pdf"),
        ({"filename": "mine"}, "as typed: 1?.PDF", "Sales", "as typed: 1?.PDF"),
        ({}, ".hidden", "Sales", ".hidden"),
        ({}, "../up.pdf", "Sales", "up.pdf"),
        ({}, "..", "Sales", "export"),
        ({}, "x" * 300 + ".pdf", "Sales", "x" * 238 + ".pdf"),
    ],
)
def test_the_name_that_an_order_gets(values: dict[str, str], typed: str, dashboard: str, name: str) -> None:
    request = ExportRequest("12db1a0a", Format.PDF, values)
    found = file_name_for(Order(request, dashboard, Path(), typed), "pdf")
    assert found == name
    assert len(found.encode()) + ROOM_BYTES <= NAME_LIMIT_BYTES


@pytest.mark.parametrize(
    ("values", "dashboard", "name"),
    [
        ({}, "", "Web Traffic.pdf"),
        ({}, "Sales", "Sales.pdf"),
        ({"filename": "mine"}, "", "mine.pdf"),
    ],
)
def test_the_server_names_the_file_when_we_do_not_know_better(
    values: dict[str, str], dashboard: str, name: str
) -> None:
    order = Order(ExportRequest("12db1a0a", Format.PDF, values), dashboard, Path())
    assert file_name_for(order, "pdf", "../\u202eWeb Traffic.pdf") == name
