"""Run as on the demo by keyboard: from a name to a file or an error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.demo_users import DemoUser, demo_embed_users, organization_users
from omni_tui.demo.server import DemoServer
from omni_tui.downloads.job.models import JobState
from tests.tui.programs import Program, kept_server, running
from tests.tui.waiting import wait_for

UMA = next(person for person in organization_users() if person.name == "Uma Nair")
LEFT = next(person for person in organization_users() if not person.is_active)
ACME = demo_embed_users()[0]


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with kept_server() as kept:
        yield kept


async def choose(program: Program, person: DemoUser, typed: str) -> None:
    """Open the field, type, and select the first match."""
    await program.reach("userId")
    await program.shows(ACME.name)
    await program.press(*typed, "enter")
    await program.shows(person.identifier)


@pytest.mark.parametrize(("person", "typed"), [(UMA, "nair"), (ACME, "acme")])
async def test_a_user_is_found_by_name_and_the_export_runs_as_them(
    server: DemoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, person: DemoUser, typed: str
) -> None:
    async with running(server, tmp_path, monkeypatch, size=(160, 50)) as program:
        await program.open(names.FIRST_ID)
        await choose(program, person, typed)
        (job,) = await program.export()
        assert job.state is JobState.DONE, job.failure
        assert job.order.request.values["userId"] == person.identifier
        sent = [each.url for each in program.services.exchanges.exchanges() if "/download" in each.url]
        assert len(sent) >= 3
        assert all(f"userId={person.identifier}" in url for url in sent)
        assert job.order.run_as == person.name
        await program.shows(f"Blob Web Traffic · as {person.name}")


async def test_an_unknown_user_is_rejected_under_the_field(
    server: DemoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, tmp_path, monkeypatch, size=(160, 50)) as program:
        await program.open(names.FIRST_ID)
        await choose(program, LEFT, "quentin")
        await program.shows("inactive")
        (job,) = await program.export()
        assert job.failure is not None
        assert job.failure.field == "userId"
        await wait_for(program.pilot, lambda: program.problems, "the refusal")
        assert "Omni doesn't know this user." in program.problems[0]
        assert program.files == []


async def test_a_403_names_the_user_without_permission(
    server: DemoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, tmp_path, monkeypatch, size=(160, 50)) as program:
        await program.open(names.FORBIDDEN_ID)
        await choose(program, UMA, "nair")
        await program.export()
        await wait_for(program.pilot, lambda: program.problems, "the refusal")
        assert "Uma Nair has no permission to view" in program.problems[0]
        assert program.files == []
