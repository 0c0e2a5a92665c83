"""The form offers Run as only for organization keys."""

from __future__ import annotations

import pytest

from omni_tui.api.models import KeyKind
from omni_tui.demo import PERSONAL_TOKEN, TOKEN
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from omni_tui.launch_options import Arguments
from omni_tui.tui.app import OmniTui
from omni_tui.tui.export_form.screen import ExportScreen
from tests.tui.waiting import wait_for


@pytest.mark.parametrize(
    ("token", "setting", "kind", "users_requests"),
    [
        (PERSONAL_TOKEN, "", KeyKind.PERSONAL, 0),
        (PERSONAL_TOKEN, "organization", KeyKind.ORGANIZATION, 0),
        (TOKEN, "", KeyKind.ORGANIZATION, 0),
        (TOKEN, "personal", KeyKind.PERSONAL, 0),
    ],
)
async def test_the_field_is_there_for_an_organization_key_only(
    server: DemoServer,
    monkeypatch: pytest.MonkeyPatch,
    token: str,
    setting: str,
    kind: KeyKind,
    users_requests: int,
) -> None:
    monkeypatch.setenv("OMNI_BASE_URL", server.url)
    monkeypatch.setenv("OMNI_API_TOKEN", token)
    monkeypatch.setenv("OMNI_TUI_KEY_KIND", setting)
    app = OmniTui(Arguments())
    async with app.run_test(size=(80, 40)) as pilot:
        await wait_for(pilot, lambda: app.services is not None, "the services")
        services = app.services
        assert services is not None
        await wait_for(pilot, lambda: services.client.key_kind is kind, "the kind of key")
        await wait_for(pilot, lambda: services.catalog.as_of is not None and not services.catalog.is_loading)
        await pilot.press("slash", *names.FIRST_ID, "enter")
        await wait_for(pilot, lambda: isinstance(app.screen, ExportScreen), "the form")
        assert len(app.screen.query("#field-userId")) == (kind is KeyKind.ORGANIZATION)
        asked = [each for each in services.exchanges.exchanges() if "/scim/" in each.url]
        assert len(asked) == users_requests
        await app.shut_down(0)
