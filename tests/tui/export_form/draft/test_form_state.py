"""The form's state: the rules run once per change, and nothing is stale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from omni_tui.options.filters.editing import read_filters
from omni_tui.options.filters.types import Condition
from omni_tui.options.spec import Format
from omni_tui.tui.export_form.draft import draft as draft_module
from omni_tui.tui.export_form.draft.draft import Draft
from omni_tui.tui.export_form.draft.field_names import TILE
from omni_tui.tui.export_form.filters.row import FilterRow
from tests.tui.export_form.forms import BLOBS, SALES, STATUS, open_form
from tests.tui.waiting import wait_for


@contextmanager
def counted_rules(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Count how often a draft calls the rules in the block, by function name."""
    counts = {"problems": 0, "one_tile_reason": 0}

    def counting(name: str) -> Callable[..., Any]:
        function = getattr(draft_module, name)

        def count(*args: Any, **kwargs: Any) -> Any:
            counts[name] += 1
            return function(*args, **kwargs)

        return count

    with monkeypatch.context() as patched:
        for name in counts:
            patched.setattr(draft_module, name, counting(name))
        yield counts


async def test_a_key_in_a_filter_runs_the_rules_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_form() as form:
        await wait_for(form.pilot, lambda: form.widget.query(FilterRow), "the filters")
        form.screen.set_focus(form.widget.query_one(FilterRow).entry)
        await form.press("end")
        with counted_rules(monkeypatch) as counts:
            await form.press("x")
        assert "completex" in form.screen._draft.state.summary
        assert counts == {"problems": 1, "one_tile_reason": 1}


@pytest.mark.parametrize(("field", "key"), [("filename", "x"), ("hideTitle", "space")])
async def test_a_key_in_any_field_runs_the_rules_once(
    monkeypatch: pytest.MonkeyPatch, field: str, key: str
) -> None:
    async with open_form() as form:
        await form.focus(field)
        with counted_rules(monkeypatch) as counts:
            await form.press(key)
        assert form.screen._draft.values[field]
        assert counts == {"problems": 1, "one_tile_reason": 1}


def test_the_state_is_cached_until_something_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = Draft((BLOBS,))
    with counted_rules(monkeypatch) as counts:
        first = draft.state
        draft.set("hideTitle", None)
        assert draft.state is first
        assert not draft.needs_tile
        draft.show_all_problems()
        assert draft.visible_problems == []
    assert counts == {"problems": 1, "one_tile_reason": 1}


def edit_filter(draft: Draft) -> None:
    draft.filters.edits["s"] = Condition("is", ("a", "b"))


def fan_out(draft: Draft) -> None:
    edit_filter(draft)
    draft.filters.fan_out = "s"


def name_tile(draft: Draft) -> None:
    draft.wants_tile = True
    draft.set(TILE.wire_name, "1")
    draft.set("filename", "{tile}")


@pytest.mark.parametrize(
    "change",
    [
        lambda draft: setattr(draft, "format", Format.JSON),
        lambda draft: setattr(draft, "wants_tile", True),
        lambda draft: setattr(draft, "documents", (SALES,)),
        lambda draft: draft.set("paperFormat", "letter"),
        lambda draft: draft.set("maxRowLimit", 2_000_000),
        lambda draft: draft.set("filename", "{"),
        edit_filter,
        fan_out,
        name_tile,
    ],
)
def test_every_change_makes_a_state_that_a_new_draft_would_have(change: Callable[[Draft], None]) -> None:
    def draft_of_csv() -> Draft:
        draft = Draft((BLOBS,))
        for document in (BLOBS, SALES):
            draft.filters.set_filters(document.identifier, read_filters({"s": STATUS}, []))
        return draft

    used, new = draft_of_csv(), draft_of_csv()
    before = used.state
    change(used)
    change(new)
    assert used.state == new.state
    assert used.state != before
