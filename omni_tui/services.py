"""Create and connect the parts: settings, client, store, engine. Used by the screens and the command line.

Importing this loads httpx. Opening the services loads pydantic and the download code. The first screen does
both after its first paint.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from omni_tui.api.client import OmniClient
from omni_tui.api.errors.types import Forbidden, Unauthorized
from omni_tui.api.models import Document, KeyKind
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.rate_limit.shared_file import shared_limiter
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.api.urls import (
    Environment,
    api_root,
    dashboard_reference,
    environment_of,
    instance_label,
)
from omni_tui.catalog.catalog import Catalog
from omni_tui.catalog.contents_cache import ContentsCache
from omni_tui.catalog.list_model import UserActivity, user_activity
from omni_tui.clock import Clock, SystemClock
from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.errors import OmniTuiError
from omni_tui.launch_options import Arguments
from omni_tui.options.flags import connection_flags
from omni_tui.settings.locations import state_folder
from omni_tui.startup_snapshot import catalogs_folder, remember
from omni_tui.support.request_recorder import RequestRecorder

if TYPE_CHECKING:
    from omni_tui.demo.server import DemoServer
    from omni_tui.downloads.engine import Engine
    from omni_tui.downloads.job.models import Job
    from omni_tui.downloads.store.sqlite_file import OpenedStore
    from omni_tui.presets.recent_and_favorites import RecentChanges, RecentSettings, RecentState
    from omni_tui.settings.models import Settings

# Receives a list of dashboards before everything is open.
OnEarlyList = Callable[[tuple[Document, ...]], None]
# Receives a message about what the program waits for, and whether it waits already or a step may take long.
OnWait = Callable[[str, bool], None]
WAITING_FOR_LIST = "Waiting for the download list: another program may have locked it."
# A file name has at most 255 bytes; those of temporary files and of the contents beside it are longer.
MAX_CACHE_NAME_LENGTH = 180
# A download list that isn't open by then is locked.
LIST_WAIT_SECONDS = 0.3


@dataclass
class Services:
    """All open parts. One engine, one client and one rate limiter serve everything."""

    settings: Settings
    client: OmniClient
    catalog: Catalog
    engine: Engine
    clock: Clock
    memory: RecentSettings
    remembered: RecentState
    """What is remembered for this Omni server and profile."""
    opened_dashboard: str | None = None
    """The dashboard to open at the start, as typed: an ID or a URL."""
    notices: tuple[str, ...] = ()
    """Notices about the settings and the download list for the user, in sentences."""
    demo_server: DemoServer | None = field(default=None, repr=False)
    recorder: RequestRecorder | None = field(default=None, repr=False)
    """Writes the requests to files, for support."""
    base_url: str = ""
    """The address that was typed, on the command line or in the program; empty if the settings have it."""
    contents_cache: ContentsCache | None = None
    """Tiles and filter labels that were read, saved for completion when the services are closed."""

    @property
    def limiter(self) -> RateLimiter:
        """Return the client's rate limiter."""
        return self.client.limiter

    @property
    def exchanges(self) -> ExchangeLog:
        """Return the request log."""
        return self.client.exchanges

    @property
    def instance(self) -> str:
        """Return the instance's name for the header, such as blobsrus or demo."""
        return "demo" if self.demo_server is not None else instance_label(self.client.root)

    @property
    def profile(self) -> str:
        """Return the name of the current profile; empty if there is none, as in the demo."""
        return "" if self.demo_server is not None else self.settings.profile

    @property
    def profile_in_names(self) -> str:
        """Return what `{profile}` in a file name stands for."""
        return "demo" if self.demo_server is not None else self.profile

    @property
    def connection_flags(self) -> list[str]:
        """Return the flags with which a command of the same shell connects as this program does.

        A profile isn't named if the environment overrides it: then it would override the environment.
        """
        profile = "" if self.settings.is_profile_overridden else self.profile
        is_demo = self.demo_server is not None
        return connection_flags(profile=profile, base_url=self.base_url, is_demo=is_demo)

    @property
    def environment(self) -> Environment:
        """Return the kind of environment: from the profile if it has one, otherwise from the address."""
        if self.settings.environment and self.demo_server is None:
            return Environment[self.settings.environment.upper()]
        return environment_of(self.client.root)

    @property
    def download_folder(self) -> Path:
        """Return the default folder for files. Absolute, so that a job can be resumed from anywhere."""
        return (self.settings.download_dir or Path.cwd()).absolute()

    @property
    def own(self) -> UserActivity:
        """Return the recently used dashboards, latest first, and the favorites."""
        return user_activity(self.remembered.last_used, self.remembered.favorites)

    @property
    def _owner(self) -> tuple[str, str]:
        """Return the host and profile whose memory this is."""
        host = "demo" if self.demo_server is not None else urlsplit(self.client.root).netloc
        return host, self.profile

    async def recall(self) -> None:
        """Load what is remembered."""
        self.remembered = await asyncio.to_thread(self.memory.recall, *self._owner)

    async def remember(self, news: RecentChanges) -> None:
        """Remember a choice for next time. Raises nothing: `memory.notice` describes a problem."""
        self.remembered = await asyncio.to_thread(self.memory.remember, *self._owner, news)

    def is_credential_trouble(self, error: OmniTuiError) -> bool:
        """Return whether the error can only be solved by another token."""
        return isinstance(error, Unauthorized | Forbidden)

    async def aclose(self) -> None:
        """Close the engine, then the connections, then the demo."""
        await self.engine.aclose()
        await self.client.aclose()
        if self.recorder is not None:
            await asyncio.to_thread(self.recorder.close)
        if self.contents_cache is not None:
            await asyncio.to_thread(self.contents_cache.save)
        if self.demo_server is not None:
            await asyncio.to_thread(self.demo_server.stop)


