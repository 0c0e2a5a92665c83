"""`omni-tui show`: tables, pages and shapes, for people and for scripts."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from omni_tui.cli import main
from omni_tui.commands import show
from omni_tui.commands.shared import console, pager

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))

    def show(*typed: object) -> tuple[int, str, str]:
        status = main(["show", *map(str, typed)])
        return (status, *capsys.readouterr())

    return show


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    path.write_text('Region,Revenue\nNorth,5\n\x1b[31mred\x07,"1,204.50"\n')
    return path


def test_a_table_in_columns_with_right_aligned_numbers(run: Run, table: Path) -> None:
    status, out, _ = run(table)
    assert status == 0
    assert out.splitlines() == [
        "Region   Revenue",
        "──────  ────────",
        "North          5",
        "red     1,204.50",
    ]


def test_the_shape_as_json(run: Run, table: Path, tmp_path: Path) -> None:
    status, out, _ = run(table, "--json")
    shape = json.loads(out)
    assert status == 0
    assert shape["tables"] == [{"name": None, "rows": 2, "columns": 2, "header": ["Region", "Revenue"]}]
    Image.new("RGB", (30, 20)).save(tmp_path / "x.png")
    picture = json.loads(run(tmp_path / "x.png", "--json")[1])
    assert (picture["kind"], picture["pages"], picture["sizes"]) == ("png", 1, [[30, 20]])


def test_a_page_has_a_limited_width_whatever_columns_says(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scripts set COLUMNS to 9999, so that nothing is wrapped."""
    monkeypatch.setenv("COLUMNS", "9999")
    Image.new("RGB", (100, 2)).save(tmp_path / "x.png")
    status, out, _ = run(tmp_path / "x.png")
    assert (status, {len(line) for line in out.splitlines()}) == (0, {500})
    assert "x.png has 1 page. Choose one with --page." in run(tmp_path / "x.png", "--page", "2")[2]


def test_its_origin_is_read_from_the_manifest(run: Run, table: Path) -> None:
    made = {"file": table.name, "dashboard": {"id": "12db1a0a", "name": "Sales"}}
    table.with_name(table.name + ".manifest.json").write_text(json.dumps(made))
    assert json.loads(run(table, "--json")[1])["made"] == made


def test_a_manifest_that_is_a_link_a_pipe_or_no_json_is_ignored(run: Run, table: Path) -> None:
    """Whoever can write to the folder could make them."""
    manifest, other = table.with_name(table.name + ".manifest.json"), table.with_name("other")
    other.write_text(json.dumps({"file": table.name}))
    for make in (
        lambda: manifest.symlink_to(other),
        lambda: os.mkfifo(manifest),
        lambda: manifest.write_text(f'{{"file": "{table.name}", "bytes": NaN}}'),
    ):
        make()
        assert json.loads(run(table, "--json")[1])["made"] is None
        manifest.unlink()


def test_a_table_of_a_zip_is_chosen_by_name(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("One.csv", "a\n1\n")
        archive.writestr("Two.csv", "b\n2\n")
    assert run(path)[1].splitlines() == ["[One.csv] · Two.csv", "", "a", "─", "1"]
    assert run(path, "--table", "two")[1].splitlines()[2:] == ["b", "─", "2"]
    status, _, err = run(path, "--table", "three")
    assert (status, "One.csv, Two.csv" in err) == (2, True)


def test_the_only_table_of_a_csv_has_no_name(run: Run, table: Path) -> None:
    status, _, err = run(table, "--table", "three")
    assert (status, err.endswith("It has only one table; leave out --table.\n")) == (2, True)


def test_json_that_is_not_a_table_is_shown_as_a_tree(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "vis.json"
    path.write_text('{"name": "Sales\\u001b[31m", "filters": [{"field": "state"}, 1.50]}')
    tree = "name: Sales\nfilters: 2 items\n  [1]:\n    field: state\n  [2]: 1.50\n"
    assert run(path) == (0, tree, "")


def test_a_table_without_rows_is_reported(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n")
    assert "no rows" in run(path)[1]


def test_a_download_is_found_by_its_id(run: Run, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = [SimpleNamespace(job=SimpleNamespace(id=id_, path=table)) for id_ in ("abc1", "abd2")]
    monkeypatch.setattr("omni_tui.downloads.store.sqlite_file.read_journal", lambda: jobs)
    assert "North" in run("abc")[1]
    assert run("ab")[0] == 2
    assert "No file or download is named xyz" in run("xyz")[2]


def test_characters_that_the_terminal_lacks_become_question_marks(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("Caf\u00e9,\u20ac\nx,5\n")
    with io.TextIOWrapper(io.BytesIO(), "ascii") as output:
        monkeypatch.setattr("sys.stdout", output)
        assert run(path)[0] == 0
        output.seek(0)
        assert output.read().splitlines() == ["Caf?  ?", "????  ?", "x     5"]


def test_a_reader_that_closes_the_pipe_ends_it_quietly(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a\n" * 50_000)
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w") as output:
        monkeypatch.setattr("sys.stdout", output)
        assert run(path) == (0, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
@pytest.mark.parametrize("typed", ["show sales.csv", "show sales.csv --json", "help keys", "completion zsh"])
def test_a_full_disk_is_reported(
    typed: str, table: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(table.parent)
    command, *rest = typed.split()
    with open("/dev/full", "w") as output:
        monkeypatch.setattr("sys.stdout", output)
        status = main([command, *rest])
    assert status == 1
    told = f"omni-tui {command}: Can't write to standard output: No space left on device.\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("has_less", [True, False])
def test_a_terminal_gets_all_of_it_through_less_or_its_beginning(
    has_less: bool, table: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table.write_text("a\n" + "".join(f"row {number}\n" for number in range(100)))
    seen = table.with_name("seen")
    if has_less:
        less = table.with_name("less")
        less.write_text(f"#!/bin/sh\nwhile read -r line; do echo $line; done > {seen}\n")
        less.chmod(0o755)
    for module in (console, pager, show):
        monkeypatch.setattr(module, "is_terminal", lambda stream: True)
    for name, value in (("PATH", str(table.parent)), ("TERM", "xterm"), ("LINES", "24"), ("COLUMNS", "80")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PAGER", raising=False)
    assert main(["show", str(table)]) == 0
    shown = capsys.readouterr().out.splitlines()
    if has_less:
        assert (shown, len(seen.read_text().splitlines())) == ([], 102)
    else:
        assert shown[-2:] == ["row 19", "… set PAGER=less to see the rest."]


def test_an_error_has_an_exit_code_and_a_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.7")
    status, out, err = run(path)
    assert (status, out) == (1, "")
    assert "x.pdf can't be shown: it is damaged" in err
