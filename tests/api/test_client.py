"""What each method of the client makes of an answer."""

from __future__ import annotations

import gzip
import json
from types import MappingProxyType
from typing import Any

import httpx
import pytest

from omni_tui.api.errors import types
from omni_tui.api.http_session import MAX_RESPONSE_BYTES
from omni_tui.api.models import Document, JobStatus, KeyKind, Phase, Tile, User
from tests.api.support import HTML, JOB_ID, Bench, answers, documents


def ok(value: Any, **headers: str) -> httpx.Response:
    return httpx.Response(200, json=value, headers=headers)


def packed_wrongly() -> httpx.Response:
    response = httpx.Response(200, content=b"x")
    response.headers["Content-Encoding"] = "gzip"
    return response


async def test_a_page_of_documents() -> None:
    record = {
        "identifier": "12db1a0a",
        "name": "Blob Web Traffic",
        "hasDashboard": True,
        "folder": {"path": "team/web"},
        "owner": {"name": "Blobby"},
        "labels": ["a", {"name": "b", "verified": True}],
        "_count": {"favorites": 3, "views": 9},
    }
    answer = {
        "records": [record, "odd", {"name": "no id"}],
        "pageInfo": {"hasNextPage": True, "nextCursor": "n"},
    }
    async with Bench(answers(ok(answer))) as bench:
        page = await bench.client.documents(cursor="c", page_size=2)
    wanted = Document(
        "12db1a0a", "Blob Web Traffic", True, "team/web", "Blobby", ("a", "b"), None, favorites=3, views=9
    )
    assert page.records == (wanted,)
    assert page.next_cursor == "n"
    assert dict(bench.sent[0].url.params) == {
        "pageSize": "2",
        "sortField": "name",
        "sortDirection": "asc",
        "include": "_count,labels",
        "cursor": "c",
    }


async def test_a_page_with_an_absurd_cursor_is_not_omnis() -> None:
    answer = {"records": [], "pageInfo": {"hasNextPage": True, "nextCursor": "n" * 2**20}}
    async with Bench(answers(ok(answer))) as bench:
        with pytest.raises(types.NotOmni, match="Can't read Omni's response"):
            await bench.client.documents()


async def test_tiles_filters_and_users() -> None:
    tiles = ok({"queries": [{"id": "q", "name": "Sales", "queryIdentifierMapKey": "3"}, None]})
    filters = ok({"filters": {"a": {}}, "filterOrder": ["a"]})
    users = ok({"Resources": [{"id": "m", "displayName": "A", "userName": "a@b"}], "totalResults": 31})
    no_total = ok({"Resources": [{"id": "m"}]})
    async with Bench(answers(tiles, filters, users, no_total)) as bench:
        assert await bench.client.tiles("a") == (Tile("q", "Sales", "3"),)
        assert (await bench.client.filters("a", user_id="m")).order == ("a",)
        assert await bench.client.users() == ((User("m", "A", "a@b"),), 31)
        assert (await bench.client.users(start_index=11, embed=True))[1] == 11
    assert [request.url.path for request in bench.sent[2:]] == [
        "/api/scim/v2/Users",
        "/api/scim/v2/embed/Users",
    ]


async def test_a_job_is_started_and_asked_after() -> None:
    status = ok({"status": "Complete", "format": "pdf"})
    async with Bench(answers(ok({"job_id": JOB_ID, "message": "ok"}), status)) as bench:
        body = MappingProxyType({"format": "pdf", "filterConfig": MappingProxyType({"é": [1]})})
        assert await bench.client.initiate("a b", body, user_id="m/1") == JOB_ID
        assert await bench.client.status("a b", JOB_ID, user_id="m/1") == JobStatus(
            Phase.COMPLETE, "Complete", format="pdf"
        )
    assert json.loads(bench.sent[0].content) == {"format": "pdf", "filterConfig": {"é": [1]}}
    assert bench.sent[0].url.raw_path == b"/api/v1/dashboards/a%20b/download?userId=m%2F1"
    assert bench.sent[1].url.params["userId"] == "m/1"


async def test_an_invalid_body_is_not_sent() -> None:
    async with Bench(answers(ok({}))) as bench:
        with pytest.raises(ValueError, match="JSON"):
            await bench.client.initiate("a", {"maxRowLimit": float("nan")})
    assert bench.sent == []


@pytest.mark.parametrize(
    "answer",
    [
        HTML,
        httpx.Response(200, content=b""),
        httpx.Response(204),
        httpx.Response(200, content=b"{"),
        ok([]),
        ok(None),
        ok({}),
        ok({"records": {}, "queries": "x", "job_id": 7, "status": None, "Resources": None}),
        ok({"job_id": ""}),
        packed_wrongly(),
    ],
)
async def test_a_response_that_is_not_omnis_is_recognized(answer: httpx.Response) -> None:
    def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(answer.status_code, headers=answer.headers, stream=answer.stream)

    async with Bench(handle) as bench:
        for call in (
            bench.client.documents(),
            bench.client.tiles("a"),
            bench.client.users(),
            bench.client.status("a", "b"),
            bench.client.initiate("a", {}),
        ):
            with pytest.raises(types.NotOmni) as caught:
                await call
            assert "Sign in" not in str(caught.value)
            assert caught.value.hint
    assert bench.client.key_kind is KeyKind.ORGANIZATION  # by its beginning


