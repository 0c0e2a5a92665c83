"""All error responses."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from omni_tui.demo import PERSONAL_TOKEN
from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.demo_users import demo_embed_users, organization_users, stable_id
from omni_tui.demo.server import DemoServer
from tests.demo import schemas
from tests.demo.conftest import BLOB, Caller

SOMEBODY = organization_users()[3].identifier


@pytest.fixture
def personal(server: DemoServer) -> Iterator[Caller]:
    caller = Caller(server, PERSONAL_TOKEN)
    with caller.http:
        yield caller


@pytest.fixture
def slow_server() -> Iterator[DemoServer]:
    """A server whose jobs don't end during a test."""
    with DemoServer(speed=0.0001, limit=1000) as server:
        yield server


def refused(answer: httpx.Response, status: int) -> str:
    """Return the message of a route's error `{"detail", "status"}` [V], or of the firewall's [P]."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    if status == 429:
        assert list(Draft202012Validator(schemas.ERROR).iter_errors(body)) == []
        assert body["error"] == str(status)
    else:
        assert body["status"] == status
    words: str = body["message" if status == 429 else "detail"]
    return words


def test_a_rejected_key_comes_before_404_and_reveals_no_paths(server: DemoServer) -> None:
    headers = {"Authorization": "Bearer wrong"}
    answer = httpx.get(f"{server.url}/api/v1/nothing", headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, 403)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/nothing",
        "/v1/documents/",
        "/v1/documents/ffffffff/queries",
        "/v1/dashboards/ffffffff/filters",
        f"/v1/dashboards/{names.WORKBOOK_ID}/filters",
        f"/v1/dashboards/ffffffff/download/{stable_id('x')}",
        f"/v1/dashboards/{BLOB}/download/{stable_id('x')}",
        f"/v1/dashboards/{BLOB}/download/{stable_id('x')}/status",
    ],
)
def test_404(caller: Caller, path: str) -> None:
    refused(caller.get(path), 404)


@pytest.mark.parametrize("job", ["not-a-job", "1", stable_id("x").replace("-", ""), f"{{{stable_id('x')}}}"])
def test_400_for_a_job_id_that_is_not_a_uuid(caller: Caller, job: str) -> None:
    for path in (f"/v1/dashboards/{BLOB}/download/{job}", f"/v1/dashboards/{BLOB}/download/{job}/status"):
        assert "UUID" in refused(caller.get(path), 400)


def test_404_for_a_download_of_nothing(caller: Caller) -> None:
    refused(caller.start({"format": "pdf"}, "ffffffff"), 404)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/api/v1/dashboards/{BLOB}/download"),
        ("DELETE", f"/api/v1/dashboards/{BLOB}/download/{stable_id('x')}"),
        ("POST", "/api/v1/documents"),
        ("PUT", "/api/scim/v2/Users"),
    ],
)
def test_405(caller: Caller, method: str, path: str) -> None:
    answer = caller.http.request(method, path)
    refused(answer, 405)
    assert answer.headers["allow"]


def test_403_for_the_forbidden_dashboard(caller: Caller) -> None:
    assert "permission" in refused(caller.start({"format": "pdf"}, names.FORBIDDEN_ID), 403)
    assert caller.get(f"/v1/dashboards/{names.FORBIDDEN_ID}/filters").status_code == 200


def test_400_for_a_document_without_a_dashboard(caller: Caller) -> None:
    words = refused(caller.start({"format": "pdf"}, names.WORKBOOK_ID), 400)
    assert words == "Document does not have a dashboard"


@pytest.mark.parametrize("body", [b"", b"{", b"pdf", b"\xff", b"[" * 100_000], ids=range(5))
def test_400_for_a_body_that_is_not_json(caller: Caller, body: bytes) -> None:
    answer = caller.http.post(f"/api/v1/dashboards/{BLOB}/download", content=body)
    assert "Malformed JSON" in refused(answer, 400)


def test_400_names_the_field(caller: Caller) -> None:
    words = refused(caller.start({"format": "csv", "maxRowLimit": 1_000_001}), 400)
    assert words == "Bad Request: maxRowLimit: Number must be less than or equal to 1000000"


def test_409_names_the_running_job_of_the_same_user_only(slow_server: DemoServer) -> None:
    caller = Caller(slow_server)
    with caller.http:
        first = caller.start({"format": "pdf"}).json()["job_id"]
        conflict = caller.start({"format": "csv"})
        assert conflict.status_code == 409
        assert list(Draft202012Validator(schemas.CONFLICT).iter_errors(conflict.json())) == []
        assert (conflict.json()["existing_job_id"], conflict.json()["status"]) == (first, "EXECUTING")
        assert caller.start({"format": "pdf"}, userId=SOMEBODY).status_code == 200
        assert caller.start({"format": "pdf"}, "9c27e415").status_code == 200


def test_202_while_it_runs(slow_server: DemoServer) -> None:
    caller = Caller(slow_server)
    with caller.http:
        job_id = caller.start({"format": "json", "queryIdentifierMapKey": "1"}).json()["job_id"]
        assert caller.status(job_id).json()["status"] == "in_progress"
        assert caller.file(job_id).status_code == 202


def test_no_409_after_the_job_ended(caller: Caller) -> None:
    for _ in range(2):
        assert caller.downloaded({"format": "json", "queryIdentifierMapKey": "1"}).status_code == 200


def test_410_for_a_job_that_failed(caller: Caller) -> None:
    job_id = caller.start({"format": "pdf"}, names.FAILING_ID).json()["job_id"]
    ended = caller.ended(job_id, names.FAILING_ID)
    assert (ended["status"], ended["error"]) == ("error", "Job failed to render.")
    assert refused(caller.file(job_id, names.FAILING_ID), 410) == "Job failed to render."


def test_the_other_tiles_can_be_exported(caller: Caller) -> None:
    body = {"format": "csv", "queryIdentifierMapKey": "1"}
    assert caller.downloaded(body, names.FAILING_ID).status_code == 200


def test_a_job_is_seen_only_by_the_user_it_runs_as(caller: Caller, personal: Caller) -> None:
    job_id = caller.start({"format": "csv", "queryIdentifierMapKey": "1"}, userId=SOMEBODY).json()["job_id"]
    assert caller.ended(job_id, userId=SOMEBODY)["status"] == "complete"
    assert caller.file(job_id, userId=SOMEBODY).status_code == 200
    refused(caller.status(job_id), 404)
    refused(caller.file(job_id, userId=demo_embed_users()[0].identifier), 404)
    refused(personal.file(job_id), 404)
    refused(caller.file(job_id, "9c27e415", userId=SOMEBODY), 404)


@pytest.mark.parametrize(
    ("user_id", "status", "words"),
    [
        ("", 400, "Bad Request: userId: Invalid UUID format"),
        ("blobby", 400, "Bad Request: userId: Invalid UUID format"),
        (stable_id("nobody"), 404, f"User with id {stable_id('nobody')} does not exist"),
    ],
)
def test_an_unknown_user_is_rejected(caller: Caller, user_id: str, status: int, words: str) -> None:
    for answer in (
        caller.start({"format": "pdf"}, userId=user_id),
        caller.get(f"/v1/dashboards/{BLOB}/filters", userId=user_id),
        caller.status(stable_id("x"), userId=user_id),
    ):
        assert refused(answer, status) == words


def test_a_personal_token_only_runs_as_its_owner(personal: Caller) -> None:
    words = refused(personal.start({"format": "pdf"}, userId=SOMEBODY), 403)
    assert words.startswith("User-scoped API keys can only be used")
    refused(personal.get("/scim/v2/Users"), 403)
    refused(personal.get("/scim/v2/embed/Users"), 403)
    assert personal.get("/v1/whoami").json()["keyScope"] == "user"
    assert personal.downloaded({"format": "json", "queryIdentifierMapKey": "1"}).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"pageSize": "0"}, "pageSize"),
        ({"pageSize": "101"}, "pageSize"),
        ({"pageSize": "many"}, "pageSize"),
        ({"sortField": "color"}, "sortField"),
        ({"sortDirection": "down"}, "sortDirection"),
        ({"cursor": "???"}, "cursor"),
        ({"cursor": base64.urlsafe_b64encode(b"after:-5").decode()}, "cursor"),
        ({"userId": "x"}, "userId"),
    ],
)
def test_400_for_invalid_list_parameters(caller: Caller, query: dict[str, str], field: str) -> None:
    assert refused(caller.get("/v1/documents", **query), 400).startswith(f"Bad Request: {field}: ")


@pytest.mark.parametrize(
    ("query", "field"),
    [({"startIndex": "one"}, "startIndex"), ({"count": "x"}, "count"), ({"filter": "name is x"}, "filter")],
)
def test_400_for_invalid_user_parameters(caller: Caller, query: dict[str, str], field: str) -> None:
    assert refused(caller.get("/scim/v2/Users", **query), 400).startswith(f"Bad Request: {field}: ")


@pytest.fixture(scope="module")
def strict_server() -> Iterator[DemoServer]:
    with DemoServer(speed=500, strict=True, limit=1000) as server:
        yield server


@pytest.mark.parametrize(
    "body",
    [
        {"format": "pdf", "queryIdentifierMapKey": "1", "expandTablesToShowAllRows": True},
        {"format": "pdf", "paperFormat": "fit_page", "singleColumnLayout": True},
        {"format": "pdf", "sendByPigeon": True},
    ],
)
def test_strict_rejects_what_the_page_allows(
    server: DemoServer, strict_server: DemoServer, body: dict[str, Any]
) -> None:
    strict, usual = Caller(strict_server), Caller(server)
    with strict.http, usual.http:
        refused(strict.start(body), 400)
        assert usual.downloaded(body).status_code == 200


@pytest.mark.parametrize(
    ("accept", "status"),
    [("application/json", 406), ("application/json, */*;q=0.1", 200), ("*/*", 200), ("application/pdf", 200)],
)
def test_strict_sends_no_file_to_clients_that_accept_json_only(
    strict_server: DemoServer, accept: str, status: int
) -> None:
    caller = Caller(strict_server)
    with caller.http:
        job_id = caller.start({"format": "csv", "queryIdentifierMapKey": "1"}).json()["job_id"]
        caller.ended(job_id)
        path = f"/api/v1/dashboards/{BLOB}/download/{job_id}"
        assert caller.http.get(path, headers={"Accept": accept}).status_code == status


def test_429_says_how_long_to_wait_and_counts() -> None:
    with DemoServer(limit=3) as server:
        caller, other = Caller(server), Caller(server, PERSONAL_TOKEN)
        with caller.http, other.http:
            answers = [caller.get("/v1/whoami") for _ in range(5)]
            assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
            refused(answers[-1], 429)
            assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
            assert other.get("/v1/whoami").status_code == 200
        assert server.demo.rejected_count == 2
        assert server.requests["GET", "whoami"] == 6
