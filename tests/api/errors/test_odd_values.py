"""One odd record of a page costs only itself, even if a JSON parser rejects it."""

from __future__ import annotations

import json

import httpx
import pytest

from omni_tui.api.errors.reason_text import MAX_ODD_BYTES, without_odd_values
from omni_tui.api.errors.types import NotOmni
from omni_tui.api.models import Phase
from tests.api.support import JOB_ID, Bench, answers

DEEP_LIST = "[" * 100_000 + "]" * 100_000
DEEP_OBJECT = '{"a":' * 100_000 + "1" + "}" * 100_000
ODD_VALUES = (DEEP_LIST, DEEP_OBJECT, "NaN", "-Infinity", "[Infinity]", '["[[[ NaN \\" ", NaN]')


def answer(text: str) -> httpx.Response:
    return httpx.Response(200, content=text.encode(), headers={"content-type": "application/json"})


@pytest.mark.parametrize("value", ODD_VALUES, ids=range(len(ODD_VALUES)))
async def test_the_other_records_of_a_page_are_read(value: str) -> None:
    odd = f'{{"identifier":"odd","name":"Odd","hasDashboard":true,"_count":{{"views":{value}}}}}'
    good = '{"identifier":"good","name":"NaN [[ \\\\","hasDashboard":true}'
    page = answer(f'{{"records":[{odd},{good}],"pageInfo":{{"hasNextPage":true,"nextCursor":"n"}}}}')
    async with Bench(answers(page)) as bench:
        read = await bench.client.documents()
    assert [(each.identifier, each.name) for each in read.records] == [("odd", "Odd"), ("good", "NaN [[ \\")]
    assert read.next_cursor == "n"


@pytest.mark.parametrize("value", ODD_VALUES, ids=range(len(ODD_VALUES)))
async def test_a_status_tiles_and_users_are_read(value: str) -> None:
    status = answer(f'{{"job_id":"{JOB_ID}","status":"complete","progress":{value}}}')
    tiles = answer(f'{{"queries":[{{"id":"q","name":"Sales","query":{{"x":{value}}}}}]}}')
    users = answer(f'{{"Resources":[{{"id":"m","meta":{value}}}]}}')
    async with Bench(answers(status, tiles, users)) as bench:
        assert (await bench.client.status("a", JOB_ID)).phase is Phase.COMPLETE
        assert [tile.name for tile in await bench.client.tiles("a")] == ["Sales"]
        assert [user.identifier for user in (await bench.client.users())[0]] == ["m"]


@pytest.mark.parametrize("value", ODD_VALUES, ids=range(len(ODD_VALUES)))
async def test_filters_are_never_changed_because_they_are_sent_back(value: str) -> None:
    filters = answer(f'{{"filters":{{"a":{{"type":"number","values":[{value}]}}}},"filterOrder":["a"]}}')
    async with Bench(answers(filters)) as bench:
        with pytest.raises(NotOmni, match="Can't read Omni's response"):
            await bench.client.filters("a")


@pytest.mark.parametrize(
    "body", [b"", b"<html>NaN</html>", b'{"a":"\\uD800 [[[ NaN"}', b'{"a":[[]],"b":-1e5}', b'{"a":"']
)
def test_anything_else_is_unchanged(body: bytes) -> None:
    assert without_odd_values(body) == body


def test_an_endless_answer_is_not_scanned() -> None:
    body = b'{"a":' + b"[" * MAX_ODD_BYTES
    assert without_odd_values(body) is body


def test_values_of_any_usual_depth_stay() -> None:
    value = "deep"
    for _ in range(40):
        value = json.dumps({"a": json.loads(value) if value[:1] == "{" else value})
    assert without_odd_values(value.encode()) == value.encode()
