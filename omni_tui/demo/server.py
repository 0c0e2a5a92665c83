"""The demo server, in its own thread inside a program, or in the foreground.

Importing this module is light; the server and rendering libraries are imported at the start.
"""

from __future__ import annotations

import socket
import sys
import threading
from collections import Counter
from errno import EACCES, EADDRINUSE
from importlib.util import find_spec
from typing import TYPE_CHECKING

from omni_tui.demo import PERSONAL_TOKEN, TOKEN
from omni_tui.demo.errors import MissingExtra, PortUnavailable
from omni_tui.demo.settings import HUGE_BYTES, DemoSettings
from omni_tui.demo.state import Demo
from omni_tui.demo.versions import ServerVersion, behavior_of

if TYPE_CHECKING:
    from types import TracebackType

    from omni_tui.demo.uvicorn_server import QuietServer

LOOPBACK = "127.0.0.1"
START_SECONDS = 30.0  # how long the server may take to start
STOP_SECONDS = 10.0
LOOK_SECONDS = 1.0
_NEEDED = ("starlette", "uvicorn", "h11", "reportlab", "pypdfium2", "PIL", "xlsxwriter")


class DemoServer:
    """A demo server on `host`:`port` (0: a free one), with its own threads and no signal handlers.

    `demo` is its state, which can be changed while it runs. `version` is "2025" or "2026"; for the others see
    `DemoSettings`. Can be started once; also a context manager. Raises ValueError for an unknown version.
    """

    def __init__(
        self,
        host: str = LOOPBACK,
        port: int = 0,
        *,
        version: str = ServerVersion.TODAY,
        speed: float = 1.0,
        strict: bool = False,
        dashboards: int | None = None,
        limit: int = 60,
        counts_rejected: bool = False,
        says_retry_after: bool = True,
        huge_bytes: int = HUGE_BYTES,
    ) -> None:
        self._host = host
        self._port = port
        settings = DemoSettings(
            behavior=behavior_of(version),
            speed=speed,
            strict=strict,
            dashboards=dashboards,
            limit=limit,
            counts_rejected=counts_rejected,
            says_retry_after=says_retry_after,
            huge_bytes=huge_bytes,
        )
        self.demo = Demo(settings)
        self._thread: threading.Thread | None = None
        self._server: QuietServer | None = None
        self._is_up = threading.Event()
        self._failure: BaseException | None = None

    @property
    def url(self) -> str:
        """Return the URL, such as http://127.0.0.1:PORT. Only after `start()`."""
        host = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(self._host, self._host)
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        """Return the number of API requests by method and kind, such as ("POST", "initiate")."""
        return Counter(self.demo.requests)

    def start(self) -> None:
        """Listen, and return when the server responds to requests.

        Raises MissingExtra without its libraries, and PortUnavailable if the address can't be used.
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
            raise PortUnavailable(f"The demo server didn't start: {self._failure}.") from self._failure

    def stop(self) -> None:
        """Stop at once; running responses are cut off."""
        if self._thread is None or self._server is None:
            return
        self._server.end()
        self._thread.join(STOP_SECONDS)
        self._thread = None

    def wait(self) -> None:
        """Wait until the server ends. Raises KeyboardInterrupt at Ctrl+C."""
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

    def _serve(self, listener: socket.socket) -> None:
        """Import, build and serve until `stop()`. Runs in the thread."""
        try:
            from omni_tui.demo.uvicorn_server import make_server

            self._server = make_server(self.demo, self._is_up.set)
            self._server.run(sockets=[listener])
        except (Exception, SystemExit) as error:  # noqa: BLE001  # reported by start()
            self._failure = error
        finally:
            self._is_up.set()


def run_demo_server(server: DemoServer) -> int:
    """Serve in the foreground until Ctrl+C, and print how to use it; return the exit code.

    Returns 1 if the address can't be used. Raises MissingExtra without its libraries.
    """
    try:
        server.start()
    except PortUnavailable as error:
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
    return f"""The demo server runs at {url}. Press Ctrl+C to stop it.

To use it, in another terminal:
  export OMNI_BASE_URL={url}
  export OMNI_API_TOKEN={TOKEN}
  omni-tui

This is an organization key; {PERSONAL_TOKEN} is a personal access token."""


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        where = f"{host}, port {port}" if port else host
        reason = (error.strerror or str(error)).partition(" (while")[0]
        hint = "Another port may be free: --port N." if error.errno in (EADDRINUSE, EACCES) else ""
        raise PortUnavailable(f"The demo server can't listen on {where}: {reason}.", hint) from error


def missing_module() -> str:
    """Return the name of a module that the demo needs and that isn't installed; empty if all are."""
    return next((module for module in _NEEDED if find_spec(module) is None), "")
