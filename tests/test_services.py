"""Opening the services: with the demo, from the environment, and with missing settings."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from omni_tui import services as module
from omni_tui.api.errors.types import Forbidden, NotReached, Unauthorized
from omni_tui.api.models import Document
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.urls import AddressError
from omni_tui.catalog.disk_cache import write_cache
from omni_tui.catalog.table import Table
from omni_tui.commands.download.flags.parser import build_parser
from omni_tui.demo.server import DemoServer
from omni_tui.downloads.job.models import Order
from omni_tui.launch_options import Arguments
from omni_tui.options.spec import ExportRequest, Format
from omni_tui.services import Services, open_services
from omni_tui.settings.errors import MissingCredentials, SettingsError
from omni_tui.settings.locations import cache_folder, config_folder, state_folder
from omni_tui.startup_snapshot import cached_list, recall
from omni_tui.support.kept_requests import last_run


@pytest.fixture
def quick_demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[DemoServer]]:
    """A demo that renders at once; record what is started, and stop it after the test."""
    started: list[DemoServer] = []

    def start() -> DemoServer:
        server = DemoServer(speed=1000)
        server.start()
        started.append(server)
        return server

    monkeypatch.setattr(module, "_start_demo", start)
    yield started
    for server in started:
        server.stop()


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNI_BASE_URL", "blobsrus")
    monkeypatch.setenv("OMNI_API_TOKEN", "omni_osk_secret")


def write_config(text: str) -> None:
    config_folder().mkdir(parents=True)
    (config_folder() / "config.toml").write_text(text)


@pytest.mark.parametrize(
    ("arguments", "variables", "flags"),
    [
        (Arguments(), {}, ["--profile", "work"]),
        (Arguments(profile="home"), {}, ["--profile", "home"]),
        (Arguments(base_url="work"), {}, ["--profile", "work", "--base-url", "work"]),
        # a profile that is named would win over the environment
        (Arguments(), {"OMNI_BASE_URL": "other", "OMNI_API_TOKEN": "omni_osk_other"}, []),
        (Arguments(profile="home"), {"OMNI_BASE_URL": "other"}, ["--profile", "home"]),
    ],
)
async def test_a_command_connects_with_the_flags_as_the_program_does(
    arguments: Arguments, variables: dict[str, str], flags: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = 'base_url = "{0}"\napi_token = "omni_osk_{0}"\n'
    write_config(
        f'default_profile = "work"\n[profiles.work]\n{profile.format("work")}'
        f"[profiles.home]\n{profile.format('home')}"
    )
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    services = await open_services(arguments)
    await services.aclose()
    assert services.connection_flags == flags
    typed = build_parser().parse_args(["id", "--format", "pdf", *flags])
    same = await open_services(Arguments(profile=typed.profile, base_url=typed.base_url))
    await same.aclose()
    assert (same.client.root, same.settings.api_token) == (services.client.root, services.settings.api_token)


async def test_the_requests_of_the_screens_are_logged(quick_demo: list[DemoServer], tmp_path: Path) -> None:
    path = tmp_path / "requests.log"
    services = await open_services(Arguments(demo=True, log_file=str(path)))
    await services.client.tiles("12db1a0a")
    await services.aclose()
    (line,) = path.read_text().splitlines()[1:]
    assert "/v1/documents/12db1a0a/queries -> 200 in " in line
    assert [each.path for each in last_run()] == ["/api/v1/documents/12db1a0a/queries"]


async def test_a_locked_download_list_is_told_at_once_and_waited_for(credentials: None) -> None:
    state_folder().mkdir(parents=True)
    handle = os.open(state_folder() / "jobs.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    told: list[tuple[str, bool]] = []

    def waits(words: str, is_waiting: bool) -> None:
        told.append((words, is_waiting))
        os.close(handle)  # whoever held it lets go

    services = await open_services(Arguments(), waits=waits)
    assert told == [("Waiting for the download list: another program may have locked it.", True)]
    assert services.engine.is_lasting
    await services.aclose()


async def test_a_download_list_that_is_free_is_not_told_of(credentials: None) -> None:
    told: list[str] = []
    services = await open_services(Arguments(), waits=lambda words, is_waiting: told.append(words))
    assert told == []
    await services.aclose()


def answers(server: DemoServer) -> bool:
    address = urlsplit(server.url)
    try:
        socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=5).close()
    except OSError:
        return False
    return True


async def cache_name(arguments: Arguments) -> str:
    """Return the path of the cached list for a start."""
    services = await open_services(arguments)
    path = services.catalog._cache_path
    await services.aclose()
    assert path is not None
    assert path.parent == cache_folder() / "catalogs"
    return path.name


# the demo


async def test_the_demo_is_a_whole_omni_until_it_is_closed(
    quick_demo: list[DemoServer], tmp_path: Path
) -> None:
    early: list[tuple[Document, ...]] = []
    services = await open_services(Arguments(demo=True), early.append)
    assert services.instance == "demo"
    assert "12db1a0a" in {each.identifier for [page] in [early] for each in page}
    await services.catalog.refresh()
    assert services.catalog.find("12db1a0a")
    order = Order(ExportRequest("12db1a0a", Format.CSV), "Blob Web Traffic", tmp_path)
    job = await services.engine.wait(services.engine.submit(order))
    assert job.failure is None
    assert job.path is not None
    assert job.path.read_bytes()
    [server] = quick_demo
    assert answers(server)
    await services.aclose()
    assert not answers(server)


async def test_the_demo_takes_no_credentials_of_the_user(
    quick_demo: list[DemoServer], credentials: None
) -> None:
    services = await open_services(Arguments(demo=True))
    assert services.client.root == f"{quick_demo[0].url}/api"
    await services.client.check_credentials()  # with the demo's own token
    await services.aclose()
    assert not list(state_folder().glob("rate-limit-*"))  # it shares no rate limit either


async def test_the_demo_ends_if_the_settings_are_invalid(quick_demo: list[DemoServer]) -> None:
    write_config("this is [no TOML")
    with pytest.raises(SettingsError):
        await open_services(Arguments(demo=True))
    assert not answers(quick_demo[0])


async def test_the_list_of_the_demo_is_recalled_at_the_next_start(quick_demo: list[DemoServer]) -> None:
    services = await open_services(Arguments(demo=True))
    await services.catalog.refresh()
    await services.aclose()
    recalled = recall(Arguments(demo=True))
    assert recalled is not None
    assert [each.identifier for each in recalled.documents] == [
        each.identifier for each in services.catalog.dashboards
    ]
    again = await open_services(Arguments(demo=True))
    assert list(again.catalog.dashboards) == list(services.catalog.dashboards)
    assert again.exchanges.exchanges() == ()
    await again.aclose()


# a real server


@pytest.mark.parametrize("profile", ["Профиль для отчётов отдела продаж, север", "日本語" * 30, "*" * 100])
async def test_a_profile_with_a_long_name_has_a_cached_list(
    credentials: None, monkeypatch: pytest.MonkeyPatch, profile: str
) -> None:
    config = config_folder() / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f'[profiles."{profile}"]\nrequests_per_minute = 60\n')
    services = await open_services(Arguments(profile=profile))
    path = cached_list(Arguments(profile=profile))
    assert path is not None
    write_cache(path, Table([Document("a", "A")]), 1.0)
    services.catalog.load_cache()
    assert [each.identifier for each in services.catalog.dashboards] == ["a"]
    await services.aclose()


async def test_the_environments_credentials_are_used(credentials: None) -> None:
    services = await open_services(Arguments())
    assert services.client.root == "https://blobsrus.omniapp.co/api"
    assert services.instance == "blobsrus"
    assert services.client.key_kind.value == "organization key"
    assert len(services.catalog.dashboards) == 0
    assert services.exchanges.exchanges() == ()
    assert services.limiter.limit == 60
    assert "omni_osk_secret" not in repr(services)
    await services.aclose()


@pytest.mark.parametrize("name", ["OMNI_BASE_URL", "OMNI_API_TOKEN"])
async def test_missing_credentials_are_named(
    name: str, credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(MissingCredentials) as raised:
        await open_services(Arguments())
    assert name in raised.value.hint


@pytest.mark.parametrize("address", ["http://blobsrus.omniapp.co", "https://a b", "ftp://blobsrus"])
async def test_an_invalid_address_is_rejected(
    address: str, credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMNI_BASE_URL", address)
    with pytest.raises(AddressError):
        await open_services(Arguments())


async def test_the_settings_reach_the_parts(
    credentials: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OMNI_TUI_REQUESTS_PER_MINUTE", "500")
    monkeypatch.setenv("OMNI_TUI_DOWNLOAD_DIR", str(tmp_path / "exports"))
    monkeypatch.setenv("OMNI_TUI_KEY_KIND", "personal")
    services = await open_services(Arguments())
    assert services.limiter.limit == 500
    assert services.download_folder == tmp_path / "exports"
    assert services.client.key_kind.value == "personal access token"
    await services.aclose()


async def test_files_go_to_the_current_folder_by_default(
    credentials: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    services = await open_services(Arguments())
    monkeypatch.chdir(tmp_path)
    assert services.download_folder == tmp_path
    await services.aclose()


async def test_each_server_and_profile_has_its_own_list(
    quick_demo: list[DemoServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMNI_API_TOKEN", "omni_osk_secret")
    write_config(
        """
        [profiles.default]
        base_url = "blobsrus"
        api_token = "one"
        [profiles."../a b"]
        base_url = "blobsrus"
        api_token = "two"
        """
    )
    starts = [
        Arguments(base_url="blobsrus"),
        Arguments(profile="default"),
        Arguments(profile="../a b"),
        Arguments(base_url="other"),
        Arguments(base_url="http://127.0.0.1:8080"),
        Arguments(demo=True),
    ]
    names = [await cache_name(start) for start in starts]
    assert len(set(names)) == len(names)
    assert all(name.endswith(".list") and "/" not in name and " " not in name for name in names)


# the dashboard of the command line


@pytest.mark.parametrize(
    ("typed", "opened"),
    [
        (None, None),
        ("12db1a0a", "12db1a0a"),
        (URL := "https://blobsrus.omniapp.co/dashboards/12db1a0a?f=1", URL),
        ("no dashboard at all", None),
    ],
)
async def test_the_dashboard_to_open_is_an_id_or_a_url(
    typed: str | None, opened: str | None, credentials: None
) -> None:
    services = await open_services(Arguments(dashboard=typed))
    assert services.opened_dashboard == opened
    await services.aclose()


async def test_a_url_of_another_server_does_not_get_the_token(credentials: None) -> None:
    services = await open_services(Arguments(dashboard="https://elsewhere.example/dashboards/12db1a0a"))
    assert services.client.root == "https://blobsrus.omniapp.co/api"
    await services.aclose()


def test_only_a_rejected_token_is_a_credential_error() -> None:
    services = Services.__new__(Services)
    assert services.is_credential_trouble(Unauthorized("no"))
    assert services.is_credential_trouble(Forbidden("no"))
    assert not services.is_credential_trouble(NotReached("no"))


# one rate limiter for all programs with the same key


async def test_two_programs_with_the_same_key_share_one_rate_limit(
    credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = await open_services(Arguments()), await open_services(Arguments())
    monkeypatch.setenv("OMNI_API_TOKEN", "omni_osk_another")
    third = await open_services(Arguments())
    slot = await one.limiter.acquire(Priority.INTERACTIVE)
    assert [services.limiter.used for services in (one, other, third)] == [1, 1, 0]
    slot.answered()
    for services in (one, other, third):
        assert services.limiter.notice == ""
        await services.aclose()
    names = {path.name for path in state_folder().glob("rate-limit-*")}
    assert len(names) == 2
    assert not [name for name in names if "secret" in name or "blobsrus" in name]
