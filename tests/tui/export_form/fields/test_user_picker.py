"""Selecting the user to run as in the form."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from omni_tui.api.errors.types import Forbidden, ServerFailed, Unauthorized
from omni_tui.api.models import User
from omni_tui.options.rules import query
from omni_tui.tui.export_form.fields import user_picker
from omni_tui.tui.export_form.fields.user_picker import UserList, UserPicker
from tests.tui.export_form.forms import BLOBS, Form, open_form, services_for
from tests.tui.fake_services import FakeServices
from tests.tui.waiting import screen_text, wait_for

ADA = User("9e8719d9-276a-4964-9395-a493189a247c", "Ada Lovelace", "ada@blobs.example")
BEN = User("id-ben", "Ben [bold]", "ben@blobs.example")
LEFT = User("id-left", "Quentin Left", "quentin@blobs.example", active=False)
ACME = User("id-acme", "Acme Stores", "acme@embed.example", embed=True)
FEW = (ADA, BEN, LEFT, ACME)
MANY = (*(User(f"id-{n}", f"Person {n}", f"p{n}@blobs.example") for n in range(150)), ADA)


class Server:
    """Lists users; waits for `may_answer`, and raises `failure` if it is set."""

    def __init__(self, *users: User) -> None:
        self.all: Sequence[User] = users
        self.asked: list[tuple[bool, str]] = []
        self.failure: Exception | None = None
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def users(
        self,
        *,
        start_index: int = 1,
        count: int = 100,
        filter_expression: str = "",
        embed: bool = False,
        **_: Any,
    ) -> tuple[tuple[User, ...], int]:
        self.asked.append((embed, filter_expression))
        await self.may_answer.wait()
        if self.failure is not None:
            raise self.failure
        found = [each for each in self.all if each.embed is embed]
        if filter_expression:
            text = filter_expression.split('"')[1].lower()
            found = [each for each in found if text in f"{each.name} {each.user_name}".lower()]
        return tuple(found[start_index - 1 : start_index - 1 + count]), len(found)


@asynccontextmanager
async def form_with(
    *users: User, size: tuple[int, int] = (80, 24), services: FakeServices | None = None
) -> AsyncIterator[tuple[Form, Server]]:
    """Open the form with the focus in the user's field; no request was sent before."""
    server = Server(*(users or FEW))
    used = services or services_for(BLOBS)
    cast(Any, used.client).users = server.users
    async with open_form(services=used, size=size) as form:
        await form.shows("Status")
        assert server.asked == []
        yield form, server


def picker(form: Form) -> UserPicker:
    return form.screen.query_one(UserPicker)


def listed(form: Form) -> list[str]:
    rows = form.screen.query_one(UserList)
    return [row.name for row in rows.rows] if rows.display else []


async def enter(form: Form) -> None:
    await form.focus("userId")


async def submitted(form: Form) -> list[str | None]:
    """Return the users that the started exports run as."""
    return [query(order.request).get("userId") for order in form.services.engine.submitted]


async def test_users_load_on_focus_and_typing_finds_one() -> None:
    async with form_with(size=(80, 30)) as (form, server):
        await enter(form)
        await form.shows("ada@blobs.example")
        assert sorted(server.asked) == [(False, ""), (True, "")]
        text = screen_text(form.pilot)
        assert "Acme Stores" in text
        assert "embed" in text
        assert "inactive" in text
        assert listed(form) == ["Acme Stores", "Ada Lovelace", "Ben [bold]", "Quentin Left"]
        await form.press(*"lovel", "enter")
        assert listed(form) == []
        assert "Ada Lovelace" in form.line("Run as")
        assert ADA.identifier in form.line("Run as")
        assert (picker(form).option_value, picker(form).chosen_name) == (ADA.identifier, "Ada Lovelace")
        await form.press("f5")
        assert await submitted(form) == [ADA.identifier]
        assert len(server.asked) == 2


async def test_the_arrows_select_and_leave_at_the_ends() -> None:
    async with form_with(size=(80, 30)) as (form, _):
        await enter(form)
        await form.shows("Ada Lovelace")
        await form.press("down", "down", "enter")
        assert picker(form).option_value == BEN.identifier
        assert "Ben [bold]" in form.line("Run as")
        await form.press("up")
        assert not form.focused.endswith("userId-search")


