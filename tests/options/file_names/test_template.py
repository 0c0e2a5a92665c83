from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from omni_tui.options.file_names.sanitize import NameFlaw, flaws, safe_file_name
from omni_tui.options.file_names.template import (
    LONGEST_EXTENSION,
    MAX_VALUE_CHARACTERS,
    PLACEHOLDERS,
    NameFields,
    PartKind,
    expand,
    expansion,
    fan_out_template,
    filter_placeholder,
    parts_of,
    template_of,
    value_of,
)
from omni_tui.options.spec import Format

FIELDS = NameFields(
    "Blob Web Traffic",
    "Top channels",
    Format.PDF,
    datetime(2026, 11, 23, 9, 12, 59),
    "work",
    {"Region": "EMEA", "Status": 'complete, "in transit"', "Price": ">=10", "Nothing": ""},
)
WHOLE = replace(FIELDS, tile="")

SIGNS = st.sampled_from(
    ["/", ":", "..", ".", " ", "-", "_", " - ", "(", ")", "[", "]", ",", "\0", "\n", "\u202e", "\u200d",
     "CON", "é", "e\u0301", "한", "🎉", "\ud800", ".pdf", "a", "Sales", "<", '"']
)  # fmt: skip
LONG = st.sampled_from(["x" * 300, "é" * 200])
TEXTS = st.lists(SIGNS, max_size=8).map("".join) | st.text(max_size=20) | LONG
PIECES = st.sampled_from(
    [*(f"{{{name}}}" for name in PLACEHOLDERS), "{filter:Region}", "{ FILTER : status }"]
)
TEMPLATES = st.lists(PIECES | TEXTS | st.sampled_from(["{", "}", "{{", "{dat}"]), max_size=8).map("".join)
MOMENTS = st.datetimes()
FILTERS = st.dictionaries(st.sampled_from(["Region", "Status"]) | TEXTS, TEXTS, max_size=3)
ANY_FIELDS = st.builds(NameFields, TEXTS, TEXTS, st.sampled_from(Format), MOMENTS, TEXTS, FILTERS)


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{dashboard}", "Blob Web Traffic"),
        ("{dashboard} - {tile}", "Blob Web Traffic - Top channels"),
        ("{date} {time}", "2026-11-23 09-12"),
        ("{format} {profile}", "pdf work"),
        ("{DashBoard} { date }", "Blob Web Traffic 2026-11-23"),
        ("{filter:Region}", "EMEA"),
        ("{filter: region } x", "EMEA x"),
        ("{filter:STATUS}", "complete, in transit"),
        ("{filter:Price}", "≥10"),
        ("{{{date}}}", "{2026-11-23}"),
        ("{{date}}", "{date}"),
        ("a}b", "a}b"),
        ("Report  of\t{date} ", "Report of 2026-11-23"),
        ("a/b: {date}", "a/b: 2026-11-23"),
        # what means nothing stays as it was typed
        ("{dat} x", "{dat} x"),
        ("{filter:Country}", "{filter:Country}"),
        ("{filter} {filter:}", "{filter} {filter:}"),
        ("{date:%Y}", "{date:%Y}"),
        ("{date} {tim", "2026-11-23 {tim"),
        ("", ""),
    ],
)
def test_expand(template: str, name: str) -> None:
    assert expand(template, FIELDS) == name


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{dashboard} - {tile}", "Blob Web Traffic"),
        ("{tile} - {dashboard}", "Blob Web Traffic"),
        ("{profile} - {tile} - {date}", "work - 2026-11-23"),
        ("{profile} - {tile} {date}", "work - 2026-11-23"),
        ("{profile} {tile} - {date}", "work - 2026-11-23"),
        ("{profile}_{tile}_{date}", "work_2026-11-23"),
        ("{profile}.{tile}.{date}", "work.2026-11-23"),
        ("{profile}{tile}{date}", "work2026-11-23"),
        ("{profile} ({tile})", "work"),
        ("{profile} [{tile}] {date}", "work 2026-11-23"),
        ("{profile} ({tile}, {date})", "work (2026-11-23)"),
        ("{profile} ({date}, {tile})", "work (2026-11-23)"),
        ("{profile} ({tile} - {filter:Nothing})", "work"),
        ("({tile}) - {profile}", "work"),
        ("{tile} - {filter:Nothing} - {profile}", "work"),
        ("{profile} - {tile} - {filter:Nothing} - {date}", "work - 2026-11-23"),
        ("{profile}, {tile}; {filter:Nothing}", "work"),
        ("Tile: {tile}", "Tile"),
        ("{tile}", ""),
        ("{tile} - {filter:nothing}", ""),
        # only what an empty part leaves behind goes
        ("() - {profile} -", "() - work -"),
    ],
)
def test_an_empty_part_leaves_no_gap(template: str, name: str) -> None:
    assert expand(template, WHOLE) == name


