"""Finding a user to run as, with few requests, whatever filters the server supports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from omni_tui.api.client import OmniClient
from omni_tui.api.errors.types import Forbidden, NotFound, Rejected, ServerFailed
from omni_tui.api.models import User
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.catalog import users as module
from omni_tui.catalog.users import UserDirectory
from omni_tui.clock import SystemClock
from omni_tui.demo import TOKEN
from omni_tui.demo.server import DemoServer


def user(number: int, name: str = "", **more: Any) -> User:
    return User(f"id-{number}", name or f"Person {number:05}", f"p{number}@blobs.example", **more)


class Source:
    """Lists users as a server does that understands `takes` of SCIM's filters: parts, whole, ignored."""

    def __init__(self, *users: User, takes: str = "parts", most: int = 1000) -> None:
        self.all = users
        self.takes = takes
        self.most = most
        self.asked: list[tuple[bool, str | int]] = []
        self.failures: dict[bool, Exception] = {}

    async def users(
        self,
        *,
        start_index: int = 1,
        count: int = 100,
        filter_expression: str | None = None,
        embed: bool = False,
        **_: object,
    ) -> tuple[tuple[User, ...], int]:
        self.asked.append((embed, filter_expression or start_index))
        if embed in self.failures:
            raise self.failures[embed]
        found = [each for each in self.all if each.embed is embed]
        if filter_expression:
            found = self._filtered(found, filter_expression)
        first = start_index - 1
        return tuple(found[first : first + min(count, self.most)]), len(found)

    def _filtered(self, users: list[User], expression: str) -> list[User]:
        text = expression.split('"')[1].lower()
        if " eq " in expression:
            return [each for each in users if each.user_name.lower() == text]
        if self.takes == "whole":
            raise Rejected("Invalid SCIM filter expression", status=400)
        if self.takes == "broken":
            raise ServerFailed("Something went wrong", status=500)
        if self.takes == "ignored":
            return users
        return [each for each in users if text in each.name.lower() or text in each.user_name]

    @property
    def count(self) -> int:
        return len(self.asked)


MANY = tuple(user(number) for number in range(10_000))


def names(directory: UserDirectory, text: str) -> list[str]:
    return [each.name for each in directory.known(text)]


async def test_a_small_organization_is_read_once_and_searched_here() -> None:
    source = Source(user(1, "Ada Lovelace"), user(2, "Ben Okafor"), user(3, "Acme Stores", embed=True))
    directory = UserDirectory()
    for text in ("", "ada", "acme", "nobody"):
        await directory.look_for(source, text)
    assert source.asked == [(False, 1), (True, 1)]
    assert directory.is_complete
    assert (directory.known_count, directory.total_count) == (3, 3)
    assert names(directory, "lovelace ADA") == ["Ada Lovelace"]
    assert names(directory, "p2@blobs") == ["Ben Okafor"]
    assert names(directory, "id-3") == ["Acme Stores"]


async def test_the_best_matches_come_first_and_inactive_users_last() -> None:
    found = [
        user(1, "Ada Left", active=False),
        user(2, "Canada Ltd"),
        user(3, "Bo Adams"),
        user(4, "Ada Lovelace"),
        user(5, "Zed Zorn"),
    ]
    directory = UserDirectory()
    await directory.look_for(Source(*found), "ada")
    assert names(directory, "ada") == ["Ada Lovelace", "Bo Adams", "Canada Ltd", "Ada Left"]
    assert names(directory, "")[-1] == "Ada Left"


async def test_of_ten_thousand_only_the_matching_users_are_read() -> None:
    source = Source(*MANY, user(20_000, "Ada Lovelace"))
    directory = UserDirectory()
    await directory.look_for(source, "")
    assert (directory.known_count, directory.total_count, directory.is_complete) == (100, 10_001, False)
    await directory.look_for(source, "lovel")
    assert names(directory, "lovel") == ["Ada Lovelace"]
    # one for each kind, and one for the text: there are no embed users to ask for
    assert source.count == 3
    await directory.look_for(source, "lovel")
    assert source.count == 3


async def test_words_in_another_order_are_found_by_the_longest() -> None:
    source = Source(*MANY, user(20_000, "Ada Lovelace"))
    directory = UserDirectory()
    await directory.look_for(source, "lovelace ad")
    assert names(directory, "lovelace ad") == ["Ada Lovelace"]


