"""Transferring a download by keys: scp command, file, URL; copied text; notifications."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from omni_tui.downloads.job.models import JobState
from omni_tui.tui.file_transfer.copied_screen import CopiedScreen
from omni_tui.tui.input.terminal_replies import TerminalName
from omni_tui.tui.terminal.detect import Kind, Multiplexer, Terminal
from tests.tui.downloads.panes import PLACES, opened
from tests.tui.fake_services import FakeApp, FakeServices, document
from tests.tui.waiting import screen_text, wait_for, wait_for_text

BLOBS = document("Blob Web Traffic", "dash0001")


class Wired(FakeApp):
    """Records what is sent to the terminal, and replies like one."""

    def __init__(self, services: FakeServices, terminal: Terminal | None = None) -> None:
        super().__init__(services)
        self.sent: list[str] = []
        if terminal is not None:
            self.terminal = terminal

    def send(self, sequence: str) -> None:
        self.sent.append(sequence)
        if "\x1b[6n" in sequence:
            self.post_message(events.CursorPosition(0, 0))

    @property
    def all_sent(self) -> str:
        return "".join(self.sent)


def services_with_file(name: str = "Sales by Region.pdf") -> FakeServices:
    """Return services with one saved download of 20,000 bytes of a known dashboard."""
    services = FakeServices(documents=[BLOBS])
    services.download_folder.mkdir(parents=True)
    path = services.download_folder / name
    path.write_bytes(b"0123456789" * 2000)
    services.engine.move(services.engine.add().id, JobState.DONE, path=path, bytes_received=20_000)
    return services


@pytest.fixture(autouse=True)
def connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 50022 10.0.0.5 2222")
    monkeypatch.setenv("USER", "ada")
    for name in ("TMUX", "STY", "TERM_PROGRAM", "LC_TERMINAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize("place", PLACES)
async def test_an_scp_command_is_copied(place: str) -> None:
    app = Wired(services_with_file())
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, place)
        await pilot.press("Y")
        await wait_for_text(pilot, "Copied ·")
        line = f"scp -P 2222 'ada@10.0.0.5:{Path.home()}/exports/Sales\\ by\\ Region.pdf' ."
        assert app.copied == app.clipboard == line
        await wait_for(pilot, lambda: app.sent)
        (payload,) = re.findall(r"\x1b\]52;c;([^\a]*)\a", app.all_sent)
        assert b64decode(payload).decode() == line


async def test_the_configured_host_wins() -> None:
    services = services_with_file("a.pdf")
    services.settings.scp_host = "reports"
    app = Wired(services)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("Y")
        assert app.copied == f"scp reports:{Path.home()}/exports/a.pdf ."


async def test_without_a_file_there_is_no_command() -> None:
    services = FakeServices(documents=[BLOBS])
    services.engine.add()
    app = Wired(services)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("Y")
        await wait_for_text(pilot, "no file yet")
        assert app.copied == ""


async def test_the_command_is_wrapped_for_screen_and_tmux() -> None:
    for multiplexer, mark in (
        (Multiplexer.TMUX, "\x1bPtmux;\x1b\x1b]52;"),
        (Multiplexer.SCREEN, "\x1bP\x1b]52;"),
    ):
        app = Wired(FakeServices(documents=[BLOBS]), Terminal(Kind.XTERM, multiplexer))
        async with app.run_test(size=(120, 40)) as pilot:
            app.copy_to_clipboard("text")
            await wait_for(pilot, lambda app=app: len(app.sent) == 2)  # type: ignore[misc]
            assert app.sent[0].startswith("\x1b]52;c;")
            assert app.sent[1].startswith(mark)


async def test_nothing_is_sent_to_a_console() -> None:
    app = Wired(FakeServices(documents=[BLOBS]), Terminal(Kind.CONSOLE))
    async with app.run_test(size=(120, 40)) as pilot:
        app.copy_to_clipboard("text")
        app.alert("Saved")
        await pilot.pause()
        await app.workers.wait_for_complete()
        assert app.sent == ["\a"]


@pytest.mark.parametrize("place", PLACES)
async def test_the_file_is_sent_to_a_terminal_that_accepts_it(place: str) -> None:
    app = Wired(services_with_file(), Terminal(Kind.ITERM2))
    async with app.run_test(size=(140, 40)) as pilot:
        await opened(pilot, place)
        await wait_for_text(pilot, "send home")
        await pilot.press("h")
        await wait_for_text(pilot, "sent; your terminal saves it in its download folder")
        parts = re.findall(r"FilePart=([^\a]*)\a", app.all_sent)
        assert b"".join(map(b64decode, parts)) == b"0123456789" * 2000


async def test_the_screen_is_repainted_after_a_blocking_transfer() -> None:
    app = Wired(services_with_file(), Terminal(Kind.WEZTERM))
    async with app.run_test(size=(140, 40)) as pilot:
        await opened(pilot)
        await pilot.press("h")
        await wait_for_text(pilot, "sent; your terminal saves it")
        assert "1337;File=" in app.all_sent
        assert not app._is_line_taken


async def test_a_missing_file_is_reported() -> None:
    services = services_with_file()
    app = Wired(services, Terminal(Kind.ITERM2))
    async with app.run_test(size=(140, 40)) as pilot:
        await opened(pilot)
        (services.download_folder / "Sales by Region.pdf").unlink()
        await pilot.press("h")
        await wait_for_text(pilot, "can't read the file: No such file")


async def test_the_key_says_so_if_the_terminal_accepts_no_files() -> None:
    app = Wired(services_with_file())
    async with app.run_test(size=(140, 40)) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "copy scp")
        assert "send home" not in screen_text(pilot)
        await pilot.press("h")
        await wait_for_text(pilot, "this terminal can't receive files; Y copies an scp command")
        assert "1337" not in app.all_sent


async def test_a_dashboards_url_is_a_link_and_can_be_copied() -> None:
    app = Wired(services_with_file())
    address = "https://blobsrus.omniapp.co/dashboards/dash0001"
    async with app.run_test(size=(120, 40)) as pilot:
        await wait_for_text(pilot, "blobsrus")
        await pilot.press("u")
        await wait_for_text(pilot, "Copied ·")
        assert app.copied == address
        app.copied = ""
        await opened(pilot, PLACES[1])
        await pilot.press("u")
        await wait_for(pilot, lambda: app.copied == address)
        assert address in links(pilot)


def links(pilot: Pilot[Any]) -> set[str]:
    """Return the links on the screen."""
    strips = pilot.app.screen._compositor.render_strips()
    return {
        segment.style.link for strip in strips for segment in strip if segment.style and segment.style.link
    }


async def test_a_dashboards_id_is_a_link_if_the_details_fit() -> None:
    app = Wired(FakeServices(documents=[document("Blob [b]", "12db1a0a", url="https://evil.example/w/x")]))
    async with app.run_test(size=(120, 40)) as pilot:
        await wait_for(pilot, lambda: links(pilot) == {"https://blobsrus.omniapp.co/dashboards/12db1a0a"})


async def test_a_console_has_no_links() -> None:
    app = Wired(FakeServices(documents=[BLOBS]), Terminal(Kind.CONSOLE))
    async with app.run_test(size=(120, 40)) as pilot:
        await wait_for_text(pilot, "dash0001")
        assert links(pilot) == set()


async def test_copied_text_can_be_shown_and_selected() -> None:
    app = Wired(services_with_file())
    async with app.run_test(size=(60, 16)) as pilot:
        await wait_for_text(pilot, "blobsrus")
        await pilot.press("v")
        await wait_for(pilot, lambda: any("Nothing" in each.message for each in app._notifications))
        await opened(pilot)
        await pilot.press("Y")
        await pilot.press("v")
        await wait_for(pilot, lambda: isinstance(app.screen, CopiedScreen))
        await wait_for_text(pilot, "scp -P 2222")
        assert not app.has_mouse
        lines = screen_text(pilot).splitlines()
        first = next(number for number, line in enumerate(lines) if line.startswith("scp "))
        assert lines[first].endswith("\\")  # a shell reads on
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.has_mouse)


async def test_notifications_ring_and_appear_on_the_desktop() -> None:
    services = FakeServices(documents=[BLOBS])
    app = Wired(services)
    async with app.run_test(size=(120, 40)) as pilot:
        await wait_for_text(pilot, "blobsrus")
        job = services.engine.add(name="Sales\x1b]0;x\a; [b]")
        services.engine.move(job.id, JobState.RENDERING)
        app.post_message(events.AppBlur())
        await wait_for(pilot, lambda: not app.app_focus)
        services.engine.fail(job.id, "It broke.", after_seconds=1)
        await wait_for(pilot, lambda: len(app.sent) == 2)
        assert app.sent == ["\a", "\x1b]9;omni-tui: Failed: Sales]0,x, [b] (It broke.)\a"]


async def test_a_short_export_is_not_notified_while_focused() -> None:
    services = FakeServices(documents=[BLOBS])
    app = Wired(services)
    async with app.run_test(size=(120, 40)) as pilot:
        await wait_for_text(pilot, "blobsrus")
        for seconds in (1, 11):
            job = services.engine.add()
            services.engine.move(job.id, JobState.RENDERING)
            services.engine.move(job.id, JobState.DONE, after_seconds=seconds, path=Path(f"/x/{seconds}.pdf"))
        await wait_for(pilot, lambda: app.sent)
        assert app.all_sent == "\a\x1b]9;omni-tui: Saved: 11.pdf\a"


@pytest.mark.parametrize(("bell", "notification"), [(True, False), (False, True), (False, False)])
async def test_each_can_be_switched_off(bell: bool, notification: bool) -> None:
    services = FakeServices(documents=[BLOBS])
    services.settings.bell, services.settings.notification = bell, notification
    app = Wired(services)
    async with app.run_test(size=(120, 40)) as pilot:
        await wait_for_text(pilot, "blobsrus")
        app.use_terminal_settings(services.settings)  # type: ignore[arg-type]
        app.alert("Saved: a.pdf")
        assert app.sent == ["\a"] * bell + ["\x1b]9;omni-tui: Saved: a.pdf\a"] * notification


async def test_a_terminal_that_reports_its_name_gets_its_file_transfer() -> None:
    services = services_with_file()
    app = Wired(services)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        assert "send home" not in screen_text(app)
        app.post_message(TerminalName("WezTerm 20240203-110809-5046fc22"))
        await wait_for_text(pilot, "send home")
        app.use_terminal_settings(services.settings)  # type: ignore[arg-type]
        assert app.terminal == Terminal(Kind.WEZTERM)  # it is remembered, unlike for another profile
        await pilot.press("h")
        await wait_for_text(pilot, "sent; your terminal saves it")
        assert "\x1b]1337;File=" in app.all_sent
        services.settings.terminal = "xterm"
        app.use_terminal_settings(services.settings)  # type: ignore[arg-type]
        assert app.terminal == Terminal(Kind.XTERM)


async def test_losing_the_window_focus_keeps_the_field_focused() -> None:
    app = Wired(FakeServices(documents=[BLOBS]))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "blobsrus")
        await pilot.press("slash", "b")
        focused = app.focused
        app.post_message(events.AppBlur())
        await wait_for(pilot, lambda: not app.app_focus)
        assert app.focused is focused
        app.post_message(events.AppFocus())
        await wait_for(pilot, lambda: app.app_focus)
        assert app.focused is focused


async def test_the_mouse_can_be_disabled_and_enabled() -> None:
    app = Wired(FakeServices(documents=[BLOBS]))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "blobsrus")
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert "Disable the mouse" in titles
        await app.run_action("mouse")
        assert not app.has_mouse
        assert "Enable the mouse" in [command.title for command in app.get_system_commands(app.screen)]
        await app.run_action("mouse")
        assert app.has_mouse


async def test_nothing_is_animated_unless_configured() -> None:
    services = FakeServices(documents=[BLOBS])
    app = Wired(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "blobsrus")
        settings: Any = services.settings
        app.use_terminal_settings(settings)
        assert app.animation_level == "none"
        settings.animation = True
        app.use_terminal_settings(settings)
        assert app.animation_level == "full"


async def test_no_screen_repaints_while_idle() -> None:
    app = Wired(services_with_file())
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        for key in ("f1", "escape", "f4", "escape", "slash", "escape", "enter"):
            await pilot.press(key)
            await pilot.pause()
            inputs = [each for each in app.screen.query("*") if hasattr(each, "cursor_blink")]
            assert not any(each.cursor_blink for each in inputs)
            assert not app.screen.query("LoadingIndicator, ProgressBar")
