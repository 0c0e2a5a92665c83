"""A current server and an older one, fact by fact. The letters name the source that is followed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import httpx
import pytest

from omni_tui.demo import PERSONAL_TOKEN, TOKEN
from omni_tui.demo.faults.modes import Situation
from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.demo_users import organization_users, stable_id
from omni_tui.demo.server import DemoServer
from omni_tui.demo.versions import OLDER, TODAY, behavior_of
from tests.demo.conftest import BLOB, Caller

SPEED, LIMIT = 500, 1_000_000
DOCUMENTS = "/v1/documents"
NOBODY = stable_id("nobody")


@pytest.fixture(scope="module")
def today() -> Iterator[DemoServer]:
    with DemoServer(version="2026", speed=SPEED, limit=LIMIT) as server:
        yield server


@pytest.fixture(scope="module")
def older() -> Iterator[DemoServer]:
    with DemoServer(version="2025", speed=SPEED, limit=LIMIT) as server:
        yield server


def asked(server: DemoServer, path: str, authorization: str | None, **query: str) -> httpx.Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    return httpx.get(f"{server.url}/api{path}", params=query, headers=headers, trust_env=False)


def got(server: DemoServer, path: str, token: str = TOKEN, **query: str) -> httpx.Response:
    return asked(server, path, f"Bearer {token}", **query)


def started(server: DemoServer, body: object, token: str = TOKEN, **query: str) -> httpx.Response:
    caller = Caller(server, token)
    with caller.http:
        return caller.start(body, **query)


def test_the_two_versions_differ_in_every_fact() -> None:
    assert all(getattr(TODAY, each.name) is not getattr(OLDER, each.name) for each in fields(TODAY))
    with pytest.raises(ValueError, match="1999"):
        behavior_of("1999")


def test_a_rejected_key(today: DemoServer, older: DemoServer) -> None:
    """[V] over [S]: 403 in the format of the authentication layer. Older servers: 401."""
    answer = got(today, DOCUMENTS, "wrong")
    assert answer.status_code == 403
    assert answer.json() == {"error": {"code": 403, "message": "Invalid bearer token"}}
    assert got(older, DOCUMENTS, "wrong").status_code == 401


@pytest.mark.parametrize("authorization", ["Bearer", f"Basic {TOKEN}", TOKEN, "Bearer a b"])
def test_a_malformed_header(today: DemoServer, older: DemoServer, authorization: str) -> None:
    words = "Bad authorization header, must be formatted as Bearer <token>"
    answer = asked(today, DOCUMENTS, authorization)
    assert (answer.status_code, answer.json()) == (400, {"error": {"code": 400, "message": words}})
    assert asked(older, DOCUMENTS, authorization).status_code == 401


def test_no_header_at_all(today: DemoServer, older: DemoServer) -> None:
    """[S], as newer sources don't mention the case."""
    assert asked(today, DOCUMENTS, None).status_code == asked(older, DOCUMENTS, None).status_code == 401


def test_a_forbidden_dashboard_is_distinguished_from_a_rejected_key_by_the_body(
    today: DemoServer, older: DemoServer
) -> None:
    words = "Insufficient permissions to download the specified dashboard"
    for server, body in (
        (today, {"detail": words, "status": 403}),
        (older, {"error": "403", "message": words}),
    ):
        caller = Caller(server)
        with caller.http:
            answer = caller.start({"format": "pdf"}, names.FORBIDDEN_ID)
        assert (answer.status_code, answer.json()) == (403, body)


