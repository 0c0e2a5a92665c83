"""For any bytes, a check returns tables or raises WrongFile, and nothing else."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.downloads.errors import WrongFile
from omni_tui.downloads.files.content_check import content_check_for
from tests.downloads.fakes import PNG, zip_of
from tests.examples import examples

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n30\n%%EOF\n"
SAMPLES = {
    "pdf": PDF,
    "png": PNG,
    "json": b'[{"a": [1, -2.5e3, "x\\n"], "b": {}}, null]',
    "csv": b'a,b\n1,"x\n""y"""\n',
    "zip": zip_of("A.csv", "B.csv"),
    "xlsx": zip_of("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"),
}
NUMBERS = [struct.pack("<Q", value)[:size] for size in (2, 4, 8) for value in (0, 1, 2**31, 2**63, 2**64 - 1)]
PARTS = st.binary(max_size=4) | st.sampled_from([*NUMBERS, b"9" * 5000, b'"' * 9, b"[" * 3000, b"PK\x05\x06"])
EDITS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 9), PARTS), max_size=4)


@pytest.mark.parametrize("extension", SAMPLES)
@examples(150)
@given(EDITS, st.sampled_from([1, 7, 10**6]))
def test_a_changed_file_passes_or_is_wrong(
    extension: str, edits: list[tuple[int, int, bytes]], size: int
) -> None:
    data = bytearray(SAMPLES[extension])
    for at, dropped, part in edits:
        start = at % (len(data) + 1)
        data[start : start + dropped] = part
    structure = content_check_for(extension)
    with contextlib.suppress(WrongFile):
        for start in range(0, len(data), size):
            structure.feed(bytes(data[start : start + size]))
        structure.finish(io.BytesIO(data))


def test_a_member_whose_header_is_beyond_the_end() -> None:
    data = bytearray(zip_of("A.csv"))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 42 : entry + 46] = struct.pack("<I", len(data) - 4)
    with pytest.raises(WrongFile):
        content_check_for("zip").finish(io.BytesIO(data))


def test_a_name_that_is_not_text() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("ä.csv", "a\n1\n")
    data = held.getvalue().replace("ä".encode(), b"\xff\xfe")
    with pytest.raises(WrongFile):
        content_check_for("zip").finish(io.BytesIO(data))
