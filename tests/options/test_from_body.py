from __future__ import annotations

from hypothesis import given

from omni_tui.demo.sample_data.models import Dashboard
from omni_tui.options.rules import payload, problems, query, request_from_body
from omni_tui.options.spec import ExportRequest, Severity
from tests.examples import examples
from tests.options.test_agreement import asked_of_a_dashboard


@given(asked_of_a_dashboard)
@examples(100)
def test_a_sent_request_is_read_back(asked_of: tuple[Dashboard, ExportRequest]) -> None:
    asked = asked_of[1]
    if any(each.severity is Severity.ERROR for each in problems(asked)):
        return
    read = request_from_body(asked.dashboard_id, payload(asked), query(asked))
    assert read is not None
    assert (read.dashboard_id, payload(read), query(read)) == (
        asked.dashboard_id,
        payload(asked),
        query(asked),
    )


def test_fresh_data_is_read_back() -> None:
    read = request_from_body("12db1a0a", {"format": "pdf", "cache": "SkipCache"}, {})
    assert read is not None
    assert read.values == {"fresh": True}


def test_unknown_options_are_nothing_we_can_send() -> None:
    assert request_from_body("12db1a0a", {"format": "pdf", "new": 1}, {}) is None
    assert request_from_body("12db1a0a", {"format": "gif"}, {}) is None
    assert request_from_body("12db1a0a", {"format": "pdf"}, {"token": "x"}) is None
