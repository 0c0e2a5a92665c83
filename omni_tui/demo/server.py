"""The demo as a server: in a thread of its own inside a program, or alone in the foreground.

What serves and what renders is imported when a server starts; importing this module is light.
"""

from __future__ import annotations

import socket
import sys
import threading
from collections import Counter
from importlib.util import find_spec
from typing import TYPE_CHECKING

from omni_tui.demo import PERSONAL_TOKEN, TOKEN
from omni_tui.demo.errors import CannotListen, MissingExtra
from omni_tui.demo.faults.modes import Mischief, Situation
from omni_tui.demo.versions import TODAY, Behavior, behavior_of

if TYPE_CHECKING:
    from types import TracebackType

    from omni_tui.demo.serving import QuietServer

LOOPBACK = "127.0.0.1"
HUGE_BYTES = 200_000_000
START_SECONDS = 30.0  # a server that does not come up within it has failed
STOP_SECONDS = 10.0
LOOK_SECONDS = 1.0
_NEEDED = ("starlette", "uvicorn", "h11", "reportlab", "pypdfium2", "PIL", "xlsxwriter")


class DemoServer:
    """An Omni on `host`:`port` (0: a free one), with threads of its own and no signal handlers.

    `version` is which server it stands for: "2025" or "2026"; `behavior` sets its facts one by one instead.
    `speed` divides how long rendering takes, `strict` adds what only some servers refuse, `dashboards` is
    how many there are in all (None: those with a name), `limit` how many requests a key has in a minute,
    with `counts_refused` refused ones included; `says_retry_after` is whether a 429 tells how long to wait;
    `huge_bytes` how large the large export is. To be started once; also a context manager. Raises ValueError
    for a version that is not known.
    """

    def __init__(
        self,
        host: str = LOOPBACK,
        port: int = 0,
        *,
        version: str | None = None,
        behavior: Behavior | None = None,
        speed: float = 1.0,
        strict: bool = False,
        dashboards: int | None = None,
        limit: int = 60,
        counts_refused: bool = False,
        says_retry_after: bool = True,
        huge_bytes: int = HUGE_BYTES,
    ) -> None:
        if behavior is None:
            behavior = TODAY if version is None else behavior_of(version)
        self._behavior = behavior
        self._host = host
        self._port = port
        self._speed = speed
        self._strict = strict
        self._dashboards = dashboards
        self._limit = limit
        self._counts_refused = counts_refused
        self._says_retry_after = says_retry_after
        self._huge_bytes = huge_bytes
        self._thread: threading.Thread | None = None
        self._server: QuietServer | None = None
        self._is_up = threading.Event()
        self._failure: BaseException | None = None

    @property
    def url(self) -> str:
        """Where it answers: http://127.0.0.1:PORT. Only after `start()`."""
        host = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(self._host, self._host)
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        """How many requests to the API came, by method and kind: ("POST", "initiate"), ("GET", "status") …"""
        return Counter() if self._server is None else Counter(self._server.tally.requests)

    @property
    def refused_count(self) -> int:
        """How many requests were refused for coming too fast (429)."""
        return 0 if self._server is None else self._server.tally.refused_count

    @property
    def situation(self) -> Situation:
        """What is the matter with the organization; may be set while it runs."""
        return self._running.demo.situation

    @situation.setter
    def situation(self, situation: Situation) -> None:
        self._running.demo.situation = situation

    @property
    def mischief(self) -> Mischief:
        """What is done to files on their way; may be set while it runs."""
        return self._running.demo.mischief

    @mischief.setter
    def mischief(self, mischief: Mischief) -> None:
        self._running.demo.mischief = mischief

    def start(self) -> None:
        """Listen, and return when requests are answered.

        Raises MissingExtra without the libraries that it needs, CannotListen without the address.
        """
        if missing := missing_module():
            raise MissingExtra(missing)
        listener = _listener(self._host, self._port)
        self._port = listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, args=(listener,), name="demo-server", daemon=True)
        self._thread.start()
        if not self._is_up.wait(START_SECONDS):
            self._failure = TimeoutError(f"not up after {START_SECONDS:.0f} s")
        if self._failure is not None:
            listener.close()
            raise CannotListen(f"The demo server did not start: {self._failure}.") from self._failure

    def set_mode(self, situation: str, mischief: str) -> None:
        """Switch to these by their names, as typed. Raises ValueError for a name that is not known."""
        self.situation, self.mischief = Situation(situation), Mischief(mischief)

    def stop(self) -> None:
        """End it at once: answers that are on their way are broken off."""
        if self._thread is None or self._server is None:
            return
        self._server.end()
        self._thread.join(STOP_SECONDS)
        self._thread = None

    def wait(self) -> None:
        """Come back when the server has ended, or with the KeyboardInterrupt of ctrl+c."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(LOOK_SECONDS)

    def __enter__(self) -> DemoServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _running(self) -> QuietServer:
        if self._server is None:
            raise RuntimeError("the demo server was not started")
        return self._server

    def _serve(self, listener: socket.socket) -> None:
        """The thread: import, build, serve until `stop()`."""
        try:
            from omni_tui.demo.access.rate_limit import Limit
            from omni_tui.demo.serving import make_server

            self._server = make_server(
                on_up=self._is_up.set,
                host=self._host,
                behavior=self._behavior,
                speed=self._speed,
                strict=self._strict,
                dashboards=self._dashboards,
                limit=Limit(self._limit, counts_refused=self._counts_refused),
                says_retry_after=self._says_retry_after,
                huge_bytes=self._huge_bytes,
            )
            self._server.run(sockets=[listener])
        except (Exception, SystemExit) as error:  # noqa: BLE001  # told to who waits in start()
            self._failure = error
        finally:
            self._is_up.set()


def run_demo_server(
    host: str,
    port: int,
    *,
    speed: float,
    strict: bool,
    dashboards: int | None,
    version: str | None = None,
    situation: str = "normal",
    mischief: str = "none",
) -> int:
    """Serve in the foreground until ctrl+c, and say where and how to use it; the exit status.

    1 when the address cannot be had. Raises MissingExtra without the libraries that it needs.
    """
    server = DemoServer(host, port, version=version, speed=speed, strict=strict, dashboards=dashboards)
    try:
        server.start()
        server.set_mode(situation, mischief)
    except CannotListen as error:
        print(error, file=sys.stderr)
        return 1
    try:
        print(_greeting(server.url), flush=True)
        server.wait()
    except KeyboardInterrupt:
        print()
    finally:
        server.stop()
    return 0


def _greeting(url: str) -> str:
    return f"""The demo Omni answers at {url}. End it with ctrl+c.

To use it, in another terminal:
  export OMNI_BASE_URL={url}
  export OMNI_API_TOKEN={TOKEN}
  omni-tui

That token is an organization key; {PERSONAL_TOKEN} is a personal one."""


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        where = f"{host}, port {port}" if port else host
        reason = error.strerror or str(error)
        hint = "Another port may be free: --port N." if port else ""
        raise CannotListen(f"The demo server cannot listen on {where}: {reason}.", hint) from error


def missing_module() -> str:
    """What the demo needs and is not installed, by name; empty when all of it is there."""
    return next((module for module in _NEEDED if find_spec(module) is None), "")
