"""The existing profiles, and names for new ones."""

from __future__ import annotations

import pytest

from omni_tui.api.urls import Environment
from omni_tui.launch_options import Arguments
from omni_tui.tui.connection.known_profiles import Profile, proposed_name, read_known_profiles, short_address
from tests.settings.support import write_config, write_vendor_config


def test_all_profiles_are_found() -> None:
    write_config(
        'base_url = "shared"\n'
        '[profiles.a]\nbase_url = "a.playground.exploreomni.dev"\n'
        '[profiles.b]\nenvironment = "playground"\n'
        '[profiles.c]\nbase_url = "not an address"\n'
    )
    stored = {"v": {"apiEndpoint": "https://v.omniapp.co", "authMethod": "api-key", "apiKey": "k"}}
    write_vendor_config(stored, default="v")
    around = read_known_profiles(Arguments(profile="a"))
    assert around.trouble is None
    told = [(each.name, each.instance, each.environment, each.is_vendors) for each in around.profiles]
    assert told == [
        ("a", "a (playground)", Environment.PLAYGROUND, False),
        ("b", "shared", Environment.PLAYGROUND, False),
        ("c", "no address", None, False),
        ("v", "v", Environment.PRODUCTION, True),
    ]


def test_unreadable_settings_leave_the_vendors_profiles() -> None:
    write_config("[broken")
    stored = {"v": {"apiEndpoint": "https://v.omniapp.co", "authMethod": "api-key", "apiKey": "k"}}
    write_vendor_config(stored)
    around = read_known_profiles(Arguments())
    assert [each.name for each in around.profiles] == ["v"]
    assert "invalid TOML" in str(around.trouble)


@pytest.mark.parametrize(
    ("root", "taken", "name"),
    [
        ("https://blobsrus.omniapp.co/api", (), "blobsrus"),
        ("https://blobsrus.playground.exploreomni.dev/api", (), "blobsrus-playground"),
        ("https://bi.example.com/api", (), "bi.example.com"),
        ("http://127.0.0.1:8080/api", (), "local"),
        ("https://a.omniapp.co/api", (Profile("work", "https://a.omniapp.co/api"),), "work"),
        ("https://a.omniapp.co/api", (Profile("a", "https://other.omniapp.co/api"),), "a-2"),
        ("https://a.omniapp.co/api", (Profile("a", "https://a.omniapp.co/api", is_vendors=True),), "a"),
    ],
)
def test_a_name_is_proposed(root: str, taken: tuple[Profile, ...], name: str) -> None:
    assert proposed_name(root, taken) == name


def test_an_address_is_shown_in_its_short_form() -> None:
    assert short_address("https://blobsrus.omniapp.co/api") == "https://blobsrus.omniapp.co"
    assert short_address("https://example.com/omni/api") == "https://example.com/omni/api"
