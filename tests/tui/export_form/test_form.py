"""The export form by keyboard: its fields, what they send, and the problems under them."""

from __future__ import annotations

import pytest
from textual.dom import DOMNode
from textual.widget import Widget

from omni_tui.api.models import DashboardFilters, KeyKind
from omni_tui.errors import OmniTuiError
from omni_tui.options.rules import applicable
from omni_tui.options.spec import Format
from omni_tui.tui.export_form.fields.base import field_id
from omni_tui.tui.export_form.layout.option_row import OptionRow
from tests.tui.export_form.forms import BLOBS, SALES, STATUS, Form, open_form, services_for, show_form
from tests.tui.waiting import screen_lines, screen_text, wait_for

FORMATS = list(Format)


def shown_options(screen: Widget) -> set[str]:
    rows = [row for row in screen.query(OptionRow) if row.display]
    return {field.spec.wire_name for row in rows for field in row.fields if field.display}


@pytest.mark.parametrize("fmt", FORMATS)
async def test_a_format_shows_its_options_and_no_others(fmt: Format) -> None:
    async with open_form(size=(100, 40)) as form:
        await form.press(*["right"] * FORMATS.index(fmt))
        await form.shows("Status")  # the filters are loaded
        expected = {spec.wire_name for spec in applicable(fmt)}
        if fmt is not Format.JSON:
            expected.remove("queryIdentifierMapKey")  # shown for one tile only
        assert shown_options(form.screen) == expected


async def test_options_of_another_format_are_kept_and_not_sent() -> None:
    async with open_form() as form:
        await form.focus("hideTitle")
        await form.press("space")
        await form.focus("paperFormat")
        await form.press("right")
        form.widget.focus_first()
        await form.press("c", "f5")
        form.widget.focus_first()
        await form.press("home", "f5")
        assert form.bodies == [
            {"format": "csv"},
            {"format": "pdf", "paperFormat": "letter", "hideTitle": True},
        ]


async def test_a_switch_set_to_its_default_is_sent() -> None:
    async with open_form() as form:
        await form.focus("showFilters")
        await form.press("space", "space", "f5")
        assert form.bodies == [{"format": "pdf", "showFilters": True}]


async def test_backspace_unsets_an_option() -> None:
    async with open_form() as form:
        await form.focus("showFilters")
        await form.press("space", "backspace")
        await form.focus("paperOrientation")
        await form.press("right", "backspace", "f5")
        assert form.bodies == [{"format": "pdf"}]


async def test_changed_rows_are_marked_with_a_dot() -> None:
    async with open_form() as form:
        assert "•" not in screen_text(form.pilot)
        await form.focus("paperFormat")
        await form.press("right")
        assert form.line("Paper").startswith("│ • Paper")
        await form.press("left")
        assert "•" not in screen_text(form.pilot)


async def test_a_choice_is_changed_by_arrows_and_by_its_first_letter() -> None:
    async with open_form() as form:
        await form.focus("paperFormat")
        await form.press("t", "f5", "a", "f5", "a", "f5", "right", "f5", "home", "f5")
        assert [body["paperFormat"] for body in form.bodies] == [
            "tabloid",
            "a3",
            "a4",
            "fit_page",
            "fit_page",
        ]


async def test_choices_wrap_around_at_both_ends() -> None:
    async with open_form() as form:
        await form.focus("paperFormat")
        await form.press("left", "f5", "right", "f5")
        assert [body.get("paperFormat") for body in form.bodies] == ["a4", "fit_page"]
        form.widget.focus_first()
        await form.press("left")
        assert form.widget.format_line.chosen.label == "JSON"
        await form.press("right")
        assert form.widget.format_line.chosen.label == "PDF"


async def test_a_disabled_choice_is_skipped() -> None:
    async with open_form() as form:
        await form.press("j", "down")
        assert form.focused == "content"
        await form.press("left", "right", "space")
        assert form.widget.content_line.chosen.label == "One tile"


async def test_a_number_is_read_with_its_separators() -> None:
    async with open_form() as form:
        await form.press("c")
        await form.focus("maxRowLimit")
        await form.press(*"50,000", "f5")
        assert form.bodies == [{"format": "csv", "maxRowLimit": 50_000}]
        assert "50,000" in form.line("Row limit")


