"""ASCII replacements: when they are used, and that they keep the layout."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from omni_tui.tui.terminal import ascii_fallback
from omni_tui.tui.terminal.ascii_fallback import ascii_only, needs_ascii
from omni_tui.tui.terminal.detect import Kind, Terminal


@pytest.mark.parametrize(
    ("environ", "is_needed"),
    [
        ({}, False),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "de_DE.utf8"}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "POSIX"}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, True),
        ({"LANG": "C.UTF-8", "LC_ALL": "C"}, True),
        ({"LANG": "C", "LC_ALL": "en_US.UTF-8"}, False),
        ({"LANG": "C", "LC_CTYPE": "en_US.UTF-8"}, False),
        ({"LC_CTYPE": "UTF-8"}, False),  # as a Mac sends it over SSH
    ],
)
def test_the_locale_decides(environ: dict[str, str], is_needed: bool) -> None:
    assert needs_ascii(environ, Terminal()) is is_needed


@pytest.mark.parametrize("was_there", [True, False])
def test_the_locale_that_python_set_does_not_count(was_there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ascii_fallback, "_was_there_at_start", lambda _: was_there)
    assert needs_ascii({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, Terminal()) is not was_there


def test_variables_at_the_start_are_known() -> None:
    if Path("/proc/self/environ").exists():
        assert not ascii_fallback._was_there_at_start("NO_SUCH_VARIABLE_OF_OURS")


def test_a_console_needs_ascii_unless_the_settings_say_otherwise() -> None:
    console, unicode = Terminal(Kind.CONSOLE), {"LANG": "C.UTF-8"}
    assert needs_ascii(unicode, console)
    assert not needs_ascii(unicode, console, setting=False)
    assert needs_ascii(unicode, Terminal(), setting=True)


def test_frames_and_symbols_have_ascii_replacements() -> None:
    assert ascii_only("╭─ Zoë ─╮ ● saved ✓ … → ‹ any ›") == "+- Zoe -+ * saved x ~ > < any >"


def test_comparison_signs_stay_distinct() -> None:
    assert ascii_only("‹ ≥   › 0, ≤ 5, ≠ 1") == "< >=  > 0, <=5, !=1"


@given(text=st.text(st.sampled_from("≥≤≠ aä日\u0301")) | st.text())
def test_every_replacement_keeps_the_width(text: str) -> None:
    shown = ascii_only(text)
    assert shown.isascii()
    assert cell_len(shown) == sum(map(cell_len, text))


def test_escape_sequences_are_unchanged() -> None:
    assert ascii_only("\x1b[38;2;1;2;3mä\x1b[0m\r\n") == "\x1b[38;2;1;2;3ma\x1b[0m\r\n"