async def test_a_check_of_the_credentials_asks_for_little() -> None:
    async with Bench(answers(documents("a"), httpx.Response(401, json={}), HTML)) as bench:
        await bench.client.check_credentials()
        with pytest.raises(types.Unauthorized):
            await bench.client.check_credentials()
        with pytest.raises(types.NotOmni):
            await bench.client.check_credentials()
    assert bench.sent[0].url.params["pageSize"] == "1"


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "ключ", "tab\t"])
def test_a_token_with_invalid_characters_is_rejected_at_once(token: str) -> None:
    with pytest.raises(types.Unauthorized) as caught:
        Bench(answers(HTML), token=token)
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "length", "name"),
    [
        ({"Content-Length": "5"}, 5, ""),
        ({"Transfer-Encoding": "chunked"}, None, ""),
        ({"Content-Length": "5", "Content-Disposition": 'attachment; filename="a b.pdf"'}, 5, "a b.pdf"),
        ({"Content-Disposition": "attachment; filename=plain.pdf"}, None, "plain.pdf"),
        (
            {"Content-Disposition": "attachment; filename=\"x.pdf\"; filename*=UTF-8''%C3%A9.pdf"},
            None,
            "é.pdf",
        ),
        ({"Content-Disposition": 'attachment; filename="../../etc/passwd"'}, None, "../../etc/passwd"),
        ({"Content-Disposition": "attachment"}, None, ""),
        ({"Content-Disposition": ";;;="}, None, ""),
    ],
)
async def test_a_file_has_the_properties_of_its_headers(
    headers: dict[str, str], length: int | None, name: str
) -> None:
    async def body() -> Any:
        yield b"%P"
        yield b"DF-"

    everything = {"Content-Type": "application/pdf", **headers}
    async with (
        Bench(lambda _: httpx.Response(200, headers=everything, content=body())) as bench,
        bench.client.file("a", "j", user_id="m") as file,
    ):
        assert (file.content_type, file.content_length, file.file_name) == (
            "application/pdf",
            length,
            name,
        )
        assert [chunk async for chunk in file.chunks()] == [b"%P", b"DF-"]
    assert bench.sent[0].headers["Accept"] == "*/*"
    assert bench.sent[0].headers["Accept-Encoding"] == "identity"
    assert bench.sent[0].url.params["userId"] == "m"


async def test_a_compressed_file_is_decompressed_and_has_no_length() -> None:
    packed = gzip.compress(b"a,b\n" * 1000)

    async def body() -> Any:
        yield packed

    headers = {"Content-Encoding": "gzip", "Content-Length": str(len(packed))}
    async with (
        Bench(lambda _: httpx.Response(200, headers=headers, content=body())) as bench,
        bench.client.file("a", "j") as file,
    ):
        assert file.content_length is None
        assert b"".join([chunk async for chunk in file.chunks()]) == b"a,b\n" * 1000


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (202, types.StillRunning),
        (204, types.NotOmni),
        (206, types.NotOmni),
        (404, types.NotFound),
        (406, types.Rejected),
        (410, types.JobFailed),
        (500, types.ServerFailed),
    ],
)
async def test_a_file_that_is_not_there_says_why(status: int, kind: type[types.ApiError]) -> None:
    async with Bench(answers(httpx.Response(status, json={"message": "Job failed to render."}))) as bench:
        with pytest.raises(kind) as caught:
            async with bench.client.file("a", "j"):
                raise AssertionError("there is no file")
    assert type(caught.value) is kind


async def test_a_fault_of_the_reader_passes_and_the_answer_is_closed() -> None:
    async with Bench(answers(httpx.Response(200, content=b"x"))) as bench:
        with pytest.raises(OSError, match="disk full"):
            async with bench.client.file("a", "j"):
                raise OSError("disk full")
        assert bench.last.is_complete


async def test_an_endless_answer_is_given_up() -> None:
    sent = 0

    async def body() -> Any:
        nonlocal sent
        while True:
            sent += 8 * 1024 * 1024
            yield b" " * (8 * 1024 * 1024)

    async with Bench(lambda _: httpx.Response(200, content=body())) as bench:
        with pytest.raises(types.NotOmni, match="too long"):
            await bench.client.documents()
    assert sent <= MAX_RESPONSE_BYTES + 16 * 1024 * 1024


async def test_the_address_may_have_a_slash_at_its_end() -> None:
    async with Bench(answers(documents()), root="https://b.omniapp.co/api/") as bench:
        await bench.client.documents()
        assert bench.client.root == "https://b.omniapp.co/api"
    assert bench.sent[0].url.path == "/api/v1/documents"
