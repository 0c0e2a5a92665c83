from __future__ import annotations

import itertools
import statistics
from functools import cache

import pytest

from omni_tui.downloads.polling.render_stats import History, RenderKind, Span
from omni_tui.downloads.polling.schedule import (
    ANSWER_SECONDS,
    LIKELY,
    MIN_GAP_SECONDS,
    Capacity,
    Poll,
    PollSchedule,
)
from omni_tui.options.spec import Format
from tests.bench import pace as bench
from tests.downloads.simulation import Asking, Clairvoyant, Omni, Ours, Outcome, lognormal, run

PLENTY = Capacity(51, 57)
SEEDS = range(6)


def kind(job: object) -> RenderKind:
    return RenderKind(f"dashboard {job}", Format.PDF)


def a_schedule(jobs: int = 0, *, at: float = 0.0, history: History | None = None) -> PollSchedule:
    """A pace that watches so many jobs; each waits for its turn."""
    schedule = PollSchedule(History() if history is None else history, polls=51, window_seconds=60)
    for job in range(jobs):
        schedule.watch(job, kind(job), at)
        schedule.request_turn(job)
    return schedule


def used_to(seconds: float, jobs: int) -> History:
    """Each of these dashboards has always taken so long."""
    history = History()
    for job in range(jobs):
        for _ in range(5):
            history.add(kind(job), Span(seconds * 0.97, seconds * 1.03))
    return history


def first_ask(schedule: PollSchedule, room: Capacity = PLENTY) -> float:
    """When the first of the jobs is asked."""
    now = 0.0
    while True:
        choice = schedule.next(now, room)
        if isinstance(choice, Poll):
            return now
        assert choice is not None
        assert choice > now
        now = choice


def test_without_jobs_nothing_is_polled() -> None:
    assert a_schedule().next(0, PLENTY) is None


def test_one_or_two_jobs_are_polled_every_two_seconds() -> None:
    for jobs in (1, 2):
        schedule = a_schedule(jobs)
        asked: dict[object, list[float]] = {job: [0.0] for job in range(jobs)}
        now = 0.0
        while now < 20:
            choice = schedule.next(now, PLENTY)
            if isinstance(choice, Poll):
                assert not choice.is_for_file
                asked[choice.job].append(now)
                schedule.found_running(choice.job, now)
                schedule.request_turn(choice.job)
            else:
                assert choice is not None
                now = choice
        for moments in asked.values():
            assert moments == pytest.approx([2.0 * number for number in range(len(moments))])
            assert len(moments) == 10


def test_a_job_is_first_polled_when_it_is_probably_done() -> None:
    assert 20 < first_ask(a_schedule(4, history=used_to(40, 4))) < 60
    assert first_ask(a_schedule(4, history=used_to(5, 4))) < 10


def test_the_more_jobs_the_later_each_is_polled() -> None:
    moments = [first_ask(a_schedule(jobs)) for jobs in (1, 5, 25, 100)]
    assert moments == sorted(moments)
    assert moments[0] == MIN_GAP_SECONDS
    assert moments[-1] > 2 * moments[1]


def test_the_likeliest_job_is_polled_first() -> None:
    history = used_to(60, 3)
    for _ in range(5):
        history.add(kind(3), Span(9, 10))
    schedule = a_schedule(4, history=history)
    choices = [schedule.next(63, PLENTY) for _ in range(4)]
    assert all(isinstance(choice, Poll) for choice in choices)
    assert choices[0] == Poll(3, is_for_file=True)


def test_without_room_nothing_is_polled() -> None:
    schedule = a_schedule(4)
    assert schedule.next(500, Capacity(0, 6)) is None
    assert isinstance(schedule.next(500, Capacity(1, 7)), Poll)


def test_a_job_with_a_running_poll_is_not_polled_again() -> None:
    schedule = a_schedule(1)
    assert schedule.next(10, PLENTY) == Poll(0)
    assert schedule.next(100, PLENTY) is None
    schedule.found_nothing(0, 100)
    assert schedule.next(110, PLENTY) is None  # it has not said that it waits again
    schedule.request_turn(0)
    assert schedule.next(110, PLENTY) == Poll(0)


def test_uncertain_jobs_are_polled_one_by_one_to_learn_from_each() -> None:
    schedule = a_schedule(25)
    now = first_ask(schedule)
    together = 1
    while isinstance(schedule.next(now, PLENTY), Poll):
        together += 1
    assert together <= 4


def test_missing_answers_delay_no_other_poll() -> None:
    schedule = a_schedule(25)
    now = first_ask(schedule)
    while isinstance(choice := schedule.next(now, PLENTY), Poll):
        pass
    assert choice == now + ANSWER_SECONDS
    assert isinstance(schedule.next(choice, PLENTY), Poll)


