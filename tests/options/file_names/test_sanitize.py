from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from omni_tui.options.file_names.sanitize import (
    NAME_LIMIT_BYTES,
    ROOM_BYTES,
    NameFlaw,
    flaws,
    numbered,
    rejected_characters,
    safe_file_name,
)

RESERVED = {"con", "prn", "aux", "nul", "com1", "lpt9", "com²", "conin$"}
PIECES = st.sampled_from(
    ["/", "\\", "..", ".", " ", "\x00", "\n", "\x1b[31m", "\u202e", "\u2066", "\ufeff", "\u200d", "con",
     "NUL", "-", ":", "e\u0301", "한", "🎉", "\ud800", ".pdf", ".PDF", "a", "Sales", "~", "[x]", "\u2028"]
)  # fmt: skip
TEXTS = st.text() | st.lists(PIECES, max_size=12).map("".join) | st.text(min_size=200, max_size=400)


@given(TEXTS, st.sampled_from(["pdf", "png", "xlsx", "csv", "json", "zip", ""]))
@example("..", "")
@example("con", "")
@example(".pdf", "pdf")
@example("aux.", "pdf")
@example("é" * 300, "json")
@example("x" * 242 + ". .", "")
def test_any_text_makes_one_safe_name(text: str, extension: str) -> None:
    name = safe_file_name(text, extension)
    stem = name[: -len(extension) - 1] if extension else name
    assert name == stem + (f".{extension}" if extension else "")
    assert Path(name).name == name == os.path.basename(name)
    assert name not in {"", ".", ".."}
    assert not set(name) & set('/\\<>:"|?*\0')
    assert not {unicodedata.category(sign) for sign in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert unicodedata.is_normalized("NFC", name)
    assert stem.strip(" .") == stem != ""
    assert not stem.startswith("-")
    assert name.split(".")[0].strip().lower() not in RESERVED
    assert len(name.encode()) + ROOM_BYTES <= NAME_LIMIT_BYTES
    assert safe_file_name(name, extension) == name


@pytest.mark.parametrize(
    ("text", "extension", "name"),
    [
        ("Blob Web Traffic", "pdf", "Blob Web Traffic.pdf"),
        ("Report.pdf", "pdf", "Report.pdf"),
        ("Report.PDF", "pdf", "Report.pdf"),
        ("Report.pdf", "png", "Report.pdf.png"),
        ("v1.2", "csv", "v1.2.csv"),
        ("../../etc/passwd", "pdf", "etc-passwd.pdf"),
        ("a/b\\c: d?", "pdf", "a-b-c- d-.pdf"),
        ("Q3 [draft] \x1b[31mred\x1b[0m \u202efdp.exe", "pdf", "Q3 [draft] [31mred[0m fdp.exe.pdf"),
        ("tab\tand\nline  end ", "pdf", "tab and line end.pdf"),
        ("Cafe\u0301", "pdf", "Caf\u00e9.pdf"),
        ("CON", "pdf", "_CON.pdf"),
        ("lpt1.old", "pdf", "_lpt1.old.pdf"),
        ("Console", "pdf", "Console.pdf"),
        ("...", "pdf", "export.pdf"),
        (".pdf", "pdf", "export.pdf"),
        ("-rf", "", "rf"),
    ],
)
def test_names(text: str, extension: str, name: str) -> None:
    assert safe_file_name(text, extension) == name


def test_numbers_stand_before_the_extension() -> None:
    names = numbered("Sales.v2.pdf")
    assert [next(names) for _ in range(3)] == ["Sales.v2.pdf", "Sales.v2 (2).pdf", "Sales.v2 (3).pdf"]
    assert len([f"{name}.part" for name in numbered("x" * 239 + ".pdf")][-1]) <= NAME_LIMIT_BYTES


def in_one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


@given(TEXTS, st.sampled_from(["pdf", "xlsx", "zip", ""]))
@example("Report.PDF", "pdf")
@example("Report .pdf", "pdf")
@example("Report..pdf", "pdf")
@example("a/", "")
@example("a\u200d", "")
@example("x" * 238, "pdf")
@example("x" * 239, "pdf")
def test_flaws_are_found_exactly_if_the_name_changes(text: str, extension: str) -> None:
    stem, suffix = in_one_line(text), f".{extension}" if extension else ""
    if suffix and stem.lower().endswith(suffix):
        stem = stem[: -len(suffix)].strip()
    assert (not flaws(text, extension)) == (safe_file_name(text, extension) == stem + suffix)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Blob  Web\tTraffic ", []),
        ("Cafe\u0301.pdf", []),
        ("a/b: c", [NameFlaw.REJECTED]),
        ("a\u200db", [NameFlaw.HIDDEN]),
        (".hidden", [NameFlaw.EDGES]),
        ("-rf", [NameFlaw.EDGES]),
        ("v1.", [NameFlaw.EDGES]),
        ("", [NameFlaw.EMPTY]),
        ("..", [NameFlaw.EMPTY, NameFlaw.EDGES]),
        ("nul", [NameFlaw.RESERVED]),
        ("é" * 120, [NameFlaw.TOO_LONG]),
        ("a/" * 150, [NameFlaw.TOO_LONG, NameFlaw.REJECTED]),
    ],
)
def test_flaws(text: str, found: list[NameFlaw]) -> None:
    assert flaws(text, "pdf") == found


def test_each_rejected_character_is_listed_once() -> None:
    assert rejected_characters("a: b/c?? d:e") == [":", "/", "?"]
