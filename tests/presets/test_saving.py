"""Saving presets keeps what the user wrote, whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.options.spec import Format
from omni_tui.presets.file import presets_path, read_presets
from omni_tui.presets.models import Preset, PresetError
from omni_tui.presets.saving import delete_preset, name_problem, save_preset
from omni_tui.presets.serialization import table_of
from omni_tui.settings import file_lock, toml_edit
from omni_tui.settings.file_lock import locked
from omni_tui.settings.locations import state_folder
from tests.examples import examples
from tests.presets.samples import BY_HAND, MONDAY, ROWS, write

# The ways in which tables can be written, which say all the same to a parser.
SHAPES = {
    "as usual": '["A"]\nformat = "pdf"\n["A".filters]\nx = "1"\n\n["B"]\nformat = "csv"\n',
    "apart": '["A"]\nformat = "pdf"\n["B"]\nformat = "csv"\n["A".filters]\nx = "1"\n',
    "inside out": '["A".filters]\nx = "1"\n["B"]\nformat = "csv"\n["A"]\nformat = "pdf"\n',
    "dotted": 'A.format = "pdf"\nA.filters.x = "1"\n[B]\nformat = "csv"',
    "inline": 'A = { format = "pdf", filters = { x = "1" } }\nB = { format = "csv" }',
    "windows": '[A]\r\nformat = "pdf"\r\nfilters.x = "1"\r\n\r\n[B]\r\nformat = "csv"\r\n',
    "indented": '[A]\n  format = "pdf"\n  [A.filters]\n    x = "1"\n\n\n[B]\n\tformat = "csv"\n\n\n',
    "with mistakes": 'stray = 1\n[[A]]\nx = 1\n[[A]]\n[B]\nformat = "csv"\nnope = [\n1,\n]\n',
}
WANTED = [
    Preset("A", Format.PDF, filters={"x": "2", "a.b": "c"}),
    Preset("A", Format.CSV, options={"maxRowLimit": 5}),
    Preset("B", Format.PDF, tile="T", options={"hideTitle": True}, filters={"x": "1"}),
    Preset("new [one]", Format.JSON, tile="T", name_template="{date}"),
]
HOSTILE_NAMES = [
    "[brackets]", "a.b.c", 'quo"tes', "apo'strophes", "back\\slash", "line\nbreak", "tab\t", "nul\0", "]",
    "#hash", "=", "日本語 🎉", "\u202eright to left", "\x7f\x1b[31m", "filters", "format", " edges ", '"""',
    "long " * 200,
]  # fmt: skip


def saved(path: Path) -> dict[str, Preset]:
    file = read_presets(path)
    assert file.troubles == ()
    return {preset.name: preset for preset in file.presets}


def test_the_first_preset_makes_a_private_file(fake_home: Path) -> None:
    save_preset(MONDAY)
    assert presets_path().stat().st_mode & 0o777 == 0o600
    assert presets_path().parent.stat().st_mode & 0o777 == 0o700
    assert presets_path().read_text() == (
        '["Monday pack"]\nformat = "pdf"\ntile = "Sessions by day"\nname = "{dashboard} {date}"\n'
        'paperFormat = "letter"\nhideTitle = true\n\n'
        '["Monday pack".filters]\nStatus = "complete, pending"\nCreated = "past 6 months"\n'
    )
    assert saved(presets_path()) == {"Monday pack": MONDAY}


def test_a_new_preset_leaves_every_byte_of_the_others(tmp_path: Path) -> None:
    path = write(tmp_path / "presets.toml", BY_HAND)
    board = Preset("Board", Format.PNG)
    save_preset(board, path)
    assert path.read_text().startswith(BY_HAND)
    assert saved(path) == {"Monday pack": MONDAY, "rows": ROWS, "Board": board}


def test_a_preset_that_is_saved_again_keeps_comments_order_and_spelling(tmp_path: Path) -> None:
    path = write(tmp_path / "presets.toml", BY_HAND)
    changed = replace(
        MONDAY, options={"paperFormat": "a4", "hideTitle": True}, tile="", name_template="{date}"
    )
    save_preset(changed, path)
    assert saved(path) == {"Monday pack": changed, "rows": ROWS}
    was, now = BY_HAND.splitlines(), path.read_text().splitlines()
    assert set(was) - set(now) == {was[3], was[4], was[5]}
    assert now[3:5] == [
        'name = "{date}"',
        'paperFormat = "a4"            # options by their name on the wire',
    ]
    assert "hide-title = true" in now


def test_saving_the_same_again_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "presets.toml", BY_HAND)
    for preset in (MONDAY, replace(ROWS, format=Format.CSV)):
        save_preset(preset, path)
    assert path.read_text() == BY_HAND.replace('"CSV"', '"csv"')


def test_a_deleted_preset_is_gone_and_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path / "presets.toml", BY_HAND)
    delete_preset("Monday pack", path)
    assert saved(path) == {"rows": ROWS}
    assert "# What we send on Mondays." in path.read_text()
    assert path.read_text().endswith(BY_HAND[BY_HAND.index("[rows]") :])
    with pytest.raises(PresetError, match="There is no preset called “Monday pack”"):
        delete_preset("Monday pack", path)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("preset", WANTED, ids=lambda preset: f"{preset.name} {preset.format}")
