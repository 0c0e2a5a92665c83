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


LOOPS = """
import asyncio, time
class Loop:
    def __init__(self): self.itself = self
class Watched(Loop):
    def __del__(self): gone.append(time.monotonic())
async def until(condition):
    while not condition(): await asyncio.sleep(0.005)
"""


def test_a_rest_is_used_and_waited_for() -> None:
    program = LOOPS + (
        "from omni_tui.tui.garbage import REST_SECONDS, RestfulLook\n"
        "gone = []; typed_at = time.monotonic()\n"
        "async def main():\n"
        "    global typed_at\n"
        "    look = RestfulLook(lambda: time.monotonic() - typed_at)\n"
        "    look.await_rest(); look.await_rest(); Watched(); loops = [Loop() for _ in range(4_500)]\n"
        "    await asyncio.sleep(REST_SECONDS / 2); typed_at = time.monotonic()\n"
        "    await until(lambda: gone); print(gone[0] - typed_at >= REST_SECONDS)\n"
        "    look.await_rest(); Watched(); loops += [Loop() for _ in range(4_500)]\n"
        "    await until(lambda: len(gone) > 1); print(len(gone))\n"
        "gc.disable(); end_of_start(); asyncio.run(main())"
    )
    assert printed(program) == ["True", "2"]


def test_work_without_a_rest_is_looked_through_as_it_goes_on() -> None:
    program = LOOPS + (
        "gone = []; gc.disable(); end_of_start(); Watched(); made = [Loop() for _ in range(20_000)]\n"
        "print(len(gone))"
    )
    assert printed(program) == ["1"]
