from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from omni_tui.downloads.files.content_check import content_check_for
from omni_tui.downloads.files.zip.sheet_names import MAX_BYTES, sheet_names
from tests.downloads.fakes import zipped

BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def test_the_sheets_of_a_real_workbook_have_their_names() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        for name, rows in (('A & B <c> "d"', 3), ("Größe …", 0)):
            sheet = book.add_worksheet(name)
            for row in range(rows + 1):
                sheet.write(row, 0, row)
    tables = content_check_for("xlsx").finish(held)
    assert [(table.name, table.rows) for table in tables] == [('A & B <c> "d"', 3), ("Größe …", 0)]


@pytest.mark.parametrize(
    "target", ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "./worksheets/sheet1.xml"]
)
def test_links_as_different_programs_write_them(target: str) -> None:
    members = {
        BOOK: b"<x:workbook><x:sheet sheetId='1' name='One' r:id='rId7' /></x:workbook>",
        LINKS: f'<Relationships><Relationship Target="{target}" Id="rId7"/></Relationships>'.encode(),
    }
    assert sheet_names(zipfile.ZipFile(io.BytesIO(zipped(members)))) == {"xl/worksheets/sheet1.xml": "One"}


BROKEN = [b"", b"<sheet", b"\xff\xfe<sheet name='x' r:id='rId1'/>", b" " * (MAX_BYTES + 1)]


@pytest.mark.parametrize("book", BROKEN, ids=range(len(BROKEN)))
def test_a_workbook_without_names_has_none(book: bytes) -> None:
    assert sheet_names(zipfile.ZipFile(io.BytesIO(zipped({BOOK: book})))) == {}
    assert sheet_names(zipfile.ZipFile(io.BytesIO(zipped({})))) == {}