def test_situations_come_and_go(today: DemoServer, older: DemoServer) -> None:
    demoted = "User no longer has the required permissions to use this API key"
    disabled = {"detail": "Feature not enabled", "status": 403}
    try:
        today.demo.situation = Situation.OWNER_DEMOTED
        answer = got(today, DOCUMENTS, PERSONAL_TOKEN)
        assert (answer.status_code, answer.json()["error"]) == (403, {"code": 403, "message": demoted})
        assert got(today, DOCUMENTS).status_code == 200
        today.demo.situation = Situation.API_DISABLED
        assert (got(today, DOCUMENTS).status_code, got(today, DOCUMENTS).json()) == (403, disabled)
        today.demo.situation = older.demo.situation = Situation.KEYS_REVOKED
        assert (got(today, DOCUMENTS).status_code, got(older, DOCUMENTS).status_code) == (403, 401)
        today.demo.situation = Situation.MAINTENANCE
        assert got(today, DOCUMENTS).status_code == 503
        assert got(today, DOCUMENTS).headers["retry-after"]
    finally:
        today.demo.situation = older.demo.situation = Situation.NORMAL
    assert got(today, DOCUMENTS).status_code == 200


def test_whoami(today: DemoServer, older: DemoServer) -> None:
    scopes = [got(today, "/v1/whoami", token).json()["keyScope"] for token in (TOKEN, PERSONAL_TOKEN)]
    assert scopes == ["organization", "user"]
    assert got(older, "/v1/whoami").status_code == 404
    assert got(older, DOCUMENTS, pageSize="1").status_code == 200


def test_one_document(today: DemoServer, older: DemoServer) -> None:
    answer = got(today, f"{DOCUMENTS}/{BLOB}")
    listed = got(today, DOCUMENTS, include="_count,labels", sortField="updatedAt", pageSize="100").json()
    assert answer.json() in listed["records"]
    assert got(today, f"{DOCUMENTS}/{names.WORKBOOK_ID}").status_code == 400
    assert got(today, f"{DOCUMENTS}/ffffffff").status_code == 404
    assert got(older, f"{DOCUMENTS}/{BLOB}").status_code == 404


def test_the_keys_of_tiles(today: DemoServer, older: DemoServer) -> None:
    def keys(server: DemoServer) -> list[Any]:
        queries = got(server, f"{DOCUMENTS}/{BLOB}/queries").json()["queries"]
        return [each.get("queryIdentifierMapKey") for each in queries]

    assert keys(today) == [str(number) for number in range(1, 9)]
    assert keys(older) == [None] * 8


def test_the_limits_of_tiles(today: DemoServer) -> None:
    """[S, V]: the author's limit, 1,000 by default, null for none."""
    queries = got(today, f"{DOCUMENTS}/{BLOB}/queries").json()["queries"]
    assert {each["query"]["limit"] for each in queries} == {1000, 5000, None}
    assert queries[7]["query"]["limit"] == 1000


def test_labels(today: DemoServer, older: DemoServer) -> None:
    """Objects [D] over the strings of [S]; older servers have strings."""

    def labels(server: DemoServer) -> list[Any]:
        records = got(server, DOCUMENTS, include="labels", sortField="favorites", pageSize="100").json()[
            "records"
        ]
        return [label for record in records for label in record["labels"]]

    assert {"name": "Verified", "verified": True} in labels(today)
    assert "Verified" in labels(older)


@pytest.mark.parametrize("path", [DOCUMENTS, f"/v1/dashboards/{BLOB}/filters"])
def test_an_unknown_user(today: DemoServer, older: DemoServer, path: str) -> None:
    """[V]: 404 and about the user; older: 400."""
    answer = got(today, path, userId=NOBODY)
    words = f"User with id {NOBODY} does not exist"
    assert (answer.status_code, answer.json()) == (404, {"detail": words, "status": 404})
    assert got(older, path, userId=NOBODY).status_code == 400


def test_a_personal_token_can_only_name_its_owner(today: DemoServer, older: DemoServer) -> None:
    """[V]: the owner's ID is accepted, others are 403; older: none is accepted [P]."""
    body = {"format": "json", "queryIdentifierMapKey": "1"}
    own, other = organization_users()[0].identifier, organization_users()[1].identifier
    answer = started(today, body, PERSONAL_TOKEN, userId=other)
    words = "User-scoped API keys can only be used to act on behalf of the authenticated user."
    assert (answer.status_code, answer.json()) == (403, {"detail": words, "status": 403})
    assert started(today, body, PERSONAL_TOKEN, userId=own).status_code == 200
    assert started(older, body, PERSONAL_TOKEN, userId=own).status_code == 400


