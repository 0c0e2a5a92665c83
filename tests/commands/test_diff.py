"""`omni-tui diff`: two files, or a download and the one before it."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from omni_tui.cli import main
from omni_tui.downloads.job.models import Job
from omni_tui.downloads.store.sqlite_file import open_journal
from tests.compare.jobs_made import saved, status_is
from tests.compare.tables_made import write_csv

Run = Callable[..., tuple[int, list[str], str]]
HEADER = ("Order ID", "Region", "Sales")
ROWS = [(f"O-{n}", "North" if n % 2 else "South", f"{n}.50") for n in range(1, 7)]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))

    def diff(*typed: object) -> tuple[int, list[str], str]:
        status = main(["diff", *map(str, typed)])
        out, err = capsys.readouterr()
        return status, out.splitlines(), err

    return diff


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    old = write_csv(tmp_path / "old.csv", HEADER, ROWS)
    new = write_csv(tmp_path / "new.csv", HEADER, [*ROWS[:1], ("O-2", "South", "7.25"), *ROWS[3:]])
    return old, new


def keep(*jobs: Job) -> None:
    """Write a list of downloads."""
    kept = open_journal("demo")
    for job in jobs:
        kept.store.put(job)
    kept.store.flush()
    kept.store.close()


def test_it_prints_what_changed_and_exits_with_1(run: Run, files: tuple[Path, Path]) -> None:
    status, out, err = run(*files)
    assert (status, err) == (1, "")
    assert out[3:] == [
        "6 → 5 rows: 1 removed, 1 changed.",
        "",
        "Totals",
        "  Sales  24 → 25.25  +1.25",
        "",
        "Rows matched by Order ID (chosen automatically; use --key to change).",
        "~ O-2  Sales: 2.50 → 7.25",
        "− O-3  Region: North · Sales: 3.50",
    ]


def test_one_row_is_in_the_singular(run: Run, tmp_path: Path) -> None:
    old, new = (write_csv(tmp_path / f"{n}.csv", HEADER, [("O-1", "North", str(n))]) for n in (1, 2))
    assert run(old, new)[1][3] == "1 row: 1 changed."


def test_it_exits_with_0_for_equal_rows_and_2_for_errors(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = files
    reversed_ = write_csv(tmp_path / "reversed.csv", HEADER, ROWS[::-1])
    assert run(old, old)[:1] == (0,)
    assert run(old, reversed_)[1][-1] == "No differences, but the rows are in a different order."
    assert run(old, reversed_)[0] == 0
    for typed in (
        (old, tmp_path / "missing.csv"),
        (old, new, old),
        ("no-such-id",),
        (old, new, "--key", "Nope"),
        (old, new, "--output", new),
        (old,),
        (),
        (old, new, "--frob"),
    ):
        status, out, err = run(*typed)
        assert (status, out) == (2, [])
        assert err.startswith("omni-tui diff: ")


def test_json_has_everything_for_a_script(run: Run, files: tuple[Path, Path]) -> None:
    status, out, _ = run(*files, "--json", "--key", "order id")
    found = json.loads("".join(out))
    assert status == 1
    assert (found["same"], found["summary"]) == (False, "6 → 5 rows: 1 removed, 1 changed.")
    table = found["tables"][0]
    assert (table["key"], table["is_key_given"], table["removed"], table["changed"]) == (
        ["Order ID"],
        True,
        1,
        1,
    )
    assert table["totals"] == [{"column": "Sales", "old": 24.0, "new": 25.25}]
    assert table["changes"][0] == {
        "kind": "changed",
        "key": ["O-2"],
        "old_row": 2,
        "new_row": 2,
        "cells": [{"column": "Sales", "old": "2.50", "new": "7.25"}],
    }


def test_a_download_is_compared_with_the_previous_one_and_other_filters_come_first(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = files
    keep(
        saved("aaaa", old, 1, filterConfig=status_is("Complete")),
        saved("bbbb", new, 2, filterConfig=status_is("Returned")),
    )
    status, out, _ = run("bbbb")
    assert status == 1
    assert out[2:6] == [
        "",
        "The two exports have different filters:",
        "  Filter: Status is Complete → Status is Returned",
        "",
    ]
    assert run(new)[:2] == (status, out)  # by its file
    assert run("aaaa", "bbbb")[:2] == (status, out)
    assert run("aaaa")[2].startswith("omni-tui diff: This dashboard has no earlier export in this format.")


def test_the_previous_export_of_the_same_request_is_used_if_its_file_exists(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = files
    keep(
        saved("aaaa", old, 1),
        saved("bbbb", tmp_path / "deleted.csv", 2),
        saved("cccc", new, 3),
    )
    out = run("cccc")[1]
    assert "old.csv" in out[0]
    old.unlink()
    status, _, err = run("cccc")
    assert status == 2
    assert "was moved or deleted" in err


def test_changes_are_written_to_a_file(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    assert run(*files, "--output", tmp_path / "changes.csv")[0] == 1
    assert len((tmp_path / "changes.csv").read_text().splitlines()) == 1 + 1 + 3


def test_no_control_character_of_a_file_reaches_the_terminal(run: Run, tmp_path: Path) -> None:
    old = write_csv(tmp_path / "old.csv", ("\x1b[31mID", "B"), [("1", "x")])
    new = write_csv(tmp_path / "new.csv", ("\x1b[31mID", "B"), [("1", "\x1b]0;y\x07\u202e")])
    out = "".join(run(old, new)[1])
    assert not any(character in out for character in "\x1b\x07\u202e")


def test_a_signal_ends_the_process_that_compares(
    run: Run, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, usual_signals: None
) -> None:
    def receive_a_signal(process: subprocess.Popen[bytes], request: bytes) -> NoReturn:
        processes.append(process)
        signal.raise_signal(signal.SIGTERM)
        raise AssertionError

    processes: list[subprocess.Popen[bytes]] = []
    monkeypatch.setattr(subprocess.Popen, "communicate", receive_a_signal)
    status, _, err = run(*files)
    assert (status, err) == (143, "omni-tui diff: stopped.\n")
    assert processes[0].returncode
