"""The screen that shows what the form will send: bodies, cURL commands and paths, and copies them."""

from __future__ import annotations

import json
import shlex

from omni_tui.options.rules import payload
from omni_tui.tui.export_form.scripting.what_is_sent import WhatIsSentScreen
from tests.tui.export_form.forms import BLOBS, SALES, Form, open_form
from tests.tui.waiting import screen_text, wait_for


async def open_it(form: Form, key: str = "f10") -> None:
    await form.press(key)
    await wait_for(form.pilot, lambda: isinstance(form.pilot.app.screen, WhatIsSentScreen))
    await form.pilot.pause()


async def test_it_shows_and_copies_what_the_export_sends() -> None:
    async with open_form(BLOBS, SALES) as form:
        await form.type("filename", "{dashboard} x")
        await open_it(form)
        text = screen_text(form.pilot)
        assert "What will be sent" in text
        assert "2 exports" in text
        assert f'"filename": "{BLOBS.name} x"' in text
        copied = []
        for key in ("b", "y", "f", "m"):
            await form.press(key)
            copied.append(form.pilot.app.clipboard)
        await form.press("escape", "f5")
        await wait_for(form.pilot, lambda: len(form.services.engine.submitted) == 2)
        orders = form.services.engine.submitted
    bodies, curls, paths, command = copied
    assert [json.loads(each + "}") for each in bodies.removesuffix("}").split("}\n")] == [
        payload(order.request) for order in orders
    ]
    data = [shlex.split(line)[-1] for line in curls.splitlines()]
    assert [json.loads(each) for each in data] == [payload(order.request) for order in orders]
    assert "omni_osk" not in curls
    names = [f"{BLOBS.name} x.pdf", f"{SALES.name} x.pdf"]
    assert paths.splitlines() == [str(orders[0].folder / name) for name in names]
    assert command.startswith(f"omni-tui download {BLOBS.identifier} {SALES.identifier} --format pdf")


async def test_nothing_is_started() -> None:
    async with open_form() as form:
        before = list(form.services.client.asked)
        await open_it(form, "ctrl+f")
        assert form.services.engine.submitted == []
        assert form.services.client.asked == before


async def test_an_error_is_shown_in_the_form_instead() -> None:
    async with open_form() as form:
        await form.type("filename", "{nothing}")
        await form.press("f10")
        assert not isinstance(form.pilot.app.screen, WhatIsSentScreen)
        assert form.focused == "field-filename"
        assert form.problems


async def test_ctrl_n_copies_the_command_too() -> None:
    async with open_form() as form:
        await form.press("ctrl+n")
        assert form.pilot.app.clipboard.startswith(f"omni-tui download {BLOBS.identifier} --format pdf")
