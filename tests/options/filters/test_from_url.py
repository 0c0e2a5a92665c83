"""The filters of a pasted URL, laid over those of a dashboard."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.demo.data.misfit_filters import fits
from omni_tui.options.filters.editing import config, read_filters, with_edit
from omni_tui.options.filters.from_url import UrlFilters, url_edits, url_filters
from omni_tui.options.filters.types import Condition, JsonText

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
PAGE = "https://blobsrus.omniapp.co/dashboards/12db1a0a"
RAW: dict[str, Any] = {
    "web.channel": {"type": "string", "kind": "EQUALS", "values": [], "label": "Channel"},
    "web.count": {"type": "number", "kind": "GREATER_THAN", "values": ["1"], "is_inclusive": True},
    "web.at": {
        "type": "date",
        "kind": "TIME_FOR_INTERVAL_DURATION",
        "ui_type": "PAST",
        "left_side": "56 days ago",
        "right_side": "56 days",
        "offset_interval_string": "56 days",
        "isFiscal": True,
    },
    "rW8-IWVU=": {"type": "boolean", "is_negative": None, "label": "Paid"},
}
FILTERS = read_filters(RAW, list(RAW))
ORGANIC = '{"values":["Organic"]}'
WHOLE = '{"kind":"EQUALS","type":"string","values":["Organic"],"is_negative":false}'


def asked(*pairs: tuple[str, str]) -> UrlFilters:
    return url_filters(f"{PAGE}?" + "&".join(f"f--{quote(id_)}={quote(text)}" for id_, text in pairs))


@pytest.mark.parametrize(
    "query",
    [
        "f--web.channel=%7B%22values%22%3A%5B%22Organic%22%5D%7D",
        "f--web.channel=" + ORGANIC,
        "f--web.channel=" + quote_plus('{"values": ["Organic"], "appliedLabels": {"Organic": "x y"}}'),
        "f--web%2Echannel=" + quote(WHOLE),
        "tab=1&amp;f--web.channel=" + quote(ORGANIC) + "#top",
        "f--web.channel=" + quote(quote(ORGANIC)),
    ],
)
@pytest.mark.parametrize(
    "page", [PAGE, PAGE.replace("dashboards", "w"), "/dashboards/12db1a0a", f"<{PAGE}/name"]
)
def test_each_spelling_means_the_same(page: str, query: str) -> None:
    found = url_edits(url_filters(f"{page}?{query}"), FILTERS)
    assert found.edits == {"web.channel": Condition("is", ("Organic",))}
    assert found.sentences == ()


def test_plus_is_a_space_and_percent_2b_is_a_plus() -> None:
    found = url_edits(url_filters(f'{PAGE}?f--web.channel={{"values":["Paid+Social","a%2Bb"]}}'), FILTERS)
    assert found.edits == {"web.channel": Condition("is", ("Paid Social", "a+b"))}


def test_a_partial_object_keeps_what_it_does_not_name() -> None:
    found = url_edits(asked(("web.count", '{"values":["5"]}')), FILTERS)
    assert found.edits == {"web.count": Condition(">=", ("5",))}
    sent = config(FILTERS, found.edits)
    assert sent is not None
    assert sent["web.count"] == {**RAW["web.count"], "values": ["5"]}
    assert sent["web.at"] == RAW["web.at"]


def test_another_kind_takes_the_old_kinds_keys_out() -> None:
    whole = '{"type":"date","kind":"BETWEEN","left_side":"2026-01-01","right_side":"2026-02-01"}'
    (edit,) = url_edits(asked(("web.at", whole)), FILTERS).edits.values()
    assert edit == Condition("between", ("2026-01-01", "2026-02-01"))
    unknown = '{"kind":"IS_ON_DAY_OF_WEEK","values":["Monday"]}'
    (edit,) = url_edits(asked(("web.at", unknown)), FILTERS).edits.values()
    assert with_edit(FILTERS[2], edit) == {"type": "date", "kind": "IS_ON_DAY_OF_WEEK", "left_side": "Monday"}


def test_keys_that_no_condition_has_are_sent_as_they_are() -> None:
    (edit,) = url_edits(
        asked(("web.channel", '{"values":["a"],"cancel_query_filter":true}')), FILTERS
    ).edits.values()
    assert isinstance(edit, JsonText)
    assert with_edit(FILTERS[0], edit) == {**RAW["web.channel"], "values": ["a"], "cancel_query_filter": True}


def test_what_cannot_be_applied_is_named() -> None:
    url = url_filters(
        f"{PAGE}?f--gone=%7B%7D&f--web.channel=Organic&f--web.count=[1]&f--web.at=&c--group-by=x&c--period=y"
    )
    found = url_edits(url, FILTERS)
    assert found.edits == {}
    assert list(found.errors) == ["gone", "web.channel", "web.count", "web.at"]
    assert "“gone”, which this dashboard doesn't have" in found.errors["gone"]
    assert "isn't valid JSON: “Organic”" in found.errors["web.channel"]
    assert "isn't a JSON object: “[1]”" in found.errors["web.count"]
    assert "has no value" in found.errors["web.at"]
    (warning,) = found.warnings
    assert "“group-by”, “period”" in warning


DATES_AS_VALUES: dict[str, Any] = {"type": "date", "kind": "BEFORE", "values": ["2024-01-01"]}
RANGE = {"kind": "BETWEEN", "left_side": "2026-01-01", "right_side": "2026-02-01"}


@pytest.mark.parametrize(
    ("own", "given_", "condition"),
    [
        (RAW["web.at"], {**RANGE}, Condition("between", ("2026-01-01", "2026-02-01"))),
        (
            {"type": "date", **RANGE},
            {"values": ["2026-03", "2026-04"]},
            Condition("between", ("2026-03", "2026-04")),
        ),
        (
            {"type": "date", **RANGE},
            {"kind": "BEFORE", "values": ["2026-04"]},
            Condition("before", ("2026-04",)),
        ),
        (DATES_AS_VALUES, {"right_side": "2026-01-01"}, Condition("before", ("2026-01-01",))),
        (DATES_AS_VALUES, {**RANGE}, Condition("between", ("2026-01-01", "2026-02-01"))),
    ],
)
def test_dates_are_sent_in_the_dashboards_own_shape(
    own: dict[str, Any], given_: dict[str, Any], condition: Condition
) -> None:
    """The server drops a filter with dates in both shapes, and exports all rows."""
    filters = read_filters({"at": own}, ["at"])
    found = url_edits(asked(("at", json.dumps(given_))), filters)
    assert (found.edits, found.sentences) == ({"at": condition}, ())
    sent = with_edit(filters[0], condition)
    assert fits(sent, own)


@pytest.mark.parametrize(
    ("own", "given_", "why"),
    [
        (RAW["web.at"], {"kind": "ON_OR_AFTER"}, "ON_OR_AFTER takes one date."),
        (RAW["web.at"], {"values": ["2026-01-01"]}, f"{RAW['web.at']['kind']} takes two dates."),
        (
            RAW["web.at"],
            {**RANGE, "values": ["2026-01-01"]},
            "it has its dates twice, as sides and as values.",
        ),
        (RAW["web.count"], {"kind": "BETWEEN"}, "BETWEEN takes two values."),
        (RAW["web.channel"], {"values": "Organic"}, "its values aren't a list of texts or numbers."),
        (RAW["web.channel"], {"values": [{"a": 1}]}, "its values aren't a list of texts or numbers."),
        (RAW["rW8-IWVU="], {"values": ["true"]}, "its type takes neither a kind nor values."),
    ],
)
def test_a_filter_that_the_server_would_drop_is_named(
    own: dict[str, Any], given_: dict[str, Any], why: str
) -> None:
    found = url_edits(asked(("x", json.dumps(given_))), read_filters({"x": own}, ["x"]))
    assert found.edits == {}
    assert found.errors == {"x": f"The URL's filter “x” can't be applied: {why}"}


def test_a_filter_that_is_set_otherwise_is_not_looked_at() -> None:
    found = url_edits(url_filters(f"{PAGE}?f--web.channel=Organic"), FILTERS, {"web.channel"})
    assert (found.edits, found.sentences) == ({}, ())


def test_a_filter_twice_lies_over_itself_and_a_contradiction_is_named() -> None:
    both = asked(("web.channel", ORGANIC), ("web.channel", '{"kind":"CONTAINS"}'))
    found = url_edits(both, FILTERS)
    assert (found.edits, found.sentences) == ({"web.channel": Condition("contains", ("Organic",))}, ())
    found = url_edits(asked(("web.channel", ORGANIC), ("web.channel", '{"values":["Paid"]}')), FILTERS)
    assert found.edits == {"web.channel": Condition("is", ("Paid",))}
    assert "“web.channel” more than once" in found.warnings[0]


def test_the_dashboards_own_value_is_not_a_change() -> None:
    pairs = [(id_, json.dumps(each)) for id_, each in RAW.items()]
    assert config(FILTERS, url_edits(asked(*pairs), FILTERS).edits) is None


@given(st.dictionaries(st.sampled_from(["kind", "type", "values", "is_negative", "x"]), JSON))
def test_a_urls_filter_is_sent_as_given(given_: dict[str, Any]) -> None:
    """Each key that the URL gives has its value in what is sent, or says nothing at all, or it is named."""
    found = url_edits(asked(("web.channel", json.dumps(given_))), FILTERS)
    if found.errors:
        return
    sent = config(FILTERS, found.edits)
    filter_ = RAW["web.channel"] if sent is None else sent["web.channel"]
    assert isinstance(filter_, dict)
    for key, value in given_.items():
        if value is not None and value is not False:
            assert json.dumps(filter_[key], sort_keys=True) == json.dumps(value, sort_keys=True)


@given(st.text(), st.text())
def test_any_text_is_read(before: str, query: str) -> None:
    url_edits(url_filters(f"{before}?f--web.channel={query}"), FILTERS)
    url_edits(url_filters(query), FILTERS)


def test_zero_is_not_taken_for_false() -> None:
    number = {"type": "number", "kind": "EQUALS", "values": ["1"]}
    filters = read_filters({"price": number}, [])
    url = UrlFilters((("price", '{"values": ["7"], "floor": 0}'),))
    edit = url_edits(url, filters).edits["price"]
    assert with_edit(filters[0], edit) == {**number, "values": ["7"], "floor": 0}
