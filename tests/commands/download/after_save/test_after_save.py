"""Steps after saving: keep a file only if it is new, merge, unpack, and run a command."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from omni_tui import demo
from omni_tui.cli import main
from omni_tui.commands.download import after_save
from omni_tui.demo.files import data_files
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from omni_tui.downloads.job.models import JobState
from omni_tui.downloads.store.sqlite_file import read_journal
from tests.commands.runs import LIMIT, SPEED

ROWS = (names.FIRST_ID, "--format", "csv", "--query-identifier-map-key", "1", "--quiet")


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, server: DemoServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with the demo as the server."""
    monkeypatch.setenv("OMNI_BASE_URL", server.url)
    monkeypatch.setenv("OMNI_API_TOKEN", demo.TOKEN)
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.chdir(out)
    return out


def download(*typed: str) -> int:
    return main(["download", *typed])


def states() -> list[JobState]:
    return [each.job.state for each in read_journal()]


def hook(folder: Path, body: str) -> str:
    """A program for --then, next to the folder."""
    path = folder.parent / "my hook"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return f"'{path}'"


def test_only_new_content_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert download(*ROWS, "--filename", "first") == 0
    assert download(*ROWS, "--only-if-changed", "--json", "--filename", "again") == 0
    assert json.loads(capfd.readouterr().out.splitlines()[-1])["state"] == "unchanged"
    assert os.listdir(folder) == ["first.csv"]
    csv_of = data_files._csv
    with monkeypatch.context() as patch:  # other bytes, the same rows
        patch.setattr(data_files, "_csv", lambda *args, **more: csv_of(*args, **more).replace(b"\r\n", b"\n"))
        assert download(*ROWS, "--only-if-changed") == 0
    assert states() == [JobState.DONE, JobState.UNCHANGED, JobState.UNCHANGED]
    assert download(*ROWS, "--only-if-changed", "--max-row-limit", "500", "--filename", "other request") == 0

    monkeypatch.setattr(data_files, "_csv", lambda *args, **more: csv_of(*args, **more) + b"new,1\r\n")
    assert download(*ROWS, "--only-if-changed", "--filename", "changed") == 0
    assert sorted(os.listdir(folder)) == ["changed.csv", "first.csv", "other request.csv"]
    (folder / "changed.csv").unlink()  # a hook may have moved it: its content is still known
    assert download(*ROWS, "--only-if-changed") == 0
    assert states()[-1] is JobState.UNCHANGED


