"""The vendor CLI's profiles, and equal addresses in different spellings."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from omni_tui.api.urls import AddressError, api_root
from omni_tui.settings.locations import vendor_config_path
from omni_tui.settings.models import load_settings
from omni_tui.settings.profiles import is_same_instance, read_vendor_config
from tests.settings.support import write_config, write_vendor_config

SOON = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
PAST = "2020-01-01T00:00:00Z"


def test_where_the_vendors_file_is_looked_for(fake_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert vendor_config_path() == fake_home / ".config/omni-cli/config.json"
    monkeypatch.setenv("XDG_CONFIG_HOME", "/x")
    assert vendor_config_path() == Path("/x/omni-cli/config.json")
    monkeypatch.setenv("OMNI_CONFIG_DIR", "~/d")
    assert vendor_config_path() == fake_home / "d/config.json"
    monkeypatch.setenv("OMNI_CONFIG_PATH", "/p/f.json")
    assert vendor_config_path() == Path("/p/f.json")


@pytest.mark.parametrize(
    ("stored", "token"),
    [
        ({"authMethod": "api-key", "apiKey": "key", "accessToken": "access"}, "key"),
        ({"apiKey": "key"}, "key"),
        ({"authMethod": "oauth", "apiKey": "key", "accessToken": "access", "tokenExpiresAt": SOON}, "access"),
        ({"authMethod": "oauth", "accessToken": "access"}, "access"),
        ({"authMethod": "oauth", "accessToken": "access", "tokenExpiresAt": "odd"}, "access"),
        ({"authMethod": "oauth", "accessToken": "access", "tokenExpiresAt": PAST}, None),
        ({"authMethod": "oauth", "accessToken": "access", "tokenExpiresAt": "2020-01-01T00:00:00"}, None),
        ({"authMethod": "api-key", "apiKey": ""}, None),
        ({"authMethod": "api-key", "apiKey": 7}, None),
        ({}, None),
    ],
)
def test_a_profile_of_the_vendors_is_read(stored: dict[str, Any], token: str | None) -> None:
    write_vendor_config({"a": {"apiEndpoint": "https://org.omniapp.co", **stored}}, "a")
    settings = load_settings()
    assert settings.base_url == "https://org.omniapp.co"
    assert settings.profile == "a"
    assert (settings.api_token and settings.api_token.get_secret_value()) == token


def test_an_expired_login_is_reported() -> None:
    expired = {
        "apiEndpoint": "https://org.omniapp.co",
        "authMethod": "oauth",
        "accessToken": "x",
        "tokenExpiresAt": PAST,
    }
    write_vendor_config({"a": expired, "b": expired | {"tokenExpiresAt": SOON}}, "a")
    (notice,) = load_settings().notices
    assert "login a has expired" in notice
    assert load_settings(profile="b").notices == ()


def test_our_own_profile_goes_first_and_the_vendors_of_that_name_fills_up() -> None:
    write_config('[profiles.a]\ntheme = "nord"\n[profiles.b]\nbase_url = "b"\napi_token = "t"')
    write_vendor_config({"a": {"apiEndpoint": "https://a.omniapp.co", "apiKey": "k"}, "b": {"apiKey": "no"}})
    first, second = load_settings(profile="a"), load_settings(profile="b")
    assert (first.theme, first.base_url) == ("nord", "https://a.omniapp.co")
    assert first.api_token is not None
    assert first.api_token.get_secret_value() == "k"
    assert second.api_token is not None
    assert second.api_token.get_secret_value() == "t"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"profiles": []}', '{"profiles": {"a": 3}, "defaultProfile": ["a"]}', "\xff"],
)
def test_a_file_of_theirs_that_is_odd_stops_nothing(text: str) -> None:
    path = write_vendor_config({})
    path.write_text(text, encoding="latin-1")
    assert load_settings().base_url is None


def test_an_unreadable_vendor_file_is_reported() -> None:
    path = write_vendor_config({})
    path.write_text("{")
    assert str(path) in load_settings().notices[0]
    assert read_vendor_config().profiles == {}


@pytest.mark.parametrize("kind", ["pipe", "device", "endless"])
def test_a_vendor_file_that_is_not_regular_is_reported(kind: str) -> None:
    path = vendor_config_path()
    path.parent.mkdir(parents=True)
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "endless":
            path.touch()
            os.truncate(path, 10**10)
    assert str(path) in load_settings().notices[0]


def test_a_missing_vendor_default_is_ignored() -> None:
    write_vendor_config({"a": {"apiEndpoint": "https://a.omniapp.co"}, "b": {}}, "gone")
    assert load_settings().profile == ""


FORMS = [
    "blobsrus",
    "BLOBSRUS",
    "blobsrus.omniapp.co",
    "https://blobsrus.omniapp.co/",
    "https://blobsrus.omniapp.co:443/api/v1",
    "https://blobsrus.omniapp.co./w/12db1a0a",
    "https://blobsrus.playground.exploreomni.dev",
    "omni.example.com",
    "omni.example.com:8443",
    "https://omni.example.com:8443/api",
    "https://blobsrus",
    "http://127.0.0.1:8000",
    "127.0.0.1:8000",
    "127.0.0.1:8001",
    "http://[::1]:8000",
]


@pytest.mark.parametrize("first", FORMS)
@pytest.mark.parametrize("second", FORMS)
def test_two_forms_are_the_same_instance_exactly_when_their_roots_are(first: str, second: str) -> None:
    """The settings may not ask the API's reader of addresses, so the two are held together here."""
    assert is_same_instance(first, second) == (api_root(first) == api_root(second))


@pytest.mark.parametrize("odd", ["", "https://", "a@blobsrus.omniapp.co", "https://[::1"])
def test_an_invalid_address_equals_no_other(odd: str) -> None:
    with pytest.raises(AddressError):
        api_root(odd)
    assert not any(is_same_instance(odd, form) for form in FORMS)
