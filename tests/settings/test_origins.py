"""Each setting is shown with its actual source."""

from __future__ import annotations

import pytest

from omni_tui.settings.models import COMPUTED_FIELDS, Settings
from omni_tui.settings.origins import DEFAULT, origins
from tests.settings.support import write_config, write_vendor_config

CONFIG = """\
default_profile = "work"
theme = "nord"
timeout_seconds = 9
[profiles.work]
base_url = "work"
api_token = "t"
timeout_seconds = 5
[profiles.play]
base_url = "play"
token_command = "pass show omni"
"""
FILE = "~/.config/omni-tui/config.toml"


def sources(profile: str | None = None, base_url: str | None = None) -> dict[str, str]:
    """Where all comes from that has been set."""
    _, found = origins(profile=profile, base_url=base_url)
    return {each.name: each.source for each in found if each.source != DEFAULT}


def test_without_settings_everything_is_default_and_listed() -> None:
    settings, found = origins()
    assert {each.source for each in found} == {DEFAULT}
    assert [each.name for each in found] == [
        name for name in Settings.model_fields if name not in COMPUTED_FIELDS
    ]
    assert all(each.value == getattr(settings, each.name) for each in found)


def test_each_place_is_named() -> None:
    write_config(CONFIG)
    assert sources() == {
        "base_url": f"the profile work in {FILE}",
        "api_token": f"the profile work in {FILE}",
        "timeout_seconds": f"the profile work in {FILE}",
        "theme": f"the top of {FILE}",
        "profile": f"default_profile in {FILE}",
    }
    assert sources("play", "play.omniapp.co") == {
        "base_url": "argument --base-url",
        "token_command": f"the profile play in {FILE}",
        "timeout_seconds": f"the top of {FILE}",
        "theme": f"the top of {FILE}",
        "profile": "argument --profile",
    }


@pytest.mark.parametrize(
    "name", ["OMNI_API_TOKEN", "OMNI_API_KEY", "OMNI_TUI_API_TOKEN", "omni_tui_api_token"]
)
def test_a_variable_is_named_as_it_is_spelled_and_ends_the_search(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(CONFIG)
    monkeypatch.setenv(name, "other")
    monkeypatch.setenv("OMNI_TUI_PROFILE", "play")
    told = sources()
    assert told["api_token"] == f"environment {name}"
    assert "token_command" not in told
    assert told["profile"] == "environment OMNI_TUI_PROFILE"


def test_the_first_of_two_variables_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNI_API_KEY", "second")
    monkeypatch.setenv("OMNI_API_TOKEN", "first")
    assert sources() == {"api_token": "environment OMNI_API_TOKEN"}
    monkeypatch.setenv("OMNI_API_TOKEN", " ")
    assert sources() == {"api_token": "environment OMNI_API_KEY"}


def test_a_token_that_is_kept_back_is_from_nowhere() -> None:
    write_config(CONFIG)
    assert "api_token" not in sources(base_url="elsewhere")


def test_the_vendor_tools_profile_is_named() -> None:
    write_vendor_config({"v": {"apiEndpoint": "v", "authMethod": "api-key", "apiKey": "k"}}, default="v")
    assert sources() == {
        "base_url": "the omni CLI's profile v",
        "api_token": "the omni CLI's profile v",
        "profile": "the omni CLI's default",
    }


def test_the_only_profile_is_named_so() -> None:
    write_config('[profiles.work]\nbase_url = "work"\n')
    assert sources()["profile"] == f"the only one in {FILE}"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OMNI_BASE_URL", "x"),
        ("OMNI_TUI_THEME", "y"),
        ("OMNI_TUI_TIMEOUT_SECONDS", "7"),
        ("OMNI_TUI_KEYMAP", "{}"),
    ],
)
def test_the_reported_source_is_the_used_one(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the variable taken away, what it set is from somewhere else, and nothing else has changed."""
    write_config(CONFIG)
    _, before = origins()
    monkeypatch.setenv(variable, value)
    _, after = origins()
    changed = {each.name for each, other in zip(after, before, strict=True) if each.source != other.source}
    named = {each.name for each in after if each.source == f"environment {variable}"}
    # an address that is not the profile's takes the profile's token away
    assert named <= changed <= named | {"api_token"}
    assert len(named) == 1
