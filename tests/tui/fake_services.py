"""Services without a network: a real rate limiter and exchange log; fakes for client, engine and catalog.

services = FakeServices(documents=[document("Blob Web Traffic")])
async with fake_app(services).run_test(size=(80, 24)) as pilot: ...
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from omni_tui.api.models import DashboardFilters, Document, KeyKind, Tile, User
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.request_log.log import Exchange, ExchangeLog
from omni_tui.api.urls import Environment
from omni_tui.catalog.list_model import UserActivity, user_activity
from omni_tui.catalog.list_view import Listing
from omni_tui.clock import SystemClock
from omni_tui.errors import OmniTuiError
from omni_tui.launch_options import Arguments
from omni_tui.options.flags import connection_flags
from omni_tui.presets.recent_and_favorites import LastUsed, RecentChanges, RecentState
from omni_tui.tui.app import OmniTui
from tests.tui.fake_engine import START, Callbacks, FakeEngine, FrozenClock


class FakeClient:
    """Responds at once with what the test set; a stored error is raised instead."""

    root = "https://blobsrus.omniapp.co/api"

    def __init__(self, limiter: RateLimiter, exchanges: ExchangeLog) -> None:
        self.limiter = limiter
        self.exchanges = exchanges
        self.key_kind = KeyKind.ORGANIZATION
        self.tiles_of: dict[str, Sequence[Tile] | OmniTuiError] = {}
        self.filters_of: dict[str, DashboardFilters | OmniTuiError] = {}
        self.known_users: tuple[User, ...] | OmniTuiError = ()
        self.asked: list[tuple[str, str]] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def get_key_kind(self) -> KeyKind:
        return self.key_kind

    async def check_credentials(self) -> None:
        self.asked.append(("check", ""))

    def start_request(self, dashboard_id: str, body: Any, *, user_id: str | None = None) -> Exchange:
        """Return what the real client returns."""
        from omni_tui.api.client import OmniClient

        client = OmniClient(
            self.root, "omni_osk_secret", limiter=self.limiter, exchanges=ExchangeLog(), clock=SystemClock()
        )
        return client.start_request(dashboard_id, body, user_id=user_id)

    async def tiles(self, document_id: str, **_: object) -> tuple[Tile, ...]:
        await self._ask("tiles", document_id)
        return tuple(_answer(self.tiles_of.get(document_id, ())))

    async def filters(self, dashboard_id: str, **_: object) -> DashboardFilters:
        await self._ask("filters", dashboard_id)
        return _answer(self.filters_of.get(dashboard_id, DashboardFilters((), {})))

    async def users(self, *, embed: bool = False, **_: object) -> tuple[tuple[User, ...], int]:
        await self._ask("users", "")
        users = tuple(user for user in _answer(self.known_users) if user.embed is embed)
        return users, len(users)

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""

    async def _ask(self, what: str, about: str) -> None:
        self.asked.append((what, about))
        await self.may_answer.wait()


def _answer(value: Any) -> Any:
    if isinstance(value, OmniTuiError):
        raise value
    return value


class FakeCatalog:
    """A list of dashboards that is loaded at once; `refresh` raises `failure`."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.dashboards = Listing.of(documents)
        self.as_of: float | None = START
        self.is_loading = False
        self.loaded_count = len(self.dashboards)
        self.total_count: int | None = len(self.dashboards)
        self.failure: OmniTuiError | None = None
        self.refreshed_count = 0
        self.subscribers = Callbacks()

    def load_cache(self) -> None:
        """Do nothing: the list is loaded."""

    async def refresh(self, *, whole: bool = False) -> None:
        self.refreshed_count += 1
        if self.failure is not None:
            raise self.failure
        self.subscribers.tell()

    def find(self, identifier: str) -> Document | None:
        return next((each for each in self.dashboards if each.identifier == identifier), None)

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        return self.subscribers.add(callback)


