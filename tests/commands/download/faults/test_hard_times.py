"""`omni-tui download` when disk, network or server fail."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.commands.bad_servers import PATIENCE_SECONDS, Network, liar, login_page
from tests.commands.runs import LIMIT, SPEED, WAITS, Ran, finish, run, start

HUGE_BYTES = 4_000_000
STOP_BYTES = 2_500_000
PDF = b"%PDF-1.7\n" + b"x" * 3000 + b"\n%%EOF\n"

# The program doesn't wait between two attempts; everything else is real.
HASTY = """
import sys
from omni_tui.cli import main
from omni_tui.downloads.job import retry
from omni_tui.downloads.polling import schedule
retry.backoff_seconds = lambda _: 0.01
schedule.MIN_GAP_SECONDS = 0.02
"""
FULL_DISK = f"""
import errno, os, stat
real_write = os.write
def write(descriptor, data):
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_size > {STOP_BYTES // 2}:
        raise OSError(errno.ENOSPC, "No space left on device")
    return real_write(descriptor, data)
os.write = write
"""
SMALL_FILES = f"""
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({STOP_BYTES}, {STOP_BYTES}))
"""
# Root's permissions hide what other users experience.
NO_PRIVILEGES = """
import ctypes
library = ctypes.CDLL(None)
if hasattr(library, "capset"):
    library.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
"""


def program(*preludes: str) -> tuple[str, ...]:
    return (sys.executable, "-c", "\n".join([HASTY, *preludes, "sys.exit(main(sys.argv[1:]))"]))


HUGE = ("download", names.HUGE_ID, "--format", "csv", "--query-identifier-map-key", "1", "--quiet")


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT, huge_bytes=HUGE_BYTES) as running:
        yield running


def words_of(ran: Ran) -> str:
    """Assert that one line was reported that says what to do next, and that it is paused if it should be."""
    assert (ran.status, ran.out) == (1, b"")
    told = ran.err.removesuffix(WAITS)
    assert told.count("\n") == 1, ran.err
    assert told.startswith("omni-tui download: ")
    assert told.endswith(".\n")
    assert "Traceback" not in told
    return told


def wait_for_part(folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not list(folder.glob("*.part")):
        assert time.monotonic() < deadline, "no part file ever came"


def test_a_connection_that_breaks_in_the_middle_of_the_file_is_recovered(
    server: DemoServer, tmp_path: Path
) -> None:
    (direct,) = map(json.loads, run(tmp_path / "direct", server, *HUGE, "--json").lines)
    before = server.requests["GET", "file"]
    with Network(server.url, stop_bytes=STOP_BYTES, then=lambda: False) as network:
        ran = run(tmp_path / "cut", network, *HUGE, program=program())
        assert network.was_stopped.is_set()
    assert (ran.status, ran.err) == (0, "")
    assert server.requests["GET", "file"] == before + 2
    (name,) = ran.files
    content = (ran.folder / name).read_bytes()
    assert len(content) > STOP_BYTES
    assert hashlib.sha256(content).hexdigest() == direct["sha256"]


@pytest.mark.parametrize(
    ("prelude", "words", "step"),
    [
        (FULL_DISK, "The disk is full", "Free up space"),
        (SMALL_FILES, "too large", "Choose a folder on another"),
    ],
)
def test_a_full_disk_is_reported_and_nothing_is_left(
    prelude: str, words: str, step: str, server: DemoServer, tmp_path: Path
) -> None:
    ran = run(tmp_path / "run", server, *HUGE, program=program(prelude))
    assert words in words_of(ran)
    assert step in ran.err
    assert ran.files == []


def test_a_folder_that_is_removed_meanwhile_is_reported(server: DemoServer, tmp_path: Path) -> None:
    exports = tmp_path / "run" / "exports"

    def remove() -> bool:
        wait_for_part(exports)
        shutil.rmtree(exports)
        return True

    with Network(server.url, stop_bytes=STOP_BYTES, then=remove) as network:
        ran = run(tmp_path / "run", network, *HUGE, "-o", "exports/", program=program())
    assert "There is no folder" in words_of(ran)
    assert ran.files == []


def test_a_folder_without_write_permission_is_reported_with_what_is_left_in_it(
    server: DemoServer, tmp_path: Path
) -> None:
    exports = tmp_path / "run" / "exports"

    def lock() -> bool:
        wait_for_part(exports)
        exports.chmod(0o500)
        return True

    with Network(server.url, stop_bytes=STOP_BYTES, then=lock) as network:
        ran = run(tmp_path / "run", network, *HUGE, "-o", "exports/", program=program(NO_PRIVILEGES))
    exports.chmod(0o700)
    assert "No permission to write to" in words_of(ran)
    (left,) = exports.iterdir()
    assert left.suffix == ".part"
    assert str(left) in ran.err


def test_a_login_page_for_every_request_is_recognized(tmp_path: Path) -> None:
    with login_page() as server:
        ran = run(tmp_path / "run", server, "download", names.FIRST_ID, "--format", "pdf", "-q")
    assert "a web page" in words_of(ran)
    assert "<" not in ran.err
    assert ran.files == []


def test_two_downloads_of_the_same_dashboard_into_one_folder_at_once(
    server: DemoServer, tmp_path: Path
) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    typed = ("download", names.FIRST_ID, "--format", "pdf", "--json", "--quiet", "-o", str(exports))
    folders = [tmp_path / name for name in ("one", "two")]
    processes = [start(folder, server, *typed, program=program()) for folder in folders]
    both = [finish(process, folder) for process, folder in zip(processes, folders, strict=True)]
    assert [(ran.status, ran.err.count("Traceback")) for ran in both] == [(0, 0), (0, 0)]
    told = [json.loads(line) for ran in both for line in ran.lines]
    paths = sorted(Path(line["path"]) for line in told)
    assert paths == sorted(exports.iterdir())
    assert len(paths) == 2
    for line in told:
        content = Path(line["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == line["sha256"]
        assert len(PdfReader(line["path"]).pages) == 1


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param((1500, len(PDF)), id="fewer bytes than it claims"),
        pytest.param((len(PDF), 1500), id="more bytes than it claims"),
    ],
)
def test_a_wrong_length_never_leads_to_half_a_file(lie: tuple[int, int], tmp_path: Path) -> None:
    typed = ("download", names.FIRST_ID, "--format", "pdf", "--output", "x.pdf", "--quiet")
    with liar(PDF, [lie, (len(PDF), len(PDF))]) as server:
        ran = run(tmp_path / "honest the second time", server, *typed, program=program())
    assert (ran.status, ran.files) == (0, ["x.pdf"])
    assert (ran.folder / "x.pdf").read_bytes() == PDF
    with liar(PDF, [lie] * 6) as server:
        ran = run(tmp_path / "never honest", server, *typed, program=program())
    assert words_of(ran)
    assert set(ran.files) <= {"x.pdf.broken"}
