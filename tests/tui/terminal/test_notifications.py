"""Notifications of finished jobs: when, how often, and their text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from omni_tui.downloads.job.models import Job, JobFailure, JobState, Order
from omni_tui.downloads.job.truncation import CutOff
from omni_tui.options.spec import ExportRequest, Format
from omni_tui.tui.terminal.notifications import LONG_SECONDS, PAUSE_SECONDS, JobNotifier, notification_text


class User:
    """A user who is or isn't looking at the screen; `advance` advances the time."""

    def __init__(self) -> None:
        self.notified: list[str] = []
        self.is_away = False
        self.now = 1000.0
        self._timers: list[tuple[float, Callable[[], None]]] = []
        self.notifier = JobNotifier(self.notified.append, lambda: self.is_away, self._later, lambda: self.now)

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        self._timers.append((self.now + seconds, act))

    def advance(self, seconds: float) -> None:
        end = self.now + seconds
        while due := [timer for timer in self._timers if timer[0] <= end]:
            timer = min(due, key=lambda each: each[0])
            self._timers.remove(timer)
            self.now = max(self.now, timer[0])
            timer[1]()
        self.now = end

    def starts(self, *ids: str) -> None:
        for each in ids:
            self.notifier.update(job(each, JobState.RENDERING))

    def ends(self, id_: str, state: JobState = JobState.DONE, after: float = 60.0) -> None:
        self.notifier.update(job(id_, state, after))


def job(id_: str, state: JobState, after: float = 0.0) -> Job:
    order = Order(ExportRequest("dash", Format.PDF), f"Board {id_}", Path("/x"))
    times = MappingProxyType({JobState.QUEUED: 100.0, state: 100.0 + after})
    failure = JobFailure("The server gave it up.") if state is JobState.FAILED else None
    path = Path(f"/x/{id_}.pdf") if state is JobState.DONE else None
    return Job(id_, order, state, times, path=path, failure=failure)


@pytest.fixture
def user() -> User:
    return User()


def test_a_long_export_is_notified(user: User) -> None:
    user.starts("a")
    user.ends("a", after=LONG_SECONDS + 1)
    user.advance(1)
    assert user.notified == ["Saved: a.pdf"]


def test_a_short_export_is_not_notified_while_focused(user: User) -> None:
    user.starts("a")
    user.ends("a", after=LONG_SECONDS)
    user.advance(60)
    assert user.notified == []


def test_any_export_is_notified_while_unfocused(user: User) -> None:
    user.is_away = True
    user.starts("a")
    user.ends("a", after=1)
    user.advance(1)
    assert user.notified == ["Saved: a.pdf"]


def test_a_failure_is_notified_with_its_reason(user: User) -> None:
    user.starts("a")
    user.ends("a", JobState.FAILED)
    user.advance(1)
    assert user.notified == ["Failed: Board a (The server gave it up.)"]


def test_a_canceled_export_is_not_notified(user: User) -> None:
    user.is_away = True
    user.starts("a")
    user.ends("a", JobState.CANCELED)
    user.advance(60)
    assert user.notified == []


def test_each_end_is_notified_once(user: User) -> None:
    user.starts("a")
    user.ends("a")
    user.ends("a")
    user.advance(60)
    user.ends("a")
    user.advance(60)
    assert user.notified == ["Saved: a.pdf"]


def test_earlier_ends_are_not_notified_but_running_exports_are(user: User) -> None:
    user.notifier.begin([job("old", JobState.DONE), job("running", JobState.RENDERING)])
    user.ends("old")
    user.ends("running")
    user.advance(1)
    assert user.notified == ["Saved: running.pdf"]


def test_ends_at_the_same_time_share_a_notification(user: User) -> None:
    user.starts("a", "b", "c")
    user.ends("a")
    user.ends("b")
    user.ends("c", JobState.FAILED)
    user.advance(1)
    assert user.notified == ["2 saved, 1 failed"]


def test_forty_exports_do_not_ring_forty_times(user: User) -> None:
    user.starts(*map(str, range(40)))
    for number in range(40):
        user.ends(str(number))
        user.advance(2)
    assert len(user.notified) <= 40 * 2 / PAUSE_SECONDS + 2
    assert user.notified[0] == "Saved: 0.pdf"
    counts = [int(words.split()[0]) for words in user.notified if words[0].isdigit()]
    assert sum(counts) + len(user.notified) - len(counts) == 40


def test_the_last_end_is_notified_at_once(user: User) -> None:
    user.starts("a", "b")
    user.ends("a")
    user.advance(2)
    user.ends("b")
    user.advance(1)
    assert user.notified == ["Saved: a.pdf", "Saved: b.pdf"]


def test_several_exports_are_counted() -> None:
    assert notification_text([job("a", JobState.FAILED), job("b", JobState.FAILED)]) == "2 failed"


def test_a_file_that_may_be_cut_off_is_notified_as_such() -> None:
    empty = replace(job("a", JobState.DONE), rows=0, empty=("",))
    cut_off = replace(job("b", JobState.DONE), rows=1000, cut_off=(CutOff("", 1000),))
    assert notification_text([empty]) == "Saved: a.pdf (no rows)"
    assert notification_text([cut_off]) == "Saved: b.pdf (may be cut off at 1,000 rows)"
    assert (
        notification_text([empty, cut_off, job("c", JobState.DONE)])
        == "3 saved, 1 without rows, 1 may be cut off"
    )
