from __future__ import annotations

import pytest

from omni_tui.downloads.errors import WrongFile
from omni_tui.downloads.files.head_check import check_head, check_length
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
    "nul in a cell": b"name,n\nA\0B,1\n",
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
        "nul in a cell",
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


@pytest.mark.parametrize(
    ("content_type", "head", "passes"),
    [
        ("text/csv", b'{"a":1}\n', True),
        ("", b'{"a":1}\n', False),
        ("application/json", b"[]", False),
        ("application/json; charset=utf-8", b'"Unauthorized"', False),
        ("application/json", b"a,b\n", True),
        ("application/json", b" null\n", False),
        ("application/problem+json", b"-1.5", False),
        ("image/png", b"a,b\n", False),
        ("application/pdf", b"a,b\n", False),
        ("multipart/form-data; boundary=x", b"--x\r\n", False),
        ("application/vnd.ms-excel", b"a,b\n", True),
        ("binary/octet-stream", b"a,b\n", True),
        ("", b"[name],n\n", True),
        ("text/plain", b"error,status,detail\nno,401,x\n", True),
        ("", b"<5 days,n\n", True),
        ("", b"a\0b", True),
        ("", b"\0a,b\n", False),
        ("", b"\x1f\x8b\x08\0\0", False),
    ],
)
def test_json_and_binary_data_are_no_csv(content_type: str, head: bytes, passes: bool) -> None:
    if passes:
        check_head("csv", content_type, head)
    else:
        with pytest.raises(WrongFile):
            check_head("csv", content_type, head)
