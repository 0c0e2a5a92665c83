"""A uvicorn server without output, which stops quickly. Importing this loads all libraries of the server."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from omni_tui.demo.app import make_app
from omni_tui.demo.state import Demo

# Longer than clients keep idle connections: the server must not close one just as a request is sent.
KEEP_ALIVE_SECONDS = 120
LOOP_TURNS = 10


class QuietServer(uvicorn.Server):
    """A server without output. It calls `on_up` when it is ready, and cuts off requests at its end."""

    def __init__(self, config: uvicorn.Config, demo: Demo, on_up: Callable[[], None]) -> None:
        super().__init__(config)
        self._demo = demo
        self._on_up = on_up
        self._end: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def end(self) -> None:
        """Stop it from another thread, unless it has stopped."""
        self.should_exit = True
        if self._loop is not None and self._end is not None:
            with suppress(RuntimeError):  # its loop is closed
                self._loop.call_soon_threadsafe(self._end.set)

    async def main_loop(self) -> None:
        """Run until `end()`, without uvicorn's polling ten times a second."""
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self._on_up()
        await self._end.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the listener and all connections, including running responses."""
        for listener in sockets or []:
            asyncio.get_running_loop().remove_reader(listener.fileno())
        await _turns()  # until accepted connections are registered; a closed server would lose them
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _turns()  # until aborted connections have closed their sockets
        self._demo.close()


async def _turns() -> None:
    """Run the loop as often as the longest chain of callbacks needs: accepting takes four iterations."""
    for _ in range(LOOP_TURNS):
        await asyncio.sleep(0)


def make_server(demo: Demo, on_up: Callable[[], None]) -> QuietServer:
    """Return a server that is ready to run."""
    _keep_quiet()
    config = uvicorn.Config(
        make_app(demo),
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    return QuietServer(config, demo, on_up)


def _keep_quiet() -> None:
    """Add a null handler to uvicorn's logger, so that it prints nothing to the terminal."""
    logger = logging.getLogger("uvicorn")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
