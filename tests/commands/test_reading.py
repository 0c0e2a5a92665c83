"""What is asked of the server before anything starts: names page by page, tiles and filters side by side."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from omni_tui.api.models import DashboardFilters, Document, DocumentPage, Tile
from omni_tui.commands.reading import Wanted, names_of, read_all
from omni_tui.errors import OmniTuiError

FILTERS = DashboardFilters((), {})


class Server:
    """A client and a catalog: pages of documents, one dashboard that cannot be read, a list that was kept."""

    def __init__(self, pages: Sequence[Sequence[str]] = (), kept: Sequence[str] = ()) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.catalog = SimpleNamespace(find={id_: Document(id_, f"Kept {id_}") for id_ in kept}.get)

    @property
    def client(self) -> Server:
        return self

    async def documents(self, *, cursor: str | None, **_: Any) -> DocumentPage:
        self.asked.append(f"page {cursor}")
        place = int(cursor or 0)
        # the last page leads back to the one before it, as a broken server's would
        following = str(place + 1) if place + 1 < len(self.pages) else str(max(0, place - 1))
        records = tuple(Document(id_, f"Name of {id_}") for id_ in self.pages[place])
        return DocumentPage(records, following, None)

    async def tiles(self, id_: str) -> tuple[Tile, ...]:
        self.asked.append(f"tiles {id_}")
        if id_ == "gone":
            raise OmniTuiError("It is gone.")
        return (Tile("q", "Orders", "1"),)

    async def filters(self, id_: str, *, user_id: str | None) -> DashboardFilters:
        self.asked.append(f"filters {id_} {user_id}")
        return FILTERS


async def names(server: Any, *ids: str, look_them_up: bool = True) -> dict[str, str]:
    return await names_of(server, ids, look_them_up=look_them_up)


async def test_the_list_is_read_until_all_names_are_found() -> None:
    server = Server([["a", "b"], ["c", "d"], ["e"]])
    assert await names(server, "d", "a") == {"a": "Name of a", "d": "Name of d"}
    assert server.asked == ["page None", "page 1"]


async def test_what_is_in_no_list_has_no_name_and_ends_the_search() -> None:
    server = Server([["a"], ["b"], ["c"]])
    assert await names(server, "x", "b") == {"b": "Name of b"}
    assert server.asked == ["page None", "page 1", "page 2"]


@pytest.mark.parametrize("look_them_up", [True, False])
async def test_a_list_that_was_kept_is_enough(look_them_up: bool) -> None:
    server = Server([["a"]], kept=["a"])
    assert await names(server, "a", look_them_up=look_them_up) == {"a": "Kept a"}
    assert server.asked == []


async def test_names_that_nobody_needs_are_not_looked_up() -> None:
    server = Server([["a"]])
    assert await names(server, "a", look_them_up=False) == {}
    assert server.asked == []


async def test_one_that_cannot_be_read_keeps_none_from_being_read() -> None:
    server: Any = Server()
    readings = await read_all(server, ["a", "gone", "b"], Wanted(tiles=True, filters=True), user_id="u")
    assert list(readings.dashboards) == ["a", "b"]
    assert {id_: str(error) for id_, error in readings.failures.items()} == {"gone": "It is gone."}
    assert readings.dashboards["a"].tiles == (Tile("q", "Orders", "1"),)
    assert readings.dashboards["a"].filters is FILTERS
    assert "filters a u" in server.asked


async def test_only_what_is_wanted_is_asked_for() -> None:
    server: Any = Server()
    await read_all(server, ["a"], Wanted(tiles=True))
    await read_all(server, ["b"], Wanted(filters=True))
    await read_all(server, ["c"], Wanted())
    assert server.asked == ["tiles a", "filters b None"]