def test_the_messages_that_were_seen(today: DemoServer) -> None:
    def words(body: dict[str, Any]) -> str:
        answer = started(today, body)
        assert answer.status_code == 400
        detail: str = answer.json()["detail"]
        return detail

    assert words({}) == "Bad Request: format: Required"
    assert words({"format": "pdf", "queryIdentifierMapKey": "99"}) == (
        "Couldn't find query presentation for key: 99"
    )
    assert words({"format": "csv", "hideTitle": True}) == "hideTitle can only be used with PDF or PNG formats"
    assert words({"format": "csv", "filterConfig": {"": {}}}).startswith(
        "Invalid filter keys found in schedule configuration: . Available dashboard filter keys are: "
    )


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("version", ["2025", "2026"])
def test_keys_outside_the_page(version: str, strict: bool) -> None:
    """`useCache` and `showContentLink` are from the spec [S]; `cache` is known only to newer servers [C]."""
    body = {"format": "csv", "queryIdentifierMapKey": "1", "useCache": True, "showContentLink": False}
    with DemoServer(version=version, strict=strict, speed=SPEED) as server:
        assert started(server, body).status_code == 200
        fresh = started(server, {**body, "cache": "SkipCache"}, userId=organization_users()[2].identifier)
        assert fresh.status_code == (200 if version == "2026" else 400)
        assert started(server, {**body, "cache": "Sometimes"}).status_code == 400


def test_user_paths_in_lower_and_upper_case(today: DemoServer, older: DemoServer) -> None:
    for server in (today, older):
        for lower, upper in (("users", "Users"), ("embed/users", "embed/Users")):
            answers = [got(server, f"/scim/v2/{path}") for path in (lower, upper)]
            assert [answer.status_code for answer in answers] == [200, 200]
            assert answers[0].json() == answers[1].json()


def test_the_firewall_counts_by_the_exact_header(today: DemoServer) -> None:
    """[V]: before the key is checked, by the exact value, and marked."""
    with DemoServer(version="2026", limit=2) as server:
        for authorization in ("Bearer wrong", f"Bearer {TOKEN}"):
            codes = [asked(server, DOCUMENTS, authorization).status_code for _ in range(3)]
            assert codes[2] == 429
        answer = asked(server, DOCUMENTS, f"Bearer {TOKEN}")
        assert answer.headers["x-omni-waf-action"] == "block"
        assert answer.headers["retry-after"]
        assert asked(server, DOCUMENTS, f"Bearer  {TOKEN}").status_code == 200
    with DemoServer(version="2026", limit=1, says_retry_after=False) as server:
        answers = [got(server, DOCUMENTS) for _ in range(2)]
        assert answers[1].status_code == 429
        assert "retry-after" not in answers[1].headers


@pytest.mark.parametrize("name", ["\ud800", "Q3 \udfff"])
def test_half_a_surrogate_pair_is_rejected_before_a_job_is_created(today: DemoServer, name: str) -> None:
    for wrong in (
        {"filename": name},
        {"queryIdentifierMapKey": name},
        {"filterConfig": {name: {}}},
        {"filterConfig": {"web_sessions.channel": {"type": "string", "kind": "EQUALS", "values": [name]}}},
        {"paperFormat": name},
    ):
        caller = Caller(today)
        with caller.http:
            content = json.dumps({"format": "pdf", **wrong})  # in ASCII: half a pair as its escape
            answer = caller.http.post(f"/api/v1/dashboards/{BLOB}/download", content=content)
        assert answer.status_code == 400, wrong
        assert answer.json()["status"] == 400