def test_files_that_are_promised_keep_their_room() -> None:
    schedule = a_schedule(20, history=used_to(10, 20))
    room, together = Capacity(20, 9), 0
    while isinstance(schedule.next(40, room), Poll):
        together += 1
    assert 1 <= together <= 9


def test_with_many_jobs_a_likely_ready_file_is_requested_at_once() -> None:
    for jobs, expected in ((2, False), (20, True)):
        choice = a_schedule(jobs, history=used_to(10, jobs)).next(40, PLENTY)
        assert isinstance(choice, Poll)
        assert choice.is_for_file is expected
    assert 0.5 < LIKELY < 1


def test_a_job_with_unknown_start_is_polled_soon_and_not_learned_from() -> None:
    history = History()
    schedule = a_schedule(10, history=history)
    schedule.watch("resumed", kind("resumed"), 0.0, is_start_known=False)
    schedule.request_turn("resumed")
    assert first_ask(schedule) == MIN_GAP_SECONDS
    schedule.job_ended("resumed", 3.0)
    assert not history.of_format(Format.PDF)


def test_what_has_ended_is_in_the_history() -> None:
    history = History()
    schedule = a_schedule(1, at=100.0, history=history)
    assert schedule.next(105, PLENTY) == Poll(0)
    schedule.found_running(0, 105)
    schedule.request_turn(0)
    assert schedule.next(108, PLENTY) == Poll(0)
    schedule.job_ended(0, 108.0)
    assert history.of_kind(kind(0)) == (Span(5.0, 8.0),)
    schedule.unwatch(0)
    assert schedule.next(200, PLENTY) is None


def test_a_job_that_left_is_not_polled() -> None:
    schedule = a_schedule(1)
    schedule.unwatch(0)
    assert schedule.next(100, PLENTY) is None
    schedule.unwatch(0)


@cache
def outcomes(count: int, *, early_files: bool = True) -> list[tuple[Outcome, Outcome]]:
    """Ours and the clairvoyant's, for render times that are not known beforehand."""
    policy = Ours if early_files else Asking
    pairs = []
    for seed in SEEDS if count < 100 else SEEDS[:2]:
        renders = lognormal(count, seed)
        best = run(lambda renders=renders: Clairvoyant(renders, Omni()), renders)
        pairs.append((run(lambda: policy(count, Omni()), renders), best))
    return pairs


@pytest.mark.parametrize(("count", "goal"), [(1, 1.12), (5, 1.12), (25, 1.12), (100, 1.30)])
@pytest.mark.parametrize("early_files", [True, False])
def test_a_batch_ends_nearly_as_soon_as_if_the_future_were_known(
    count: int, goal: float, early_files: bool
) -> None:
    pairs = outcomes(count, early_files=early_files)
    assert statistics.median(ours.all_done / best.all_done for ours, best in pairs) <= goal
    for ours, best in pairs:
        assert ours.refused == best.refused == 0
        assert ours.counts["initiate"] == count
        gaps = [
            later - sooner for asked in ours.asked.values() for sooner, later in itertools.pairwise(asked)
        ]
        assert all(gap >= MIN_GAP_SECONDS for gap in gaps)


def test_dashboards_that_were_exported_before_come_sooner() -> None:
    renders = lognormal(25, 1)
    history = History()
    first = run(lambda: Ours(25, Omni(), history), renders)
    for _ in range(2):
        run(lambda: Ours(25, Omni(), history), renders)
    later = run(lambda: Ours(25, Omni(), history), renders)
    best = run(lambda: Clairvoyant(renders, Omni()), renders)
    assert later.mean - best.mean < 0.7 * (first.mean - best.mean)


def test_early_file_requests_save_a_third_of_the_requests() -> None:
    early = [ours for ours, _ in outcomes(100)]
    late = [ours for ours, _ in outcomes(100, early_files=False)]
    assert statistics.fmean(one.counts.total() for one in early) < 250
    assert statistics.fmean(one.counts.total() for one in late) > 300


def test_polls_leave_room_for_the_person_at_the_screen() -> None:
    """As many as five jobs that take long: any window has nine places that polls do not take."""
    renders = [1000.0] * 5
    outcome = run(lambda: Ours(5, Omni()), renders)
    moments = sorted(moment for asked in outcome.asked.values() for moment in asked)
    most = max(sum(start <= moment < start + 60 for moment in moments) for start in moments)
    assert 40 < most <= 51


@pytest.mark.skipif(not bench.RATESIM.exists(), reason="the simulation beside the project is not there")
def test_the_simulation_beside_the_project_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    ratesim = bench.load_ratesim()
    for count in (5, 25):
        bench.compare(ratesim, count, ratesim.Cfg(), 6)
    lines = [line for line in capsys.readouterr().out.splitlines() if " ours " in line]
    assert len(lines) == 2
    assert all(float(line[43:49]) < 1.25 and line.endswith(" 0") for line in lines)
