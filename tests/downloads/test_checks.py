from __future__ import annotations

import pytest

from omni_tui.downloads.checks import check_head, check_length
from omni_tui.downloads.errors import WrongFile
from tests.downloads.fakes import PDF, PNG, WEB_PAGE, zip_of

WORKBOOK = zip_of("[Content_Types].xml", "xl/workbook.xml")
ARCHIVE = zip_of("Sales by month.csv", "Orders.csv")
BOM = b"\xef\xbb\xbf"

SAMPLES = {
    "pdf": PDF,
    "png": PNG,
    "workbook": WORKBOOK,
    "archive": ARCHIVE,
    "empty archive": zip_of(),
    "rows": b'name,"n, m"\nA,1\n',
    "rows with a mark": BOM + b"name\nA\n",
    "odd heading": b"[name],n\nA,1\n",
    "markup in a row": b"name\n<html>\n",
    "json": b'[{"name": "A"}]',
    "json with a mark": BOM + b' \n{"rows": []}',
    "error object": b' {"error": {"code": 500}}',
    "page": WEB_PAGE,
    "page behind white space": BOM + b"\n\n <HTML lang=en>",
    "binary": b"\x00\x01\x02",
    "empty": b"",
}
RIGHT = {
    "pdf": {"pdf"},
    "png": {"png"},
    "xlsx": {"workbook"},
    "zip": {"archive", "empty archive"},
    "csv": {
        "rows",
        "rows with a mark",
        "odd heading",
        "markup in a row",
        "json",
        "json with a mark",
        "empty",
    },
    "json": {"json", "json with a mark", "error object", "odd heading"},
}


@pytest.mark.parametrize("extension", RIGHT)
@pytest.mark.parametrize("sample", SAMPLES)
def test_the_first_bytes_tell_what_it_is(extension: str, sample: str) -> None:
    head = SAMPLES[sample]
    if sample in RIGHT[extension]:
        check_head(extension, "", head)
    else:
        with pytest.raises(WrongFile) as wrong:
            check_head(extension, "", head)
        assert not wrong.value.is_cut_short


def test_a_page_is_named_and_its_likely_source_too() -> None:
    with pytest.raises(WrongFile) as wrong:
        check_head("pdf", "text/html; charset=utf-8", WEB_PAGE)
    assert wrong.value.message == "The server sent a web page instead of a PDF."
    assert "proxy" in wrong.value.hint


def test_lengths() -> None:
    check_length(5, 5)
    check_length(5, None)
    for size in (4, 6):
        with pytest.raises(WrongFile) as wrong:
            check_length(size, 5)
        assert wrong.value.is_cut_short
