from __future__ import annotations

from datetime import UTC, datetime, timedelta

from omni_tui.api.documents import Document
from omni_tui.formatting import format_ago
from omni_tui.tui.dashboards.list import DashboardList

MORNING = datetime(2026, 12, 31, 9, tzinfo=UTC)


def test_the_age_of_an_update_is_relative_to_now() -> None:
    rows = DashboardList()
    changes = [MORNING - timedelta(hours=each) for each in (-1, 0, 1, 20, 30, 50, 24 * 9, 24 * 400)]
    for later in (0, 1, 20, 30, 50, 24 * 300, 0):
        rows.now = MORNING + timedelta(hours=later)
        for changed in changes:
            cells = rows.cells(Document("id", "Web", updated_at=changed))
            assert cells["changed"][0] == format_ago(changed, rows.now)
    assert rows.cells(Document("id", "Web"))["changed"][0] == ""
