"""`omni-tui presets`, and `omni-tui download --preset` with a handwritten preset, for real."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from omni_tui.commands.download.flags.option_flags import FILTERS
from omni_tui.commands.download.flags.preset_flag import without_flags
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from omni_tui.options.spec import Format
from omni_tui.presets.models import Preset
from tests.commands.runs import LIMIT, SPEED, Ran, run, run_all

BY_HAND = """\
# For the meeting on Mondays.
["Monday pack"]
format = "pdf"
paper-format = "letter"     # as the printer has it
paperOrientation = "landscape"
name = "{dashboard}, week of {date}"

["Monday pack".filters]
Channel = "Organic, Direct"

[rows]
format = "csv"
tile = "all sessions"
maxRowLimit = 200
filters = { "web_sessions.pageviews" = ">=10", Country = "not France" }
"""
PARTS = """
[parts]
format = "csv"
tile = "All sessions"
each = "Country"
filters = { Country = "France, Germany" }
"""
BROKEN = BY_HAND + '\n["Tuesday pack"]\nformat = "pfd"\n'

CASES: dict[str, tuple[str, ...]] = {
    "by hand": (names.FIRST_ID, "--preset", "monday pack", "-q", "--json"),
    "rows": ("2d6f81a3", "--preset", "rows", "-q", "--json"),
    "beside": (
        *(names.FIRST_ID, "--preset", "rows", "--max-row-limit", "5", "--filename", "Rows", "-q", "--json"),
        *("--filter", "Pageviews<5", "--filter", "Channel=Email"),
    ),
    "another format": ("a95d3e08", "--preset", "Monday pack", "--format", "json", "-q"),
    "another format, one tile": (
        *("a95d3e08", "--preset", "Monday pack", "--format", "xlsx", "--query-identifier-map-key", "1"),
        "--quiet",
    ),
    "another tile": ("6e0b7f42", "--preset", "rows", "--query-identifier-map-key", "1", "-q"),
    "raw filters": (
        *("17c4e9d6", "--preset", "Monday pack", "--filter-config", "{}", "--paper-format", "a4", "-q"),
        "--json",
    ),
    "parts": (names.FIRST_ID, "--preset", "parts", "-q"),
    "parts of others": (names.FIRST_ID, "--preset", "parts", "--filter", "Country=Spain,Italy", "-q"),
    "parts by another": (names.FIRST_ID, "--preset", "parts", "--each", "Channel=Email,Paid", "-q"),
    "parts of none": (names.FIRST_ID, "--preset", "parts", "--filter", "Country=any", "-q"),
    "fan-out": ("12db1a0a", "--preset", "rows", "--each", "country=France,Germany", "-q", "-o", "new/"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


def config_home(folder: Path, text: str) -> str:
    """Return a settings folder with this presets file."""
    path = folder / "omni-tui" / "presets.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return str(folder)


@pytest.fixture(scope="module")
def ran(server: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    base = tmp_path_factory.mktemp("runs")
    home = config_home(base / "config", BY_HAND + PARTS)
    return run_all(base, server, CASES, XDG_CONFIG_HOME=home)


def test_a_handwritten_preset_makes_its_file(ran: dict[str, Ran]) -> None:
    by_hand = ran["by hand"]
    assert (by_hand.status, by_hand.err) == (0, "")
    (line,) = map(json.loads, by_hand.lines)
    assert line["filters"] == {"Channel": "Organic, Direct"}
    path = Path(line["path"])
    assert path.name == f"Blob Web Traffic, week of {date.today()}.pdf"
    page = PdfReader(path).pages[0].mediabox
    assert (round(float(page.width)), round(float(page.height))) == (792, 612)


def test_its_tile_is_found_by_name_and_its_filters_by_label_or_id(ran: dict[str, Ran]) -> None:
    (line,) = map(json.loads, ran["rows"].lines)
    rows = list(csv.DictReader(io.StringIO(Path(line["path"]).read_text("utf-8-sig"))))
    assert len(rows) == 200
    assert "Session key" in rows[0]
    assert all(int(row["Pageviews"]) >= 10 and row["Country"] != "France" for row in rows)
    assert line["filters"] == {"Country": "not France", "Pageviews": ">=10"}


def test_flags_override_it(ran: dict[str, Ran]) -> None:
    (line,) = map(json.loads, ran["beside"].lines)
    path = Path(line["path"])
    assert path.name == "Rows.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert len(rows) == 5
    assert all(int(row["Pageviews"]) < 5 and row["Channel"] == "Email" for row in rows)
    assert line["filters"] == {"Channel": "Email", "Country": "not France", "Pageviews": "<5"}


def test_options_of_another_format_are_ignored_and_reported(ran: dict[str, Ran]) -> None:
    other = ran["another format, one tile"]
    assert (other.status, len(other.files)) == (0, 1)
    told = other.err.splitlines()
    assert [line.split(": ")[1:3] for line in told] == [
        ["warning", f"{flag} of the preset 'Monday pack' is ignored"]
        for flag in ("--paper-format", "--paper-orientation")
    ]
    refused = ran["another format"]
    assert (refused.status, refused.files) == (2, [])
    assert "JSON exports one tile" in refused.err


def test_a_missing_filter_of_the_preset_is_rejected(ran: dict[str, Ran]) -> None:
    """Even if its tile was replaced: its filters still apply."""
    other = ran["another tile"]
    assert (other.status, other.files) == (2, [])
    told = other.err.splitlines()
    assert len(told) == 2
    assert all(line.startswith("omni-tui download: --preset 'rows': ") for line in told)
    assert "web_sessions.pageviews" in told[0]
    assert "Country" in told[1]


def test_json_replaces_all_its_filters(ran: dict[str, Ran]) -> None:
    (line,) = map(json.loads, ran["raw filters"].lines)
    assert (line["state"], line["filters"]) == ("done", {})


def test_a_fan_out_replaces_its_filter(ran: dict[str, Ran]) -> None:
    fanned = ran["fan-out"]
    assert fanned.status == 0
    assert [Path(line).name for line in sorted(fanned.lines)] == [
        "Blob Web Traffic France.csv",
        "Blob Web Traffic Germany.csv",
    ]


@pytest.mark.parametrize(
    ("case", "values"),
    [
        ("parts", ["France", "Germany"]),
        ("parts of others", ["Italy", "Spain"]),
        ("parts by another", ["Email", "Paid"]),
    ],
)
def test_a_preset_makes_one_file_for_each_value(ran: dict[str, Ran], case: str, values: list[str]) -> None:
    assert ran[case].status == 0, ran[case].err
    assert ran[case].files == [f"Blob Web Traffic {value}.csv" for value in values]


def test_a_preset_that_has_no_values_left_for_its_files_is_rejected(ran: dict[str, Ran]) -> None:
    assert (ran["parts of none"].status, ran["parts of none"].files) == (2, [])
    assert "--preset 'parts': Country has no list of values" in ran["parts of none"].err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Munday pack", "no preset is named 'Munday pack'. Did you mean 'Monday pack'? Available presets: "),
        ("tuesday pack", "presets.toml, line 18: Tuesday pack: “pfd” isn't a format. Did you mean pdf?"),
        ("", "no preset is named ''. Available presets: 'Monday pack', 'rows'."),
    ],
)
def test_a_preset_that_cannot_be_used_is_rejected_before_any_request(
    name: str, words: str, tmp_path: Path
) -> None:
    home = config_home(tmp_path / "config", BROKEN)
    with DemoServer(speed=SPEED) as server:
        typed = ("download", names.FIRST_ID, "--preset", name)
        refused = run(tmp_path / "run", server, *typed, XDG_CONFIG_HOME=home)
        assert server.requests.total() == 0
    assert (refused.status, refused.out, refused.files) == (2, b"", [])
    assert words in refused.err
    assert refused.err.count("\n") == 1


def test_mistakes_in_a_preset_are_reported_with_its_name(server: DemoServer, tmp_path: Path) -> None:
    by_hand = (
        '[names]\nformat = "png"\nname = "{dashboard} {filter:Chanel}"\nfilters = { Channel = "past" }\n'
    )
    home = config_home(tmp_path / "config", by_hand)
    typed = ("download", names.FIRST_ID, "--preset", "names", "--each", "Channel=Email")
    refused = run(tmp_path / "run", server, *typed, XDG_CONFIG_HOME=home)
    assert refused.status == 2
    assert refused.err.startswith("omni-tui download: --preset 'names': ")
    assert "Unknown: {filter:Chanel}. Did you mean {filter:Channel}?" in refused.err
    assert refused.err.count("\n") == 1
    saved = run(tmp_path / "saved", server, *typed, "--filename", "x", "-q", XDG_CONFIG_HOME=home)
    assert (saved.status, saved.files) == (0, ["x Email.png"])


def test_without_presets_it_says_how_to_create_one(server: DemoServer, tmp_path: Path) -> None:
    refused = run(tmp_path / "run", server, "download", names.FIRST_ID, "--preset", "x")
    assert refused.status == 2
    assert "~/.config/omni-tui/presets.toml" in refused.err
    listed = run(tmp_path / "listed", server, "presets")
    assert (listed.status, listed.out) == (0, b"")
    assert "~/.config/omni-tui/presets.toml" in listed.err


def test_presets_are_listed_as_text(server: DemoServer, tmp_path: Path) -> None:
    home = config_home(tmp_path / "config", BY_HAND)
    listed = run(tmp_path / "run", server, "presets", XDG_CONFIG_HOME=home)
    assert (listed.status, listed.err) == (0, "")
    assert listed.lines[0].split() == ["NAME", "SETTINGS"]
    assert listed.lines[1].startswith("Monday pack  PDF, letter, landscape; Channel: Organic, Direct; as ")
    assert listed.lines[2].startswith("rows         CSV, row limit 200; tile “all sessions”; ")


def test_invalid_ones_are_reported_with_their_lines_and_the_others_listed(
    server: DemoServer, tmp_path: Path
) -> None:
    home = config_home(tmp_path / "config", BROKEN)
    listed = run(tmp_path / "run", server, "presets", "--json", XDG_CONFIG_HOME=home)
    assert listed.status == 2
    told = list(map(json.loads, listed.lines))
    assert [preset["preset"] for preset in told] == ["Monday pack", "rows"]
    assert told[0] == {
        "preset": "Monday pack",
        "format": "pdf",
        "name": "{dashboard}, week of {date}",
        "paperFormat": "letter",
        "paperOrientation": "landscape",
        "filters": {"Channel": "Organic, Direct"},
    }
    assert ", line 18: Tuesday pack: " in listed.err
    assert listed.err.count("\n") == 1


def test_a_preset_without_the_typed_flags() -> None:
    options = {"paperFormat": "letter", "hideTitle": True}
    preset = Preset("Monday", Format.PDF, tile="Orders", options=options, filters={"Status": "x"})
    assert without_flags(preset, Format.PDF, ()) == (preset, [])
    left, told = without_flags(preset, Format.CSV, {"hideTitle", "queryIdentifierMapKey", FILTERS})
    assert (left.format, left.tile, dict(left.options), dict(left.filters)) == (Format.CSV, "", {}, {})
    assert len(told) == 1
