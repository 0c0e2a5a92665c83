"""What every test gets: a home of its own, and none of the machine's settings."""

from __future__ import annotations

import gc
import itertools
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import examples

# No example fails for having been slow: machines that run tests are busy. The examples are the same in each
# run, so that a change is judged by what it changes; OMNI_TUI_EXPLORE=1 looks for others.
# OMNI_TUI_EXHAUSTIVE=1 tries all of them, as .ci/run does beside the slow tests (see tests/examples.py).
settings.register_profile(
    "unhurried",
    deadline=None,
    max_examples=examples.count(),
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("OMNI_TUI_EXPLORE") != "1",
)
settings.load_profile("unhurried")

# A shell's background jobs and nohup ignore some of these, and child processes inherit that.
for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


# Automatic garbage collection took a third of the processor time of tests of screens.
GC_THRESHOLDS = (100_000, 50, 100)


def pytest_collection_finish() -> None:
    """Collect garbage rarely, and never scan what exists before the first test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Home folders that don't exist yet; `mktemp` for each would list all that it has made before."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def fake_home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder; nothing of the machine's settings or terminal reaches a test."""
    home = next(homes)
    home.mkdir()
    for name in list(os.environ):
        if name.startswith(("OMNI_", "XDG_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "TMUX", "STY", "TERM_PROGRAM", "LC_TERMINAL", "COLORFGBG", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", "COLORTERM": "truecolor"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return home


def pytest_xdist_auto_num_workers() -> int:
    """Return twice the number of cores: tests of screens and of whole programs often wait."""
    return max(2, 2 * (os.cpu_count() or 1))


def pytest_configure(config: pytest.Config) -> None:
    """Let idle workers take over tests of busy ones: tests differ a hundredfold in length."""
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "worksteal"
