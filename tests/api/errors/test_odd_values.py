"""A number that JSON doesn't have costs only itself; a body that is nested too deep can't be read."""

from __future__ import annotations

import httpx
import pytest

from omni_tui.api.errors.types import NotOmni
from omni_tui.api.models import Phase
from tests.api.support import JOB_ID, Bench, answers

DEEP_LIST = "[" * 100_000 + "]" * 100_000
DEEP_OBJECT = '{"a":' * 100_000 + "1" + "}" * 100_000
ODD_VALUES = ("NaN", "-Infinity", "[Infinity]", '["[[[ NaN \\" ", NaN]')


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


@pytest.mark.parametrize("value", [*ODD_VALUES, DEEP_LIST, DEEP_OBJECT], ids=range(len(ODD_VALUES) + 2))
async def test_filters_are_never_changed_because_they_are_sent_back(value: str) -> None:
    filters = answer(f'{{"filters":{{"a":{{"type":"number","values":[{value}]}}}},"filterOrder":["a"]}}')
    async with Bench(answers(filters)) as bench:
        with pytest.raises(NotOmni, match="Can't read Omni's response"):
            await bench.client.filters("a")


@pytest.mark.parametrize("value", [DEEP_LIST, DEEP_OBJECT], ids=["list", "object"])
async def test_a_page_that_is_nested_too_deep_is_an_error(value: str) -> None:
    page = answer(f'{{"records":[{{"identifier":"a","_count":{value}}}]}}')
    async with Bench(answers(page)) as bench:
        with pytest.raises(NotOmni, match="Can't read Omni's response"):
            await bench.client.documents()
