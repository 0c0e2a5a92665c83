"""Broken servers and networks between us and a file."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PATIENCE_SECONDS = 60.0
LOGIN_PAGE = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Who are you?</body></html>"


class Network:
    """A TCP proxy before a server. It stops once, after a number of bytes of one connection's responses.

    `then` is called there, in a thread: whether the connection continues, or is cut off.
    """

    def __init__(self, server_url: str, *, stop_bytes: int, then: Callable[[], bool]) -> None:
        parts = urlsplit(server_url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._server = (parts.hostname, parts.port)
        self._stop_bytes = stop_bytes
        self._then = then
        self.was_stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Network:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        # shutting down a socket wakes up a thread that waits for it; closing alone doesn't
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:  # the loop includes those added while it waits
            thread.join(PATIENCE_SECONDS)
        self._listener.close()

    def _start(self, target: Callable[..., None], *args: object) -> threading.Thread:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self._start(self._connect, near)

    def _connect(self, near: socket.socket) -> None:
        with near, socket.create_connection(self._server) as far:
            upwards = self._start(_send_up, near, far)
            with suppress(OSError):
                self._send_down(near, far)
            _end(near, far)
            upwards.join(PATIENCE_SECONDS)

    def _send_down(self, near: socket.socket, far: socket.socket) -> None:
        sent = 0
        while data := far.recv(65536):
            near.sendall(data)
            sent += len(data)
            if sent >= self._stop_bytes and not self.was_stopped.is_set():
                self.was_stopped.set()
                if not self._then():
                    return


def _send_up(near: socket.socket, far: socket.socket) -> None:
    with suppress(OSError):
        while data := near.recv(65536):
            far.sendall(data)
    _end(near, far)


def _end(*sockets: socket.socket) -> None:
    for each in sockets:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """Responds as `_Server.answer` says: a status, a type, a body, and a declared length."""

    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer()

    def _answer(self) -> None:
        content_type, body, claimed = self.server.answer(self.command, urlsplit(self.path).path)
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(claimed))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


Answer = tuple[str, bytes, int]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Callable[[str, str], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def _serving(answer: Callable[[str, str], Answer]) -> Iterator[_Server]:
    with _Server(answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(PATIENCE_SECONDS)


@contextmanager
def login_page() -> Iterator[_Server]:
    """A login page in front of Omni: the same page for every request, with status 200."""
    with _serving(lambda _method, _path: ("text/html", LOGIN_PAGE, len(LOGIN_PAGE))) as server:
        yield server


@contextmanager
def liar(body: bytes, lengths: Sequence[tuple[int, int]]) -> Iterator[_Server]:
    """An Omni whose file is `body`. Each attempt gets part of it, with another declared length."""
    tries = iter(lengths)

    def answer(method: str, path: str) -> Answer:
        if method == "POST" or path.endswith("/status"):
            told = json.dumps({"job_id": "job-1", "status": "complete"}).encode()
            return "application/json", told, len(told)
        sent, claimed = next(tries)
        return "application/pdf", body[:sent], claimed

    with _serving(answer) as server:
        yield server


class _Refuser(BaseHTTPRequestHandler):
    """Passes requests on to a server, but responds with 400 to exports whose body contains a word."""

    server: _RefusingServer

    def do_GET(self) -> None:
        self._pass_on(None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.word in body:
            self._answer(400, "application/json", json.dumps({"detail": self.server.reason}).encode())
        else:
            self._pass_on(body)

    def _pass_on(self, body: bytes | None) -> None:
        host = urlsplit(self.server.server_url).netloc
        connection = HTTPConnection(host, timeout=PATIENCE_SECONDS)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        with closing(connection):
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            self._answer(answer.status, answer.headers.get("Content-Type", ""), answer.read())

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


class _RefusingServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, server_url: str, word: bytes, reason: str) -> None:
        super().__init__(("127.0.0.1", 0), _Refuser)
        self.server_url = server_url
        self.word = word
        self.reason = reason
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def refuser(server_url: str, word: bytes, reason: str) -> Iterator[_RefusingServer]:
    """A server that rejects exports whose request contains `word`."""
    with _RefusingServer(server_url, word, reason) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(PATIENCE_SECONDS)
