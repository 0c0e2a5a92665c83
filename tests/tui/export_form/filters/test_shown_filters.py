"""The filters as shown: edits set from outside, hidden filters, messages, reloading, hostile names."""

from __future__ import annotations

from omni_tui.options.filters.editing import config
from omni_tui.options.filters.types import Condition, Edit, JsonText
from omni_tui.tui.export_form.filters.row_parts import ValueInput
from tests.tui.export_form.filters.editors import (
    ACTIVE,
    ALL,
    PRICE,
    SECRET,
    SIGNED_UP,
    STATUS,
    filters_of,
    open_editors,
)
from tests.tui.waiting import screen_lines, screen_text, wait_for


async def test_showing_edits_posts_no_message() -> None:
    edits: dict[str, Edit] = {
        "orders.status": Condition("contains", ("a, b", "c"), ignores_case=True),
        "orders.price": Condition("between", ("1", "2")),
        "orders.created": Condition("past", ("1 week",)),
        "users.signed_up": Condition("between", ("2026-01-01", "6 months ago")),
        "users.active": Condition("any"),
        "users.place": JsonText('{"type": "geo", "km": 7}'),
        "users.secret": Condition("is", ("y",)),
    }
    async with open_editors(edits=edits) as editors:
        assert editors.edits == edits
        assert editors.screen.changes == 0
        shown = screen_text(editors.pilot)
        assert "1 hidden filter is sent, 1 changed" in shown
        for text in ('"a, b", c', "☐ Aa", "1 ", "weeks", "6 months ago", "● any", '"km": 7'):
            assert text in shown
        editors.widget.show_edits({})
        await editors.pilot.pause()
        assert editors.edits == {}
        assert editors.screen.changes == 0
        assert "•" not in screen_text(editors.pilot)


async def test_a_condition_has_fields_and_an_unknown_filter_has_a_json_field() -> None:
    newer = {**STATUS, "kind": "NEWER"}
    async with open_editors({"a": newer, "b": PRICE}) as editors:
        assert "NEWER" in editors.line("Status")
        as_json = JsonText('{"type": "number", "kind": "NEWER"}')
        edits: dict[str, Edit] = {"a": Condition("is", ("x",)), "b": as_json}
        editors.widget.show_edits(edits)
        await wait_for(editors.pilot, lambda: "‹ is" in editors.line("Status"))
        assert editors.edits == edits
        assert "NEWER" in editors.line("Price")
        await editors.go_to("Status")
        await editors.press("ctrl+r")
        await wait_for(editors.pilot, lambda: "NEWER" in editors.line("Status"))
        assert "‹ >" in editors.line("Price")
        assert editors.edits == {}


async def test_an_equal_edit_does_not_change_the_typed_text() -> None:
    async with open_editors() as editors:
        await editors.go_to("Status")
        await editors.press(*",  new ,")
        editors.widget.show_edits(editors.edits)
        await editors.press("x")
        field = editors.focused
        assert isinstance(field, ValueInput)
        assert field.value == "complete,  new ,x"


async def test_hidden_filters_are_counted_and_sent() -> None:
    async with open_editors() as editors:
        assert "Secret" not in screen_text(editors.pilot)
        assert "1 hidden filter is sent unchanged" in screen_text(editors.pilot)
        await editors.go_to("Status")
        await editors.press("x")
        sent = config(editors.filters, editors.edits)
        assert isinstance(sent, dict)
        assert sent["users.secret"] == SECRET
        assert list(sent) == list(ALL)


async def test_the_field_is_shown_with_only_hidden_filters() -> None:
    async with open_editors({"a": SECRET, "b": SECRET}) as editors:
        assert not editors.widget.is_empty
        assert "2 hidden filters are sent unchanged" in screen_text(editors.pilot)


async def test_a_message_replaces_the_filters() -> None:
    async with open_editors() as editors:
        editors.widget.show_words("Couldn't \x1b[31mload the filters. [b]")
        await wait_for(editors.pilot, lambda: "Couldn't load the filters. [b]" in screen_text(editors.pilot))
        assert "Status" not in screen_text(editors.pilot)
        assert editors.edits == {}
        assert not editors.widget.is_empty
        editors.widget.show_filters(editors.filters, {})
        await wait_for(editors.pilot, lambda: "Status" in screen_text(editors.pilot))
        assert "Couldn't" not in screen_text(editors.pilot)
        editors.widget.show_filters((), {})
        assert editors.widget.is_empty


async def test_reloading_filters_keeps_unchanged_rows() -> None:
    async with open_editors() as editors:
        await editors.go_to("Status")
        await editors.press("x")
        row = editors.row("Status")
        others = {
            **ALL,
            "orders.price": {**PRICE, "values": ["11"]},
            "new": {**ACTIVE, "label": "New"},
        }
        del others["users.email"]
        editors.widget.show_filters(filters_of(others), editors.edits)
        await wait_for(editors.pilot, lambda: "New" in screen_text(editors.pilot))
        assert editors.row("Status") is row
        assert editors.focused is row.entry
        assert "11" in editors.line("Price")
        labels = [line[2:12].strip() for line in screen_lines(editors.pilot)[1:8]]
        assert labels == ["Status", "Price", "Created", "Signed up", "Active", "Place", "New"]
        editors.widget.show_filters(filters_of(dict(reversed(others.items()))), editors.edits)
        await wait_for(editors.pilot, lambda: "New" in screen_lines(editors.pilot)[1])
        assert list(editors.edits) == ["orders.status"]
        assert "completex" in editors.line("Status")


async def test_names_and_values_are_shown_as_plain_text() -> None:
    hostile = {
        **STATUS,
        "label": "[red]Sta\x1b[31mtus[/red] and so on, far past any column",
        "values": ["[b]bold[/b]", "\x1b]0;title\x07x", "a\u202eb"],
    }
    async with open_editors({"a": hostile}) as editors:
        line = editors.line("[red]Status[/red]")
        assert "[b]bold[/b], ]0;titlex, ab" in line
        assert not any(character in screen_text(editors.pilot) for character in "\x1b\x07\u202e")
        assert editors.edits == {}
        await editors.go_to(hostile["label"])
        await editors.press(*", c")
        assert editors.edits == {"a": Condition("is", (*hostile["values"], "c"))}


async def test_rows_with_equal_labels_can_be_distinguished_on_narrow_screens() -> None:
    ids = ("order_items.created_at", "order_items.created_on", "users.created_at", "users.created_on")
    async with open_editors({id_: {**SIGNED_UP, "label": "Created Date"} for id_ in ids}) as editors:
        lines = [line[:22] for line in screen_lines(editors.pilot) if "Crea" in line]
        assert len(lines) == len(set(lines)) == len(ids)
