"""The requests of the last run: kept in private files of bounded size, without secrets or files."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from omni_tui.support.kept_requests import MAX_RUNS, StoredLog, last_run, requests_folder
from tests.api.request_log.test_log import exchange


def keep(folder: Path, name: str, *numbers: int, most_bytes: int = 10**6) -> None:
    log = StoredLog(folder, name, most_bytes)
    for number in numbers:
        log.write(replace(exchange(number), started_at=float(number), is_complete=True))
    log.close()


def test_the_last_run_is_found_as_it_was(tmp_path: Path) -> None:
    keep(tmp_path, "20260101T000000Z-9", 1, 2)
    keep(tmp_path, "20260102T000000Z-7", 3, 4)
    found = last_run(tmp_path)
    assert [each.number for each in found] == [3, 4]
    assert found[0] == replace(exchange(3), started_at=3.0, is_complete=True)


def test_nothing_was_kept(tmp_path: Path) -> None:
    assert last_run(tmp_path / "missing") == ()


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "requests"
    folder.mkdir(mode=0o755)
    umask = os.umask(0)
    try:
        keep(folder, "run", 1)
    finally:
        os.umask(umask)
    (path,) = folder.iterdir()
    assert [stat.S_IMODE(each.stat().st_mode) for each in (folder, path)] == [0o700, 0o600]


def test_it_is_bounded_and_keeps_the_latest(tmp_path: Path) -> None:
    keep(tmp_path, "run", *range(1, 201), most_bytes=8_000)
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 2
    assert sum(sizes) < 17_500
    numbers = [each.number for each in last_run(tmp_path)]
    assert numbers == list(range(numbers[0], 201))
    assert len(numbers) > 10


def test_only_some_runs_are_kept(tmp_path: Path) -> None:
    for day in range(10, 20):
        keep(tmp_path, f"202601{day}T000000Z-1", *range(1, 41), most_bytes=8_000)
    runs = {path.stem for path in tmp_path.iterdir()}
    assert sorted(runs) == [f"202601{day}T000000Z-1" for day in range(20 - MAX_RUNS, 20)]


@pytest.mark.parametrize("damage", [b"{\n", b"[1]\n", b'{"started_at": 1}\n', b"\xff\n"])
def test_a_damaged_line_costs_only_itself(damage: bytes, tmp_path: Path) -> None:
    keep(tmp_path, "run", 1)
    with open(tmp_path / "run.jsonl", "ab") as file:
        file.write(damage)
    keep(tmp_path, "run", 2)
    assert [each.number for each in last_run(tmp_path)] == [1, 2]


def test_the_content_of_a_file_is_not_kept(tmp_path: Path) -> None:
    log = StoredLog(tmp_path, "run")
    fields = {"status": 200, "response_body": "planted,row", "is_complete": True}
    log.write(exchange(1, is_file=True, **fields))
    log.write(exchange(2, is_file=True, **{**fields, "status": 404}))
    log.write(exchange(3, **fields))
    log.close()
    assert [each.response_body for each in last_run(tmp_path)] == ["", "planted,row", "planted,row"]


def test_it_lies_in_the_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert requests_folder() == tmp_path / "omni-tui" / "requests"
