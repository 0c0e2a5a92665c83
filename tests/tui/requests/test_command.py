"""A sent request, copied as an `omni-tui download` command."""

from __future__ import annotations

import dataclasses
import json
import shlex
from pathlib import Path

import pytest

from omni_tui.api.request_log.log import Exchange
from omni_tui.commands.download.args import read_plan
from omni_tui.downloads.job.models import Job, Order
from omni_tui.errors import OmniTuiError
from omni_tui.options.rules import payload
from omni_tui.options.spec import ExportRequest, Format
from omni_tui.tui.requests.command import exchange_command
from omni_tui.tui.requests.detail_screen import RequestScreen
from tests.tui.fake_services import FakeServices, exchange, fake_app
from tests.tui.waiting import screen_text, wait_for, wait_for_text

REQUEST = ExportRequest("12db1a0a", Format.PDF, {"paperFormat": "a4", "filename": "it's {x}", "fresh": True})


def start(body: object = None, *, user: str = "", answer: object = None) -> Exchange:
    """Return an exchange that started an export."""
    made = exchange(3, method="POST", path="/api/v1/dashboards/12db1a0a/download")
    return dataclasses.replace(
        made,
        url=f"https://blobsrus.omniapp.co{made.path}{f'?userId={user}' if user else ''}",
        request_body=json.dumps(payload(REQUEST) if body is None else body),
        response_body=json.dumps(answer or {}),
    )


def test_the_command_sends_the_same_request() -> None:
    plan = read_plan(shlex.split(exchange_command(start(user="me"), connection=["--profile", "work"]))[2:])
    assert (plan.dashboard_ids, plan.format, plan.name) == (("12db1a0a",), Format.PDF, "it's {{x}}")
    assert plan.values == {"paperFormat": "a4", "fresh": True, "userId": "me"}
    assert (plan.target.folder, plan.arguments.profile) == (None, "work")


def test_the_command_has_the_download_folder(tmp_path: Path) -> None:
    job = Job("1", Order(REQUEST, "A dashboard", tmp_path), server_job_id="job-7")
    plan = read_plan(shlex.split(exchange_command(start(answer={"job_id": "job-7"}), [job]))[2:])
    assert plan.target.folder == tmp_path
    other = exchange_command(start(answer={"job_id": "job-8"}), [job])
    assert "--output" not in other


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (exchange(1), "starts an export"),
        (exchange(1, method="POST", path="/api/v1/dashboards/1/download/2/status"), "starts an export"),
        (start({}), "only part of"),
        (start({"format": "pdf", "filename": "***"}), "only part of"),
        (dataclasses.replace(start(), request_body='{"format": "pdf", "file\n… (cut'), "only part of"),
        (start({"format": "pdf", "unheard": 1}), "doesn't know"),
    ],
)
def test_a_request_that_cannot_be_a_command_shows_the_reason(sent: Exchange, reason: str) -> None:
    with pytest.raises(OmniTuiError, match=reason):
        exchange_command(sent)


def test_a_response_nested_too_deeply_names_no_download() -> None:
    assert exchange_command(dataclasses.replace(start(), response_body="[" * 5000)).startswith(
        "omni-tui download"
    )


async def test_m_copies_the_command_from_the_details() -> None:
    services = FakeServices()
    services.exchanges.put(exchange(1))
    services.exchanges.put(start())
    async with fake_app(services).run_test(size=(120, 30)) as pilot:
        await wait_for_text(pilot, "blobsrus")
        pilot.app.push_screen(RequestScreen(start()))
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, RequestScreen))
        await wait_for_text(pilot, "a4")
        await pilot.press("m")
        assert pilot.app.clipboard.startswith("omni-tui download 12db1a0a --format pdf --paper-format a4")
        await pilot.press("p")
        await pilot.press("m")
        await pilot.pause()
        assert "Only a request that starts an export" in screen_text(pilot)
