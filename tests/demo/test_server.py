"""The server inside a program: start, stop, what it leaves behind, and its output."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from omni_tui.commands.demo_server import run_demo_server_command
from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.demo import TOKEN
from omni_tui.demo import server as server_module
from omni_tui.demo.access.rate_limit import RateLimit
from omni_tui.demo.errors import MissingExtra, PortUnavailable
from omni_tui.demo.jobs import (
    MAX_SECONDS,
    MIN_SECONDS,
    SLOW_SECONDS,
    Jobs,
    JobState,
    render_seconds,
)
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer, run_demo_server
from omni_tui.demo.settings import DemoSettings
from tests.demo.conftest import NOW, Caller, dashboard_of

HEADERS = {"Authorization": f"Bearer {TOKEN}"}


def test_it_answers_when_start_returns_and_not_after_stop() -> None:
    server = DemoServer()
    server.start()
    assert server.url.startswith("http://127.0.0.1:")
    answer = httpx.get(f"{server.url}/api/v1/documents", headers=HEADERS, trust_env=False)
    assert answer.status_code == 200
    assert server.requests == {("GET", "documents"): 1}
    server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url, trust_env=False)
    server.stop()


def test_a_server_that_has_ended_can_be_stopped() -> None:
    server = DemoServer()
    server.start()
    assert server._server is not None
    server._server.end()
    server.wait()
    server.stop()


def test_no_thread_is_left_behind() -> None:
    before = set(threading.enumerate())
    with DemoServer() as server, contextlib.closing(Caller(server).http) as http:
        assert http.get("/api/v1/whoami").status_code == 200
        assert {thread.name for thread in set(threading.enumerate()) - before} == {"demo-server"}
    assert set(threading.enumerate()) <= before


def test_stop_cuts_off_a_long_response() -> None:
    server = DemoServer(speed=1000)
    server.start()
    caller = Caller(server)
    with caller.http:
        started = caller.start({"format": "csv"}, names.HUGE_ID).json()
        caller.ended(started["job_id"], names.HUGE_ID)
        path = f"/api/v1/dashboards/{names.HUGE_ID}/download/{started['job_id']}"
        with caller.http.stream("GET", path) as answer:
            chunks = answer.iter_bytes()
            assert next(chunks)
            stopper = threading.Thread(target=server.stop)
            stopper.start()
            stopper.join(server_module.STOP_SECONDS / 2)
            assert not stopper.is_alive()
            with pytest.raises(httpx.TransportError):
                for _ in chunks:
                    pass


def test_two_servers_at_once() -> None:
    with DemoServer() as one, DemoServer(dashboards=3) as other:
        assert one.url != other.url
        answer = httpx.get(f"{other.url}/api/v1/documents", headers=HEADERS, trust_env=False).json()
        assert answer["pageInfo"]["totalRecords"] == 5
        assert not one.requests


def test_a_long_list_is_answered() -> None:
    with DemoServer(dashboards=20_000) as server:
        query = {"pageSize": "100", "sortField": "name"}
        answer = httpx.get(
            f"{server.url}/api/v1/documents", params=query, headers=HEADERS, trust_env=False, timeout=60
        ).json()
        assert answer["pageInfo"]["totalRecords"] == 20_002
        assert len(answer["records"]) == 100
        last = answer["records"][-1]["identifier"]
        found = httpx.get(f"{server.url}/api/v1/documents/{last}/queries", headers=HEADERS, trust_env=False)
        assert found.json()["queries"]


def test_a_port_in_use_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortUnavailable, match=f"port {port}"):
            DemoServer(port=port).start()
        assert run_demo_server(DemoServer(port=port)) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("The demo server can't listen on 127.0.0.1")
    assert output.err.count("\n") == 1


def test_an_address_of_another_machine() -> None:
    with pytest.raises(PortUnavailable):
        DemoServer("no-such-host.invalid").start()
    with pytest.raises(PortUnavailable) as caught:
        DemoServer("203.0.113.9", 8080).start()
    message = str(caught.value)
    assert message.startswith("The demo server can't listen on 203.0.113.9, port 8080: ")
    assert "(while" not in message
    assert "--port" not in message


def test_an_unknown_choice_on_the_command_line_lists_the_known_ones() -> None:
    for flag, listed in (
        ("--server-version", "'2025', '2026'"),
        ("--situation", "'normal'"),
        ("--mischief", "'none'"),
    ):
        with pytest.raises(UsageError, match=f"choose from {listed}"):
            run_demo_server_command([flag, "unknown"])


def test_ipv6_has_brackets() -> None:
    server = DemoServer("::1", 8080)
    assert server.url == "http://[::1]:8080"
    assert DemoServer("0.0.0.0", 8080).url == "http://127.0.0.1:8080"


def test_without_the_extra_it_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra) as caught:
        DemoServer().start()
    assert "pip install 'omni-tui[demo]'" in caught.value.hint


def test_an_error_in_the_thread_is_raised_by_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "omni_tui.demo.uvicorn_server", None)
    with pytest.raises(PortUnavailable, match="didn't start"):
        DemoServer().start()


def loaded_by(module: str) -> list[str]:
    """The modules that a new Python has after importing this one."""
    code = f"import sys, {module}; print(*sys.modules)"
    root = Path(__file__).parents[2]
    return subprocess.check_output([sys.executable, "-c", code], text=True, cwd=root).split()


def test_importing_it_is_light() -> None:
    loaded = loaded_by("omni_tui.demo.server")
    heavy = {"uvicorn", "starlette", "reportlab", "pypdfium2", "PIL", "xlsxwriter", "httpx", "textual"}
    assert heavy.isdisjoint(loaded)


def test_serving_needs_nothing_that_renders() -> None:
    loaded = loaded_by("omni_tui.demo.uvicorn_server")
    assert {"reportlab", "pypdfium2", "PIL", "xlsxwriter"}.isdisjoint(loaded)


def test_it_prints_nothing_to_the_terminal() -> None:
    code = """
