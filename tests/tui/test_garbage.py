"""What is looked through for garbage. Each in a process of its own: it is the whole process's."""

from __future__ import annotations

import subprocess
import sys

START = "import gc; from omni_tui.tui.garbage import end_of_start, keep_what_was_loaded; "


def printed(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", START + program], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_after_the_start_only_what_is_new_is_looked_through() -> None:
    program = (
        "gc.disable(); kept = [[] for _ in range(50_000)]; end_of_start(); print(gc.isenabled());"
        "print(len(gc.get_objects()) < 1_000); new = [[] for _ in range(2_000)];"
        "print(len(gc.get_objects()) > 2_000); keep_what_was_loaded(); print(len(gc.get_objects()) < 1_000);"
        "loop = []; loop.append(loop); del loop; print(gc.collect())"
    )
    assert printed(program) == ["True", "True", "True", "True", "1"]


def test_where_it_was_never_turned_off_nothing_is_kept_for_good() -> None:
    program = "end_of_start(); keep_what_was_loaded(); print(gc.get_freeze_count(), gc.get_threshold()[0])"
    assert printed(program) == ["0", "700"]
