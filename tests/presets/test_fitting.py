"""Making a preset from an export and applying it: the same settings, or a message about each misfit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.models import Tile
from omni_tui.options.filters.editing import config, is_changed, read_filters
from omni_tui.options.filters.types import Condition, Edit, Filter, JsonText
from omni_tui.options.rules import applicable
from omni_tui.options.spec import ExportRequest, Format
from omni_tui.presets.file import read_presets
from omni_tui.presets.fitting import Fitted, fit, preset_of
from omni_tui.presets.models import PORTABLE, Preset, PresetError
from omni_tui.presets.saving import save_preset
from tests.examples import examples
from tests.options.filters.filter_objects import conditions, known_objects
from tests.options.strategies import good_values
from tests.presets.samples import MONDAY

TILES = (
    Tile("t1", "Sessions by day", "1"),
    Tile("t2", "Revenue", "2"),
    Tile("t3", "Revenue", "3"),
    Tile("t4", "", "4"),
    Tile("t5", "Without a key", None),
)
FILTERS = read_filters(
    {
        "o.status": {"type": "string", "kind": "EQUALS", "values": ["complete"], "label": "Status"},
        "o.created": {"type": "date", "kind": "ON_OR_AFTER", "left_side": "2026-01-01", "label": "Created"},
        "o.price": {"type": "number", "kind": "EQUALS", "values": [], "label": "Price"},
        "p.price": {"type": "number", "kind": "EQUALS", "values": [], "label": "price"},
        "o.odd": {"type": "composite", "of": [1, 2], "label": "Odd"},
    },
    [],
)
LAST_MONTHS = Condition("past", ("6 months",))


def request(fmt: Format = Format.PDF, **values: Any) -> ExportRequest:
    return ExportRequest("12db1a0a", fmt, values)


def captured(asked: ExportRequest, edits: dict[str, Edit] | None = None, **more: Any) -> Preset:
    return preset_of("p", asked, tiles=TILES, filters=FILTERS, edits=edits, **more)


# from a dashboard to a preset


def test_what_a_preset_contains() -> None:
    asked = request(paperFormat="letter", hideTitle=True, queryIdentifierMapKey="1", filename="{date}")
    edits: dict[str, Edit] = {
        "o.status": Condition("is", ("complete", "pending")),
        "o.created": LAST_MONTHS,
    }
    preset = preset_of(
        "Monday pack",
        asked,
        tiles=TILES,
        filters=FILTERS,
        edits=edits,
        name_template="{dashboard} {date}",
        wants_tile=True,
    )
    assert preset == MONDAY


def test_what_belongs_to_one_dashboard_or_person_is_left_out() -> None:
    asked = request(
        userId="m-1",
        filename="x",
        filterConfig={"a": {}},
        maxRowLimit=5,
        enableFormatting=True,
        hideTitle=True,
    )
    assert captured(asked) == Preset("p", Format.PDF, options={"hideTitle": True})


def test_an_unchanged_filter_is_left_out() -> None:
    edits: dict[str, Edit] = {"o.status": Condition("is", ("complete",)), "o.created": LAST_MONTHS}
    assert captured(request(), edits).filters == {"Created": "past 6 months"}


def test_filters_with_the_same_label_use_their_ids() -> None:
    edits: dict[str, Edit] = {"o.price": Condition("=", ("1",)), "p.price": Condition("=", ("2",))}
    preset = captured(request(), edits)
    assert preset.filters in ({"Price": "1", "price": "2"}, {"o.price": "1", "p.price": "2"})
    assert fit(preset, TILES, FILTERS).edits == edits


@pytest.mark.parametrize(
    ("key", "tile", "tile_key"),
    [("1", "Sessions by day", ""), ("3", "Revenue", "3"), ("4", "", "4"), ("9", "", "9")],
)
def test_a_tile_goes_by_its_name_and_where_that_is_not_clear_by_its_key(
    key: str, tile: str, tile_key: str
) -> None:
    preset = captured(request(queryIdentifierMapKey=key), wants_tile=True)
    assert (preset.tile, preset.tile_key) == (tile, tile_key)


@pytest.mark.parametrize(
    ("asked", "more", "words"),
    [
        (request(), {"wants_tile": True}, "No tile is chosen."),
        (request(Format.JSON), {}, "No tile is chosen."),
        (request(queryIdentifierMapKey=""), {}, "No tile is chosen."),
        (request(Format.CSV, maxRowLimit="abc"), {}, "Row limit must be a whole number"),
        (request(), {"name_template": "{dat}"}, "Unknown: {dat}"),
        (request(), {"edits": {"o.price": Condition("=", ("abc",))}}, "Price .o.price.: "),
        (request(), {"edits": {"o.odd": JsonText("{")}}, "Odd: "),
    ],
)
def test_a_form_with_mistakes_makes_no_preset(asked: ExportRequest, more: Any, words: str) -> None:
    with pytest.raises(PresetError, match=words.replace("{", r"\{")) as caught:
        captured(asked, **more)
    assert caught.value.hint.endswith("first.")


# from a preset to a dashboard


def test_what_fits() -> None:
    assert fit(MONDAY, TILES, FILTERS) == Fitted(
        format=Format.PDF,
        wants_tile=True,
        tile_key="1",
        values={"paperFormat": "letter", "hideTitle": True},
        edits={"o.status": Condition("is", ("complete", "pending")), "o.created": LAST_MONTHS},
        name_template="{dashboard} {date}",
    )


def test_missing_data_is_requested() -> None:
    fitted = fit(MONDAY, None, None)
    assert (fitted.needs_tiles, fitted.needs_filters, fitted.misfits) == (True, True, ())
    assert (fitted.wants_tile, fitted.tile_key, fitted.edits) == (True, "", {})
    plain = fit(Preset("p", Format.PDF), None, None)
    assert (plain.needs_tiles, plain.needs_filters) == (False, False)
    assert fit(Preset("p", Format.PDF, name_template="{filter:Status}"), None, None).needs_filters


MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"tile": "Sessions by week"}, "This dashboard has no tile named “Sessions by week”."),
    ({"tile": "Revenue"}, "2 tiles are named “Revenue”: choose one."),
    ({"tile": "Revenue", "tile_key": "8"}, "2 tiles are named “Revenue”: choose one."),
    ({"tile": "Without a key"}, "The server reports no key for the tile “Without a key”: enter it."),
    ({"tile_key": "8"}, "This dashboard has no tile with the key 8."),
    ({"tile_key": "2"}, "The preset's tile is known only by its key 2, which is “Revenue” here."),
    ({"filters": {"Region": "EMEA"}}, "Unknown filter “Region”."),
    ({"filters": {"Created": "next Tuesday"}}, "Created"),
    ({"filters": {"Price": "1", "PRICE": "2"}}, "filters are named “PRICE”"),
    ({"filters": {"Status": "a", "o.status": "b"}}, "“o.status” sets the filter Status again"),
    ({"options": {"maxRowLimit": 5}}, "PDF has no option “Row limit”."),
    ({"options": {"paperFormat": "a9"}}, "Paper must be one of"),
    ({"options": {"paperFromat": "a4"}}, "Unknown option “paperFromat”."),
    ({"options": {"userId": "m-1"}}, "Unknown option “userId”."),
    ({"name_template": "{filter:Region}"}, "Region"),
]


@pytest.mark.parametrize(("holds", "words"), MISFITS)
def test_misfits_are_reported(holds: dict[str, Any], words: str) -> None:
    fitted = fit(Preset("p", Format.PDF, **holds), TILES, FILTERS)
    (misfit,) = fitted.misfits
    assert words in misfit
    assert misfit.endswith((".", "?"))
    assert fitted.wants_tile == ("tile" in holds or "tile_key" in holds)
    assert fitted.values == {}


def test_a_name_with_another_dashboards_filter_is_not_used() -> None:
    def name_of(template: str) -> str:
        return fit(Preset("p", Format.PDF, name_template=template), TILES, FILTERS).name_template

    assert name_of("{dashboard} {filter:Region}") == ""
    assert name_of("{dashboard} {filter:price}") == ""  # two filters have that label
    assert name_of("{dashboard} {filter:p.price}") == "{dashboard} {filter:p.price}"
    assert name_of("{dashboard} {filter:STATUS}") == "{dashboard} {filter:STATUS}"


def test_all_that_fits_is_there_beside_what_does_not() -> None:
    preset = Preset(
        "p",
        Format.PDF,
        tile="nowhere",
        options={"hideTitle": True, "nope": 1},
        filters={"Region": "EMEA", "Status": "pending"},
    )
    fitted = fit(preset, TILES, FILTERS)
    assert len(fitted.misfits) == 3
    assert fitted.values == {"hideTitle": True}
    assert fitted.edits == {"o.status": Condition("is", ("pending",))}


def test_a_name_fits_whatever_its_case_and_blanks() -> None:
    fitted = fit(
        Preset("p", Format.PDF, tile=" sessions  BY day", filters={"STATUS": "pending"}), TILES, FILTERS
    )
    assert (fitted.tile_key, fitted.misfits) == ("1", ())
    assert set(fitted.edits) == {"o.status"}


def test_a_server_that_leaves_the_keys_out_takes_the_key_as_it_was_typed() -> None:
    tiles = [Tile("t1", "Sessions", None), Tile("t2", "Revenue", None)]
    preset = preset_of("p", request(queryIdentifierMapKey="7"), tiles=tiles, wants_tile=True)
    fitted = fit(preset, tiles, ())
    assert (fitted.tile_key, fitted.misfits) == ("7", ())


def test_without_tiles_or_filters_there_is_nothing_to_fit() -> None:
    fitted = fit(MONDAY, (), ())
    assert [words.partition(":")[0] for words in fitted.misfits] == [
        "This dashboard has no tile named “Sessions by day”.",
        "Unknown filter “Status”",
        "Unknown filter “Created”",
    ]


# there and back

labels = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
ids = st.from_regex(r"[a-z]{1,3}\.[a-z]{1,3}", fullmatch=True)


@st.composite
def dashboards(draw: st.DrawFn) -> tuple[tuple[Filter, ...], dict[str, Edit]]:
    raw = draw(st.dictionaries(ids, known_objects, max_size=4))
    named = {id_: {**each, "label": draw(labels)} for id_, each in raw.items()}
    filters = read_filters(named, [])
    edits = {each.id: draw(conditions(each)) for each in filters if draw(st.booleans())}
    return filters, {each.id: edits[each.id] for each in filters if each.id in edits}


@st.composite
def requests(draw: st.DrawFn) -> ExportRequest:
    fmt = draw(st.sampled_from(Format))
    values = {spec.wire_name: good_values(spec) for spec in applicable(fmt) if spec in PORTABLE}
    return ExportRequest("12db1a0a", fmt, draw(st.fixed_dictionaries({}, optional=values)))


tiles_of = st.lists(
    st.builds(Tile, st.just("t"), labels, st.sampled_from(["1", "2", "3"])),
    max_size=3,
    unique_by=lambda t: t.key,
)


@given(requests(), dashboards(), tiles_of, st.data())
@examples(150)
def test_captured_saved_read_and_fitted_is_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    asked: ExportRequest,
    dashboard: tuple[tuple[Filter, ...], dict[str, Edit]],
    tiles: list[Tile],
    data: st.DataObject,
) -> None:
    filters, edits = dashboard
    wants_tile = bool(tiles) and (asked.format is Format.JSON or data.draw(st.booleans()))
    key = data.draw(st.sampled_from([tile.key for tile in tiles])) if wants_tile else None
    if asked.format is Format.JSON and not wants_tile:
        return
    values = {**asked.values, **({"queryIdentifierMapKey": key} if key else {})}
    preset = preset_of(
        "any",
        ExportRequest("12db1a0a", asked.format, values),
        tiles=tiles,
        filters=filters,
        edits=edits,
        wants_tile=wants_tile,
    )
    path: Path = tmp_path_factory.mktemp("there") / "presets.toml"
    save_preset(preset, path)
    (read,) = read_presets(path).presets
    assert read == preset
    fitted = fit(read, tiles, filters)
    assert (fitted.format, dict(fitted.values)) == (asked.format, dict(asked.values))
    assert (fitted.wants_tile, fitted.tile_key or None) == (wants_tile, key)
    assert fitted.edits == {each.id: edits[each.id] for each in filters if _counts(each, edits)}
    assert config(filters, fitted.edits) == config(filters, edits)
    if preset.tile or not preset.tile_key:
        assert fitted.misfits == ()


def _counts(each: Filter, edits: dict[str, Edit]) -> bool:
    return each.id in edits and is_changed(each, edits[each.id])