def test_a_file_without_rows_is_not_kept(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    none = ("--filter", "Country=Nowhere", "--then", hook(folder, "exit 9"))
    table = (names.FIRST_ID, "--format", "csv", "--query-identifier-map-key", "8", "--quiet")
    assert download(*table, "--only-if-rows", "--json", *none) == 0
    assert json.loads(capfd.readouterr().out)["state"] == "empty"
    assert os.listdir(folder) == []
    assert download(*ROWS, "--only-if-rows") == 0
    assert len(os.listdir(folder)) == 1


def test_a_command_gets_each_file_and_its_json_line(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    body = 'cat >> ../lines; echo "$2" >> ../paths; echo printed'
    typed = (names.FIRST_ID, "a95d3e08", "--format", "csv", "--query-identifier-map-key", "1", "--quiet")
    assert download(*typed, "--then", f"{hook(folder, body)} 'a  b'") == 0
    paths = (folder.parent / "paths").read_text().splitlines()
    lines = [json.loads(line) for line in (folder.parent / "lines").read_text().splitlines()]
    assert sorted(paths) == sorted(str(path) for path in folder.iterdir())
    assert [line["path"] for line in lines] == paths
    written = capfd.readouterr()
    assert sorted(written.out.splitlines()) == sorted(paths), "the command's output isn't among the paths"
    assert written.err.count("printed") == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [("exit 3", "failed with status 3"), ("kill -9 $$", "was killed by signal 9")],
)
def test_a_command_that_fails_is_reported_and_the_file_stays(
    body: str, words: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert download(*ROWS, "--then", hook(folder, body)) == 1
    assert words in capfd.readouterr().err
    assert len(os.listdir(folder)) == 1
    assert states() == [JobState.DONE]


def test_a_command_that_cannot_be_run_is_rejected_before_anything_starts(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "here").touch(0o755)
    assert download(*ROWS, "--then", "./here", "--dry-run") == 0
    for then, words in {
        "no-such-program": "no-such-program isn't in the PATH",
        "./missing": "./missing isn't a program",
        "/tmp": "/tmp isn't a program",
    }.items():
        assert download(*ROWS, "--then", then) == 2
        assert f"--then: {words}" in capfd.readouterr().err
    assert states() == []


def test_no_shell_reads_the_command(folder: Path) -> None:
    program = hook(folder, 'echo "$1" > ../got')
    assert download(*ROWS, "--then", f"{program} '$(touch ../hacked); *'") == 0
    assert (folder.parent / "got").read_text() == "$(touch ../hacked); *\n"
    assert not (folder.parent / "hacked").exists()


def test_pdfs_are_merged_in_the_order_given_with_bookmarks(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    typed = ("2d6f81a3", names.FIRST_ID, "--format", "pdf", "--quiet")
    got = hook(folder, 'echo "$1" >> ../paths')
    assert download(*typed, "--filename", "{dashboard}", "--merge", "all.pdf", "--then", got) == 0
    *originals, merged = capfd.readouterr().out.splitlines()
    assert merged == str(folder / "all.pdf")
    assert (folder.parent / "paths").read_text() == f"{merged}\n"
    document = PdfReader(merged)
    assert len(document.pages) == sum(len(PdfReader(path).pages) for path in originals)
    titles = [each["/Title"] for each in document.outline]  # type: ignore[call-overload,index]
    assert titles == ["Web Traffic by Channel", "Blob Web Traffic"]

    assert download(*typed, "--merge", "all.pdf", "--remove-originals") == 0
    assert capfd.readouterr().out == f"{folder / 'all (2).pdf'}\n"
    assert len(os.listdir(folder)) == 4


def test_nothing_is_merged_if_a_download_failed(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert download(names.FIRST_ID, "00000000", "--format", "pdf", "--quiet", "--merge", "all.pdf") == 1
    assert "nothing was merged" in capfd.readouterr().err
    assert [path.name for path in folder.iterdir()] != ["all.pdf"]


def test_a_zip_is_unpacked_next_to_it(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    typed = (names.FIRST_ID, "--format", "csv", "--quiet", "--unzip")
    assert download(*typed) == 0
    first = capfd.readouterr().out.splitlines()
    assert sorted(path.name for path in folder.iterdir()) == ["Blob Web Traffic", "Blob Web Traffic.zip"]
    assert download(*typed, "--remove-originals") == 0
    again = capfd.readouterr().out.splitlines()
    assert {Path(path).parent.name for path in again} == {"Blob Web Traffic (2)"}
    assert [Path(path).name for path in again] == [Path(path).name for path in first[1:]]
    assert not (folder / "Blob Web Traffic (2).zip").exists()


def test_a_command_knows_the_filters_of_its_file(folder: Path) -> None:
    table = (names.FIRST_ID, "--format", "csv", "--query-identifier-map-key", "8", "--quiet")
    assert download(*table, "--each", "Country=France,Spain", "--then", hook(folder, "cat >> ../lines")) == 0
    lines = [json.loads(line) for line in (folder.parent / "lines").read_text().splitlines()]
    assert sorted(line["filters"]["Country"] for line in lines) == ["France", "Spain"]


def test_the_json_lines_are_what_the_command_gets(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    typed = (names.FIRST_ID, "--format", "csv", "--quiet", "--unzip", "--remove-originals", "--json")
    assert download(*typed, "--then", hook(folder, "cat >> ../lines")) == 0
    original, *unpacked = capfd.readouterr().out.splitlines()
    assert json.loads(original)["is_deleted"]
    assert (folder.parent / "lines").read_text().splitlines() == unpacked
    for line in map(json.loads, unpacked):
        assert Path(line["path"]).is_file()
        assert (line["state"], line["dashboard"]) == ("done", names.FIRST_ID)
        assert line["from"] == json.loads(original)["path"]


def test_an_unchanged_file_names_the_last_saved_one(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    table = ROWS[:-1]
    assert download(*table, "--filename", "first") == 0
    for _ in range(2):
        capfd.readouterr()
        assert download(*table, "--only-if-changed") == 0
        assert capfd.readouterr().err.count(f"Unchanged since {folder / 'first.csv'}.\n") == 1


def test_what_is_merged_is_all_new_or_all_unchanged(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(after_save, "fingerprint", lambda path: "same")
    merge = ("--only-if-changed", "--merge", "all.pdf", "--remove-originals")
    typed = ("2d6f81a3", names.FIRST_ID, "--format", "pdf", "--quiet", *merge)
    assert download(*typed) == 0
    assert os.listdir(folder) == ["all.pdf"]
    assert download(*typed) == 0
    assert os.listdir(folder) == ["all.pdf"], "nothing has changed"
    notes = [each.job.note for each in read_journal()][-2:]
    assert [note.endswith(".pdf (deleted or moved).") for note in notes] == [True, True], notes
    assert states() == [JobState.DONE] * 2 + [JobState.UNCHANGED] * 2

    monkeypatch.setattr(after_save, "fingerprint", lambda path: "new" if "Blob" in path.name else "same")
    assert download(*typed) == 0
    pages = [len(PdfReader(folder / name).pages) for name in ("all.pdf", "all (2).pdf")]
    assert pages[0] == pages[1], "the unchanged file is a part of it, too"
    assert states()[-2:] == [JobState.DONE] * 2


def test_a_merged_file_never_replaces_one(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "all.pdf").write_text("mine")
    assert download(names.FIRST_ID, "--format", "pdf", "--quiet", "--merge", "all.pdf") == 0
    assert "all.pdf already exists; saved as all (2).pdf." in capfd.readouterr().err
    assert (folder / "all.pdf").read_text() == "mine"


def test_files_that_could_not_be_merged_or_unpacked_are_kept_and_printed(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    typed = ("00000000", names.FIRST_ID, "--format", "pdf", "--quiet", "--merge", "all.pdf")
    assert download(*typed, "--remove-originals") == 1
    (kept,) = capfd.readouterr().out.splitlines()
    assert Path(kept).is_file()
    assert download(*ROWS, "--unzip", "--remove-originals") == 0  # one tile's CSV isn't a ZIP
    (kept,) = capfd.readouterr().out.splitlines()
    assert Path(kept).is_file()


def test_a_zip_is_unpacked_under_any_name(folder: Path) -> None:
    typed = (names.FIRST_ID, "--format", "csv", "--quiet", "--unzip", "--output", "tables.csv")
    assert download(*typed) == 0
    assert sorted(os.listdir(folder)) == ["tables", "tables.csv"]


def test_manifests_go_with_the_files(folder: Path) -> None:
    typed = (names.FIRST_ID, "--format", "pdf", "--quiet", "--manifest", "--merge", "all.pdf")
    assert download(*typed, "--remove-originals") == 0
    assert os.listdir(folder) == ["all.pdf"]


@pytest.mark.parametrize("steps", [("--format", "pdf", "--merge", "all.pdf"), ("--format", "csv", "--unzip")])
def test_the_list_says_that_a_file_was_deleted(
    steps: tuple[str, ...], folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert download(names.FIRST_ID, "--quiet", *steps, "--remove-originals") == 0
    assert download(names.FIRST_ID, "--quiet", "--format", "png") == 0
    capfd.readouterr()
    assert main(["downloads"]) == 0
    _, deleted, kept = capfd.readouterr().out.splitlines()
    assert " (deleted or moved)" in deleted
    assert kept.endswith(".png")
    assert main(["downloads", "--json"]) == 0
    deleted, kept = capfd.readouterr().out.splitlines()
    assert json.loads(deleted)["is_deleted"]
    assert "is_deleted" not in json.loads(kept)


@pytest.mark.usefixtures("usual_signals")
def test_a_command_that_ignores_the_end_is_killed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(after_save, "_GRACE_SECONDS", 0.1)
    body = f"trap '' TERM; kill -TERM {os.getpid()}; while :; do sleep 9 & wait; done"
    assert download(*ROWS, "--then", hook(folder, body)) == 128 + signal.SIGTERM
    assert len(os.listdir(folder)) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("--only-if-rows", "--format", "png"), "the rows of a PNG can't be counted"),
        (("--merge", "all.pdf"), "--merge merges PDFs, not CSV"),
        (("--merge", "../all.pdf", "--format", "pdf"), "isn't a file name"),
        (("--merge", "", "--format", "pdf"), "isn't a file name"),
        (("--merge", ".pdf", "--format", "pdf"), "isn't a file name"),
        (("--unzip", "--format", "pdf"), "--unzip is for a dashboard's CSVs, not PDF"),
        (("--remove-originals",), "needs --merge or --unzip"),
        (("--then", "'"), "can't read the command"),
        (("--then", "true", "--detach"), "--detach and --then"),
        (("--only-if-rows", "--output", "-"), "--output - and --only-if-rows"),
    ],
)
def test_flags_that_cannot_be_used_together_are_rejected(
    typed: tuple[str, ...], words: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert download(names.FIRST_ID, "--format", "csv", *typed) == 2
    assert words in capfd.readouterr().err


def test_a_server_that_cannot_skip_its_cache_is_reported(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert download(*ROWS, "--fresh") == 0
    with DemoServer(speed=SPEED, limit=LIMIT, version="2025") as older:
        monkeypatch.setenv("OMNI_BASE_URL", older.url)
        assert download(*ROWS, "--fresh") == 1
    told = capfd.readouterr().err
    assert "--fresh: This server can't skip its cache." in told
    assert "Leave the flag out." in told
