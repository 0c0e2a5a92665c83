"""Which kind of API key it is, and how few requests tell."""

from __future__ import annotations

import contextlib

import httpx
import pytest

from omni_tui.api.errors import types
from omni_tui.api.models import Identity, KeyKind
from tests.api.support import HTML, Bench, answers, documents


@pytest.mark.parametrize(
    ("token", "status", "kind"),
    [
        ("omni_osk_abc", None, KeyKind.ORGANIZATION),
        ("something", None, KeyKind.UNKNOWN),
        ("something", 200, KeyKind.ORGANIZATION),
        ("something", 401, KeyKind.PERSONAL),
        ("something", 403, KeyKind.PERSONAL),
        ("something", 404, KeyKind.UNKNOWN),
        ("something", 500, KeyKind.UNKNOWN),
    ],
)
async def test_the_kind_of_key_shows(token: str, status: int | None, kind: KeyKind) -> None:
    answer = httpx.Response(status or 200, json={"Resources": [], "totalResults": 0})
    async with Bench(answers(answer), token=token) as bench:
        if status == 200:
            await bench.client.users()
        elif status is not None:
            with pytest.raises(types.ApiError):
                await bench.client.users()
        assert bench.client.key_kind is kind


@pytest.mark.parametrize("kind", [KeyKind.ORGANIZATION, KeyKind.PERSONAL])
@pytest.mark.parametrize("token", ["omni_osk_abc", "something"])
@pytest.mark.parametrize("status", [200, 403])
async def test_what_kind_of_key_it_is_can_be_laid_down(kind: KeyKind, token: str, status: int) -> None:
    answer = httpx.Response(status, json={"Resources": []})
    async with Bench(answers(answer), token=token, key_kind=kind) as bench:
        with contextlib.suppress(types.Forbidden):
            await bench.client.users()
        assert bench.client.key_kind is kind


async def test_a_key_that_may_not_list_users_stays_what_its_beginning_says() -> None:
    async with Bench(answers(httpx.Response(403, json={})), token="omni_osk_abc") as bench:
        with pytest.raises(types.Forbidden):
            await bench.client.users()
        assert bench.client.key_kind is KeyKind.ORGANIZATION


@pytest.mark.parametrize(
    ("token", "status", "kind", "requests"),
    [
        ("something", 200, KeyKind.ORGANIZATION, 2),
        ("something", 403, KeyKind.PERSONAL, 2),
        ("something", 500, KeyKind.UNKNOWN, 2),
        ("omni_osk_abc", 403, KeyKind.ORGANIZATION, 0),
    ],
)
async def test_the_kind_of_key_is_requested_only_while_unknown(
    token: str, status: int, kind: KeyKind, requests: int
) -> None:
    old_server = answers(httpx.Response(404, json={}), httpx.Response(status, json={"Resources": []}))
    async with Bench(old_server, token=token) as bench:
        assert await bench.client.get_key_kind() is kind
        if kind is not KeyKind.UNKNOWN:
            assert await bench.client.get_key_kind() is kind
        assert len(bench.sent) == requests
    assert all(request.url.params["count"] == "1" for request in bench.sent[1:])


WHOAMI = {
    "keyScope": "user",
    "orgRole": "MEMBER",
    "user": {"id": "u", "membershipId": "m"},
    "rolesByModel": {},
    "rolesByModelTruncated": True,
}


@pytest.mark.parametrize("token", ["omni_osk_abc", "something"])
@pytest.mark.parametrize(
    ("scope", "kind"), [("user", KeyKind.PERSONAL), ("organization", KeyKind.ORGANIZATION)]
)
async def test_one_request_determines_the_kind_of_key(token: str, scope: str, kind: KeyKind) -> None:
    async with Bench(answers(httpx.Response(200, json={**WHOAMI, "keyScope": scope})), token=token) as bench:
        assert await bench.client.get_identity() == Identity(kind, "member", "m")
        assert bench.client.key_kind is kind
        assert [request.url.path for request in bench.sent] == ["/api/v1/whoami"]
        assert not bench.sent[0].url.params


async def test_a_kind_of_key_that_was_given_wins_over_the_servers() -> None:
    answer = answers(httpx.Response(200, json=WHOAMI))
    async with Bench(answer, token="something", key_kind=KeyKind.ORGANIZATION) as bench:
        assert (await bench.client.get_identity()).kind is KeyKind.ORGANIZATION


@pytest.mark.parametrize("first", [httpx.Response(404, json={}), httpx.Response(200, json={}), HTML])
async def test_an_older_server_is_asked_for_one_document(first: httpx.Response) -> None:
    async with Bench(answers(first, documents("a")), token="something") as bench:
        assert await bench.client.get_identity() == Identity()
        assert bench.sent[1].url.params["pageSize"] == "1"
        assert len(bench.sent) == 2


@pytest.mark.parametrize(
    "rejected",
    [
        httpx.Response(401, json={"detail": "Unauthorized", "status": 401}),
        httpx.Response(403, json={"error": {"code": 403, "message": "Invalid bearer token"}}),
    ],
)
async def test_a_rejected_key_takes_one_request_and_has_no_kind(rejected: httpx.Response) -> None:
    async with Bench(answers(rejected), token="something") as bench:
        with pytest.raises(types.Unauthorized):
            await bench.client.get_identity()
        assert len(bench.sent) == 1
    if rejected.status_code == 403:  # an older server also answers 401 to a personal token that lists users
        async with Bench(answers(rejected), token="something") as bench:
            with pytest.raises(types.Unauthorized):
                await bench.client.users()
            assert bench.client.key_kind is KeyKind.UNKNOWN