async def open_services(
    arguments: Arguments, early: OnEarlyList | None = None, waits: OnWait | None = None
) -> Services:
    """Open the services, as `arguments`, the environment and the settings define them.

    Raises SettingsError, MissingCredentials, AddressError, or MissingExtra for a demo that is not installed.
    The cached list of dashboards is loaded when this returns, and no request was sent. The demo needs no
    settings: its list is requested while they load, and passed to `early`.
    """
    demo_server: DemoServer | None = None
    ended: Sequence[Job] = ()
    async with AsyncExitStack() as undo:
        if arguments.demo:
            demo_server = await asyncio.to_thread(_start_demo)
            undo.callback(demo_server.stop)
            client = _demo_client(demo_server)
            if early is not None:
                early((await client.documents(sort_field="updatedAt", sort_direction="desc")).records)
            settings = await asyncio.to_thread(_load_settings, arguments)
            kept = _in_memory()  # jobs end with the demo
        else:
            settings = await asyncio.to_thread(_load_settings, arguments)
            from omni_tui.settings.models import token_wait_words

            if waits is not None and (words := token_wait_words(settings)):
                waits(words, False)
            client = await run_in_daemon_thread(partial(_client_for, settings))
            kept, ended = await _open_list(arguments, client.root, settings, waits)
            undo.push_async_callback(asyncio.to_thread, kept.store.close)
        services = _build_services(arguments, settings, client, kept, ended, demo_server)
        await services.recall()
        await asyncio.to_thread(services.catalog.load_cache)
        undo.pop_all()
    return services


def _build_services(
    arguments: Arguments,
    settings: Settings,
    client: OmniClient,
    kept: OpenedStore,
    ended: Sequence[Job],
    demo_server: DemoServer | None,
) -> Services:
    from omni_tui.downloads.engine import Engine
    from omni_tui.presets.recent_and_favorites import RecentSettings, RecentState

    clock = SystemClock()
    cache_path = catalogs_folder() / _cache_name(client.root, settings, arguments)
    catalog = Catalog(client, cache_path, clock)
    remember(arguments, cache_path)
    contents_cache = ContentsCache(cache_path)
    contents_cache.listen_to(client)
    engine = Engine(
        client,
        kept.store,
        clock=clock,
        job_timeout_seconds=arguments.job_timeout_seconds or settings.job_timeout_seconds,
        requests=client.limiter,
        history=kept.history,
        ended=ended,
    )
    opened = arguments.dashboard if dashboard_reference(arguments.dashboard or "") else None
    return Services(
        settings,
        client,
        catalog,
        engine,
        clock,
        RecentSettings(),
        RecentState(),
        opened_dashboard=opened,
        notices=(*settings.notices, *filter(None, [kept.notice, client.limiter.notice])),
        demo_server=demo_server,
        recorder=RequestRecorder(client.exchanges, arguments.log_file),
        base_url="" if arguments.demo else arguments.base_url or "",
        contents_cache=contents_cache,
    )