async def test_a_short_number_is_exported_and_shown_in_full() -> None:
    async with open_form() as form:
        await form.press("c")
        await form.focus("maxRowLimit")
        await form.press(*"10k", "f5")
        assert form.bodies == [{"format": "csv", "maxRowLimit": 10_000}]
        await form.press("tab")
        assert "10,000" in form.line("Row limit")
        await form.press("shift+tab", *"1e6", "f5")
        assert form.bodies[1:] == [{"format": "csv", "maxRowLimit": 1_000_000}]


async def test_a_letter_in_a_number_is_reported_and_nothing_is_exported() -> None:
    async with open_form() as form:
        await form.press("c")
        await form.focus("maxRowLimit")
        await form.press(*"10x", "tab")
        (problem,) = form.problems
        assert "“10x” isn't a number" in problem
        await form.press("f5")
        assert form.bodies == []


async def test_a_digit_replaces_the_number_after_focus() -> None:
    async with open_form() as form:
        await form.press("c")
        await form.focus("maxRowLimit")
        await form.press(*"12", "tab", "shift+tab", "6", "f5")
        assert form.bodies == [{"format": "csv", "maxRowLimit": 6}]


async def test_a_number_out_of_range_is_reported_once_left_and_fixed_by_the_key() -> None:
    async with open_form() as form:
        await form.press("c")
        await form.focus("maxRowLimit")
        await form.press(*"2000000")
        assert form.problems == []
        await form.press("tab")
        assert len(form.problems) == 1
        await form.focus("maxRowLimit")
        lines = screen_lines(form.pilot)
        assert "Row limit" in lines[next(i for i, line in enumerate(lines) if "✗" in line) - 1]
        await form.press("f6")
        assert form.problems == []
        assert "1,000,000" in form.line("Row limit")


async def test_a_warning_is_shown_under_its_row_with_the_fix_key() -> None:
    async with open_form() as form:
        await form.focus("expandTablesToShowAllRows")
        await form.press("space")
        lines = screen_lines(form.pilot)
        at = next(i for i, line in enumerate(lines) if "! The server may reject" in line)
        assert "Expand tables" in lines[at - 1]
        assert "F6 use letter" in lines[at]
        assert "1 warning" in screen_text(form.pilot)
        await form.press("ctrl+y")
        assert form.problems == []
        assert "letter" in form.line("Paper")


async def test_a_warning_does_not_block_the_export() -> None:
    async with open_form() as form:
        await form.focus("singleColumnLayout")
        await form.press("space", "ctrl+s")
        assert form.bodies == [{"format": "pdf", "singleColumnLayout": True}]


async def test_the_path_follows_the_name_and_the_format() -> None:
    async with open_form() as form:
        assert "→ ~/exports/Blob Web Traffic.pdf" in screen_text(form.pilot)
        await form.press("c")
        assert "→ ~/exports/Blob Web Traffic.zip" in screen_text(form.pilot)
        await form.focus("filename")
        await form.press(*"a/b")
        assert "→ ~/exports/a-b.zip" in screen_text(form.pilot)


async def test_an_existing_name_gets_a_number_and_a_note() -> None:
    services = services_for(BLOBS)
    (services.download_folder / "Blob Web Traffic.pdf").touch()
    async with open_form(services=services) as form:
        await form.shows("→ ~/exports/Blob Web Traffic (2).pdf")
        assert "name already exists" in form.line("→")


async def test_down_reaches_every_field_and_up_goes_back() -> None:
    async with open_form() as form:
        await form.shows("Status")
        seen = [form.focused]
        while form.focused != "export-button" and len(seen) < 20:
            await form.press("down")
            seen.append(form.focused)
        names = ["paperFormat", "paperOrientation", "hideTitle", "fresh"]
        start = ["format", "content", *(f"field-{name}" for name in names)]
        end = ["field-filename", "folder", "field-userId-search", "export-button"]
        assert seen[:6] == start
        assert seen[-4:] == end
        assert len(seen) == len([*start, "the filter", *end])
        await form.press(*["up"] * len(seen))
        assert form.focused == "format"


async def test_the_switches_of_a_row_are_reached_by_left_and_right() -> None:
    async with open_form() as form:
        await form.focus("hideTitle")
        await form.press("right", "right", "right", "right")
        assert form.focused == "field-singleColumnLayout"
        await form.press("left")
        assert form.focused == "field-expandTablesToShowAllRows"
        await form.press("up")
        assert form.focused == "field-paperOrientation"


