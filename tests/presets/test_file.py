"""Handwritten preset files: valid presets work, and mistakes are reported with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.options.spec import Format
from omni_tui.presets.file import PresetFile, presets_path, read_presets
from omni_tui.presets.serialization import read_table
from tests.presets.samples import BY_HAND, MONDAY, ROWS, write

# Ten presets that are broken, what is said of each, and in which line of it that stands (the header is 1).
BROKEN = [
    ('format = "pfd"', 2, "“pfd” isn't a format. Did you mean pdf?"),
    ('paperFormat = "letter"', 1, "format is missing. Use one of: pdf, png, xlsx, csv, json."),
    ('format = "pdf"\npaperfromat = "a4"', 3, "Unknown option “paperfromat”. Did you mean paperFormat?"),
    ('format = "csv"\npaperFormat = "a4"', 3, "CSV has no paperFormat. It is for PDF and PNG."),
    ('format = "pdf"\npaper-format = "A4"', 3, "Paper must be one of"),
    ('format = "xlsx"\n\nmaxRowLimit = "5000"', 4, "Row limit must be a whole number from 1 to 1,000,000."),
    ('format = "pdf"\nhideTitle = "yes"', 3, "Hide title must be on or off."),
    ('format = "pdf"\nfilters = { Status = 5 }', 3, "The filter “Status” isn't text. Put it in quotes."),
    ('format = "pdf"\n[NAME.filters]\n# when\nCreated = 2026-11-23', 5, "“Created” isn't text."),
    (
        'format = "pdf"\nname = "{dashbord} {date}"',
        3,
        "Unknown: {dashbord}. Did you mean {dashboard}?",
    ),
]
# More of the same kind, one at a time.
MORE = [
    ("format = 3", 2, "format must be in quotes."),
    ('format = ["pdf"]', 2, "format must be in quotes."),
    ('format = "pdf"\ntile = 7', 3, "tile must be text in quotes."),
    ('format = "pdf"\ntile = " "', 3, "tile is empty. Remove the line."),
    ('format = "pdf"\nname = false', 3, "name must be text in quotes."),
    ('format = "pdf"\nfilters = "Status"', 3, "filters must be a table. Put filters in"),
    ('format = "pdf"\n[NAME.filtres]\nStatus = "x"', 3, "no table “filtres”. Did you mean filters?"),
    ('format = "pdf"\n[NAME.filters]\nCreated.at = "today"', 4, 'contains a dot: "Created.at".'),
    ('[NAME.pack]\nformat = "pdf"', 2, "Quote a preset name that contains a dot:"),
    ('format = "pdf"\nuserId = "m-1"', 3, "Choose Run as for each export."),
    ('format = "pdf"\nqueryIdentifierMapKey = "3"', 3, "Name a tile by its title"),
    ('format = "pdf"\nfilename = "x"', 3, "Set the file name like this: name ="),
    ('format = "pdf"\nfilterConfig = {}', 3, "Put filters in a table of their own"),
    ('format = "pdf"\nhideTitle = true\nhide_title = false', 4, "hideTitle is set twice"),
    (
        'format = "pdf"\nwhatever = 1',
        3,
        "Options: format, tile, tileKey, name, each, filters, paperFormat,",
    ),
]


def read(path: Path, text: str) -> PresetFile:
    return read_presets(write(path / "presets.toml", text))


def test_a_file_written_by_hand(tmp_path: Path) -> None:
    file = read(tmp_path, BY_HAND)
    assert file.troubles == ()
    assert file.presets == (MONDAY, ROWS)


def test_the_words_of_a_preset() -> None:
    assert MONDAY.summary == (
        "PDF, letter, hide title; tile “Sessions by day”; Status: complete, pending; "
        "Created: past 6 months; as {dashboard} {date}"
    )
    assert ROWS.summary == "CSV, override row limit, row limit 50,000"


def test_ten_broken_presets_give_ten_errors_and_the_good_ones_work(tmp_path: Path) -> None:
    lines, expected = BY_HAND.splitlines(), []
    for number, (body, line, words) in enumerate(BROKEN):
        name = f'"broken {number}"'
        expected.append((f"broken {number}", len(lines) + line, words))
        lines += [f"[{name}]", *body.replace("NAME", name).splitlines()]
    file = read(tmp_path, "\n".join([*lines, "", '[last]\nformat = "png"']))
    assert [preset.name for preset in file.presets] == ["Monday pack", "rows", "last"]
    assert [(trouble.preset, trouble.line) for trouble in file.troubles] == [each[:2] for each in expected]
    for trouble, (name, line, words) in zip(file.troubles, expected, strict=True):
        assert words in str(trouble)
        assert f"presets.toml, line {line}: {name}: " in str(trouble)
    assert file.is_readable


@pytest.mark.parametrize(("body", "line", "words"), MORE)
def test_each_mistake_is_reported_with_its_line(tmp_path: Path, body: str, line: int, words: str) -> None:
    file = read(tmp_path, f'["x y"]\n{body}'.replace("NAME", '"x y"') + '\n[good]\nformat = "png"\n')
    (trouble,) = file.troubles
    assert words in str(trouble)
    assert (trouble.line, trouble.preset) == (line, "x y")
    assert [preset.name for preset in file.presets] == ["good"]


def test_all_mistakes_of_one_preset_are_reported(tmp_path: Path) -> None:
    file = read(tmp_path, '[a]\nhideTitle = 1\nformat = "pdf"\ntile = 1\nnope = 1\n')
    assert [trouble.line for trouble in file.troubles] == [2, 4, 5]


def test_a_key_outside_of_presets(tmp_path: Path) -> None:
    file = read(tmp_path, 'format = "pdf"\n[a]\nformat = "pdf"\n[[b]]\n\n["  "]\nformat = "pdf"\n')
    assert [preset.name for preset in file.presets] == ["a"]
    assert [trouble.line for trouble in file.troubles] == [1, 4, 6]
    assert file.is_readable


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b'[a]\nformat = "pdf"\nformat "csv"\n', 3, "Invalid TOML: Expected '=' after a key"),
        (b'[a]\nformat = "pdf"\n[a]\n', 3, "Invalid TOML: Cannot declare"),
        (b'[a]\nformat = """pdf', 0, ", at the end of the file."),
        (b'[a]\nformat = "pdf"\nname = "\xff"', 3, "It isn't UTF-8."),
        (b"a = " + b"[" * 100_000, 0, "It is nested too deeply."),
    ],
)
def test_invalid_toml_has_no_presets(tmp_path: Path, content: bytes, line: int, words: str) -> None:
    path = tmp_path / "presets.toml"
    path.write_bytes(content)
    file = read_presets(path)
    assert file.presets == ()
    (trouble,) = file.troubles
    assert words in str(trouble)
    assert trouble.line == line
    assert not file.is_readable


