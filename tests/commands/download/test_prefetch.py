"""What is loaded before downloads start: names page by page, tiles and filters concurrently."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from omni_tui.api.errors.types import NotFound, Rejected
from omni_tui.api.models import DashboardFilters, Document, DocumentPage, Tile
from omni_tui.commands.download.prefetch import DetailsToLoad, names_of, read_all, tile_name_problem
from omni_tui.errors import OmniTuiError

FILTERS = DashboardFilters((), {})


class Server:
    """A client and a catalog: pages of documents, one dashboard that can't be loaded, a cached list."""

    def __init__(self, pages: Sequence[Sequence[str]] = (), kept: Sequence[str] = ()) -> None:
        self.tells_names = True
        self.pages = pages
        self.asked: list[str] = []
        self.catalog = SimpleNamespace(find={id_: Document(id_, f"Kept {id_}") for id_ in kept}.get)

    @property
    def client(self) -> Server:
        return self

    async def documents(self, *, cursor: str | None, **_: Any) -> DocumentPage:
        self.asked.append(f"page {cursor}")
        place = int(cursor or 0)
        # the last page leads back to the one before it, as on a broken server
        following = str(place + 1) if place + 1 < len(self.pages) else str(max(0, place - 1))
        records = tuple(Document(id_, f"Name of {id_}") for id_ in self.pages[place])
        return DocumentPage(records, following, None)

    async def document_name(self, id_: str) -> str:
        self.asked.append(f"document {id_}")
        if not self.tells_names:
            raise NotFound("Not Found", status=404)
        if id_ == "workbook":
            raise Rejected("Document does not have a dashboard", status=400)
        return f"Fresh {id_}"

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
async def test_a_cached_list_is_enough(look_them_up: bool) -> None:
    server = Server([["a"]], kept=["a"])
    assert await names(server, "a", look_them_up=look_them_up) == {"a": "Kept a"}
    assert server.asked == []


async def test_unneeded_names_are_not_looked_up() -> None:
    server = Server([["a"]])
    assert await names(server, "a", look_them_up=False) == {}
    assert server.asked == []


async def test_one_that_cannot_be_loaded_does_not_affect_the_others() -> None:
    server: Any = Server()
    loaded = await read_all(server, ["a", "gone", "b"], DetailsToLoad(tiles=True, filters=True), user_id="u")
    assert list(loaded.dashboards) == ["a", "b"]
    assert {id_: str(error) for id_, error in loaded.failures.items()} == {"gone": "It is gone."}
    assert loaded.dashboards["a"].tiles == (Tile("q", "Orders", "1"),)
    assert loaded.dashboards["a"].filters is FILTERS
    assert "filters a u" in server.asked


async def test_only_what_is_wanted_is_requested() -> None:
    server: Any = Server()
    await read_all(server, ["a"], DetailsToLoad(tiles=True))
    await read_all(server, ["b"], DetailsToLoad(filters=True))
    await read_all(server, ["c"], DetailsToLoad())
    assert server.asked == ["tiles a", "filters b None"]


# names


async def read_names(server: Any, *ids: str, is_fresh: bool = True) -> dict[str, str]:
    loaded = await read_all(server, ids, DetailsToLoad(name=True, fresh_name=is_fresh))
    return {id_: each.name for id_, each in loaded.dashboards.items()}


async def test_a_name_takes_one_request_and_not_the_list() -> None:
    server: Any = Server([["a"]], kept=["a"])
    assert await read_names(server, "a") == {"a": "Fresh a"}
    assert server.asked == ["document a"]


async def test_an_older_server_is_asked_for_its_list_only_for_uncached_names() -> None:
    server: Any = Server([["b"]], kept=["a"])
    server.tells_names = False
    assert await read_names(server, "a") == {"a": "Kept a"}
    assert server.asked == ["document a"]
    assert await read_names(server, "b") == {"b": "Name of b"}
    assert server.asked[1:] == ["document b", "page None"]


async def test_for_a_file_name_the_cache_is_enough() -> None:
    server: Any = Server(kept=["a"])
    assert await read_names(server, "a", "b", is_fresh=False) == {"a": "Kept a", "b": "Fresh b"}
    assert server.asked == ["document b"]


async def test_no_list_is_read_for_a_dashboard_that_cannot_be_loaded() -> None:
    server: Any = Server([["a"]])
    server.tells_names = False
    loaded = await read_all(server, ["gone"], DetailsToLoad(name=True, tiles=True))
    assert list(loaded.failures) == ["gone"]
    assert server.asked == ["document gone", "tiles gone"]


# a tile's name instead of its key


TILES = (Tile("a", "All orders", "30"), Tile("b", "Twice", "1"), Tile("c", "twice", "2"), Tile("d", "7", "8"))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("All orders", "“All orders” is a tile's name, not its key. Its key is 30."),
        ("all ORDERS ", "Its key is 30."),
        ("TWICE", "The tiles with that name have the keys 1, 2."),
        ("Twice", "Its key is 1."),
        ("all  orders", "Its key is 30."),
        ("30", ""),
        ("8", ""),
        ("7", "Its key is 8."),
        ("unknown", ""),
    ],
)
def test_a_tiles_name_is_distinguished_from_its_key(typed: str, told: str) -> None:
    assert tile_name_problem(typed, TILES).endswith(told)
    assert bool(tile_name_problem(typed, TILES)) == bool(told)


def test_a_tiles_name_is_recognized_on_a_server_without_keys() -> None:
    assert "doesn't list tile keys" in tile_name_problem("All orders", [Tile("a", "All orders", None)])


async def test_tiles_needed_only_for_a_check_are_not_a_failure() -> None:
    server: Any = Server()
    loaded = await read_all(server, ["gone"], DetailsToLoad(tiles=True, can_do_without_tiles=True))
    assert loaded.dashboards["gone"].tiles == ()
