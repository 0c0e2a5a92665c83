"""A small file system of its own, which can be full, made larger, and made read-only."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest


class SmallDisk:
    """A tmpfs at `folder`. Commands about it run behind `enter`."""

    def __init__(self, folder: Path, mounted_at: Path, enter: Sequence[str] = ()) -> None:
        self.folder = folder
        self._mounted_at = mounted_at
        self._enter = enter

    def remount(self, option: str) -> None:
        """Another size (`size=9m`), `ro` or `rw`."""
        subprocess.run([*self._enter, "mount", "-o", f"remount,{option}", str(self._mounted_at)], check=True)

    def fill(self) -> None:
        """Not a byte more has room."""
        with (self.folder / "ballast").open("wb", buffering=0) as ballast:
            for size in (4096, 1):
                try:
                    while True:
                        ballast.write(b"x" * size)
                except OSError:
                    pass

    def make_room(self) -> None:
        """Take the filling away."""
        (self.folder / "ballast").unlink()


@contextmanager
def small_disk(folder: Path, size: str = "1m") -> Iterator[SmallDisk]:
    """Mount one in that folder, which is made; in a user namespace where we may not, else skip the test.

    Outside of the namespace it is reached through the process that holds it.
    """
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
            try:
                yield SmallDisk(folder, folder)
            finally:
                subprocess.run(["umount", "-l", str(folder)], check=True)
            return
        script = '"$@" && echo mounted && exec cat'
        holder = subprocess.Popen(
            ["unshare", "-rm", "sh", "-c", script, "sh", *mount],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        pytest.skip("there is no mount or no unshare")
    assert holder.stdin is not None
    assert holder.stdout is not None
    with holder:
        if holder.stdout.readline() != b"mounted\n":
            pytest.skip("no file system can be mounted here")
        enter = ["nsenter", "-t", str(holder.pid), "-U", "-m", "--preserve-credentials"]
        yield SmallDisk(Path(f"/proc/{holder.pid}/root{folder}"), folder, enter)
        holder.stdin.close()
