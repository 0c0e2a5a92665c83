"""Jobs that run as another user, and the messages of rejections, against the demo server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from omni_tui.api.client import OmniClient
from omni_tui.api.errors.types import NotFound
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.clock import SystemClock
from omni_tui.demo import PERSONAL_TOKEN, TOKEN
from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.demo_users import DemoUser, demo_embed_users, organization_users
from omni_tui.demo.server import DemoServer
from omni_tui.downloads.engine import Engine
from omni_tui.downloads.job.failure_messages import RELOAD_LIST
from omni_tui.downloads.job.models import FailureKind, Job, JobFailure, JobState, Order
from omni_tui.downloads.polling import schedule
from omni_tui.downloads.store.interface import MemoryStore
from omni_tui.options.server_errors import UNKNOWN_TILE_KEY
from omni_tui.options.spec import ExportRequest, Format, OptionValue

LIMIT = 100_000
UMA = next(person for person in organization_users() if person.name == "Uma Nair")
LEFT = next(person for person in organization_users() if not person.is_active)
ACME = demo_embed_users()[0]
TEXT = {"type": "string", "kind": "EQUALS", "values": ["x"]}


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=500, limit=LIMIT) as server:
        yield server


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "MIN_GAP_SECONDS", 0.02)


@dataclass
class Desk:
    """An engine over the demo, and what it sent."""

    client: OmniClient
    engine: Engine
    folder: Path

    async def run(
        self,
        dashboard: str = names.FIRST_ID,
        *,
        run_as: str = "",
        fmt: Format = Format.CSV,
        **values: OptionValue,
    ) -> Job:
        order = Order(ExportRequest(dashboard, fmt, values), "Blobs", self.folder, run_as=run_as)
        return await self.engine.wait(self.engine.submit(order))

    async def failure(
        self, dashboard: str = names.FIRST_ID, *, run_as: str = "", **values: OptionValue
    ) -> JobFailure:
        job = await self.run(dashboard, run_as=run_as, **values)
        assert job.state is JobState.FAILED
        assert job.failure is not None
        assert list(self.folder.iterdir()) == []
        return job.failure

    @property
    def asked_as(self) -> list[tuple[str, list[str]]]:
        """Method and `userId` of every request about a download."""
        found = [each for each in self.client.exchanges.exchanges() if "/download" in each.url]
        return [(each.method, parse_qs(urlsplit(each.url).query).get("userId", [])) for each in found]


@asynccontextmanager
async def desk_at(server: DemoServer, folder: Path, token: str = TOKEN) -> AsyncIterator[Desk]:
    clock = SystemClock()
    limiter = RateLimiter(LIMIT, clock=clock)
    client = OmniClient(f"{server.url}/api", token, limiter=limiter, exchanges=ExchangeLog(), clock=clock)
    engine = Engine(client, MemoryStore(), clock=clock)
    yield Desk(client, engine, folder)
    await engine.aclose()
    await client.aclose()


@pytest.mark.parametrize("person", [UMA, ACME], ids=["a user", "an embed user"])
async def test_every_request_of_a_job_has_the_run_as_user(
    server: DemoServer, tmp_path: Path, person: DemoUser
) -> None:
    user_id = person.identifier
    async with desk_at(server, tmp_path) as desk:
        job = await desk.run(run_as=person.name, userId=user_id)
        assert job.state is JobState.DONE
        methods = [method for method, _ in desk.asked_as]
        assert methods[0] == "POST"
        assert len(methods) >= 3
        assert all(said == [user_id] for _, said in desk.asked_as)


async def test_a_job_is_seen_by_the_user_it_runs_as_only(server: DemoServer, tmp_path: Path) -> None:
    async with desk_at(server, tmp_path) as desk:
        job = await desk.run(userId=UMA.identifier)
        assert job.server_job_id is not None
        status = await desk.client.status(names.FIRST_ID, job.server_job_id, user_id=UMA.identifier)
        assert status.word == "complete"
        for other in (ACME.identifier, organization_users()[0].identifier, None):
            with pytest.raises(NotFound):
                await desk.client.status(names.FIRST_ID, job.server_job_id, user_id=other)
            with pytest.raises(NotFound):
                async with desk.client.file(names.FIRST_ID, job.server_job_id, user_id=other):
                    raise AssertionError("somebody else's file")


async def test_without_a_user_no_request_names_one(server: DemoServer, tmp_path: Path) -> None:
    async with desk_at(server, tmp_path) as desk:
        assert (await desk.run()).state is JobState.DONE
        assert all(said == [] for _, said in desk.asked_as)


@pytest.mark.parametrize(
    ("user_id", "kind"),
    [
        (LEFT.identifier, FailureKind.NOT_FOUND),
        ("zz9", FailureKind.REJECTED),
        ("00000000-0000-0000-0000-000000000000", FailureKind.NOT_FOUND),
    ],
)
async def test_a_rejected_user_is_reported_under_run_as(
    server: DemoServer, tmp_path: Path, user_id: str, kind: FailureKind
) -> None:
    async with desk_at(server, tmp_path) as desk:
        failure = await desk.failure(run_as="Quentin Blake", userId=user_id)
        assert (failure.field, failure.kind) == ("userId", kind)


async def test_a_personal_token_only_runs_as_its_owner(server: DemoServer, tmp_path: Path) -> None:
    async with desk_at(server, tmp_path, PERSONAL_TOKEN) as desk:
        failure = await desk.failure(userId=UMA.identifier)
        assert failure.field == "userId"
        assert failure.message == "A personal access token can only run exports as its owner."


@pytest.mark.parametrize(
    ("run_as", "values", "begin"),
    [
        ("", {}, "The API key's owner has no permission to view"),
        ("Uma Nair", {"userId": UMA.identifier}, "Uma Nair has no permission to view"),
    ],
)
async def test_a_403_names_who_lacks_the_permission(
    server: DemoServer, tmp_path: Path, run_as: str, values: dict[str, OptionValue], begin: str
) -> None:
    async with desk_at(server, tmp_path) as desk:
        failure = await desk.failure(names.FORBIDDEN_ID, run_as=run_as, **values)
        assert failure.message.startswith(begin)
        assert "Insufficient permissions" in failure.message


async def test_a_missing_dashboard_offers_to_reload_the_list(server: DemoServer, tmp_path: Path) -> None:
    async with desk_at(server, tmp_path) as desk:
        failure = await desk.failure("ffffffff")
        assert "was deleted" in failure.message
        assert [problem.fix for problem in failure.problems] == [RELOAD_LIST]


async def test_a_missing_tile_appears_under_the_tile(server: DemoServer, tmp_path: Path) -> None:
    async with desk_at(server, tmp_path) as desk:
        failure = await desk.failure(queryIdentifierMapKey="999")
        assert (failure.field, failure.message) == ("queryIdentifierMapKey", UNKNOWN_TILE_KEY)


async def test_an_unknown_filter_is_named_with_those_there_are(server: DemoServer, tmp_path: Path) -> None:
    async with desk_at(server, tmp_path) as desk:
        told = await desk.client.filters(names.FIRST_ID)
        failure = await desk.failure(filterConfig={"web_sessions.old": TEXT, told.order[0]: TEXT})
        (problem,) = failure.form_problems
        assert (problem.field, problem.part) == ("filterConfig", "web_sessions.old")
        assert all(id_ in problem.message for id_ in told.order)