async def test_tab_reaches_every_field() -> None:
    async with open_form() as form:
        seen = set()
        for _ in range(20):
            seen |= {node.id for node in focused_nodes(form)}
            await form.press("tab")
        shown = {field_id(spec) for spec in applicable(Format.PDF)} - {"field-queryIdentifierMapKey"}
        assert shown | {"format", "content", "folder", "export-button"} <= seen


def focused_nodes(form: Form) -> list[DOMNode]:
    """Return the focused widget and its ancestors."""
    return list(form.screen.focused.ancestors_with_self) if form.screen.focused is not None else []


async def test_the_filters_are_shown_as_on_the_dashboard() -> None:
    async with open_form() as form:
        await form.shows("complete")
        assert "Filters" in screen_text(form.pilot)
        assert "‹ is" in form.line("Status")


async def test_without_filters_there_is_no_such_section() -> None:
    services = services_for(BLOBS)
    services.client.filters_of[BLOBS.identifier] = DashboardFilters((), {})
    async with open_form(services=services) as form:
        await wait_for(form.pilot, lambda: "Filters" not in screen_text(form.pilot))


async def test_a_failure_to_load_filters_is_explained() -> None:
    services = services_for(BLOBS)
    services.client.filters_of[BLOBS.identifier] = OmniTuiError("The server [did] not answer.")
    async with open_form(services=services) as form:
        await form.shows("Couldn't load the filters. The server [did] not answer.")


async def test_run_as_is_hidden_for_a_personal_token() -> None:
    services = services_for(BLOBS)
    services.client.key_kind = KeyKind.PERSONAL
    async with open_form(services=services) as form:
        assert "Run as" not in screen_text(form.pilot)


async def test_run_as_is_sent_in_the_query() -> None:
    from omni_tui.options.rules import query

    async with open_form() as form:
        await form.focus("userId")
        await form.press(*"u-1", "enter", "f5")
        assert [query(order.request) for order in form.services.engine.submitted] == [{"userId": "u-1"}]


async def test_several_dashboards_share_one_form_without_single_dashboard_options() -> None:
    async with open_form(BLOBS, SALES) as form:
        assert "Export · 2 dashboards" in screen_text(form.pilot)
        assert "queryIdentifierMapKey" not in shown_options(form.screen)
        assert "2 files: Blob Web Traffic.pdf" in form.line("→ ~/exports/")
        await form.press("j")
        assert len(form.problems) == 1
        await form.press("f5")
        assert form.bodies == []
        assert form.focused == "format"
        await form.press("x", "f5")
        orders = form.services.engine.submitted
        assert [order.request.dashboard_id for order in orders] == [BLOBS.identifier, SALES.identifier]
        await form.shows("2 started: 2 running")


async def test_the_focused_field_stays_visible_with_a_pane_open() -> None:
    async with open_form() as form:
        form.pilot.app.pane = "downloads"  # type: ignore[attr-defined]
        for _ in range(10):
            await form.press("down")
            focused = form.screen.focused
            assert focused is not None
            assert form.widget.region.contains_region(focused.region)
        assert form.focused == "export-button"


async def test_escape_goes_back() -> None:
    async with open_form() as form:
        await form.press("escape")
        assert form.pilot.app.screen is not form.screen


async def test_an_operator_selected_before_its_value_stays() -> None:
    services = services_for(BLOBS)
    any_status = {"type": "string", "kind": "EQUALS", "values": [], "label": "Status"}
    services.client.filters_of[BLOBS.identifier] = DashboardFilters(("s",), {"s": any_status})
    async with open_form(services=services) as form:
        await form.shows("Status")
        form.widget.focus_field("filterConfig", "s")
        await form.burst("right", "tab", *"EMEA", "f5")
        await wait_for(form.pilot, lambda: form.bodies)
        assert form.bodies == [{"format": "pdf", "filterConfig": {"s": {**any_status, "values": ["EMEA"]}}}]


async def test_a_failed_reload_keeps_the_filters_and_what_was_set() -> None:
    services = services_for(BLOBS)
    async with open_form(services=services) as form:
        await form.shows("complete")
        form.widget.focus_field("filterConfig", "orders.status")
        await form.press("end", *", pending", "escape")
        services.client.filters_of[BLOBS.identifier] = OmniTuiError("The server did not answer.")
        again = await show_form(form.pilot, services, [BLOBS])
        await again.shows("Couldn't reload the filters. The server did not answer.")
        assert "complete, pending" in again.line("Status")
        await again.press("f5")
        (body,) = again.bodies
        assert body["filterConfig"] == {"orders.status": {**STATUS, "values": ["complete", "pending"]}}
