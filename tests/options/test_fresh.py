"""Uncached data: an option beyond the vendor's page, which older servers reject."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from omni_tui.demo.rules import verdict
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from omni_tui.demo.versions import Behavior
from omni_tui.options.rules import applicable, payload, problems
from omni_tui.options.server_errors import CANNOT_SKIP_CACHE
from omni_tui.options.spec import ExportRequest, Format
from tests.options.reasons import problems_from_reason

DASHBOARD = next(iter(SampleDocuments(60, now=datetime.now(UTC))))


@pytest.mark.parametrize("fmt", [each for each in Format if each is not Format.JSON])
def test_fresh_data_is_asked_for_by_the_servers_own_key(fmt: Format) -> None:
    asked = ExportRequest(DASHBOARD.identifier, fmt, {"fresh": True})
    assert "fresh" in {spec.wire_name for spec in applicable(fmt)}
    assert problems(asked) == []
    assert payload(asked) == {"format": fmt.value, "cache": "SkipCache"}
    assert verdict(payload(asked), DASHBOARD) is None


def test_nothing_is_sent_unless_it_is_on() -> None:
    assert payload(ExportRequest("x", Format.PDF, {"fresh": False})) == {"format": "pdf"}


def test_a_server_that_rejects_the_key_is_understood_and_the_fix_is_to_go_on_without() -> None:
    asked = ExportRequest(DASHBOARD.identifier, Format.PDF, {"fresh": True})
    refusal = verdict(payload(asked), DASHBOARD, behavior=Behavior(takes_cache=False))
    assert refusal is not None
    for reason in (refusal.message, "cache: Unrecognized key", "Unrecognized key(s) in object: 'cache'"):
        (problem,) = problems_from_reason(reason)
        assert (problem.field, problem.message) == ("fresh", CANNOT_SKIP_CACHE)
        assert problem.fix is not None
        assert problem.fix.changes == {"fresh": None}