@pytest.mark.parametrize("takes", ["whole", "ignored", "broken"])
async def test_a_server_that_finds_only_full_addresses_is_paged_within_limits(takes: str) -> None:
    source = Source(*MANY, user(20_000, "Ada Lovelace"), takes=takes)
    directory = UserDirectory()
    await directory.look_for(source, "person 01234")
    assert names(directory, "person 01234") == ["Person 01234"]
    before = source.count
    await directory.look_for(source, "p20000@blobs.example")
    assert names(directory, "p20000@blobs.example") == ["Ada Lovelace"]
    assert source.count == before + 1
    await directory.look_for(source, "nobody")
    await directory.look_for(source, "still nobody")
    pages = [what for _, what in source.asked if isinstance(what, int)]
    assert len(pages) == module.MAX_PAGES + 1
    assert sum(" co " in str(what) for _, what in source.asked) == 1
    assert not directory.is_complete


async def test_pages_shorter_than_requested_are_read_to_the_end() -> None:
    source = Source(*MANY[:130], takes="whole", most=40)
    directory = UserDirectory()
    await directory.look_for(source, "nobody")
    assert directory.is_complete
    assert directory.known_count == 130


@pytest.mark.parametrize("text", ['a" or userName co "', "back\\slash", '"'])
async def test_what_is_typed_does_not_end_the_expression(text: str) -> None:
    source = Source(*MANY)
    directory = UserDirectory()
    await directory.look_for(source, text)
    expressions = [what for _, what in source.asked if isinstance(what, str)]
    assert expressions
    assert all(each.count('"') - each.count('\\"') == 4 for each in expressions)


async def test_a_failure_is_reported_and_loaded_pages_are_kept() -> None:
    source = Source(user(1, "Ada Lovelace"), user(2, "Acme", embed=True))
    source.failures[True] = ServerFailed("No.", status=503)
    directory = UserDirectory()
    with pytest.raises(ServerFailed):
        await directory.look_for(source, "ada")
    assert names(directory, "ada") == ["Ada Lovelace"]
    assert not directory.is_complete
    source.failures.clear()
    await directory.look_for(source, "ada")
    assert directory.is_complete
    assert source.asked == [(False, 1), (True, 1), (True, 1)]


@pytest.mark.parametrize("failure", [Forbidden("No.", status=403), NotFound("What?", status=404)])
async def test_embed_users_that_cannot_be_listed_are_not_requested_again(failure: Exception) -> None:
    source = Source(*MANY, user(20_000, "Ada Lovelace"))
    source.failures[True] = failure
    directory = UserDirectory()
    await directory.look_for(source, "")
    assert not directory.has_embed
    await directory.look_for(source, "ada")
    assert names(directory, "ada") == ["Ada Lovelace"]
    assert sum(embed for embed, _ in source.asked) == 1


async def test_users_that_cannot_be_listed_are_a_failure() -> None:
    source = Source()
    source.failures = {False: Forbidden("No.", status=403), True: Forbidden("No.", status=403)}
    with pytest.raises(Forbidden):
        await UserDirectory().look_for(source, "")


# the demo


@pytest.fixture(scope="module", params=[False, True], ids=["lenient", "strict"])
def server(request: pytest.FixtureRequest) -> Iterator[DemoServer]:
    with DemoServer(strict=request.param, limit=10_000) as server:
        yield server


@asynccontextmanager
async def client_of(server: DemoServer) -> AsyncIterator[OmniClient]:
    clock = SystemClock()
    limiter = RateLimiter(10_000, clock=clock)
    client = OmniClient(f"{server.url}/api", TOKEN, limiter=limiter, exchanges=ExchangeLog(), clock=clock)
    yield client
    await client.aclose()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("zoë", "Zoë Martens"),
        ("martens zo", "Zoë Martens"),
        ("uma.nair@blobsrus.example", "Uma Nair"),
        ("harb", "Harbor Hotels"),
    ],
)
async def test_demo_users_are_found_beyond_the_first_page(
    server: DemoServer, monkeypatch: pytest.MonkeyPatch, text: str, name: str
) -> None:
    monkeypatch.setattr(module, "FIRST_COUNT", 3)
    monkeypatch.setattr(module, "NEXT_COUNT", 5)
    async with client_of(server) as client:
        directory = UserDirectory()
        await directory.look_for(client, "")
        assert name not in names(directory, "")
        await directory.look_for(client, text)
        assert names(directory, text) == [name]
        found = directory.known(text)[0]
        assert directory.find(found.identifier) == found
        assert found.embed is (name == "Harbor Hotels")
