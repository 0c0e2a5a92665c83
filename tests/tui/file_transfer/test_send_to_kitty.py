"""Sending a download to a terminal that asks first: the messages, and what waits meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from omni_tui.tui.input.terminal_replies import TransferReply
from omni_tui.tui.terminal.detect import Kind, Terminal
from tests.tui.fake_services import FakeServices
from tests.tui.file_transfer.fake_kitty import FakeKitty
from tests.tui.file_transfer.test_transfer_by_keys import PLACES, Wired, opened, services_with_file
from tests.tui.waiting import wait_for, wait_for_text

SIZE = (140, 40)


class InKitty(Wired):
    """Replies like kitty, with this folder as its home."""

    def __init__(self, services: FakeServices, kitty: FakeKitty) -> None:
        super().__init__(services, Terminal(Kind.KITTY))
        self.kitty = kitty

    def send(self, sequence: str) -> None:
        for answer in self.kitty.take(sequence):
            self.post_message(TransferReply(answer.removeprefix("\x1b]5113;").removesuffix("\x1b\\")))


@pytest.mark.parametrize("place", PLACES)
async def test_the_file_arrives_and_its_path_is_shown(place: str, tmp_path: Path) -> None:
    app = InKitty(services_with_file(), FakeKitty(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, place)
        await wait_for_text(pilot, "send home")
        await pilot.press("h")
        await wait_for_text(pilot, "Downloads/Sales by Region.pdf on your machine")
        assert (tmp_path / "Downloads" / "Sales by Region.pdf").read_bytes() == b"0123456789" * 2000
        assert not app.is_sending


async def test_a_declined_transfer_is_reported(tmp_path: Path) -> None:
    app = InKitty(services_with_file(), FakeKitty(tmp_path, allows=False))
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("h")
        await wait_for_text(pilot, "Transfer declined. Use “copy scp” instead.")


async def test_suspending_and_a_second_transfer_are_disabled_during_a_transfer(tmp_path: Path) -> None:
    app = InKitty(services_with_file(), FakeKitty(tmp_path, allows=None))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await opened(pilot)
        await pilot.press("h")
        await wait_for_text(pilot, "allow the transfer in your terminal")
        await pilot.press("h")
        await wait_for_text(pilot, "another transfer is in progress")
        app.action_suspend_process()
        await wait_for_text(pilot, "Suspending is disabled while a file is being sent.")
        await pilot.press("ctrl+q")
        await wait_for(pilot, lambda: app._exit, "the end")
        assert app.kitty.commands["cancel"] == 1


async def test_quitting_cancels_the_transfer_and_waits_for_the_last_reply(tmp_path: Path) -> None:
    app = InKitty(services_with_file(), FakeKitty(tmp_path, falls_silent_after=0))
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("h")
        await wait_for(pilot, lambda: app.kitty.commands["data"], "data")
        async with asyncio.timeout(30):
            await app.shut_down(0)
        assert app.kitty.ended == ["cancel"]


async def test_a_late_reply_is_ignored(tmp_path: Path) -> None:
    app = InKitty(services_with_file(), FakeKitty(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        app.post_message(TransferReply("ac=status;id=old;st=T0s="))
        await pilot.press("h")
        await wait_for_text(pilot, "on your machine")
