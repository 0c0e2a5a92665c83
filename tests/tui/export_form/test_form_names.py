"""How the export form names dashboards and files."""

from __future__ import annotations

from typing import Any, cast

import pytest

from omni_tui.tui.app import OmniTui
from omni_tui.tui.export_form.screen import ExportScreen
from tests.tui.export_form.forms import BLOBS, Form, open_form, services_for
from tests.tui.fake_services import document
from tests.tui.waiting import screen_text, wait_for


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 16)])
async def test_hostile_and_long_names_are_shown_as_text(size: tuple[int, int]) -> None:
    hostile = document("Q3 [EMEA] [/bold] \x1b[31m\u202egnp " + "very long " * 20, "evil")
    async with open_form(hostile, size=size) as form:
        await form.focus("filename")
        text = screen_text(form.pilot)
        assert "Export · Q3 [EMEA] [/bold] gnp" in text
        assert "\x1b" not in text
        assert "\u202e" not in text


async def test_a_dashboard_without_a_name_is_shown_by_its_id() -> None:
    async with open_form(document("", "12db1a0a")) as form:
        assert "Export · 12db1a0a" in screen_text(form.pilot)
        assert "→ ~/exports/12db1a0a.pdf" in screen_text(form.pilot)


async def test_a_dashboard_opened_by_its_id_has_its_name_if_the_list_is_already_loaded() -> None:
    async with open_form(document("", BLOBS.identifier), services=services_for(BLOBS)) as form:
        assert f"Export · {BLOBS.name}" in screen_text(form.pilot)
        assert f"→ ~/exports/{BLOBS.name}.pdf" in screen_text(form.pilot)


async def test_names_have_the_profile_even_if_the_form_was_open_first() -> None:
    services = services_for(BLOBS)
    services.settings.profile = "work"
    async with open_form(services=services) as form:
        app = cast(OmniTui, form.pilot.app)
        app.set_reactive(OmniTui.services, None)
        screen = ExportScreen((BLOBS,))
        await app.push_screen(screen)
        app.services = cast(Any, services)
        opened = Form(form.pilot, services, screen)
        await opened.type("filename", "{dashboard} {profile}")
        await opened.press("f5")
        await wait_for(form.pilot, lambda: opened.bodies)
        assert opened.bodies[-1]["filename"] == f"{BLOBS.name} work"
