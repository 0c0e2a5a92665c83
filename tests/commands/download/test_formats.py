"""Each format, whole dashboards and single tiles, downloaded for real and opened by a format library."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from PIL import Image
from pypdf import PdfReader

from omni_tui import demo
from omni_tui.demo.server import DemoServer
from tests.commands.runs import LIMIT, SPEED, Ran, run, run_all

# Each export uses another dashboard, as only one export per dashboard can run.
TILES_OF = {
    "xlsx whole": "9c27e415",
    "xlsx tile": "4be08d77",
    "csv whole": "2d6f81a3",
    "csv tile": "12db1a0a",
    "json tile": "6e0b7f42",
    "pdf tile": "a95d3e08",
    "png tile": "17c4e9d6",
    "csv more": "d83b20fa",
}


MORE = ("--override-row-limit", "--hide-hidden-fields", "--enable-formatting")


@dataclass(frozen=True)
class Omni:
    """What a script can request from the server itself."""

    url: str

    def get(self, path: str) -> Any:
        """Return a reply's JSON."""
        answer = httpx.get(f"{self.url}/api/v1/{path}", headers={"Authorization": f"Bearer {demo.TOKEN}"})
        return answer.raise_for_status().json()

    def tiles(self, dashboard: str) -> list[dict[str, str]]:
        """Return the tiles; the last one has all rows."""
        return list(self.get(f"documents/{dashboard}/queries")["queries"])

    def last_key(self, dashboard: str) -> str:
        """Return the key of the tile with all rows."""
        return self.tiles(dashboard)[-1]["queryIdentifierMapKey"]


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


@pytest.fixture(scope="module")
def omni(server: DemoServer) -> Omni:
    return Omni(server.url)


@pytest.fixture(scope="module")
def ran(server: DemoServer, omni: Omni, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    def tile(case: str) -> tuple[str, ...]:
        return (TILES_OF[case], "--query-identifier-map-key", omni.last_key(TILES_OF[case]))

    cases: dict[str, tuple[str, ...]] = {
        "pdf letter": ("83aa5c19", "--paper-format", "letter", "--paper-orientation", "landscape"),
        "pdf a4": ("be1740c5", "--paper-format", "a4", "--paper-orientation", "portrait", "--hide-title"),
        "pdf fit_page": ("3a82d5e1",),
        "pdf tile": (*tile("pdf tile"), "--paper-format", "legal", "--paper-orientation", "portrait"),
        "png landscape": ("50ef6a9b", "--paper-format", "a3", "--paper-orientation", "landscape"),
        "png portrait": ("f6194b2c", "--paper-format", "a3", "--paper-orientation", "portrait"),
        "png tile": tile("png tile"),
        "xlsx whole": (TILES_OF["xlsx whole"], "--max-row-limit", "7"),
        "xlsx tile": (*tile("xlsx tile"), "--override-row-limit", "--max-row-limit", "1100"),
        "csv whole": (TILES_OF["csv whole"], "--max-row-limit", "3"),
        "csv tile": tile("csv tile"),
        "csv more": (*tile("csv more"), *MORE),
        "json tile": (*tile("json tile"), "--max-row-limit", "12", "--filename", "Zeilen"),
    }
    typed = {name: (*words, "--format", name.split()[0], "--quiet") for name, words in cases.items()}
    return run_all(tmp_path_factory.mktemp("formats"), server, typed)


def saved(ran: Ran, *, at_limit: str = "") -> Path:
    """Return the file of a run that reported nothing except a reached row limit."""
    (line,) = ran.lines
    assert ran.status == 0
    if at_limit:
        assert ran.err.count("\n") == 1
        assert "may be cut off" in ran.err
        assert f"{at_limit} rows" in ran.err
    else:
        assert ran.err == ""
    return Path(line)


def page_points(page: Any) -> tuple[float, float]:
    return round(float(page.mediabox.width)), round(float(page.mediabox.height))


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("case", "size"),
    [("pdf letter", (792, 612)), ("pdf a4", (595, 842)), ("pdf tile", (612, 1008))],
)
def test_a_pdf_has_the_requested_paper(case: str, size: tuple[int, int], ran: dict[str, Ran]) -> None:
    pages = PdfReader(saved(ran[case])).pages
    assert {page_points(page) for page in pages} == {size}


def test_a_pdf_that_fits_the_page_has_one(ran: dict[str, Ran]) -> None:
    assert len(PdfReader(saved(ran["pdf fit_page"])).pages) == 1


def test_a_pdf_has_its_title_unless_it_is_hidden(ran: dict[str, Ran]) -> None:
    shown = PdfReader(saved(ran["pdf letter"])).pages[0].extract_text()
    hidden = PdfReader(saved(ran["pdf a4"])).pages[0].extract_text()
    assert "Weekly Web Traffic" in shown
    assert "Holiday Campaign Recap" not in hidden


def test_a_pdf_of_one_tile_shows_that_tile(ran: dict[str, Ran], omni: Omni) -> None:
    text = PdfReader(saved(ran["pdf tile"])).pages[0].extract_text()
    names = [tile["name"] for tile in omni.tiles(TILES_OF["pdf tile"])]
    assert names[-1] in text
    charts = [name for name in names if " by " in name]  # a number's name is also a column's name
    assert charts
    assert [name for name in charts if name in text] == []