def test_a_missing_file_is_not_a_problem(fake_home: Path) -> None:
    assert read_presets() == PresetFile(presets_path())
    assert presets_path() == fake_home / ".config/omni-tui/presets.toml"


def test_a_folder_in_its_place_is_reported(tmp_path: Path) -> None:
    (trouble,) = read_presets(tmp_path).troubles
    assert "It can't be read: Is a directory." in str(trouble)


def test_marks_of_other_systems(tmp_path: Path) -> None:
    file = read(tmp_path, "\ufeff" + BY_HAND.replace("\n", "\r\n") + "[x]\r\nformat = 1\r\n")
    assert file.presets == (MONDAY, ROWS)
    assert [trouble.line for trouble in file.troubles] == [BY_HAND.count("\n") + 2]


def test_words_of_a_hostile_file_are_one_harmless_line(tmp_path: Path) -> None:
    (trouble,) = read(tmp_path, '["a\\u001b[31m\\nb"]\n"\\u202ex\\n" = 1\n').troubles
    assert str(trouble).isprintable()


def test_a_preset_is_found_by_its_name(tmp_path: Path) -> None:
    file = read(tmp_path, '[a]\nformat = "pdf"\n[A]\nformat = "png"\n[Monday]\nformat = "csv"\n')
    found = {name: file.find(name) for name in ("a", "A", "monday ", "nothing")}
    formats = {name: preset.format if preset else None for name, preset in found.items()}
    assert formats == {"a": Format.PDF, "A": Format.PNG, "monday ": Format.CSV, "nothing": None}


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=5,
)
keys = st.sampled_from(["format", "tile", "tileKey", "name", "filters", "paperFormat", "max-row-limit"])


@given(st.dictionaries(keys | st.text(), json_like | st.sampled_from(["pdf", "csv", "a4"]), max_size=5))
def test_any_table_is_a_preset_or_has_mistakes(table: dict[str, object]) -> None:
    preset, mistakes = read_table("name", table)
    assert (preset is None) == bool(mistakes)
    for mistake in mistakes:
        assert mistake.message.endswith((".", "?"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_as_windows_saves_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "presets.toml"
    path.write_text('["Région"]\nformat = "pdf"\n', encoding=encoding)
    file = read_presets(path)
    assert [preset.name for preset in file.presets] == ["Région"]
    assert file.troubles == ()
