"""ctrl+c and similar signals."""

from __future__ import annotations

import asyncio
import inspect
import os
import signal

import pytest

from omni_tui.commands.shared.exit_codes import Interrupted
from omni_tui.commands.shared.signals import SIGNALS, Interrupts

pytestmark = pytest.mark.usefixtures("usual_signals")


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_cancels_the_work_and_lets_it_clean_up(number: signal.Signals) -> None:
    tidied: list[str] = []

    async def work() -> None:
        os.kill(os.getpid(), number)
        try:
            await asyncio.Event().wait()
        finally:
            os.kill(os.getpid(), signal.SIGINT)  # a second signal has no effect
            await asyncio.sleep(0)
            tidied.append("all")

    with pytest.raises(Interrupted) as caught, Interrupts() as interrupts:
        interrupts.run(work())
    assert caught.value.signal_number == number
    assert tidied == ["all"]


def test_outside_the_loop_a_signal_is_raised_at_once() -> None:
    with pytest.raises(Interrupted) as caught, Interrupts():
        signal.raise_signal(signal.SIGTERM)
    assert caught.value.signal_number == signal.SIGTERM


def test_a_second_signal_during_the_exit_is_ignored() -> None:
    async def interrupted() -> None:
        signal.raise_signal(signal.SIGINT)
        await asyncio.Event().wait()

    with pytest.raises(Interrupted) as caught, Interrupts() as interrupts:
        interrupts.run(interrupted())
    for number in SIGNALS:
        signal.raise_signal(number)
    assert caught.value.signal_number == signal.SIGINT


def test_handlers_are_restored_afterwards() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with Interrupts() as interrupts:
        interrupts.run(asyncio.sleep(0))
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_work_that_a_signal_kept_from_starting_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        raise AssertionError("it never starts")

    waiting = work()
    monkeypatch.setattr(asyncio, "Runner", lambda: signal.raise_signal(signal.SIGTERM))
    with pytest.raises(Interrupted), Interrupts() as interrupts:
        interrupts.run(waiting)
    assert inspect.getcoroutinestate(waiting) == inspect.CORO_CLOSED


def test_work_that_ends_returns_its_result() -> None:
    async def work() -> str:
        return "done"

    with Interrupts() as interrupts:
        assert interrupts.run(work()) == "done"


def test_its_own_cancellation_is_not_an_interruption() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError), Interrupts() as interrupts:
        interrupts.run(work())