def test_a_png_has_the_orientation_of_its_paper(ran: dict[str, Ran]) -> None:
    sizes = {}
    for case in ("png landscape", "png portrait", "png tile"):
        with Image.open(saved(ran[case])) as image:
            image.load()
            assert image.format == "PNG"
            sizes[case] = image.size
    assert sizes["png landscape"][0] > sizes["png landscape"][1]
    assert sizes["png portrait"][0] < sizes["png portrait"][1]


def test_a_workbook_has_a_sheet_for_each_tile_and_no_more_rows_than_requested(
    ran: dict[str, Ran], omni: Omni
) -> None:
    book = openpyxl.load_workbook(saved(ran["xlsx whole"], at_limit="7"), read_only=True)
    names = [tile["name"] for tile in omni.tiles(TILES_OF["xlsx whole"])]
    assert len(book.sheetnames) == len(names)
    for sheet, name in zip(book.sheetnames, names, strict=True):
        # a workbook accepts 31 characters, and not all of them
        assert letters(name)[:20].startswith(letters(sheet)[:20])
    counts = [len(list(book[sheet].iter_rows(values_only=True))) - 1 for sheet in book.sheetnames]
    assert max(counts) == counts[-1] == 7
    book.close()


def test_a_workbook_of_one_tile_can_exceed_the_servers_limit(ran: dict[str, Ran]) -> None:
    book = openpyxl.load_workbook(saved(ran["xlsx tile"], at_limit="1,100"), read_only=True)
    (sheet,) = book.worksheets
    assert len(list(sheet.iter_rows())) == 1 + 1100
    book.close()


def test_a_whole_dashboards_csv_is_a_zip_of_one_for_each_tile(ran: dict[str, Ran], omni: Omni) -> None:
    path = saved(ran["csv whole"], at_limit="3")
    assert path.suffix == ".zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        members = archive.namelist()
        counts = [len(rows_of(archive.read(name).decode("utf-8-sig"))) - 1 for name in members]
    assert len(members) == len(omni.tiles(TILES_OF["csv whole"]))
    assert all(name.endswith(".csv") for name in members)
    assert max(counts) == counts[-1] == 3


def test_a_tiles_csv_has_the_servers_default_number_of_rows(ran: dict[str, Ran]) -> None:
    path = saved(ran["csv tile"], at_limit="1,000")
    assert path.suffix == ".csv"
    assert len(rows_of(path.read_text("utf-8-sig"))) == 1 + 1000


def test_more_rows_fewer_fields_and_formatting(ran: dict[str, Ran], server: DemoServer, omni: Omni) -> None:
    header, *rows = rows_of(saved(ran["csv more"]).read_text("utf-8-sig"))
    dashboard = TILES_OF["csv more"]
    typed = ("download", dashboard, "--format", "csv", "--quiet", "--query-identifier-map-key")
    folder = saved(ran["csv more"]).parent.with_name("plain")
    plain = saved(run(folder, server, *typed, omni.last_key(dashboard)), at_limit="1,000")
    usual_header, *usual_rows = rows_of(plain.read_text("utf-8-sig"))
    assert len(rows) > len(usual_rows) == 1000
    assert set(header) < set(usual_header)
    shared = [name for name in header if name in usual_header]
    formatted = [[row[header.index(name)] for name in shared] for row in rows[:1000]]
    stored = [[row[usual_header.index(name)] for name in shared] for row in usual_rows]
    assert formatted != stored


def test_json_of_a_tile_has_its_rows(ran: dict[str, Ran]) -> None:
    path = saved(ran["json tile"], at_limit="12")
    assert path.name == "Zeilen.json"
    rows = json.loads(path.read_text("utf-8"))
    assert len(rows) == 12
    assert all(isinstance(row, dict) for row in rows)


def test_a_filter_determines_the_content(
    ran: dict[str, Ran], server: DemoServer, omni: Omni, tmp_path: Path
) -> None:
    dashboard = TILES_OF["csv tile"]
    filters = omni.get(f"dashboards/{dashboard}/filters")["filters"]
    identifier, condition = next(
        (key, value)
        for key, value in filters.items()
        if value.get("kind") == "EQUALS" and value["values"] == []
    )
    header, *rows = rows_of(saved(ran["csv tile"], at_limit="1,000").read_text("utf-8-sig"))
    column = header.index(condition["label"])
    wanted = Counter(row[column] for row in rows).most_common(2)[1][0]
    config = tmp_path / "filters.json"
    config.write_text(json.dumps({identifier: {**condition, "values": [wanted]}}), encoding="utf-8")
    typed = ("download", dashboard, "--format", "csv", "--filter-config", f"@{config}", "--quiet")
    tile = ("--query-identifier-map-key", omni.last_key(dashboard))
    narrowed = saved(run(tmp_path / "run", server, *typed, *tile), at_limit="1,000")
    _, *kept = rows_of(narrowed.read_text("utf-8-sig"))
    assert {row[column] for row in kept} == {wanted}
    assert len({row[column] for row in rows}) > 1