import urllib.request, urllib.error
from omni_tui.demo.server import DemoServer
with DemoServer() as server:
    try:
        urllib.request.urlopen(server.url + "/api/v1/documents")
    except urllib.error.HTTPError as error:
        error.close()
"""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", code],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_in_the_foreground_it_prints_how_to_use_it_and_stops_with_ctrl_c() -> None:
    code = """
import signal, sys, threading
from omni_tui.demo import server
greeting = server._greeting
def then_ctrl_c(url):
    threading.Timer(0.05, lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)).start()
    return greeting(url)
server._greeting = then_ctrl_c
sys.exit(server.run_demo_server(server.DemoServer()))
"""
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert ended.returncode == 0
    assert ended.stderr == ""
    assert "export OMNI_BASE_URL=http://127.0.0.1:" in ended.stdout
    assert f"export OMNI_API_TOKEN={TOKEN}" in ended.stdout


def test_a_sliding_window() -> None:
    now = [0.0]
    limit = RateLimit(2, lambda: now[0])
    assert limit.wait_seconds("a") == 0
    now[0] = 30.0
    assert limit.wait_seconds("a") == 0
    assert limit.wait_seconds("b") == 0
    now[0] = 59.5
    assert limit.wait_seconds("a") == 1
    now[0] = 60.0
    assert limit.wait_seconds("a") == 0
    assert limit.wait_seconds("a") == 30


def test_rendering_takes_one_to_six_seconds_and_the_slow_one_thirty() -> None:
    from omni_tui.demo.sample_data.sample_documents import SampleDocuments

    for dashboard in SampleDocuments(now=NOW):
        for file_format in ("pdf", "png", "xlsx", "csv", "json"):
            seconds = render_seconds(dashboard, file_format)
            if dashboard.identifier == names.SLOW_ID:
                assert seconds == SLOW_SECONDS
            else:
                assert MIN_SECONDS <= seconds <= MAX_SECONDS


def test_speed_divides_and_a_job_is_not_ready_before_its_time() -> None:
    now = [100.0]
    jobs = Jobs(DemoSettings(speed=10), now=lambda: now[0])
    dashboard = dashboard_of(names.SLOW_ID)
    job = jobs.start(dashboard, {"format": "json", "queryIdentifierMapKey": "1"}, "somebody")
    job.rendering.result(60)
    assert jobs.state(job) is JobState.IN_PROGRESS
    assert jobs.running(dashboard.identifier, "somebody") is job
    now[0] = 102.9
    assert jobs.state(job) is JobState.IN_PROGRESS
    now[0] = 103.0
    assert jobs.state(job) is JobState.COMPLETE
    assert jobs.running(dashboard.identifier, "somebody") is None
    jobs.close()


def test_an_unexpected_error_fails_the_job() -> None:
    now = [100.0]
    jobs = Jobs(DemoSettings(speed=1000), now=lambda: now[0])
    job = jobs.start(dashboard_of("12db1a0a"), {"format": "pdf", "paperFormat": "papyrus"}, "somebody")
    assert isinstance(job.rendering.exception(60), KeyError)
    now[0] = 200.0
    assert jobs.state(job) is JobState.ERROR
    assert job.failure() == "Job failed to render: KeyError('papyrus')"
    jobs.close()


def test_the_oldest_jobs_are_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.demo.jobs.MAX_JOBS", 2)
    jobs = Jobs(DemoSettings(speed=1000), now=lambda: 0.0)
    dashboard = dashboard_of("12db1a0a")
    made = [jobs.start(dashboard, {"format": "json", "queryIdentifierMapKey": "1"}, str(n)) for n in range(3)]
    found = [jobs.find(job.identifier, dashboard.identifier, job.runs_as) for job in made]
    assert found == [None, made[1], made[2]]
    jobs.close()


def test_a_connection_accepted_at_the_end_closes_its_socket() -> None:
    server = DemoServer()
    server.start()
    inner: Any = server._server
    loop: asyncio.AbstractEventLoop = inner._loop
    port = int(server.url.rpartition(":")[2])
    clients: list[socket.socket] = []

    def connect() -> None:
        clients.append(socket.create_connection(("127.0.0.1", port)))
        loop.call_soon(inner._end.set)  # in the iteration in which it is accepted, before it has an owner

    loop.call_soon_threadsafe(connect)
    server.wait()
    for client in clients:
        client.close()
    gc.collect()  # a socket that is still open emits a warning now
