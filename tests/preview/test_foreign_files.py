"""Files that nobody here wrote: each opens, or says in a sentence why it can't be shown.

They are those that installed packages ship, and all below the folder in OMNI_TUI_FOREIGN_FILES: the unpacked
source archives of pypdfium2, pypdf, openpyxl, pdfminer.six, csvkit and others.
"""

from __future__ import annotations

import csv
import io
import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

from omni_tui.preview.errors import PreviewError
from omni_tui.preview.kinds import Kind, kind_of
from omni_tui.preview.pages.document import PageDocument
from omni_tui.preview.readers.csv_rows import sniffed
from omni_tui.preview.readers.json_outline import outline_of
from omni_tui.preview.readers.json_records import NotAList
from omni_tui.preview.readers.text_format import ENCODING_ERRORS
from omni_tui.preview.tables import tables_in

FOLDER = os.environ.get("OMNI_TUI_FOREIGN_FILES", "")
SUFFIXES = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".json", ".zip", ".pdf", ".png"})
MAX_FILES = 2_000
MAX_PAGES = 3


def foreign_files() -> list[Path]:
    """The files of that folder, else of the installed packages."""
    roots = [Path(FOLDER)] if FOLDER else [Path(each) for each in sys.path if each.endswith("site-packages")]
    found = (path for root in roots for path in sorted(root.rglob("*")) if path.suffix.lower() in SUFFIXES)
    return [path for path, _ in zip(found, range(MAX_FILES), strict=False) if path.is_file()]


@pytest.mark.slow
def test_every_file_opens_or_says_why_not() -> None:
    files = foreign_files()
    if not files:
        pytest.skip("no package here ships any")
    said: dict[Path, str] = {}
    for path in files:
        try:
            opened(path)
        except PreviewError as error:
            said[path] = str(error)
        except Exception as error:
            raise AssertionError(f"{path}: {error!r}") from error
    for path, words in said.items():
        print(f"{path.name}: {words}")
        assert words.endswith((".", "]'")), words
    print(f"{len(files):,} files, {len(said):,} of them can't be shown")
    assert len(said) <= len(files) / 4


def opened(path: Path) -> None:
    """Read all of a table, or the first pages, as the preview and its search do. Raises PreviewError."""
    if kind_of(path) in (Kind.PDF, Kind.PNG):
        with closing(PageDocument(path)) as document:
            for number in range(min(document.pages, MAX_PAGES)):
                page = document.page(number, 76)
                document.text(number)
                assert page.rows
                assert {sum(len(text) for text, _, _ in row) <= 76 for row in page.rows} == {True}
        return
    for table in tables_in(path):
        try:
            grid = table.grid()
        except NotAList:  # the screen shows it as a tree
            assert outline_of(path)
            continue
        try:
            grid.build_index()
            rows = list(grid.read_all())
            assert grid.progress.fault or len(rows) == grid.progress.rows
            grid.find("nowhere to be found", 0)
            if table.kind is Kind.CSV and path.suffix == ".csv" and not grid.progress.fault:
                assert [grid.header(), *rows] == read_by_python(path), path
        finally:
            grid.close()


def read_by_python(path: Path) -> list[list[str]]:
    """The rows as the csv module reads them, with the separator and the encoding that the preview chose."""
    with path.open("rb") as file:
        format_ = sniffed(file, path.name)
        file.seek(format_.mark_bytes)
        text = file.read().decode(format_.encoding, ENCODING_ERRORS)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=format_.separator)) or [[]]