@dataclass
class FakeServices:
    """The same attributes as `omni_tui.services.Services`."""

    documents: Sequence[Document] = ()
    clock: SystemClock | FrozenClock = field(default_factory=FrozenClock)
    instance: str = "blobsrus"
    download_folder: Path = field(default_factory=lambda: Path.home() / "exports")
    opened_dashboard: str | None = None
    environment: Environment = Environment.LOCAL

    def __post_init__(self) -> None:
        self.limiter = RateLimiter(clock=SystemClock())
        self.exchanges = ExchangeLog()
        self.client = FakeClient(self.limiter, self.exchanges)
        self.engine = FakeEngine(self.clock)
        self.catalog = FakeCatalog(self.documents)
        self.settings = SimpleNamespace(
            theme=None, keymap={}, download_dir=self.download_folder, profile="", name_template=None,
            manifest=False, themes={}, keys=None, terminal=None, bell=True, notification=True, mouse=True,
            animation=False, ascii=None, scp_host=None,
        )  # fmt: skip
        self.remembered = RecentState()
        self.demo_server = None
        self.is_closed = False

    @property
    def own(self) -> UserActivity:
        return user_activity(self.remembered.last_used, self.remembered.favorites)

    @property
    def notices(self) -> tuple[str, ...]:
        return tuple(getattr(self.settings, "notices", ()))

    @property
    def profile(self) -> str:
        return str(self.settings.profile)

    @property
    def profile_in_names(self) -> str:
        return self.profile

    @property
    def connection_flags(self) -> list[str]:
        return connection_flags(profile=self.profile)

    def is_credential_trouble(self, error: OmniTuiError) -> bool:
        from omni_tui.api.errors.types import Forbidden, Unauthorized

        return isinstance(error, Unauthorized | Forbidden)

    async def remember(self, news: RecentChanges) -> None:
        """Remember it as the file would."""
        used = {id_: LastUsed(preset, news.at) for id_, preset in news.used.items()}
        before = self.remembered
        self.remembered = RecentState(
            news.folder or before.folder,
            before.name_template if news.name_template is None else news.name_template,
            {**before.last_used, **used},
            (before.favorites - news.favorites.keys())
            | {id_ for id_, is_one in news.favorites.items() if is_one},
        )

    async def aclose(self) -> None:
        await self.engine.aclose()
        self.is_closed = True


class FakeApp(OmniTui):
    """The real application with fake services; with None, they never open."""

    def __init__(self, services: FakeServices | None, arguments: Arguments | None = None) -> None:
        super().__init__(arguments or Arguments())
        self._fake_services = services

    async def _open_services(self) -> None:
        self.services = cast(Any, self._fake_services)


def fake_app(services: FakeServices | None, arguments: Arguments | None = None) -> FakeApp:
    """Return the application, for `run_test`."""
    return FakeApp(services, arguments)


def document(name: str, identifier: str = "", **fields: Any) -> Document:
    """Return a dashboard; its ID is derived from its name by default."""
    return Document(identifier=identifier or name.lower().replace(" ", "-"), name=name, **fields)


def exchange(number: int, **fields: Any) -> Exchange:
    """Return a complete exchange: 200 in 142 ms, one second after the previous one."""
    values: dict[str, Any] = {
        "started_at": START + number,
        "method": "GET",
        "path": f"/v1/dashboards/12db1a0a/download/job-{number}/status",
        "request_headers": (("Accept", "application/json"), ("Authorization", "***")),
        "status": 200,
        "response_headers": (("Content-Type", "application/json"),),
        "response_type": "application/json",
        "response_body": '{"status": "in_progress"}',
        "response_bytes": 25,
        "duration_seconds": 0.142,
        "is_complete": True,
    }
    values.update(fields)
    values.setdefault("url", f"https://blobsrus.omniapp.co/api{values['path']}")
    return Exchange(number=number, **values)
