"""Addresses in every form that people type."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from omni_tui.api.urls import (
    AddressError,
    api_root,
    dashboard_address,
    dashboard_reference,
    environment_of,
    instance_label,
    is_loopback,
)

BLOBSRUS = "https://blobsrus.omniapp.co/api"


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("blobsrus", BLOBSRUS),
        ("  BlobsRus \n", BLOBSRUS),
        ("<https://blobsrus.omniapp.co>", BLOBSRUS),
        ('"blobsrus.omniapp.co"', BLOBSRUS),
        ("blobsrus.omniapp.co", BLOBSRUS),
        ("blobsrus.omniapp.co.", BLOBSRUS),
        ("//blobsrus.omniapp.co", BLOBSRUS),
        ("https://blobsrus.omniapp.co/", BLOBSRUS),
        ("https://blobsrus.omniapp.co:443/api", BLOBSRUS),
        ("https://blobsrus.omniapp.co/api/", BLOBSRUS),
        ("https://blobsrus.omniapp.co/api/v1", BLOBSRUS),
        ("blobsrus.omniapp.co/api/v1/documents?pageSize=1", BLOBSRUS),
        ("https://blobsrus.omniapp.co/dashboards/12db1a0a?f--x=%7B%7D#top", BLOBSRUS),
        ("https://blobsrus.omniapp.co/w/12db1a0a", BLOBSRUS),
        ("blobsrus/dashboards/12db1a0a", BLOBSRUS),
        ("https://b.playground.exploreomni.dev", "https://b.playground.exploreomni.dev/api"),
        ("omni.example.com:8443", "https://omni.example.com:8443/api"),
        ("https://gateway.example.com/omni/api/v1", "https://gateway.example.com/omni/api"),
        ("https://bücher.example", "https://xn--bcher-kva.example/api"),
        ("http://localhost:8000", "http://localhost:8000/api"),
        ("localhost:8000", "http://localhost:8000/api"),
        ("localhost", "http://localhost/api"),
        ("127.3.2.1:9/api", "http://127.3.2.1:9/api"),
        ("[::1]:9", "http://[::1]:9/api"),
        ("http://[::1]", "http://[::1]/api"),
        ("https://localhost:8000", "https://localhost:8000/api"),
    ],
)
def test_what_people_type_becomes_the_root(typed: str, root: str) -> None:
    assert api_root(typed) == root


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "two words",
        "https://",
        "https",
        "ftp://blobsrus.omniapp.co",
        "file:///etc/passwd",
        "http://blobsrus.omniapp.co",
        "http://localhost.example.com",
        "http://128.0.0.1",
        "http://[::2]",
        "http://127.0.0.1.example.com",
        "https://blobsrus.omniapp.co@elsewhere.example",
        "https://me:secret@blobsrus.omniapp.co",
        "https://blobsrus.omniapp.co:port",
        "https://blobsrus.omniapp.co:99999",
        "https://[::1",
        "https://-blobsrus.co",
        "https://blobs\\rus.co",
        "blobsrus\x00.co",
        "https://a..b",
    ],
)
def test_an_invalid_url_is_rejected_without_quoting_a_password(typed: str) -> None:
    with pytest.raises(AddressError) as caught:
        api_root(typed)
    assert "secret" not in str(caught.value)
    assert caught.value.hint


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_an_address_error(typed: str) -> None:
    try:
        root = api_root(typed)
    except AddressError:
        return
    assert api_root(root) == root
    assert root.startswith("https://") or (root.startswith("http://") and root.endswith("/api"))
    assert instance_label(root)


@pytest.mark.parametrize(
    ("typed", "identifier"),
    [
        ("12db1a0a", "12db1a0a"),
        (" deadbeef ", "deadbeef"),
        ("550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"),
        ("https://blobsrus.omniapp.co/dashboards/12db1a0a?f--x=/w/other1", "12db1a0a"),
        ("https://blobsrus.omniapp.co/dashboards/12db1a0a/some-name#x", "12db1a0a"),
        ("blobsrus.omniapp.co/w/12db1a0a", "12db1a0a"),
        ("https://blobsrus.omniapp.co/api/v1/dashboards/sales/download", "sales"),
        ("sales", None),
        ("web traffic 2026", None),
        ("q4", None),
        ("", None),
        ("https://blobsrus.omniapp.co/", None),
        ("https://blobsrus.omniapp.co/dashboards/", None),
        ("https://blobsrus.omniapp.co/dashboards/..%2F..%2Fadmin", None),
    ],
)
def test_a_dashboard_is_found_in_an_id_or_an_address(typed: str, identifier: str | None) -> None:
    assert dashboard_reference(typed) == identifier


@pytest.mark.parametrize(
    ("root", "label"),
    [
        (BLOBSRUS, "blobsrus"),
        ("https://blobsrus.playground.exploreomni.dev/api", "blobsrus (playground)"),
        ("https://a.b.omniapp.co/api", "a.b.omniapp.co"),
        ("https://omni.example.com:8443/api", "omni.example.com:8443"),
        ("http://[::1]:9/api", "[::1]:9"),
    ],
)
def test_an_instance_has_a_short_name(root: str, label: str) -> None:
    assert instance_label(root) == label


def test_loopback_is_this_machine_only() -> None:
    assert all(map(is_loopback, ["localhost", "127.0.0.1", "127.255.0.3", "::1"]))
    assert not any(
        map(is_loopback, ["0.0.0.0", "10.0.0.1", "::", "localhost.evil.example", "127.0.0.1.nip.io"])
    )


ROOT = "https://blobsrus.omniapp.co/api"


@pytest.mark.parametrize(
    "told",
    [
        "https://blobsrus.omniapp.co/dashboards/12db1a0a",
        "https://blobsrus.omniapp.co/w/12db1a0a?f=1&g=%20#top",
    ],
)
def test_the_servers_own_address_of_a_dashboard_is_taken(told: str) -> None:
    assert dashboard_address(ROOT, "12db1a0a", told) == told


@pytest.mark.parametrize(
    "told",
    [
        "",
        "https://evil.example/dashboards/12db1a0a",
        "https://blobsrus.omniapp.co.evil.example/dashboards/12db1a0a",
        "https://blobsrus.omniapp.co@evil.example/",
        "http://blobsrus.omniapp.co/dashboards/12db1a0a",
        "javascript:alert(1)",
        "https://blobsrus.omniapp.co/\x1b]0;x\a",
        "https://blobsrus.omniapp.co/a b",
        "https://blobsrus.omniapp.co/'\"",
        pytest.param(f"https://blobsrus.omniapp.co/{'x' * 3000}", id="long"),
    ],
)
def test_any_other_is_made_by_ourselves(told: str) -> None:
    assert dashboard_address(ROOT, "12db1a0a", told) == "https://blobsrus.omniapp.co/dashboards/12db1a0a"


def test_a_hostile_id_stays_an_id() -> None:
    assert dashboard_address(ROOT, "../x\x1b;") == "https://blobsrus.omniapp.co/dashboards/..%2Fx%1B%3B"
    assert dashboard_address("http://127.0.0.1:81/omni/api", "a") == "http://127.0.0.1:81/omni/dashboards/a"


@pytest.mark.parametrize(
    "typed",
    ["10.0.0.256", "1.2.3", "127.1", "0x7f.1", "010.0.0.1", "a.999", "xn--a", "xn--a.omniapp.co", "a.xn--a",
     "https://💩.la/dashboards/12db1a0a", ".".join(["y" * 60] * 5)],
)  # fmt: skip
def test_a_host_that_nothing_can_be_sent_to_is_the_addresss_fault(typed: str) -> None:
    with pytest.raises(AddressError) as told:
        api_root(typed)
    assert told.value.hint


def test_other_scripts_are_read_as_todays_browsers_read_them() -> None:
    assert api_root("stra\u00dfe.de") == "https://xn--strae-oqa.de/api"
    assert api_root("xn--bcher-kva.de") == api_root("B\u00dcCHER.de") == "https://xn--bcher-kva.de/api"


_PARTS = st.sampled_from(
    [
        "xn--",
        "a",
        "7",
        "256",
        "0x",
        ".",
        "-",
        "_",
        ":",
        "[",
        "]",
        "::1",
        "@",
        "/",
        "%",
        "\u00df",
        "\u0661",
        "💩",
    ]
)


@given(st.one_of(st.text(max_size=20), st.lists(_PARTS, max_size=8).map("".join)))
@example("xn--a.b")
def test_every_text_is_an_address_that_requests_can_use_or_an_error_about_the_address(text: str) -> None:
    try:
        root = api_root(text)
    except AddressError:
        return
    url = httpx.URL(root).join("v1/documents")
    assert url.host
    assert url.netloc
    assert environment_of(root)
    assert instance_label(root)
