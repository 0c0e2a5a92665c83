"""A demo server for all tests of this folder, and a client that waits for jobs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from omni_tui.demo import TOKEN
from omni_tui.demo.files.models import RenderedFile, RenderTask
from omni_tui.demo.files.render import render
from omni_tui.demo.sample_data.models import Dashboard
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from omni_tui.demo.server import DemoServer

NOW = datetime(2026, 11, 23, 22, 10, tzinfo=UTC)
BLOB = "12db1a0a"
PATIENCE_SECONDS = 120.0


class Caller:
    """A client of a demo server, with one token."""

    def __init__(self, server: DemoServer, token: str = TOKEN) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self.http = httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=60)

    def get(self, path: str, **query: str) -> httpx.Response:
        return self.http.get(f"/api{path}", params=query)

    def start(self, body: object, dashboard: str = BLOB, **query: str) -> httpx.Response:
        return self.http.post(f"/api/v1/dashboards/{dashboard}/download", json=body, params=query)

    def status(self, job_id: str, dashboard: str = BLOB, **query: str) -> httpx.Response:
        return self.get(f"/v1/dashboards/{dashboard}/download/{job_id}/status", **query)

    def file(self, job_id: str, dashboard: str = BLOB, **query: str) -> httpx.Response:
        return self.get(f"/v1/dashboards/{dashboard}/download/{job_id}", **query)

    def ended(self, job_id: str, dashboard: str = BLOB, **query: str) -> dict[str, Any]:
        """Wait until a job ends; return its status."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            answer: dict[str, Any] = self.status(job_id, dashboard, **query).json()
            if answer["status"] != "in_progress":
                return answer
            time.sleep(0.01)
        raise AssertionError(f"{dashboard}: the job has not ended")

    def downloaded(self, body: object, dashboard: str = BLOB, **query: str) -> httpx.Response:
        """Return the complete file."""
        started = self.start(body, dashboard, **query)
        assert started.status_code == 200, started.text
        job_id = started.json()["job_id"]
        assert self.ended(job_id, dashboard, **query)["status"] == "complete"
        return self.file(job_id, dashboard, **query)


@pytest.fixture(scope="session")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=500, limit=1_000_000, huge_bytes=3_000_000) as server:
        yield server


@pytest.fixture
def caller(server: DemoServer) -> Iterator[Caller]:
    caller = Caller(server)
    with caller.http:
        yield caller


@pytest.fixture(scope="session")
def documents() -> SampleDocuments:
    return SampleDocuments(now=NOW)


def dashboard_of(identifier: str) -> Dashboard:
    found = SampleDocuments(now=NOW).find(identifier)
    assert found is not None
    return found


def rendered(body: dict[str, Any], dashboard: str = BLOB, *, huge_bytes: int = 3_000_000) -> RenderedFile:
    """Render a file in this process at a fixed time."""
    return render(RenderTask(dashboard_of(dashboard), body, NOW, huge_bytes))


def content_of(body: dict[str, Any], dashboard: str = BLOB, *, huge_bytes: int = 3_000_000) -> bytes:
    """Return the bytes of a file rendered in this process."""
    return b"".join(rendered(body, dashboard, huge_bytes=huge_bytes).chunks())