def _load_settings(arguments: Arguments) -> Settings:
    """Load the settings. Call it in a thread: it imports pydantic, the engine and the search.

    The demo's first list, or the cached list, is loaded before.
    """
    import omni_tui.catalog.search.index
    import omni_tui.downloads.engine
    import omni_tui.downloads.store.sqlite_file
    import omni_tui.presets.recent_and_favorites  # noqa: F401 - preloads what `_build_services` imports
    from omni_tui.settings.models import load_settings

    return load_settings(
        profile=arguments.profile,
        base_url=arguments.base_url,
        api_token=arguments.token,
        is_chosen_here=arguments.is_profile_chosen_here,
    )


async def _open_list(
    arguments: Arguments, root: str, settings: Settings, waits: OnWait | None
) -> tuple[OpenedStore, Sequence[Job]]:
    """Open the download list; tell at once if another program keeps it locked."""
    opening = asyncio.ensure_future(asyncio.to_thread(_open_journal, arguments, root, settings))
    done, _ = await asyncio.wait([opening], timeout=LIST_WAIT_SECONDS)
    if not done and waits is not None:
        waits(WAITING_FOR_LIST, True)
    return await opening


def _open_journal(arguments: Arguments, root: str, settings: Settings) -> tuple[OpenedStore, Sequence[Job]]:
    """Open the download list and read its jobs. Call it in a thread.

    A job belongs to the Omni server and the profile it was created with.
    """
    from omni_tui.downloads.store.sqlite_file import open_journal, place_of

    if not arguments.keeps_jobs:
        return _in_memory(), ()
    kept = open_journal(place_of(urlsplit(root).netloc, settings.profile))
    return kept, kept.store.jobs()


def _in_memory() -> OpenedStore:
    from omni_tui.downloads.store.sqlite_file import in_memory

    return in_memory()


def _client_for(settings: Settings) -> OmniClient:
    from omni_tui.settings.models import require_credentials

    address, token = require_credentials(settings)
    clock = SystemClock()
    root = api_root(address)
    return OmniClient(
        root,
        token,
        limiter=shared_limiter(state_folder(), root, token, clock, settings.requests_per_minute),
        exchanges=ExchangeLog(),
        clock=clock,
        timeout_seconds=settings.timeout_seconds,
        key_kind=KeyKind[settings.key_kind.upper()] if settings.key_kind else KeyKind.UNKNOWN,
    )


def _demo_client(demo_server: DemoServer) -> OmniClient:
    """Return a client for the demo, with the demo's address, token and limit instead of the settings'."""
    from omni_tui.demo import TOKEN

    clock = SystemClock()
    limiter = RateLimiter(clock=clock)
    return OmniClient(api_root(demo_server.url), TOKEN, limiter=limiter, exchanges=ExchangeLog(), clock=clock)


def _start_demo() -> DemoServer:
    from omni_tui.demo.server import DemoServer

    server = DemoServer()
    server.start()
    return server


def _cache_name(root: str, settings: Settings, arguments: Arguments) -> str:
    """Return the cache's file name, one per server and profile: two keys may see different dashboards."""
    parts = ["demo"] if arguments.demo else [urlsplit(root).netloc, settings.profile]
    name = "+".join(quote(part, safe="") for part in parts if part)
    if len(name) > MAX_CACHE_NAME_LENGTH:  # letters outside ASCII take up to twelve characters each
        digest = hashlib.sha256(name.encode()).hexdigest()
        name = f"{name[: MAX_CACHE_NAME_LENGTH - len(digest) - 1]}~{digest}"
    return f"{name}.list"
