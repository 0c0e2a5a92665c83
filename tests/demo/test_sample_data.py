"""The dashboards: how many, the special ones, their order, and the lists over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.demo_users import organization_users
from omni_tui.demo.sample_data.filters import filters_of
from omni_tui.demo.sample_data.models import Special
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from omni_tui.demo.sample_data.tiles import tiles_of
from tests.demo.conftest import BLOB, NOW, Caller, dashboard_of


def test_at_least_forty_dashboards_that_look_like_a_company(documents: SampleDocuments) -> None:
    dashboards = [each for each in documents if each.has_dashboard]
    assert len(dashboards) >= 40
    assert len({each.name for each in dashboards}) == len(dashboards)
    assert len({each.folder for each in dashboards}) >= 10
    assert any("/" in each.folder for each in dashboards)
    assert {each.owner for each in dashboards} <= {person.name.split()[0] for person in organization_users()}
    assert any(each.labels for each in dashboards)
    assert all(each.updated_at < NOW for each in dashboards)
    short_ids = [each for each in dashboards if re.fullmatch("[0-9a-f]{8}", each.identifier)]
    assert len(dashboards) - len(short_ids) == 1


def test_the_first_dashboard() -> None:
    blob = dashboard_of(BLOB)
    assert (blob.name, blob.folder, blob.owner) == ("Blob Web Traffic", "team/web", "Blobby")
    assert NOW - blob.updated_at == timedelta(hours=2)
    assert len(tiles_of(blob)) == 8
    assert len(filters_of(blob)) == 5


def test_each_special_dashboard_exists_once(documents: SampleDocuments) -> None:
    found = [each.special for each in documents if each.special is not Special.NOTHING]
    assert sorted(found) == sorted(special for special in Special if special is not Special.NOTHING)


def test_the_hostile_name() -> None:
    name = dashboard_of(names.HOSTILE_ID).name
    for sign in ("[", "[/bold]", "\x1b", "\u202e", "../"):
        assert sign in name


def test_thirty_tiles_and_filters_of_every_type() -> None:
    dashboard = dashboard_of(names.EVERYTHING_ID)
    filters = filters_of(dashboard)
    assert len(tiles_of(dashboard)) == 30
    assert len(filters) == 18
    types = {each["type"] for each in filters.values()}
    assert types == {"string", "number", "date", "boolean", "null", "composite", "user_attribute", "query"}
    kinds = {each.get("kind") for each in filters.values()}
    assert {"EQUALS", "CONTAINS", "STARTS_WITH", "BETWEEN", "GREATER_THAN", "ON_OR_AFTER"} <= kinds
    assert any("." not in identifier for identifier in filters)
    assert len({tile.chart for tile in tiles_of(dashboard)}) == 4


def test_one_filter_is_required_and_one_is_hidden() -> None:
    filters = filters_of(dashboard_of(names.EVERYTHING_ID))
    assert [id_ for id_, each in filters.items() if each["required"]] == ["orders.created_at"]
    [hidden] = [each for each in filters.values() if each["hidden"]]
    assert (hidden["label"], hidden["values"], hidden["is_negative"]) == ("Status", ["cancelled"], True)
    assert not any(each["required"] or each["hidden"] for each in filters_of(dashboard_of(BLOB)).values())


def test_several_dashboards_filter_by_the_same_field(documents: SampleDocuments) -> None:
    fields: dict[str, set[str]] = {}
    for dashboard in documents:
        for each in filters_of(dashboard).values() if dashboard.has_dashboard else ():
            fields.setdefault(each["fieldName"], set()).add(dashboard.identifier)
    assert len(fields["orders.status"]) == 12
    assert len(fields["web_sessions.channel"]) == 4


def test_tiles_are_the_same_on_every_run_and_their_keys_count_up() -> None:
    tiles = tiles_of(dashboard_of(BLOB))
    assert [tile.key for tile in tiles] == [str(number) for number in range(1, 9)]
    assert tiles[0].query_id == "SI6794Zv"


@pytest.mark.parametrize("count", [1, 3, 48, 200])
def test_the_requested_number_of_dashboards(count: int) -> None:
    documents = SampleDocuments(count, now=NOW)
    dashboards = [each for each in documents if each.has_dashboard]
    assert len(dashboards) == count
    assert dashboards[0].identifier == BLOB
    assert len(documents) == len(list(documents))
    for dashboard in dashboards:
        assert documents.find(dashboard.identifier) == dashboard


def test_all_dashboards_have_unique_ids() -> None:
    documents = SampleDocuments(30_000, now=NOW)
    assert len({each.identifier for each in documents}) == len(documents)
    last = list(documents)[-1]
    assert documents.find(last.identifier) == last
    assert documents.find(last.identifier.upper().replace("0", "O")) is None


@pytest.mark.parametrize("sort_field", ["name", "favorites", "updatedAt", "visits"])
def test_order(sort_field: str) -> None:
    documents = SampleDocuments(300, now=NOW)
    keys: dict[str, Any] = {
        "name": lambda each: each.name.casefold(),
        "favorites": lambda each: each.favorites,
        "updatedAt": lambda each: each.updated_at,
        "visits": lambda each: each.views,
    }
    upwards = [documents.at(place) for place in documents.in_order(sort_field, descending=False)]
    assert upwards == sorted(documents, key=keys[sort_field])
    downwards = [documents.at(place) for place in documents.in_order(sort_field, descending=True)]
    assert downwards == upwards[::-1]


def test_the_list_page_by_page(caller: Caller, documents: SampleDocuments) -> None:
    records, cursor = [], None
    while True:
        query = {"pageSize": "17", "sortField": "name", **({"cursor": cursor} if cursor else {})}
        answer = caller.get("/v1/documents", **query).json()
        records += answer["records"]
        assert answer["pageInfo"]["totalRecords"] == len(documents)
        assert answer["pageInfo"]["pageSize"] == 17
        cursor = answer["pageInfo"]["nextCursor"]
        assert answer["pageInfo"]["hasNextPage"] == (cursor is not None)
        if cursor is None:
            break
    read = [record["name"] for record in records]
    assert read == sorted((each.name for each in documents), key=str.casefold)
    assert sum(not record["hasDashboard"] for record in records) == 2
    assert all(record["url"].startswith("http://127.0.0.1:") for record in records)


def test_optional_fields(caller: Caller) -> None:
    plain = caller.get("/v1/documents").json()["records"][0]
    full = caller.get("/v1/documents", include="_count,labels").json()["records"][0]
    assert set(full) - set(plain) == {"_count", "labels"}
    assert len(caller.get("/v1/documents").json()["records"]) == 50


def test_an_older_server_omits_the_keys(caller: Caller) -> None:
    queries = caller.get(f"/v1/documents/{names.OLDER_ID}/queries").json()["queries"]
    assert queries
    assert all("queryIdentifierMapKey" not in query for query in queries)


def test_filters_come_in_their_order_with_keys_unknown_to_clients(caller: Caller) -> None:
    answer = caller.get(f"/v1/dashboards/{BLOB}/filters", userId=organization_users()[1].identifier).json()
    assert answer["filterOrder"] == list(answer["filters"])
    assert all("tileFilterMap" in each for each in answer["filters"].values())
    assert answer["filters"]["web_sessions.session_date"]["right_side"] == "12 months"


def test_users_are_counted_from_one_and_filtered(caller: Caller) -> None:
    everybody = caller.get("/scim/v2/Users").json()
    assert everybody["totalResults"] == len(everybody["Resources"]) == everybody["itemsPerPage"]
    page = caller.get("/scim/v2/Users", startIndex="3", count="2").json()
    assert page["Resources"] == everybody["Resources"][2:4]
    assert (page["startIndex"], page["itemsPerPage"]) == (3, 2)
    assert page["totalResults"] == everybody["totalResults"]
    one = everybody["Resources"][7]
    exact = caller.get("/scim/v2/Users", filter=f'userName eq "{one["userName"]}"').json()
    assert exact["Resources"] == [one]
    part = caller.get("/scim/v2/Users", filter='displayName co "ZOË"').json()["Resources"]
    assert [each["displayName"] for each in part] == ["Zoë Martens"]
    demo_embed_users = caller.get("/scim/v2/embed/Users", filter='userName sw "acme"').json()["Resources"]
    assert [each["displayName"] for each in demo_embed_users] == ["Acme Stores"]
    assert caller.get("/scim/v2/Users", count="0").json()["Resources"] == []


def test_conditions_on_users_can_be_joined(caller: Caller) -> None:
    def names(expression: str) -> list[str]:
        answer = caller.get("/scim/v2/Users", filter=expression)
        return [each["displayName"] for each in answer.json()["Resources"]]

    assert names('userName co "ramirez" or displayName co "Zoë"') == ["Blobby Ramirez", "Zoë Martens"]
    assert names('displayName co "or" or userName eq "nobody"') != []
    assert names(r'displayName co "\" or \""') == []
    for wrong in ('userName co "a" or', 'userName co "a" and', 'or userName co "a"', 'userName co "a'):
        assert caller.get("/scim/v2/Users", filter=wrong).status_code == 400, wrong


def test_the_website_explains_itself(caller: Caller) -> None:
    assert "demo" in caller.http.get("/").text
    page = caller.http.get(f"/dashboards/{names.HOSTILE_ID}")
    assert page.status_code == 200
    assert "\x1b" not in page.text
    assert "[red]" in page.text
    assert caller.http.get("/w/ffffffff").status_code == 404
