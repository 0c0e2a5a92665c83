"""A home in which programs are killed at random, and checks of the result.

`OMNI_TUI_KILLS` is how often each front end is killed, `OMNI_TUI_SEED` repeats a run.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from omni_tui import demo
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from omni_tui.downloads.job.models import FailureKind, Job, JobState
from omni_tui.downloads.store.process_lock import is_alive
from omni_tui.downloads.store.sqlite_file import ListedJob, read_journal
from tests.commands.runs import PROGRAM

KILLS = int(os.environ.get("OMNI_TUI_KILLS", "5"))
SEED = int(os.environ.get("OMNI_TUI_SEED", str(random.randrange(10**9))))
DASHBOARDS = ("08cd7e36", "b17e4f90", "76f3c1b9", "15b9e3c8", names.FIRST_ID)
FORMATS = ("pdf", "png", "xlsx", "csv")
# The maximum duration without kills.
MAX_SECONDS = 120.0
LOOK_SECONDS = 0.01


class Home:
    """One account: its journal and files. `unanswered` are the starts that were cut off by kills."""

    def __init__(
        self,
        base: Path,
        server: DemoServer,
        *,
        requests_per_minute: int = 100_000,
        program: Sequence[str] = PROGRAM,
    ) -> None:
        self.base, self.server = base, server
        self.program = program
        self._requests_per_minute = requests_per_minute
        self.random = random.Random(SEED)
        self.kills = 0
        self.unanswered = 0
        self.files = base / "files"
        self.files.mkdir()
        print(f"seed {SEED}")

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every program."""
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.base / "home"),
            "OMNI_BASE_URL": self.server.url,
            "OMNI_API_TOKEN": demo.TOKEN,
            "OMNI_TUI_REQUESTS_PER_MINUTE": str(self._requests_per_minute),
            "OMNI_TUI_DOWNLOAD_DIR": str(self.files),
        }

    @property
    def journal(self) -> Path:
        """Return its path, once there is one."""
        return self.base / "home" / ".local" / "state" / "omni-tui" / "jobs.db"

    def listed(self) -> list[ListedJob]:
        """Return its content."""
        return read_journal(self.journal)

    @property
    def is_all_done(self) -> bool:
        """Return whether everything that was started is finished."""
        return all(each.job.state is JobState.DONE for each in self.listed())

    def resume_set_aside(self) -> bool:
        """Resume by ID each job during which two programs in a row died; return whether there was any.

        Random kills may hit the same job twice in a row while its file is received.
        """
        aside = [job.id for job in (each.job for each in self.listed()) if _is_set_aside(job)]
        for job_id in aside:
            assert self.start("resume", job_id, "--quiet").wait(MAX_SECONDS) == 0
        return bool(aside)

    def order(self) -> list[str]:
        """Return the arguments for some randomly chosen exports."""
        chosen = self.random.sample(DASHBOARDS, self.random.randint(1, 3))
        return ["download", *chosen, "--format", self.random.choice(FORMATS), "--quiet"]

    def start(self, *typed: str) -> subprocess.Popen[bytes]:
        """Start a command, like a script; `errors` has what all commands wrote to standard error."""
        with self.errors.open("ab") as errors:
            return subprocess.Popen(
                [*self.program, *typed],
                cwd=self.base,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )

    @property
    def errors(self) -> Path:
        """Return the file with what the commands wrote to standard error."""
        return self.base / "stderr.txt"

    def kill(self, process_id: int) -> None:
        """Kill with SIGKILL, and note what the server may have started without a received response."""
        os.kill(process_id, signal.SIGKILL)
        self.kills += 1

    def note_unanswered(self) -> None:
        """Each start without a response may have cost one that must be repeated."""
        self.unanswered += sum(
            each.job.state is JobState.STARTING and bool(each.job.start_sent_at) for each in self.listed()
        )

    @property
    def is_anybody_at_work(self) -> bool:
        """Return whether a program has opened the journal."""
        lock_folder = self.journal.with_suffix(".leases")
        return lock_folder.is_dir() and any(
            is_alive(lock_folder, path.name) for path in lock_folder.iterdir()
        )

    def live(self, process: subprocess.Popen[bytes], longest_seconds: float) -> bool:
        """Let it run for a random time, then kill it; return whether it was killed."""
        if self.random.random() < 0.9:  # the others may die during the start
            while not self.is_anybody_at_work and process.poll() is None:
                time.sleep(LOOK_SECONDS)
        try:
            process.wait(self.random.uniform(0.0, longest_seconds))
        except subprocess.TimeoutExpired:
            self.kill(process.pid)
            process.wait()
            self.note_unanswered()
            return True
        return False

    def check(self) -> None:
        """Assert that every file exists once and matches the server's, and that each export started once."""
        listed = self.listed()
        assert listed, "nothing was ever begun"
        assert [each.job.state for each in listed] == [JobState.DONE] * len(listed)
        paths = [each.job.path for each in listed]
        there, listed_paths = set(self.files.iterdir()), {path for path in paths if path is not None}
        assert there == listed_paths, f"unlisted: {there - listed_paths}, missing: {listed_paths - there}"
        assert len(paths) == len(there)
        assert len(set(paths)) == len(paths)
        for each in listed:
            assert each.job.path is not None
            found = hashlib.sha256(each.job.path.read_bytes()).hexdigest()
            assert found == each.job.sha256 == self._servers_hash(each), each
        made = self._made_by_the_server()
        ours = {each.job.server_job_id for each in listed}
        assert len(ours) == len(listed)
        assert ours <= made
        assert len(made - ours) <= self.unanswered, (made - ours, self.unanswered)

    def _servers_hash(self, listed: ListedJob) -> str:
        job = listed.job
        of_dashboard = f"{self.server.url}/api/v1/dashboards/{job.order.request.dashboard_id}"
        address = f"{of_dashboard}/download/{job.server_job_id}"
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {demo.TOKEN}"})
        with urllib.request.urlopen(request) as answer:
            return hashlib.sha256(answer.read()).hexdigest()

    def _made_by_the_server(self) -> set[str]:
        return set(self.server.demo.jobs._jobs)

    @property
    def summary(self) -> str:
        """Print a summary, for manual runs."""
        formats = Counter(each.job.order.request.format.value for each in self.listed())
        made = len(self._made_by_the_server())
        return (
            f"seed {SEED}: {self.kills} kills, {len(self.listed())} files ({dict(formats)}),"
            f" {made} starts, {self.unanswered} of them without an answer"
        )


def _is_set_aside(job: Job) -> bool:
    return job.failure is not None and job.failure.kind == FailureKind.SET_ASIDE