def test_any_way_to_write_tables_can_be_saved_to(tmp_path: Path, shape: str, preset: Preset) -> None:
    before = tomllib.loads(SHAPES[shape])
    path = write(tmp_path / "presets.toml", SHAPES[shape])
    save_preset(preset, path)
    assert tomllib.loads(path.read_text()) == {**before, preset.name: table_of(preset)}
    delete_preset(preset.name, path)
    assert tomllib.loads(path.read_text()) == {key: before[key] for key in before if key != preset.name}


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_any_text_is_a_name(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "presets.toml", BY_HAND)
    hostile = Preset(name, Format.PDF, tile=name, filters={name: name}, options={"hideTitle": False})
    save_preset(hostile, path)
    save_preset(replace(hostile, tile=f"{name}2"), path)
    assert saved(path) == {"Monday pack": MONDAY, "rows": ROWS, name: replace(hostile, tile=f"{name}2")}
    delete_preset(name, path)
    assert path.read_text() == BY_HAND


any_text = st.text(st.characters(exclude_categories=("Cs",)))
texts = any_text.filter(str.strip)
presets = st.builds(
    Preset,
    name=texts,
    format=st.just(Format.PDF),
    tile=st.just("") | texts,
    options=st.dictionaries(st.sampled_from(["hideTitle", "showFilters"]), st.booleans()),
    filters=st.dictionaries(any_text, any_text, max_size=3),
)


@given(st.lists(presets, min_size=1, max_size=4))
@examples(60)
def test_a_saved_preset_is_read_back(tmp_path_factory: pytest.TempPathFactory, listed: list[Preset]) -> None:
    path = write(tmp_path_factory.mktemp("any") / "presets.toml", BY_HAND)
    expected = {"Monday pack": MONDAY, "rows": ROWS}
    for preset in listed:
        save_preset(preset, path)
        expected[preset.name] = preset
    assert saved(path) == expected


def test_a_name_has_to_be_one() -> None:
    for name in ("", "  \n"):
        with pytest.raises(PresetError, match="needs a name"):
            save_preset(replace(MONDAY, name=name))
    assert name_problem("\ud800") == "The name contains a character that can't be saved."
    with pytest.raises(PresetError, match="can't be saved"):
        save_preset(replace(MONDAY, filters={"a": "\ud800"}))
    assert not presets_path().exists()


@pytest.mark.parametrize("content", [b'[a]\nformat "pdf"\n', b'[a]\nformat = "\xff"\n'])
def test_a_file_that_cannot_be_read_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "presets.toml"
    path.write_bytes(content)
    for change in (lambda: save_preset(MONDAY, path), lambda: delete_preset("a", path)):
        with pytest.raises(PresetError, match=r"presets\.toml, line 2: .*fix the file first"):
            change()
    assert path.read_bytes() == content


def test_a_disk_error_is_reported_and_the_file_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "presets.toml", BY_HAND)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PresetError, match=r"can't be saved in .*presets.toml: No space left"):
        save_preset(ROWS, path)
    assert path.read_text() == BY_HAND


def test_what_cannot_be_edited_safely_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "presets.toml", BY_HAND)
    for way in ("_edited", "_rewritten"):
        monkeypatch.setattr(toml_edit, way, lambda *_: '[rows]\nformat = "csv"\n')
    with pytest.raises(PresetError, match="can't be edited automatically"):
        save_preset(MONDAY, path)
    assert path.read_text() == BY_HAND


def test_a_link_stays_a_link_and_its_folder_stays_open(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    target = write(shared / "team.toml", BY_HAND)
    target.chmod(0o664)
    link = tmp_path / "presets.toml"
    link.symlink_to(target)
    save_preset(Preset("Board", Format.PNG), link)
    assert link.is_symlink()
    assert set(saved(target)) == {"Monday pack", "rows", "Board"}
    assert (target.stat().st_mode & 0o777, shared.stat().st_mode & 0o777) == (0o664, 0o755)
    assert [each.name for each in shared.iterdir()] == ["team.toml"]


def test_a_lock_that_is_held_too_long_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_lock, "MAX_SECONDS", 0.05)
    with (
        locked(state_folder() / "presets.lock"),
        pytest.raises(PresetError, match=r"can't be saved in .*: another omni-tui holds it"),
    ):
        save_preset(MONDAY)
    save_preset(MONDAY)
    assert saved(presets_path()) == {"Monday pack": MONDAY}


MANY = """
import sys
from omni_tui.options.spec import Format
from omni_tui.presets.models import Preset
from omni_tui.presets.saving import delete_preset, save_preset
for number in range(8):
    save_preset(Preset(f"{sys.argv[1]} {number}", Format.PNG))
    save_preset(Preset("all", Format.PDF, tile=sys.argv[1]))
delete_preset(f"{sys.argv[1]} 3")
"""


def test_processes_that_save_at_once_lose_nothing() -> None:
    write_path = presets_path()
    write_path.parent.mkdir(parents=True)
    write(write_path, BY_HAND)
    names = ["one", "two", "three", "four"]
    running = [subprocess.Popen([sys.executable, "-c", MANY, name]) for name in names]
    assert [process.wait(timeout=120) for process in running] == [0] * len(names)
    expected = {f"{name} {number}" for name in names for number in range(8) if number != 3}
    assert set(saved(write_path)) == {"Monday pack", "rows", "all", *expected}
    assert write_path.read_text().startswith(BY_HAND)
    assert {each.name for each in write_path.parent.iterdir()} == {"presets.toml"}


def test_reading_loads_neither_what_writes_nor_anything_heavy() -> None:
    code = (
        "import sys, omni_tui.presets.file, omni_tui.presets.recent_and_favorites, omni_tui.presets.saving\n"
        "import omni_tui.presets.fitting\n"
        "print(sorted({'tomlkit', 'pydantic', 'httpx', 'textual', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