@pytest.fixture
def long_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine, keys of one burst must not count as a pause."""
    monkeypatch.setattr(user_picker, "TYPING_PAUSE_SECONDS", 1.5)


@pytest.mark.usefixtures("long_rest")
async def test_text_typed_during_loading_is_searched_after_a_pause() -> None:
    async with form_with(*MANY, size=(80, 30)) as (form, server):
        server.may_answer.clear()
        await enter(form)
        await wait_for(form.pilot, lambda: len(server.asked) == 2, "the first question")
        await form.burst(*"love")
        server.may_answer.set()
        await wait_for(form.pilot, lambda: picker(form).max_rows(), "the first users")
        await form.burst(*"lace")
        await form.shows("Ada Lovelace")
        assert [text for _, text in server.asked if text] == [
            'userName co "lovelace" or displayName co "lovelace"'
        ]


@pytest.mark.usefixtures("long_rest")
async def test_the_server_is_searched_after_a_pause_in_typing() -> None:
    async with form_with(*MANY, size=(80, 30)) as (form, server):
        await enter(form)
        await form.shows("100 of 151 users. Type to search all.")
        await form.burst(*"lovelace")
        await form.shows("Ada Lovelace")
        assert [text for _, text in server.asked if text] == [
            'userName co "lovelace" or displayName co "lovelace"'
        ]
        await form.press("enter")
        assert picker(form).option_value == ADA.identifier


async def test_searching_is_shown_and_enter_selects_nobody() -> None:
    async with form_with(*MANY, size=(80, 30)) as (form, server):
        await enter(form)
        await form.shows("Person 11")
        server.may_answer.clear()
        await form.press(*"lovelace")
        await form.shows("Searching …")
        await form.press("enter")
        assert listed(form) == []
        await form.press("f5")
        assert await submitted(form) == []
        assert form.problems == ["No user is chosen."]
        server.may_answer.set()
        await form.shows("Ada Lovelace")


async def test_an_id_can_be_typed_and_only_the_server_checks_it() -> None:
    async with form_with() as (form, _):
        await enter(form)
        await form.shows("Ada Lovelace")
        await form.press(*"zz9")
        await form.shows("use “zz9” as the ID")
        await form.press("enter")
        assert (picker(form).option_value, picker(form).chosen_name) == ("zz9", "zz9")
        await form.press("f5")
        assert await submitted(form) == ["zz9"]


async def test_a_typed_membership_id_is_accepted_on_leaving() -> None:
    unknown = "12345678-1234-1234-1234-123456789abc"
    async with form_with() as (form, _):
        await enter(form)
        await form.shows("Ada Lovelace")
        await form.press(*unknown, "tab")
        assert picker(form).option_value == unknown
        await enter(form)
        await form.press(*ADA.identifier, "shift+tab")
        await wait_for(form.pilot, lambda: "Ada Lovelace" in form.line("Run as"))


async def test_leaving_selects_the_only_match_and_ambiguous_text_blocks_the_export() -> None:
    async with form_with() as (form, _):
        await enter(form)
        await form.shows("Ada Lovelace")
        await form.press(*"lovel", "tab")
        assert picker(form).option_value == ADA.identifier
        await enter(form)
        await form.press(*"example", "tab")
        await wait_for(form.pilot, lambda: form.problems == ["No user is chosen."])
        assert picker(form).option_value == ""
        assert "example" in form.line("Run as")
        await form.press("f5")
        assert await submitted(form) == []
        await form.press("f6")
        assert form.problems == []
        await form.press("f5")
        assert await submitted(form) == [None]


@pytest.mark.parametrize("keys", [["escape"], ["delete"], ["backspace"], ["ctrl+u"]])
async def test_clearing_selects_the_keys_owner(keys: list[str]) -> None:
    async with form_with(size=(120, 40)) as (form, _):
        await enter(form)
        await form.shows("Ada Lovelace")
        await form.press(*"lovel", "enter")
        await form.press("shift+tab")
        await enter(form)
        assert "esc myself" in screen_text(form.pilot)
        await form.press(*keys)
        assert picker(form).option_value is None
        assert "myself" in form.line("Run as")
        assert form.pilot.app.screen is form.screen


async def test_escape_first_closes_the_list_and_clears_the_text() -> None:
    async with form_with(size=(120, 40)) as (form, _):
        await enter(form)
        await form.shows("Ada Lovelace")
        await form.press(*"lovel", "enter", *"ben")
        assert listed(form) == ["Ben [bold]"]
        assert picker(form).option_value == ""
        assert "esc close list" in screen_text(form.pilot)
        await form.press("escape")
        assert picker(form).option_value == ADA.identifier
        assert listed(form) == []
        await form.press("escape")
        assert picker(form).option_value is None
        await form.press("escape")
        assert form.pilot.app.screen is not form.screen


async def test_a_key_without_permission_to_list_users_is_reported_and_an_id_can_be_typed() -> None:
    async with form_with() as (form, server):
        server.failure = Forbidden("No access.", status=403)
        await enter(form)
        await form.shows("✗ This key can't list users. Enter a membership ID.")
        await form.press(*"zz9")
        await form.shows("use “zz9” as the ID")
        await form.press("enter")
        assert picker(form).option_value == "zz9"
        assert len(server.asked) == 2


async def test_a_rejected_key_is_reported_as_rejected() -> None:
    async with form_with() as (form, server):
        server.failure = Unauthorized("Omni rejected the API key.", status=403)
        await enter(form)
        await form.shows("✗ Omni rejected the API key.")


async def test_another_failure_is_shown_and_enter_retries() -> None:
    async with form_with() as (form, server):
        server.failure = ServerFailed("Omni is [not] available.", status=503)
        await enter(form)
        await form.shows("✗ Omni is [not] available.")
        await form.shows("retry, or")
        server.failure = None
        await form.press("enter")
        await form.shows("Ada Lovelace")
        assert "✗" not in screen_text(form.pilot)


async def test_an_inactive_user_is_marked_and_can_be_selected() -> None:
    async with form_with(size=(120, 40)) as (form, _):
        await enter(form)
        await form.shows("Ada Lovelace")
        await form.press(*"quentin", "enter")
        assert "id-left · inactive" in form.line("Run as")


async def test_a_user_can_be_shown_before_users_are_loaded() -> None:
    async with form_with() as (form, server):
        picker(form).show_user("id-1", "Somebody [red]")
        assert (picker(form).option_value, picker(form).chosen_name) == ("id-1", "Somebody [red]")
        picker(form).show_value("id-1")
        assert picker(form).chosen_name == "Somebody [red]"
        picker(form).show_value("id-2")
        assert picker(form).chosen_name == "id-2"
        picker(form).show_value(None)
        assert picker(form).option_value is None
        assert server.asked == []


@pytest.mark.parametrize("name", [" ", "\u200b", "\u202e"])
async def test_a_user_with_an_invisible_name_is_shown_by_id(name: str) -> None:
    async with form_with() as (form, _):
        picker(form).show_user("id-1", name)
        assert picker(form).chosen_text == "id-1"


async def test_the_users_are_there_at_once_when_the_form_opens_again() -> None:
    async with form_with() as (form, server):
        await enter(form)
        await form.shows("Ada Lovelace")
        await form.press("escape", "escape")
        again = type(form.screen)((BLOBS,))
        await form.pilot.app.push_screen(again)
        await form.pilot.pause()
        form.screen = again
        await enter(form)
        await form.shows("Ada Lovelace")
        assert len(server.asked) == 2


async def test_names_are_never_markup() -> None:
    hostile = User("id-x", "[/red] \x1b[31mEve\u202e [bold]", "[link=x]eve@blobs.example")
    async with form_with(hostile, size=(120, 40)) as (form, _):
        await enter(form)
        await form.shows("[/red] Eve")
        await form.press("enter")
        assert "[/red] Eve" in form.line("Run as")
        assert not set(screen_text(form.pilot)) & set("\x1b\u202e")
        assert picker(form).option_value == "id-x"