@pytest.mark.parametrize(
    ("dashboard", "name"),
    [
        ("Sales / EMEA", "Sales - EMEA 2026-11-23"),
        ("-rf", "rf 2026-11-23"),
        ("...", "2026-11-23"),
        ("a\u202eb\x1b[31m\nc", "ab[31m c 2026-11-23"),
        ("Cafe\u0301", "Caf\u00e9 2026-11-23"),
        ("{date}", "{date} 2026-11-23"),
    ],
)
def test_placeholder_values_are_safe(dashboard: str, name: str) -> None:
    assert expand("{dashboard} {date}", replace(FIELDS, dashboard=dashboard)) == name


def test_long_values_are_cut_so_that_the_rest_is_kept() -> None:
    long = replace(FIELDS, dashboard="B" * 400, filters={"Region": "é" * 300})
    name, cut = expansion("{dashboard} {filter:Region} {date}", long)
    assert cut == ["{dashboard}", "{filter:Region}"]
    assert name.startswith("BBBBBB")
    assert name.endswith("é… 2026-11-23")
    dashboard, region, _ = name.split(" ")
    assert abs(len(dashboard.encode()) - len(region.encode())) <= 3
    assert not flaws(name, LONGEST_EXTENSION)
    assert expansion("{dashboard} {date}", FIELDS)[1] == []


def test_no_more_is_cut_than_needed() -> None:
    for extra in range(5):
        name, cut = expansion("{dashboard} {date}", replace(FIELDS, dashboard="B" * (226 + extra)))
        assert bool(cut) == (extra > 0)
        assert len(name.encode()) == 237


@given(TEMPLATES, ANY_FIELDS)
@example("{tile}\0- {tile}", WHOLE)
@example("{dashboard}.", replace(FIELDS, dashboard="x" * 300))
def test_any_template_makes_a_name(template: str, fields: NameFields) -> None:
    name = expand(template, fields)
    assert name == name.strip()
    assert not any(one == two == " " for one, two in pairwise(name))
    for extension in ("pdf", "xlsx"):
        safe = safe_file_name(name, extension)
        if not flaws(name, extension):
            assert safe.removesuffix(f".{extension}") in (name, name[: -len(extension) - 1].strip())
    assert template_of(parts_of(template)) == template or "}" in template


HARMLESS = st.sampled_from([" - ", " (", ") ", "_", " x "])


@given(st.lists(PIECES | HARMLESS, max_size=8).map("".join), ANY_FIELDS, TEXTS, TEXTS)
def test_values_alone_never_cause_an_error(
    template: str, fields: NameFields, region: str, status: str
) -> None:
    known = replace(fields, filters={"Region": region, "Status": status})
    found = set(flaws(expand(template, known), "pdf"))
    assert not found & {NameFlaw.REJECTED, NameFlaw.HIDDEN, NameFlaw.TOO_LONG}


@given(TEMPLATES, ANY_FIELDS)
def test_parts_make_the_same_template_again(template: str, fields: NameFields) -> None:
    parts = parts_of(template)
    again = template_of(parts)
    if all(part.kind is not PartKind.OPEN for part in parts):
        assert parts_of(again) == parts
        assert expand(again, fields) == expand(template, fields)


def test_the_values_of_a_fan_out_are_in_the_names() -> None:
    assert fan_out_template("", "Region") == "{dashboard} {filter:Region}"
    assert fan_out_template("{date}", "Region") == "{date} {filter:Region}"
    assert fan_out_template("{filter: region}", "Region") == "{filter: region}"
    assert fan_out_template("{date}", "Odd {label}") == "{date} {filter:Odd label}"


def test_a_filter_is_named_by_its_label_or_its_id() -> None:
    filters = {"Created (o.created)": "past 1 week", "Created (o.shipped)": "2026 Q3", "R\xe9gion": "EMEA"}
    by_id = {"o.created": "Created (o.created)", "o.shipped": "Created (o.shipped)", "r": "R\xe9gion"}
    fields = replace(FIELDS, filters=filters, filter_labels=by_id)
    assert expand("{filter:o.shipped}", fields) == "2026 Q3"
    assert expand("{filter: O.Created }", fields) == "past 1 week"
    assert expand("{filter:created (O.SHIPPED)}", fields) == "2026 Q3"
    assert expand("{filter:Re\u0301gion}", fields) == "EMEA"
    assert expand("{filter:Created}", fields) == "{filter:Created}"
    assert fan_out_template("{filter:o.created}", "Created (o.created)", "o.created") == "{filter:o.created}"


def test_a_label_with_braces_can_be_written() -> None:
    fields = replace(FIELDS, filters={"Odd {label}: x": "found"})
    assert expand(filter_placeholder("Odd {label}: x"), fields) == "found"


@pytest.mark.parametrize("dashes", ["-" * 1_000, " -" * 1_000], ids=["dense", "spaced"])
def test_only_as_much_of_a_value_is_tidied_as_a_name_has_room_for(dashes: str) -> None:
    fields = replace(FIELDS, dashboard=f"a{dashes}b", tile="")
    (part,) = parts_of("{dashboard}")
    assert len(value_of(part, fields) or "") == MAX_VALUE_CHARACTERS  # tidying 20,000 takes seconds
    assert expand("{dashboard} {tile}", fields).endswith("…")
