"""Keys that arrive together, as a terminal sends them after a delay."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.input import key_queue
from omni_tui.tui.input.key_queue import KeyQueueApp, KeyRead
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import wait_for, wait_for_text


def type_ahead(pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        character = {"slash": "/", "space": " ", "enter": "\r"}.get(key, key if len(key) == 1 else None)
        pilot.app.post_message(events.Key(key, character))


class TwoFields(KeyQueueApp):
    """`f2` focuses the other field; `f7` removes the focused one; `f8` has priority."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "other"),
        Binding("f7", "drop"),
        Binding("f8", "note", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[str] = []

    def compose(self) -> ComposeResult:
        yield LineInput(id="one")
        yield LineInput(id="two")

    def text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value

    def action_other(self) -> None:
        next(field for field in self.query(Input) if field is not self.focused).focus()

    async def action_drop(self) -> None:
        if self.focused is not None:
            await self.focused.remove()

    def action_note(self) -> None:
        self.noted.append(self.text("one"))


async def test_each_key_goes_to_the_widget_focused_by_the_previous_one() -> None:
    app = TwoFields()
    async with app.run_test() as pilot:
        type_ahead(pilot, *"ab", "f2", *"cd", "f2", *"ef")
        await wait_for(pilot, lambda: app.text("one") == "abef")
        assert app.text("two") == "cd"


async def test_a_priority_key_keeps_its_order() -> None:
    app = TwoFields()
    async with app.run_test() as pilot:
        type_ahead(pilot, *"ab", "f8", "c")
        await wait_for(pilot, lambda: app.text("one") == "abc")
        assert app.noted == ["ab"]


async def test_pasted_text_keeps_its_order() -> None:
    app = TwoFields()
    async with app.run_test() as pilot:
        type_ahead(pilot, "a", "f2")
        app.post_message(events.Paste("pasted"))
        type_ahead(pilot, "!")
        await wait_for(pilot, lambda: app.text("two") == "pasted!")
        assert app.text("one") == "a"


async def test_keys_continue_when_a_widget_is_removed() -> None:
    app = TwoFields()
    async with app.run_test() as pilot:
        type_ahead(pilot, "a", "f7", "tab", "b")
        await wait_for(pilot, lambda: app.text("two").endswith("b"))


class LosingInput(LineInput):
    """A field that loses the message after each key, as one that closes does."""

    async def _dispatch_message(self, message: Message) -> None:
        if not isinstance(message, KeyRead):
            await super()._dispatch_message(message)


class LosingField(TwoFields):
    def compose(self) -> ComposeResult:
        yield LineInput(id="one")
        yield LosingInput(id="two")


async def test_every_key_is_handled_if_several_are_lost_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_queue, "MAX_SECONDS", 0.01)
    app = LosingField()
    async with app.run_test() as pilot:
        type_ahead(pilot, "f2", *"xyz")
        await wait_for(pilot, lambda: app.text("two") == "xyz")


async def test_a_search_and_enter_open_the_match() -> None:
    names = ["Blob Web Traffic", "Churn Cohorts", "Sales Overview"]
    services = FakeServices(documents=[document(name) for name in names])
    app = fake_app(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Sales Overview")
        type_ahead(pilot, "slash", *"churn", "enter")
        await wait_for_text(pilot, "Export · Churn Cohorts")
